/* grid.c -- functions of the distance in a grid of panels: learned radial functions, and weights of attention
 *
 * From gg-explain radial --tsv: a row a layer (and pair of species), a column a degree of the sender, a colour a degree of the harmonic, dashes the
 * degree of the result.  From gg-explain attention --tsv: a row a layer, a column a species of the neighbour, a colour a head. */
#include "plot/plot.h"
#include "util/arena.h"
#include "util/escape.h"
#include "util/tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROW, COLUMN, COLOUR, DASH, KEYS, MOST = 64, NAME = 160 };
enum { LEFT = 92, PANEL = 150, TOP = 18, BOTTOM = 46, LETTER = 8 }; /* points */

/* What a table is drawn like. */
struct look {
    const char *from, *value,
        *under; /* columns: the value; what stands in grey below it, and where it is 0 nothing is drawn */
    const char *ylabel, *ground;
    const char *head[KEYS]; /* what a key is called in the picture; NULL: nothing distinguishes it */
    const char *column[4];  /* of the table, for `name` */
    /* The keys of a row of the table. */
    void (*name)(const char *const cell[4], char key[KEYS][NAME]);
};

static void name_radial(const char *const cell[4], char key[KEYS][NAME])
{
    int sender, harmonic, result;
    bool species = strcmp(cell[2], "all") || strcmp(cell[3], "all");
    snprintf(key[ROW], NAME, species ? "%.80s, %.20s of %.20s" : "%.80s", cell[0], cell[3], cell[2]);
    if (sscanf(cell[1], "%dx%d>%d", &sender, &harmonic, &result) != 3) {
        snprintf(key[COLOUR], NAME, "%.80s", cell[1]);
        return;
    }
    snprintf(key[COLUMN], NAME, "%d", sender);
    snprintf(key[COLOUR], NAME, "%d", harmonic);
    snprintf(key[DASH], NAME, "%d", result);
}

static void name_attention(const char *const cell[4], char key[KEYS][NAME])
{
    static const int at[4] = {ROW, COLOUR, COLUMN, KEYS};
    for (int k = 0; k < 3; k++)
        snprintf(key[at[k]], NAME, "%.80s", cell[k]);
}

static const struct look radial = {.from = "output of gg-explain radial --tsv",
                                   .value = "rms",
                                   .under = "neighbours",
                                   .ylabel = "R(r), rms",
                                   .ground = "neighbours",
                                   .head = {"", "sender l = ", "harmonic l = ", "result l = "},
                                   .column = {"layer", "path", "receiver", "sender"},
                                   .name = name_radial};
static const struct look attention = {.from = "output of gg-explain attention --tsv",
                                      .value = "mean",
                                      .under = "pairs",
                                      .ylabel = "mean weight",
                                      .ground = "pairs",
                                      .head = {"", "neighbour ", "head ", NULL},
                                      .column = {"layer", "head", "other", "other"},
                                      .name = name_attention};

/* The values of each key, in order of appearance; the rows with the indices of theirs. */
struct cell {
    int key[KEYS];
    double at, value, under;
};
struct grid {
    const struct look *look;
    int n[KEYS];
    char name[KEYS][MOST][NAME];
    int n_cell;
    struct cell *cell;
    bool named; /* the first panel, which has the legend, is there */
};

/* -1: too many. */
static int index_of(struct grid *g, int key, const char *name)
{
    int k = 0;
    while (k < g->n[key] && strcmp(g->name[key][k], name) != 0)
        k++;
    if (k == MOST)
        return -1;
    if (k == g->n[key])
        snprintf(g->name[key][g->n[key]++], NAME, "%.*s", NAME - 1, name);
    return k;
}

static int add(struct grid *g, const struct gg_tsv *t, int row, const int column[8])
{
    const char *text[4];
    char key[KEYS][NAME] = {"", "", "", ""};
    double from = gg_tsv_value(t, row, column[4]), to = gg_tsv_value(t, row, column[5]);
    struct cell *c = &g->cell[g->n_cell];
    for (int k = 0; k < 4; k++)
        text[k] = gg_tsv_text(t, row, column[k]);
    c->at = (from + to) / 2;
    c->under = gg_tsv_value(t, row, column[7]);
    c->value = c->under > 0 ? gg_tsv_value(t, row, column[6]) : NAN;
    if (!isfinite(c->at)) /* the last shell has no end */
        return 0;
    g->look->name(text, key);
    for (int k = 0; k < KEYS; k++)
        if ((c->key[k] = index_of(g, k, key[k])) < 0)
            return -1;
    g->n_cell++;
    return 0;
}

