/* plot.c -- what all pictures share: the table of kinds, text, colours, the look */
#include "plot/plot.h"
#include "util/escape.h"
#include "util/opt.h"
#include "util/text_stream.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const struct gg_plot_kind gg_plot_kinds[] = {
    {"loss", "loss and correlation during training, from metrics.jsonl", gg_plot_loss},
    {"corr-time", "correlation against time with its noise ceiling, from gg-corr --tsv", gg_plot_corr_time},
    {"learncurve", "correlation against training size, from gg-learncurve", gg_plot_learncurve},
    {"scatter", "prediction against truth, from a stream", gg_plot_scatter},
    {"distribution", "how a field and its prediction are distributed, by species, from a stream",
     gg_plot_distribution},
    {"slice", "a slice of the liquid: truth, prediction, difference, from a stream", gg_plot_slice},
    {"spectrum", "how prediction and truth vary in space, from gg-corr --spatial --tsv", gg_plot_spectrum},
    {"fluctuations", "where mobile particles are, S4 and G4, from gg-corr --fluctuations --tsv",
     gg_plot_fluctuations},
    {"chi4", "how their number fluctuates, against time, from the same", gg_plot_chi4},
    {"reliability", "errors against predicted ones, from gg-corr --reliability --tsv", gg_plot_reliability},
    {"profile", "what a prediction sees at each distance, from gg-explain saliency --tsv, or occlusion",
     gg_plot_profile},
    {"radial", "the learned functions of the distance, from gg-explain radial --tsv", gg_plot_radial},
    {"attention", "how much neighbours count at each distance, from gg-explain attention --tsv",
     gg_plot_attention},
    {"degrees",
     "power, rank and roughness of hidden features by layer and degree, from gg-explain hidden --tsv",
     gg_plot_degrees},
    {"sweep", "main effects of settings, and response against cost, from a table with a row a run",
     gg_plot_sweep},
    {"matrix", "models by test temperatures, from gg-corr --matrix --tsv", gg_plot_matrix},
    {0},
};

const struct gg_plot_kind *gg_plot_kind_find(const char *name, struct gg_err *err)
{
    const char *names[32];
    int n = 0;
    for (const struct gg_plot_kind *k = gg_plot_kinds; k->name; k++) {
        if (strcmp(k->name, name) == 0)
            return k;
        names[n++] = k->name;
    }
    const char *near = gg_nearest(name, names, n);
    gg_fail(err, GG_USAGE, near ? "no picture '%s': did you mean %s?" : "no picture '%s': see --help", name,
            near);
    return NULL;
}

void gg_plot_init(struct gg_plot *p, const struct gg_plot_options *o)
{
    *p = (struct gg_plot){.o = o, .width = GG_PLOT_COLUMN, .height = GG_PLOT_HEIGHT};
    p->data = gg_text_open(&p->data_text, &p->data_bytes);
    p->script = gg_text_open(&p->script_text, &p->script_bytes);
}

void gg_plot_free(struct gg_plot *p)
{
    fclose(p->data);
    fclose(p->script);
    free(p->data_text);
    free(p->script_text);
    gg_prov_clear(&p->history);
    *p = (struct gg_plot){0};
}

