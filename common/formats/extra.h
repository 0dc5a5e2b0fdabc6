/* extra.h -- what a source has beside the configuration: each column and each number becomes a field under its name
 *
 * Nothing goes without a word: META source.fields says what was renamed, source.left_out what could not be kept. */
#ifndef GG_EXTRA_H
#define GG_EXTRA_H

#include "formats/draft.h"

/* Adds a field [node], [node, k] (`values.axis[0]` GG_NODE) or of the frame: [], [k].  `source` is its name in the
 * source, `name` what it is to be called (NULL: the same).  Letters that no field has become '_'; a name that
 * gg_stream(5) gives another shape gets ".column" or ".frame" behind it.
 *
 * Irreps: of --irreps; of fields.def; else a real number of a particle is 0e, three are a vector (1o, or 1e for
 * moments and torques), nine called stress, virial or strain a tensor, taken apart into 0e+1e+2e (tensor.h); all
 * else is not touched by rotations.  In two dimensions two numbers are a vector, too, with z = 0.
 * GG_INPUT: two fields of one name; GG_USAGE: --irreps that do not fit. */
int gg_extra_add(struct gg_draft *d, struct gg_arena *a, const char *source, const char *name,
                 const struct gg_field *values, struct gg_err *err);

/* One number of the frame, f64 or i64. */
int gg_extra_number(struct gg_draft *d, struct gg_arena *a, const char *source, double value, bool whole,
                    struct gg_err *err);

/* Says that `source` is not kept, and why ("text"). */
void gg_extra_left_out(struct gg_draft *d, const char *source, const char *why);

/* Whether a source name is wanted at all; --drop may name it or the field. */
bool gg_extra_known(const struct gg_draft *d, const char *name);

/* Copies the fields into a frame, except those that `drop` names.  GG_INPUT for an infinite number. */
int gg_extra_to_frame(const struct gg_draft *d, const struct gg_texts *drop, struct gg_frame *f,
                      struct gg_arena *a, struct gg_err *err);

#endif
