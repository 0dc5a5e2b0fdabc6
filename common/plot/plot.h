/* plot.h -- pictures: numbers into NAME.tsv, how to draw them into NAME.gp, gnuplot run as a program */
#ifndef GG_PLOT_H
#define GG_PLOT_H

#include "stream/meta.h"
#include "util/err.h"
#include "util/tsv.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum gg_plot_average { GG_PLOT_CONFIG, GG_PLOT_POOLED };
/* Where the key is: as the kind has it, not at all, in a corner, beside the picture. */
enum gg_plot_key {
    GG_PLOT_KEY_AUTO,
    GG_PLOT_KEY_OFF,
    GG_PLOT_KEY_TOP_LEFT,
    GG_PLOT_KEY_TOP_RIGHT,
    GG_PLOT_KEY_BOTTOM_LEFT,
    GG_PLOT_KEY_BOTTOM_RIGHT,
    GG_PLOT_KEY_OUTSIDE
};
enum gg_plot_axis { GG_PLOT_X, GG_PLOT_Y, GG_PLOT_Z };

/* What a user may choose; a kind looks at what concerns it.  NULL, NaN and -1 stand for the kind's own choice. */
struct gg_plot_options {
    const char *title, *target, *predictor, *species, *reference;
    int average;      /* enum gg_plot_average */
    double time;      /* the nearest of the times */
    int64_t frame;    /* of the stream, from 0 */
    int axis;         /* enum gg_plot_axis: across a slice */
    double at;        /* place of the slice, as a fraction of the cell */
    double thickness; /* of the slice (sigma): centres are within half of it */
    const char *xlabel, *ylabel;
    double xrange[2], yrange[2],
        size[2];                 /* NaN: the kind's own; size in points, the height alone may be NaN */
    int key;                     /* enum gg_plot_key */
    const char *response, *cost; /* columns of a sweep */
    bool lower;                  /* responses are better */
    int n_label;
    const char *const *label; /* [n_label] names of the lines, or of the files: gg_plot_lines */
    uint64_t max_frame;
    void (*say)(void *context, const char *line); /* what the picture does not show; NULL: nobody hears it */
    void *context;
};

/* A picture on its way: a kind writes blocks of numbers into `data` and the lines that draw them into `script`, where
 * the data file is called `data` and its blocks `index 0`, `index 1` ... */
struct gg_plot {
    const struct gg_plot_options *o;
    FILE *data, *script;
    char *data_text, *script_text;
    size_t data_bytes, script_bytes;
    struct gg_prov history; /* of what was read, and of this run: SVG and PNG carry it */
    int n_block;
    int n_line;         /* that --label may name; 0: none */
    int n_panel, panel; /* in all, and how many have their letter */
    double width,
        height;    /* points, with letters of 11: 380 wide they are 7 points high in a column of 8.6 cm */
    double beside; /* points more in width, for a legend: gg_plot_beside */
};
/* One column of a journal; where a legend stands beside the picture it is as much wider as that needs. */
enum { GG_PLOT_COLUMN = 380, GG_PLOT_HEIGHT = 300 };

struct gg_plot_kind {
    const char *name, *about;
    /* Reads the files ("-" is standard input), fills the picture. */
    int (*draw)(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
};
extern const struct gg_plot_kind gg_plot_kinds[];                                   /* ends with name NULL */
const struct gg_plot_kind *gg_plot_kind_find(const char *name, struct gg_err *err); /* GG_USAGE */

void gg_plot_init(struct gg_plot *p, const struct gg_plot_options *o);
/* Starts a block; `columns` is its header, tab-separated.  Returns its index. */
int gg_plot_block(struct gg_plot *p, const char *columns);
/* The size of the picture in points, and how large its letters, lines and points are there against those that the kind chose for width and height:
 * the one place that knows of --size.  A canvas of other proportions is no larger than one of these has room for. */
double gg_plot_scale(const struct gg_plot *p, double size[2]);
/* About how wide a text is in letters of so many points, as SVG has them: more rather than less. */
double gg_plot_text_width(const char *text, double points);
/* A name stands in a legend beside the panels, which end at "set rmargin at screen right": they keep their width. */
void gg_plot_beside(struct gg_plot *p, const char *name);
/* Tells through o->say. */
void gg_plot_note(const struct gg_plot *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* GG_USAGE for several files where a picture shows one table. */
int gg_plot_one_file(int n_file, struct gg_err *err);
/* A table, whose history is added to the picture's; one that is damaged is told and left out. */
int gg_plot_read_table(struct gg_plot *p, struct gg_tsv *t, const char *path, struct gg_err *err);
void gg_plot_take_history(struct gg_plot *p, const struct gg_tsv *t, const char *path);
/* The table of a picture that shows one; what gg_tsv_read refuses, too. */
int gg_plot_one_table(struct gg_plot *p, struct gg_tsv *t, int n_file, char **file, struct gg_err *err);
/* A file as messages call it. */
const char *gg_plot_name(const char *file);
/* There are n lines, in the order of the legend, that --label names. */
void gg_plot_lines(struct gg_plot *p, int n);
/* What --label says: of line l, where there are as many names as lines; else of a file, of which it is the part that the file's name
 * would be.  NULL: nothing. */
const char *gg_plot_line_name(const struct gg_plot *p, int l);
const char *gg_plot_file_name(const struct gg_plot *p, int n_file, int f);
/* GG_USAGE where --label has no effect, or not as many names as lines or files. */
int gg_plot_check_names(const struct gg_plot *p, int n_file, struct gg_err *err);
/* The picture has n panels.  The next one gets its letter, "(a)", above its upper left corner; the only one gets none, nor do more than the
 * alphabet has. */
void gg_plot_panels(struct gg_plot *p, int n);
void gg_plot_letter(struct gg_plot *p);
/* "set KEY 'text'" with the user's title where there is one. */
void gg_plot_title(struct gg_plot *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* 1, 2 and 5 of each decade, for a logarithmic axis that spans few of them. */
void gg_plot_tics(struct gg_plot *p, char axis, double lo, double hi);

/* The step of tics on a linear axis of a small panel, 1, 2 or 5 times a power of ten: three to five of them. */
double gg_plot_step(double length);
/* Colours: lines in an order that colour-blind readers tell apart; 0 <= t <= 1 on the even palette of fields. */
const char *gg_plot_line(int k);
/* Of n lines: seven have a colour each that can be told apart; more are shaded in their order, the first one dark. */
void gg_plot_colour(char hex[8], int k, int n);
void gg_plot_shade(char hex[8], double t);
void gg_plot_palette(FILE *script, bool diverging);

/* Writes and draws `picture` (.svg, .png, .pdf by its name). keep: the .tsv and .gp stay beside it, and a missing gnuplot
 * is no error; they must not be one of the `n_file` inputs.  GG_USAGE for such names; GG_SYSTEM. */
int gg_plot_finish(struct gg_plot *p, const char *picture, bool keep, int n_file, char **file,
                   struct gg_err *err);
void gg_plot_free(struct gg_plot *p);

int gg_plot_loss(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_corr_time(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_learncurve(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_scatter(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_spectrum(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_reliability(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_fluctuations(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_chi4(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_matrix(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_profile(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_radial(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_attention(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_degrees(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_sweep(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_distribution(struct gg_plot *p, int n_file, char **file, struct gg_err *err);
int gg_plot_slice(struct gg_plot *p, int n_file, char **file, struct gg_err *err);

#endif
