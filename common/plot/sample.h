/* sample.h -- truth and prediction of a stream's particles, for pictures */
#ifndef GG_PLOT_SAMPLE_H
#define GG_PLOT_SAMPLE_H

#include "plot/plot.h"
#include "stream/reader.h"

/* What is drawn: names and the time are chosen at the first frame. */
struct gg_plot_sample {
    const struct gg_plot_options *o;
    struct gg_prov *history; /* of the streams is added to it */
    struct gg_reader reader;
    struct gg_frame frame;
    char target[64], predictor[64];
    char unit[32], pred_unit[32];
    double temperature;   /* NaN if the frames have none, or several */
    double time;          /* NaN if the fields have no time axis */
    double at;            /* that of the truth in the present frame */
    bool alike;           /* truth and prediction are one quantity, to be drawn on one scale */
    double *truth, *pred; /* [n_node], of the present frame; vectors by their length */
    bool alone;           /* a truth without prediction will do: pred may be NULL */
    const int32_t *type;  /* NULL: one species */
    struct gg_arena arena;
    int n_frame; /* seen so far */
};

/* Calls `each` for each frame of the files in turn; stops early when it returns 1.  Refusals name file and frame. */
int gg_plot_sample_each(struct gg_plot_sample *s, int n_file, char **file,
                        int (*each)(void *context, struct gg_plot_sample *s, struct gg_err *err),
                        void *context, struct gg_err *err);
void gg_plot_sample_free(struct gg_plot_sample *s);

/* A range that holds all of n numbers but the outermost 0.1 %: single runaways must not shrink the rest to a dot.  Returns how many are outside. */
int64_t gg_plot_sample_range(int64_t n, const double *v, double *lo, double *hi);

/* "propensity (σ)": a field with its unit. */
void gg_plot_sample_name(const char *field, const char *unit, char *text, size_t room);
/* ", T = 0.5, t = 100 τ", as far as they are known. */
void gg_plot_sample_state(const struct gg_plot_sample *s, char *text, size_t room);
/* "density (1/σ)" */
void gg_plot_sample_density(const char *unit, char *text, size_t room);
/* "predicted propensity" for what gg-predict calls propensity_pred; others as they are. */
void gg_plot_sample_predicted(const struct gg_plot_sample *s, char *text, size_t room);

#endif
