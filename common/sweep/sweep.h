/* sweep.h -- learning curves: the pieces of a sweep over training sizes and seeds, run, printed for make, collected */
#ifndef GG_SWEEP_H
#define GG_SWEEP_H

#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"
#include "util/tsv.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A key of the model and the values it is given. */
struct gg_vary {
    const char *key;
    int n;
    const char **value;
};

/* A frame of the training stream. */
struct gg_sweep_frame {
    const char *id;
    bool trains; /* false: it is there to validate on */
};

/* What is asked for. */
struct gg_sweep {
    const char *model, *train, *test, *validation; /* files; validation may be NULL */
    const char *folder;
    int n_size, n_seed;
    const double *size; /* training configurations: nested, the first so many of each seed's order */
    bool first;         /* the order is that of `train`, for every seed; else each seed has drawn its own */
    int n_set;
    const char *const *set; /* KEY=VALUE for gg-train */
    int n_vary;
    const char *const *vary; /* KEY=VALUE,VALUE...: every combination is a setting */
    int n_config;
    const char *const *config; /* YAML files for gg-train */
    int64_t epochs;            /* -1: the model's own */
    double reach;              /* the correlation whose need of data is told; NaN: none */
    const char *against; /* a setting, or the folder of another sweep, that curves are compared with; NULL */
    bool equal_steps;    /* epochs are those of the largest size; smaller ones get more */
    struct gg_prov *history; /* gg_sweep_check merges those of the streams into it; NULL: nobody asks */
    char *
        signature; /* comments at the end of learncurve.tsv (gg_prov_comment), malloc'd, the sweep's; NULL: none */
    /* Found by gg_sweep_check. */
    bool has_split;  /* `train` holds validation frames of its own (field split) */
    int64_t n_frame; /* of `train`, those to validate on among them */
    struct gg_sweep_frame *frame;
    uint32_t fingerprint[3]; /* of model, train, test */
    struct gg_vary *key;     /* [n_vary] */
    int n_setting;           /* combinations; 1 without any */
    struct gg_arena text;    /* what they point to */
};

/* Reads the streams once: GG_USAGE if a size is above the number of training configurations, or not whole, or the list
 * does not increase, or if the folder has pieces whose configurations were chosen the other way (`first`); what the reader refuses. */
int gg_sweep_check(struct gg_sweep *s, struct gg_err *err);
void gg_sweep_free(struct gg_sweep *s);

/* Settings: gg_settings_read (part of the check) splits the lists at commas outside of brackets and quotes; GG_USAGE for what is no
 * list, a key twice or also in `set`, and two settings whose folders would be one. */
int gg_settings_read(struct gg_sweep *s, struct gg_err *err);
/* What setting k gives key j. */
const char *gg_setting_value(const struct gg_sweep *s, int k, int j);
/* "let.C=8 train.lr=0.01", as tables have it; "-" where nothing varies. */
const char *gg_setting_name(const struct gg_sweep *s, int k, struct gg_arena *to);
/* "let.C_8,train.lr_0.01", as folders and make can hold it; "" where nothing varies. */
const char *gg_setting_folder(const struct gg_sweep *s, int k, struct gg_arena *to);

/* One training: a setting, a size of the list and a seed. */
struct gg_piece {
    int setting, size, seed;
    char *folder; /* "FOLDER/n5.d0", "FOLDER/let.C_8/n5.d0"; with `first` n5.s0 */
    int tries;
    int pid; /* while it runs, else 0 */
};
int gg_sweep_pieces(const struct gg_sweep *s); /* how many */
struct gg_piece gg_piece_make(const struct gg_sweep *s, int index);
/* The folder that the piece has in a sweep with or without `first`. */
const char *gg_piece_folder(const struct gg_sweep *s, const struct gg_piece *p, bool first,
                            struct gg_arena *to);
void gg_piece_free(struct gg_piece *p);
bool gg_piece_done(const struct gg_piece *p); /* its corr.tsv is there */

/* What its training took, as the last line of its metrics.jsonl has it (gg-train(1)): operations in Gflop, seconds of processors.  NaN: not told there. */
struct gg_piece_cost {
    double gflop, seconds;
};
struct gg_piece_cost gg_piece_cost(const struct gg_piece *p);

/* The frames of `train` in the order of a seed: place 0, 1 ... has frame order[place], counted from 0 in the stream, of those that train; size n
 * is the first n.  order [n_frame]; returns how many train. */
int64_t gg_sweep_order(const struct gg_sweep *s, int seed, int64_t *order);
/* Those that the largest size of each seed is trained on, rows seed, place (from 1), frame, id. */
void gg_sweep_draws(const struct gg_sweep *s, struct gg_tsv *to);
/* How the configurations are chosen: "seed", or "first"; and what the table says of it: with the first, what tells the stream from another, by the
 * names of its frames, since the same seed orders another stream otherwise. */
const char *gg_sweep_draw_name(const struct gg_sweep *s);
const char *gg_sweep_draw_mark(const struct gg_sweep *s, struct gg_arena *to);

/* The two lines of shell that train and test a piece; the first may be given again at any time and goes on. */
void gg_piece_train(const struct gg_sweep *s, const struct gg_piece *p, FILE *to);
void gg_piece_test(const struct gg_sweep *s, const struct gg_piece *p, FILE *to);

/* Writes the script of a piece, run.sh in its folder, or makes sure that it is the same (GG_USAGE): results of other settings or data
 * must not be taken for these. */
int gg_piece_prepare(const struct gg_sweep *s, const struct gg_piece *p, struct gg_err *err);

/* The scripts of what is not done, for others to run: lines for GNU parallel, or a job array of Slurm. */
enum gg_sweep_jobs { GG_SWEEP_PARALLEL, GG_SWEEP_SLURM };
int gg_sweep_print_jobs(const struct gg_sweep *s, enum gg_sweep_jobs kind, FILE *to, struct gg_err *err);

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

/* Joins the tables of the pieces that are done into FOLDER/learncurve.tsv, their means over seeds into FOLDER/summary.tsv, the power
 * laws behind these (stats/curve.h) into FOLDER/fits.tsv, with the data that `reach` asks for, the configurations of each seed into FOLDER/draws.tsv, with `against` their
 * differences into FOLDER/differences.tsv, and prints
 * the last ones for people.  GG_INPUT if there is none. */
int gg_sweep_collect(const struct gg_sweep *s, struct gg_sink *to, struct gg_err *err);

/* The curves of `summary` as laws; no rows where none has two sizes.  The last column says GG_SWEEP_FITTED, or why not. */
#define GG_SWEEP_FITTED "fitted"
int gg_sweep_fits(struct gg_tsv *fits, const struct gg_tsv *summary, double reach, struct gg_err *err);
/* Each curve of learncurve.tsv, `all`, less that of the setting `against`, or of the same setting (or the only one) of another sweep's folder, paired
 * by size and seed (stats/paired_curves.h): rows for all sizes together and for each.  GG_SYSTEM, GG_INPUT: no such folder, no pair, or
 * configurations that were chosen another way. */
int gg_sweep_differences(struct gg_tsv *out, const struct gg_tsv *all, const char *against,
                         struct gg_err *err);
/* What makes rows of learncurve.tsv and summary.tsv one curve. */
enum { GG_SWEEP_KEYS = 7 };
extern const char *const gg_sweep_key[GG_SWEEP_KEYS];

#endif
