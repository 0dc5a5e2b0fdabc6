/* sweep.h -- learning curves: the pieces of a sweep over training sizes and seeds, run, printed for make, collected */
#ifndef GG_SWEEP_H
#define GG_SWEEP_H

#include "util/err.h"
#include "util/file.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What is asked for. */
struct gg_sweep {
    const char *model, *train, *test, *validation; /* files; validation may be NULL */
    const char *folder;
    int n_size, n_seed;
    const double *size; /* training configurations: nested, the first so many of `train` */
    int n_set;
    const char *const *set; /* KEY=VALUE for gg-train */
    int n_config;
    const char *const *config; /* YAML files for gg-train */
    int64_t epochs;            /* -1: the model's own */
    bool equal_steps;          /* epochs are those of the largest size; smaller ones get more */
    /* Found by gg_sweep_check. */
    bool has_split;          /* `train` holds validation frames of its own (field split) */
    uint32_t fingerprint[3]; /* of model, train, test */
};

/* Reads the streams once: GG_USAGE if a size is above the number of training configurations, or not whole, or the list
 * does not increase; what the reader refuses. */
int gg_sweep_check(struct gg_sweep *s, struct gg_err *err);

/* One training: size k of the list and one seed. */
struct gg_piece {
    int size, seed;
    char *folder; /* "FOLDER/n5.s0" */
    int tries;
    int pid; /* while it runs, else 0 */
};
struct gg_piece gg_piece_make(const struct gg_sweep *s, int k, int seed);
void gg_piece_free(struct gg_piece *p);
bool gg_piece_done(const struct gg_piece *p); /* its corr.tsv is there */

/* The two lines of shell that train and test a piece; the first may be given again at any time and goes on. */
void gg_piece_train(const struct gg_sweep *s, const struct gg_piece *p, FILE *to);
void gg_piece_test(const struct gg_sweep *s, const struct gg_piece *p, FILE *to);

/* The sweep as a Makefile that makes the same learncurve.tsv.  GG_USAGE for names that make cannot hold. */
int gg_sweep_print_make(const struct gg_sweep *s, FILE *to, struct gg_err *err);

/* Runs what is not done yet, `jobs` at a time.  Each piece has its script run.sh and its log in its folder; a script that
 * differs from what would be run now is refused (GG_USAGE): the folder belongs to another sweep.  A piece that ends
 * with 75 or 5 runs again, `tries` times in all.  SIGINT, SIGTERM and SIGUSR1 stop the pieces: GG_STOPPED.  Other
 * failures are told through `say` and the rest goes on; -1 with the status of the first. */
struct gg_sweep_run {
    int jobs, tries;
    void (*say)(void *context, const char *line); /* one line about a piece */
    void *context;
};
int gg_sweep_run(const struct gg_sweep *s, const struct gg_sweep_run *r, struct gg_err *err);

/* Joins the tables of the pieces that are done into FOLDER/learncurve.tsv, their means over seeds into
 * FOLDER/summary.tsv, and prints the summary for people with the fitted power laws.  GG_INPUT if there is none. */
int gg_sweep_collect(const struct gg_sweep *s, struct gg_sink *to, struct gg_err *err);

#endif