static int read(struct grid *g, const struct gg_tsv *t, const char *path, struct gg_err *err)
{
    const char *const name[8] = {
        g->look->column[0], g->look->column[1], g->look->column[2], g->look->column[3], "from", "to",
        g->look->value,     g->look->under};
    int column[8], drawn = 0;
    for (int k = 0; k < 8; k++)
        if ((column[k] = gg_tsv_need(t, name[k], path, err)) < 0)
            return gg_err_prefix(err, "%s is wanted: ", g->look->from);
    g->cell = gg_xalloc((size_t)t->n_row + 1, sizeof *g->cell);
    for (int row = 0; row < t->n_row; row++)
        if (add(g, t, row, column))
            return gg_fail(err, GG_INPUT,
                           "%s: more than %d layers, or lines of one: choose some with gg-explain --hidden",
                           path, MOST);
    for (int k = 0; k < g->n_cell; k++)
        drawn += !isnan(g->cell[k].value);
    return drawn ? 0
                 : gg_fail(err, GG_INPUT, "%s: has no %s where there are neighbours", path, g->look->value);
}

/* ---- panels ---- */

static bool is_at(const struct cell *c, const int key[KEYS])
{
    return memcmp(c->key, key, sizeof c->key) == 0;
}

static double highest(const struct grid *g, int row)
{
    double most = 0;
    for (int k = 0; k < g->n_cell; k++)
        if (g->cell[k].key[ROW] == row)
            most = fmax(most, g->cell[k].value); /* passes over NaN */
    return most > 0 ? most : 1;
}

static int add_block(struct gg_plot *p, const struct grid *g, const int key[KEYS])
{
    int block = -1;
    for (int k = 0; k < g->n_cell; k++) {
        const struct cell *c = &g->cell[k];
        if (!is_at(c, key))
            continue;
        block = block < 0 ? gg_plot_block(p, "distance\tvalue\tunder") : block;
        isnan(c->value) ? fprintf(p->data, "%.6g\tnan\t%.6g\n", c->at, c->under)
                        : fprintf(p->data, "%.6g\t%.6g\t%.6g\n", c->at, c->value, c->under);
    }
    return block;
}

static void put_style(struct gg_plot *p, const struct grid *g, int colour, int dash)
{
    static const char *const dashes[] = {"solid", "(8,3)", "(3,2)", "(8,3,2,3)", "(1,2)"};
    char shade[8];
    gg_plot_shade(shade, 0.9 * colour / (g->n[COLOUR] > 1 ? g->n[COLOUR] - 1 : 1));
    fprintf(p->script, "with lines linewidth 2 dashtype %s linecolor '%s'", dashes[dash % 5],
            colour < 0          ? "#404040"
            : g->n[COLOUR] <= 7 ? gg_plot_line(colour)
                                : shade);
}

static void put_entry(struct gg_plot *p, const struct grid *g, int key, int k)
{
    char text[2 * NAME];
    if (!g->look->head[key])
        return;
    snprintf(text, sizeof text, "%s%s", g->look->head[key], g->name[key][k]);
    fputs(", \\\n     NaN ", p->script);
    put_style(p, g, key == COLOUR ? k : -1, key == DASH ? k : 0);
    fputs(" title ", p->script);
    gg_escape_gnuplot(p->script, text);
}

/* What colours and dashes are. */
static void put_legend(struct gg_plot *p, const struct grid *g)
{
    for (int k = 0; k < g->n[COLOUR]; k++)
        put_entry(p, g, COLOUR, k);
    for (int k = 0; k < g->n[DASH] && g->n[DASH] > 1; k++)
        put_entry(p, g, DASH, k);
    fprintf(p->script, ", \\\n     NaN with boxes fillstyle solid noborder linecolor '#e6e6e6' title '%s'",
            g->look->ground);
}

/* Beside all panels, as high as the picture: a key has no more lines than fit beside its panel. */
static void draw_legend(struct gg_plot *p, const struct grid *g)
{
    fprintf(
        p->script,
        "set lmargin at screen 0\nset rmargin at screen 1\nset bmargin at screen 0\nset tmargin at screen "
        "%.5f\nunset border\nunset tics\nunset title\nunset xlabel\nunset ylabel\nset key at screen "
        "%.5f,%.5f left top Left "
        "reverse maxcols 1\nset xrange [0:1]\nset yrange [0:1]\n plot NaN",
        1 - TOP / p->height, (LEFT + PANEL * g->n[COLUMN]) / p->width, 1 - (TOP + 8) / p->height);
    put_legend(p, g);
    fputc('\n', p->script);
}

static bool has(const struct grid *g, int row, int column)
{
    bool there = false;
    for (int k = 0; k < g->n_cell; k++)
        there |= g->cell[k].key[ROW] == row && g->cell[k].key[COLUMN] == column;
    return there;
}

/* Is there none of this column in any row from here on; before this one? */
static bool is_last(const struct grid *g, int row, int column)
{
    while (++row < g->n[ROW])
        if (has(g, row, column))
            return false;
    return true;
}

static bool is_first(const struct grid *g, int row, int column)
{
    while (--row >= 0)
        if (has(g, row, column))
            return false;
    return true;
}

/* What is as wide as the longest entry of the legend. */
static double legend_width(const struct grid *g)
{
    size_t most = strlen(g->look->ground);
    for (int key = COLOUR; key <= DASH; key++)
        for (int k = 0; k < g->n[key] && g->look->head[key]; k++)
            most = most > strlen(g->look->head[key]) + strlen(g->name[key][k])
                       ? most
                       : strlen(g->look->head[key]) + strlen(g->name[key][k]);
    return 46 + LETTER * (double)most;
}

