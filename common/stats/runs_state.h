/* runs_state.h -- a table of runs while it is read: for runs.c and runs_settings.c */
#ifndef GG_RUNS_STATE_H
#define GG_RUNS_STATE_H

#include "stats/runs.h"

/* Rows that are still in, and where the columns are. */
struct gg_runs_state {
    struct gg_runs *r;
    const struct gg_runs_wanted *o;
    const char *path;         /* as messages call it */
    const char *predictor;    /* of the rows; NULL: the table has none */
    int seed, response, cost; /* cost -1: none */
    int n, *row;
};

static inline const char *gg_runs_cell(const struct gg_runs_state *s, int k, int column)
{
    return gg_tsv_text(&s->r->table, s->row[k], column);
}

/* The words of the column `setting`, "let.C=8 inputs.node=[type, energy]": past a word that begins here, at a blank outside of brackets and quotes,
 * or at the end. */
const char *gg_runs_word_end(const char *word);

/* Tells what is left out. */
void gg_runs_note(const struct gg_runs_state *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The settings of the rows that are in.  GG_INPUT for too many of them, or levels, for one that a row names twice, a word without a value, and where
 * none has two levels. */
int gg_runs_find_settings(struct gg_runs_state *s, struct gg_err *err);

#endif
