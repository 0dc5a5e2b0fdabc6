/* runs.h -- several files: one after the other, or runs from one start joined into one configuration with replicas */
#ifndef GG_RUNS_H
#define GG_RUNS_H

#include "formats/foreign.h"

/* The first frame of every file is the start, the same in all; the later ones are its run at the times of
 * the frames, again the same in all.  Fills `draft` with the start and `replicas` [time, replica, node,
 * dim].  Refuses (GG_INPUT) runs that differ in start, times, particles, and coordinates that cannot be
 * unwrapped. */
int gg_runs_join(char *const *path, int n, const struct gg_foreign_options *o, struct gg_arena *a,
                 struct gg_draft *draft, struct gg_err *err);

/* The configurations of several files: one after the other, or with `runs` joined into one.  A folder stands for the
 * files in it, in the order of their names.  Species codes that a file leaves open (type 0 or 1 first?) are read alike in
 * all files; GG_INPUT where that does not go. */
struct gg_drafts {
    char **path;
    int n, next; /* files, and how many were opened */
    bool runs, open;
    int first_type; /* code of species A in files that leave it open; -1: not met yet */
    int64_t n_done;
    const struct gg_foreign_options *options;
    struct gg_foreign file;
};
/* GG_SYSTEM for a folder that cannot be read, GG_INPUT if it is empty. */
int gg_drafts_init(struct gg_drafts *s, char *const *path, int n, const struct gg_foreign_options *o,
                   bool runs, struct gg_err *err);
/* 1: `draft` is filled, with memory of the arena and of the file at hand; 0 at the end; -1. */
int gg_drafts_next(struct gg_drafts *s, struct gg_arena *a, struct gg_draft *draft, struct gg_err *err);
void gg_drafts_close(struct gg_drafts *s);

#endif