static void place(struct gg_plot *p, const struct grid *g, int row, int column)
{
    double x = LEFT + PANEL * column, y = TOP + PANEL * row + (p->o->title ? 20 : 0);
    fprintf(p->script,
            "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset tmargin at screen %.5f\nset bmargin "
            "at screen %.5f\n",
            x / p->width, (x + PANEL - 16) / p->width, 1 - (y + 16) / p->height,
            1 - (y + PANEL - 14) / p->height);
    fputs("set title ", p->script);
    char text[2 * NAME] = "";
    if (g->n[COLUMN] > 1 && is_first(g, row, column))
        snprintf(text, sizeof text, "%s%s", g->look->head[COLUMN], g->name[COLUMN][column]);
    gg_escape_gnuplot(p->script, text);
    fputs(" offset 1.6,-0.6\n", p->script);
    if (column == 0) {
        fputs("set format y '%h'\nset ylabel ", p->script);
        snprintf(text, sizeof text, "%s", g->name[ROW][row]);
        gg_escape_gnuplot(p->script, text);
        fprintf(p->script, ".\"\\n%s\" font small\n", g->look->ylabel);
    } else {
        fputs("set format y ''\nunset ylabel\n", p->script);
    }
    fprintf(p->script, "set yrange [0:%.4g]\nset ytics %.3g\n", 1.05 * highest(g, row),
            gg_plot_step(highest(g, row)));
    fputs(is_last(g, row, column) ? "set format x '%h'\nset xlabel 'distance r / σ'\n"
                                  : "set format x ''\nunset xlabel\n",
          p->script);
}

static bool is_beside(const struct gg_plot *p)
{
    return p->o->key == GG_PLOT_KEY_AUTO || p->o->key == GG_PLOT_KEY_OUTSIDE;
}

static void draw_panel(struct gg_plot *p, struct grid *g, int row, int column)
{
    bool any = false;
    for (int c = 0; c < g->n[COLOUR]; c++)
        for (int d = 0; d < g->n[DASH]; d++) {
            const int key[KEYS] = {[ROW] = row, [COLUMN] = column, [COLOUR] = c, [DASH] = d};
            int block = add_block(p, g, key);
            if (block < 0)
                continue;
            if (!any) {
                place(p, g, row, column);
                gg_plot_letter(p);
                fprintf(
                    p->script,
                    "plot data index %d using 1:3 axes x1y2 with filledcurves y1=0 fillstyle solid noborder "
                    "linecolor '#e6e6e6'",
                    block);
            }
            fprintf(p->script, ", \\\n     data index %d using 1:2 ", block);
            put_style(p, g, c, d);
            any = true;
        }
    if (any && !g->named && !is_beside(p))
        put_legend(p, g);
    g->named |= any;
    if (any)
        fputs("\nunset key\nunset label\n", p->script);
}

static void draw(struct gg_plot *p, struct grid *g)
{
    p->width = LEFT + PANEL * g->n[COLUMN] + legend_width(g);
    double title = p->o->title ? 20 : 0;
    p->height = title + TOP + PANEL * g->n[ROW] + BOTTOM;
    fputs("set multiplot\nset xrange [0:*]\nset y2range [0:*]\nset xtics 1\n", p->script);
    if (p->o->title) {
        fputs("set label 1 ", p->script);
        gg_escape_gnuplot(p->script, p->o->title);
        fprintf(p->script, " at screen %.4f,%.4f center\n",
                LEFT / p->width + PANEL * g->n[COLUMN] / 2 / p->width, 1 - 12 / p->height);
    }
    int n = 0;
    for (int row = 0; row < g->n[ROW]; row++)
        for (int column = 0; column < g->n[COLUMN]; column++)
            n += has(g, row, column);
    gg_plot_panels(p, n);
    for (int row = 0; row < g->n[ROW]; row++)
        for (int column = 0; column < g->n[COLUMN]; column++)
            draw_panel(p, g, row, column);
    if (is_beside(p))
        draw_legend(p, g);
    fputs("unset multiplot\n", p->script);
}

static int draw_as(struct gg_plot *p, const struct look *look, int n_file, char **file, struct gg_err *err)
{
    struct gg_tsv t = {0};
    struct grid *g = gg_xalloc(1, sizeof *g);
    g->look = look;
    int status = gg_plot_one_table(p, &t, n_file, file, err);
    if (status == 0)
        status = read(g, &t, gg_plot_name(file[0]), err);
    if (status == 0)
        draw(p, g);
    free(g->cell);
    free(g);
    gg_tsv_free(&t);
    return status;
}

int gg_plot_radial(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    return draw_as(p, &radial, n_file, file, err);
}

int gg_plot_attention(struct gg_plot *p, int n_file, char **file, struct gg_err *err)
{
    return draw_as(p, &attention, n_file, file, err);
}
