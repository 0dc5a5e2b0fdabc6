/* score.h -- the table of gg-corr: predictions against truth by target, predictor, temperature, time and species */
#ifndef GG_SCORE_H
#define GG_SCORE_H

#include "score/calibration.h"
#include "score/fluctuations.h"
#include "score/packed.h"
#include "score/spatial.h"
#include "stats/correlation.h"
#include "stats/published.h"
#include "util/err.h"
#include "util/file.h"
#include "util/opt.h"

#include <stdbool.h>

enum { GG_SPECIES_ALL = -1, GG_SPECIES_MAX = 26 };

/* What a row is about.  Numbers that are not known are NaN. */
struct gg_score_key {
    int target, predictor;    /* indices of gg_scores_name */
    double temperature, time; /* of the truth */
    double predicted_time;    /* of the prediction, where it may be another one */
    int species;              /* GG_SPECIES_ALL or the code; edges and configurations have none */
    int over;                 /* axis of the rows: GG_NODE, GG_EDGE; GG_FREE: one row a configuration */
    bool vector;              /* of several components: scored by rho_v, uncentred; else by Pearson */
    bool alike;               /* truth and prediction have one unit: R2 and RMSE mean something */
    int truth_from;           /* with `spatial` and `fluctuations`: enum gg_truth_from */
};

/* The variances of the truth: of the mean over runs, with its noise; between its halves over runs, without; less the known noise. */
enum gg_truth_from { GG_TRUTH_MEAN, GG_TRUTH_HALVES, GG_TRUTH_LESS_NOISE };

bool gg_score_key_same(const struct gg_score_key *a, const struct gg_score_key *b);
int gg_score_key_order(const struct gg_score_key *a, const struct gg_score_key *b); /* as qsort wants */
const char *gg_score_key_species(const struct gg_score_key *k);                     /* "A", "all" */

/* Scores of one configuration that do not follow from its moments; which kind of target has which says a table in score.c. */
enum gg_score_single {
    GG_SCORE_SPEARMAN,
    GG_SCORE_COSINE,
    GG_SCORE_ANGLE,
    GG_SCORE_SPLIT,
    GG_SCORE_SPREAD,
    GG_SCORE_SINGLES
};

/* One configuration in a cell. */
struct gg_score_part {
    int config;                      /* its number */
    double noise;                    /* sum of s^2/K; NaN where not known */
    double single[GG_SCORE_SINGLES]; /* NaN where not known */
    struct gg_calibration spread;    /* n = 0: the prediction has no uncertainty */
};

/* One cell: what each configuration contributed, in order. */
struct gg_score_cell {
    struct gg_score_key key;
    int n, room;
    struct gg_score_part *part;
    struct gg_moments *moments, *length; /* length: of |truth| and |prediction|, vectors only */
    struct gg_reliability *bin;          /* [n_bin] of all configurations, where `reliability` is wanted */
    int n_bin;
    double scale;                       /* of predicted uncertainties */
    struct gg_form *form;               /* with `spatial` or `fluctuations`, particles only: [n][its rows] */
    struct gg_fluctuation *fluctuation; /* [n] with `fluctuations`, one number a particle only */
    double *pair;                       /* x, y of particles for the pooled Spearman: every `stride`th */
    int64_t n_pair, room_pair, seen, stride;
};

/* By what the uncertainties of a column are multiplied. */
struct gg_score_scale {
    struct gg_score_key key;
    double scale;
};

/* The predictor that those of a target are compared with: indices of gg_scores_name. */
struct gg_score_against {
    int target, predictor;
};

