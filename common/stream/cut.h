/* cut.h -- frames cut down or relabelled: some of their nodes, another order, some of their fields */
#ifndef GG_CUT_H
#define GG_CUT_H

#include "stream/frame.h"
#include "util/opt.h"

/* Keeps the nodes with keep[i], in their order.  Edges that lose an end vanish, neighbours are renumbered, edge_ptr (of
 * every graph of the frame) is made anew; time, replica and free axes stay.  New data lie in the arena.  GG_INPUT for
 * edge data without an edge_ptr, and for [node+1] axes that are none. */
int gg_frame_cut(struct gg_frame *f, const bool *keep, struct gg_arena *a, struct gg_err *err);

/* Relabels: node i is what node order[i] was; `order` is a permutation.  Rows of edges come out in the canonical order, by
 * neighbour, then by shift.  Refuses what gg_frame_cut refuses. */
int gg_frame_reorder(struct gg_frame *f, const int64_t *order, struct gg_arena *a, struct gg_err *err);

/* Keeps these of the frame's times, in their order, in all fields that run over them; fields with times of their own (X.time) stay.  New
 * data lie in the arena.  GG_INPUT for a time that the frame does not have. */
int gg_frame_cut_times(struct gg_frame *f, const struct gg_reals *wanted, struct gg_arena *a,
                       struct gg_err *err);

/* Keeps (drops) the fields whose name matches one of the words; a word may be a pattern with * ? [...], and words are
 * separated by commas.  A plain name that the frame does not have is refused (GG_INPUT), with the nearest one. */
int gg_frame_keep_fields(struct gg_frame *f, const struct gg_texts *words, struct gg_err *err);
int gg_frame_drop_fields(struct gg_frame *f, const struct gg_texts *words, struct gg_err *err);

/* The rows of the fields that match move among the particles of one type, all of these fields alike, as `seed` and the frame's id say.
 * New data lie in the arena.  GG_INPUT for a field without a row for each particle. */
int gg_frame_scramble_fields(struct gg_frame *f, const struct gg_texts *words, uint64_t seed,
                             struct gg_arena *a, struct gg_err *err);

/* Each word is OLD=NEW.  GG_INPUT if OLD is absent, NEW taken, or the field is not what fields.def says of NEW. */
int gg_frame_rename_fields(struct gg_frame *f, const struct gg_texts *words, struct gg_err *err);

#endif