void gg_plot_note(const struct gg_plot *p, const char *fmt, ...)
{
    char line[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    gg_escape_line(line);
    if (p->o->say)
        p->o->say(p->o->context, line);
}

int gg_plot_block(struct gg_plot *p, const char *columns)
{
    fprintf(p->data, "%s# %s\n", p->n_block ? "\n\n" : "", columns);
    return p->n_block++;
}

double gg_plot_text_width(const char *text, double points)
{
    int n = 0;
    for (; *text; text++)
        n += (*text & 0xc0) != 0x80; /* a letter of several bytes counts once */
    return 0.62 * points * n;
}

void gg_plot_beside(struct gg_plot *p, const char *name)
{
    enum { SAMPLE = 46 };
    if (p->o->key == GG_PLOT_KEY_AUTO || p->o->key == GG_PLOT_KEY_OUTSIDE)
        p->beside = fmax(p->beside, SAMPLE + gg_plot_text_width(name, 11));
}

double gg_plot_scale(const struct gg_plot *p, double size[2])
{
    const double *wanted = p->o->size;
    double width = p->width + p->beside, scale = isnan(wanted[0]) ? 1 : wanted[0] / width;
    if (!isnan(wanted[1]))
        scale = fmin(scale, wanted[1] / p->height);
    size[0] = isnan(wanted[0]) ? width : wanted[0];
    size[1] = isnan(wanted[1]) ? round(scale * p->height) : wanted[1];
    return scale;
}

const char *gg_plot_name(const char *file)
{
    return strcmp(file, "-") == 0 ? "standard input" : file;
}

void gg_plot_lines(struct gg_plot *p, int n)
{
    p->n_line = n;
}

const char *gg_plot_line_name(const struct gg_plot *p, int l)
{
    return p->n_line > 0 && p->o->n_label == p->n_line ? p->o->label[l] : NULL;
}

const char *gg_plot_file_name(const struct gg_plot *p, int n_file, int f)
{
    return n_file > 1 && p->o->n_label == n_file ? p->o->label[f] : NULL;
}

int gg_plot_check_names(const struct gg_plot *p, int n_file, struct gg_err *err)
{
    int n = p->o->n_label;
    if (n == 0 || (p->n_line > 0 && (n == p->n_line || (n_file > 1 && n == n_file))))
        return 0;
    if (p->n_line == 0)
        return gg_fail(err, GG_USAGE, "--label: this picture has no lines to name: leave it out");
    char files[48] = "";
    if (n_file > 1 && n_file != p->n_line)
        snprintf(files, sizeof files, ", or %d, one for each file", n_file);
    return gg_fail(err, GG_USAGE,
                   "--label: %d name%s for %d line%s: %d %s wanted, in the order of the legend%s", n,
                   n == 1 ? "" : "s", p->n_line, p->n_line == 1 ? "" : "s", p->n_line,
                   p->n_line == 1 ? "is" : "are", files);
}

int gg_plot_one_file(int n_file, struct gg_err *err)
{
    if (n_file > 1)
        return gg_fail(err, GG_USAGE, "one picture shows one table, not %d: draw the others by themselves",
                       n_file);
    return 0;
}

void gg_plot_take_history(struct gg_plot *p, const struct gg_tsv *t, const char *path)
{
    struct gg_prov own = {0};
    struct gg_err err;
    if (gg_prov_parse_comments(&own, t->comments, &err) || gg_prov_merge(&p->history, &own, &err))
        gg_plot_note(p, "%s: %s: it is left out", gg_plot_name(path), err.text);
    gg_prov_clear(&own);
}

int gg_plot_read_table(struct gg_plot *p, struct gg_tsv *t, const char *path, struct gg_err *err)
{
    if (gg_tsv_read(t, path, err))
        return -1;
    gg_plot_take_history(p, t, path);
    return 0;
}

int gg_plot_one_table(struct gg_plot *p, struct gg_tsv *t, int n_file, char **file, struct gg_err *err)
{
    return gg_plot_one_file(n_file, err) ? -1 : gg_plot_read_table(p, t, file[0], err);
}

void gg_plot_panels(struct gg_plot *p, int n)
{
    p->n_panel = n;
}

void gg_plot_letter(struct gg_plot *p)
{
    enum { LETTERS = 26 };
    if (p->n_panel > 1 && p->n_panel <= LETTERS)
        fprintf(p->script, "set label 99 '(%c)' at graph 0,1 left offset 0,0.7\n", 'a' + p->panel++);
}

void gg_plot_title(struct gg_plot *p, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    fputs("set title ", p->script);
    gg_escape_gnuplot(p->script, p->o->title ? p->o->title : text);
    fputc('\n', p->script);
}

void gg_plot_tics(struct gg_plot *p, char axis, double lo, double hi)
{
    static const double part[3] = {1, 2, 5};
    int first = (int)floor(log10(lo));
    fprintf(p->script, "set %ctics (", axis);
    for (int e = first; e <= (int)ceil(log10(hi)); e++)
        for (int k = 0; k < 3; k++)
            fprintf(p->script, "%s%.3g", e == first && k == 0 ? "" : ", ", part[k] * pow(10, e));
    fputs(")\n", p->script);
}

double gg_plot_step(double length)
{
    double power = pow(10, floor(log10(length))), part = length / power;
    return power * (part >= 5 ? 2 : part >= 2.5 ? 1 : part >= 1.4 ? 0.5 : 0.2);
}

/* M. Okabe, K. Ito, Color Universal Design (2008), the darker ones first. */
const char *gg_plot_line(int k)
{
    static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                          "#e69f00", "#56b4e9", "#000000"};
    return colours[k % 7];
}

/* viridis (S. van der Walt, N. Smith; CC0), 16 of its 256 colours. */
static const char *const even[] = {"#440154", "#481a6c", "#472f7d", "#414487", "#39568c", "#31688e",
                                   "#2a788e", "#23888e", "#1f988b", "#22a884", "#35b779", "#54c568",
                                   "#7ad151", "#a5db36", "#d2e21b", "#fde725"};
/* The smooth cool-warm map (K. Moreland, Diverging Color Maps for Scientific Visualization, 2009). */
static const char *const diverge[] = {"#3b4cc0", "#6282ea", "#8db0fe", "#b8d0f9", "#dddddd",
                                      "#f5c4ad", "#f49a7b", "#de604d", "#b40426"};

void gg_plot_palette(FILE *script, bool diverging)
{
    const char *const *colour = diverging ? diverge : even;
    int n = diverging ? 9 : 16;
    fputs("set palette defined (", script);
    for (int k = 0; k < n; k++)
        fprintf(script, "%s%d '%s'", k ? ", " : "", k, colour[k]);
    fputs(")\n", script);
}

void gg_plot_shade(char hex[8], double t)
{
    double at = fmax(0, fmin(1, t)) * 15;
    int k = at < 14 ? (int)at : 14;
    hex[0] = '#';
    for (int c = 0; c < 3; c++) { /* each colour on its own */
        unsigned a, b;
        sscanf(even[k] + 1 + 2 * c, "%2x", &a);
        sscanf(even[k + 1] + 1 + 2 * c, "%2x", &b);
        double mixed = a + (at - k) * ((double)b - a);
        snprintf(hex + 1 + 2 * c, 3, "%02x", (unsigned)lround(mixed) & 255);
    }
}

void gg_plot_colour(char hex[8], int k, int n)
{
    if (n <= 7)
        snprintf(hex, 8, "%s", gg_plot_line(k));
    else
        gg_plot_shade(hex, 0.9 * k / (n - 1));
}