struct gg_matrix;    /* matrix.h */
struct gg_residuals; /* residual.h */
#define GG_OVERLAP_LENGTH 0.3
struct gg_scores {
    int n, room;
    struct gg_score_cell *cell;
    char **name;
    int n_name;
    int n_config;  /* configurations seen: the caller counts */
    int config;    /* the number of the one at hand; models have one number for the same sample */
    char **sample; /* their ids, where models are told apart */
    int n_sample;
    const struct gg_texts *
        runs; /* patterns of ids, each of one run of molecular dynamics, or RUNS_OF_IDS; NULL or none: not told */
    int n_run;
    char **
        run; /* names of the runs so far: patterns, or ids up to the last '/'; where none are told those of gg-md */
    int chained, seen; /* where no runs are told: configurations of gg-md; all of them so far */
    int *run_of;       /* [room_run] by number of the configuration, where they are told */
    int room_run;
    int n_species; /* selection; 0 = each one that is there, and all */
    int species[GG_SPECIES_MAX];
    bool spearman;        /* rank correlations wanted: they cost memory */
    bool reliability;     /* bins of predicted uncertainties wanted */
    bool noise_in_spread; /* predicted uncertainties hold the noise of the runs already */
    int n_scale;
    struct gg_score_scale *scale; /* those of a held-out stream; 0 of them: all 1 */
    struct gg_matrix *matrix;     /* models are told apart, or NULL; the caller's */
    struct gg_spatial *spatial;   /* how fields vary in space is wanted, or NULL; the caller's */
    struct gg_fluctuations
        *fluctuations;              /* how the mobile part of a configuration varies, or NULL; the caller's */
    struct gg_residuals *residuals; /* are written, or NULL; the caller's */
    double
        overlap_length; /* sigma: a particle that moved less overlaps with itself; not above 0: as META says, or GG_OVERLAP_LENGTH */
    double
        made_with; /* sigma: the length of the field overlap, of the last frames where that is another than overlap_length; 0: none */
    struct gg_packing packing;
    int n_mixed,
        *mixed; /* names of predicted targets of several kinds of irreps, which have no one correlation */
    int few;    /* configurations of an interval that was printed over fewer than GG_SCORE_FEW; 0: none */
    char beyond[400];         /* of rows above their ceiling, which and how far; "": there are none */
    char without_length[200]; /* why the first xi4 that is not defined is not; "": all are */
    int refused;              /* configurations of a chi4 that was refused for having too few; 0: none */
    int n_against;            /* targets with a predictor that others are compared with */
    struct gg_score_against *against;
    int n_left, room_left;
    struct gg_score_key *left; /* columns with a truth and no prediction */
};

int gg_scores_name(struct gg_scores *s, const char *name);            /* the same text has the same index */
int gg_scores_find_name(const struct gg_scores *s, const char *name); /* -1: no such text yet */
int gg_scores_sample(struct gg_scores *s, const char *id);            /* the same id has the same number */

/* The configuration at hand is of the run that its id tells: of the first pattern that matches; what none matches is of a run of its own. */
#define GG_RUNS_OF_IDS "id"
struct gg_frame;
void gg_scores_see_run(struct gg_scores *s, const struct gg_frame *f);
void gg_scores_forget_runs(struct gg_scores *s);
/* The run of each configuration of a cell, [n], which the caller frees; NULL: runs are not told. */
int *gg_scores_runs(const struct gg_scores *s, const struct gg_score_cell *c);
void gg_scores_set_against(struct gg_scores *s, int target, int predictor);
int gg_scores_against(const struct gg_scores *s, int target); /* the predictor, or -1 */
/* A target is left out for being of several kinds of irreps: gg_scores_left_out says so. */
void gg_scores_leave_mixed(struct gg_scores *s, const char *target);

/* Adds "A,B,all" to the selection: GG_USAGE if it is not letters and "all". */
int gg_scores_select(struct gg_scores *s, const char *list, struct gg_err *err);
/* Adds each of the lists, or `usual` where there is none; NULL: nothing is usual. */
int gg_scores_select_all(struct gg_scores *s, const struct gg_texts *lists, const char *usual,
                         struct gg_err *err);

/* Fewer configurations of one number each have no correlation to speak of: two are always on a line. */
enum { GG_SCORE_CONFIGS = 3 };

/* GG_INPUT: what gg_spatial_measure refuses. */
int gg_scores_add(struct gg_scores *s, struct gg_score_key key, const struct gg_score_data *d,
                  struct gg_err *err);
const struct gg_score_cell *gg_scores_find(const struct gg_scores *s,
                                           const struct gg_score_key *k); /* or NULL */

/* Notes a column all of whose predictions are missing in one configuration. */
void gg_scores_leave_out(struct gg_scores *s, const struct gg_score_key *k);
/* A line for each target and predictor about the columns that have no prediction in any configuration: how many and which.
 * The caller frees the text; NULL: there are none. */
char *gg_scores_left_out(const struct gg_scores *s);
/* -1, with why there is no cell. */
int gg_scores_nothing(const struct gg_scores *s, struct gg_err *err);

/* One line of the table; the columns of the TSV in their order (score_print.c).  A number, the ends of its interval, and config and pooled of
 * one score stand side by side. */
struct gg_score_row {
    const struct gg_score_key *key;
    double configs, n;
    double rho_config, rho_config_lo, rho_config_hi;
    double rho_pooled, rho_pooled_lo, rho_pooled_hi;
    double reached_config, reached_pooled; /* rho / ceiling */
    double spearman_config, spearman_pooled;
    double cosine_config, angle_config; /* degrees */
    double length_rho_config, length_rho_pooled, length_rmse_config, length_rmse_pooled;
    double length_bias; /* mean length of the predictions less that of the truth */
    double r2_config, r2_pooled, rmse_config, rmse_pooled;
    double slope_config, slope_pooled, variance_ratio_config, variance_ratio;
    double ceiling_config, ceiling_pooled, ceiling_split;
    double z2, z2_lo, z2_hi; /* mean of e^2 / V, calibration.h: 1 where the uncertainty is right */
    double within_1sd, within_1sd_lo,
        within_1sd_hi; /* parts with an error below one and below two deviations */
    double within_2sd, within_2sd_lo, within_2sd_hi;
    double scale, scale_lo, scale_hi;      /* that would make it right */
    double scaled_by, spread_error_config; /* the scale in use; rank correlation of uncertainty and error */
    double diff_config, diff_config_lo, diff_config_hi; /* to the predictor `against` */
    double diff_pooled, diff_pooled_lo, diff_pooled_hi;
    double diff_p;   /* of diff_config, by exchanging the predictors: stats/permutation.h */
    double averaged; /* configurations inside which Pearson is defined: rho_config is their mean */
    double counted_config,
        counted_pooled; /* what intervals count: these configurations and all, or their runs */
};

enum { GG_SCORE_T = -1 }; /* `draws`: t-intervals, stats/interval.h */
struct gg_score_options {
    int draws; /* of a bootstrap, for its percentiles; 0: no intervals; GG_SCORE_T */
    uint64_t seed;
    bool nearest;                         /* show the times of the predictions, too */
    const struct gg_published *published; /* to print beside, or NULL */
    double delta;                         /* the difference that gg_power_print asks about */
    bool tau;                             /* a matrix is of the times nearest to tau_alpha */
    bool
        unequal; /* a matrix of models that were trained on different numbers of configurations may be printed */
};

enum gg_score_format { GG_SCORE_TEXT, GG_SCORE_TSV, GG_SCORE_JSON };

struct gg_score_row gg_scores_row(const struct gg_scores *s, const struct gg_score_cell *c,
                                  const struct gg_score_options *o);
/* Sorts the cells: a row for each; the caller frees them. */
struct gg_score_row *gg_scores_rows(struct gg_scores *s, const struct gg_score_options *o);

/* Sets `beyond` by what these rows, one a cell, reach. */
void gg_scores_note_beyond(struct gg_scores *s, const struct gg_score_row *rows);

/* Fills z2 to scaled_by; run: of each configuration, or NULL. */
void gg_score_row_spread(struct gg_score_row *r, const struct gg_score_cell *c, const int *run);

/* What the cells say of the scale of each column is kept, and they are emptied. */
void gg_scores_keep_scales(struct gg_scores *s);
/* 1 where no scales are kept, NaN where there is none for this column. */
double gg_scores_scale(const struct gg_scores *s, const struct gg_score_key *key);
void gg_scores_empty(
    struct gg_scores *s); /* as before the first configuration; names, species and scales stay */

/* What uncertainties were predicted and what came of them, all cells; sorts their bins.  GG_INPUT where there are none; GG_SYSTEM. */
int gg_reliability_print(struct gg_scores *s, enum gg_score_format format, struct gg_sink *to,
                         struct gg_err *err);

/* How many particles of a configuration are mobile, and where, all cells: a table, or TSV.  GG_INPUT where no cell has that; GG_SYSTEM. */
int gg_fluctuations_print(struct gg_scores *s, enum gg_score_format format, struct gg_sink *to,
                          struct gg_err *err);

/* How truth and prediction vary in space, all cells: a table, or TSV.  GG_SYSTEM. */
int gg_spatial_print(const struct gg_scores *s, enum gg_score_format format, struct gg_sink *to,
                     struct gg_err *err);

/* The fewest configurations, or runs, that an interval is over; 0: there is none.  Below GG_SCORE_FEW a word of caution is due. */
int gg_score_fewest(int n, const struct gg_score_row *row);
enum { GG_SCORE_FEW = 5 };
#define GG_FLUCT_REFUSED \
    "chi4 over %d configurations is refused: its relative error is sqrt(2/(n - 1)); have %d or more"
#define GG_SCORE_CAUTION "intervals over %d %s are uncertain themselves: have 5 or more"
#define GG_SCORE_ONE_RUN "all configurations are of one run: no interval; have 5 runs or more"
const char *gg_scores_counted(const struct gg_scores *s); /* "runs", or "configurations" */

/* Prints the rows of all cells; as text, also what the brackets are, a caution, what was left out and what is above its ceiling.  GG_SYSTEM. */
int gg_scores_print(const struct gg_scores *s, const struct gg_score_row *rows,
                    const struct gg_score_options *o, enum gg_score_format format, struct gg_sink *to,
                    struct gg_err *err);
int gg_scores_text(const struct gg_scores *s, const struct gg_score_row *rows,
                   const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err);
void gg_scores_free(struct gg_scores *s);

#endif
