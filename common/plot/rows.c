/* rows.c -- the rows of gg-corr --tsv, of gg-learncurve and of gg-explain that a picture wants */
#include "plot/rows.h"
#include "util/arena.h"
#include "util/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct gg_plot_wanted gg_plot_wanted_rho(const struct gg_plot_options *o, bool sizes)
{
    static const struct gg_plot_wanted wanted[2] = {
        {.from = "output of gg-corr --tsv",
         .column = {"rho_config", "rho_config_lo", "rho_config_hi", "ceiling_config", "size", "seed"}},
        {.from = "output of gg-corr --tsv",
         .column = {"rho_pooled", "rho_pooled_lo", "rho_pooled_hi", "ceiling_pooled", "size", "seed"}}};
    struct gg_plot_wanted w = wanted[o->average == GG_PLOT_POOLED];
    if (sizes)
        w.from = "learncurve.tsv of gg-learncurve";
    else
        w.column[GG_PLOT_SIZE] = NULL;
    return w;
}

/* Where the columns are in one file. */
struct columns {
    int target, species, predictor, temperature, time, key[2], value[GG_PLOT_VALUES];
    int setting; /* -1: none */
    bool no_temperature;
};

static int find_columns(struct columns *c, const struct gg_tsv *t, const struct gg_plot_wanted *w,
                        const char *path, struct gg_err *err)
{
    struct {
        int *at;
        const char *name;
    } wanted[7 + GG_PLOT_VALUES] = {{&c->target, "target"},
                                    {&c->species, "species"},
                                    {&c->predictor, w->line ? w->line : "predictor"},
                                    {&c->temperature, w->line ? "target" : "temperature"},
                                    {&c->time, "time"}};
    int n = 5;
    for (int k = 0; k < 2 && w->key[k]; k++) {
        wanted[n].at = &c->key[k];
        wanted[n++].name = w->key[k];
    }
    for (int k = 0; k < GG_PLOT_VALUES && w->column[k]; k++) {
        wanted[n].at = &c->value[k];
        wanted[n++].name = w->column[k];
    }
    for (int k = 0; k < n; k++) {
        *wanted[k].at = gg_tsv_need(t, wanted[k].name, path, err);
        if (*wanted[k].at < 0)
            return gg_err_prefix(err, "%s is wanted: ", w->from);
    }
    c->setting = gg_tsv_find(t, w->group ? w->group : "setting");
    c->no_temperature = w->line != NULL;
    return 0;
}

/* The user's choice, or what the first file begins with. */
static void choose(struct gg_plot_rows *r, const struct gg_plot_options *o, const struct columns *c)
{
    const struct gg_tsv *t = &r->table[0];
    r->average = o->average == GG_PLOT_POOLED ? "pooled" : "config";
    r->target = o->target ? o->target : gg_tsv_text(t, 0, c->target);
    r->species = o->species ? o->species : gg_tsv_text(t, 0, c->species);
    for (int k = 0; k < t->n_row && !o->species; k++)
        if (strcmp(gg_tsv_text(t, k, c->species), "A") == 0)
            r->species = "A";
}

/* Is the text one of "A|B"? */
static bool is_one_of(const char *text, const char *list)
{
    size_t n = strlen(text);
    for (const char *at = list; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strncmp(at, text, n) == 0 && (at[n] == '|' || at[n] == 0))
            return true;
    return false;
}

static bool has_keys(const struct columns *c, const struct gg_plot_wanted *w, const struct gg_tsv *t, int k)
{
    bool all = true;
    for (int i = 0; i < 2 && w->key[i]; i++)
        all = all && is_one_of(gg_tsv_text(t, k, c->key[i]), w->is[i]);
    return all;
}

static bool chosen(const struct gg_plot_rows *r, const struct gg_plot_options *o, const struct columns *c,
                   const struct gg_plot_wanted *w, const struct gg_tsv *t, int k)
{
    return strcmp(gg_tsv_text(t, k, c->target), r->target) == 0 &&
           strcmp(gg_tsv_text(t, k, c->species), r->species) == 0 &&
           (!o->predictor || strcmp(gg_tsv_text(t, k, c->predictor), o->predictor) == 0) &&
           has_keys(c, w, t, k) && !isnan(gg_tsv_value(t, k, c->value[0]));
}

static void add_rows(struct gg_plot_rows *r, const struct gg_plot_options *o, const struct columns *c,
                     const struct gg_plot_wanted *w, int file)
{
    const struct gg_tsv *t = &r->table[file];
    r->row = gg_xrealloc(r->row, (size_t)(r->n + t->n_row + 1) * sizeof *r->row);
    for (int k = 0; k < t->n_row; k++) {
        if (!chosen(r, o, c, w, t, k))
            continue;
        struct gg_plot_row *row = &r->row[r->n++];
        *row =
            (struct gg_plot_row){.file = file,
                                 .predictor = gg_tsv_text(t, k, c->predictor),
                                 .kind = w->key[0] ? gg_tsv_text(t, k, c->key[0]) : "",
                                 .setting = c->setting < 0 ? "" : gg_tsv_text(t, k, c->setting),
                                 .temperature = c->no_temperature ? NAN : gg_tsv_value(t, k, c->temperature),
                                 .time = gg_tsv_value(t, k, c->time)};
        bool ended = false;
        for (int v = 0; v < GG_PLOT_VALUES; v++) {
            ended = ended || !w->column[v];
            row->value[v] = ended ? NAN : gg_tsv_value(t, k, c->value[v]);
        }
    }
}

int gg_plot_rows_read(struct gg_plot_rows *r, struct gg_plot *p, int n_file, char **file,
                      const struct gg_plot_wanted *w, struct gg_err *err)
{
    const struct gg_plot_options *o = p->o;
    *r = (struct gg_plot_rows){.n_file = n_file, .file = file};
    r->table = gg_xalloc((size_t)n_file, sizeof *r->table);
    for (int f = 0; f < n_file; f++) {
        struct columns c;
        if (gg_plot_read_table(p, &r->table[f], file[f], err) ||
            find_columns(&c, &r->table[f], w, gg_plot_name(file[f]), err))
            return -1;
        if (r->table[f].n_row == 0)
            return gg_fail(err, GG_INPUT, "%s: has a header and no rows", gg_plot_name(file[f]));
        if (f == 0)
            choose(r, o, &c);
        add_rows(r, o, &c, w, f);
    }
    return r->n ? 0
                : gg_fail(err, GG_INPUT, "%s: no row of target %s and species %s%s%s with a number in %s",
                          gg_plot_name(file[0]), r->target, r->species, o->predictor ? " by " : "",
                          o->predictor ? o->predictor : "", w->column[0]);
}

void gg_plot_rows_at(struct gg_plot_rows *r, double time)
{
    double best = NAN;
    int n = 0;
    for (int k = 0; k < r->n; k++) {
        double t = r->row[k].time;
        bool nearer = isnan(time) ? t > best : fabs(log(t / time)) < fabs(log(best / time));
        best = isnan(best) || nearer ? t : best;
    }
    for (int k = 0; k < r->n; k++)
        if (gg_same_key(r->row[k].time, best))
            r->row[n++] = r->row[k];
    r->n = n;
}

int gg_plot_rows_lines(const struct gg_plot_rows *r, const struct gg_plot_row **line, int room)
{
    int n = 0;
    for (int k = 0; k < r->n; k++) {
        bool known = false;
        for (int l = 0; l < n && !known; l++)
            known = gg_plot_rows_same(line[l], &r->row[k], false);
        if (!known && n < room)
            line[n++] = &r->row[k];
    }
    return n;
}

void gg_plot_rows_free(struct gg_plot_rows *r)
{
    for (int f = 0; f < r->n_file; f++)
        gg_tsv_free(&r->table[f]);
    free(r->table);
    free(r->row);
    *r = (struct gg_plot_rows){0};
}

bool gg_plot_rows_same(const struct gg_plot_row *a, const struct gg_plot_row *b, bool with_time)
{
    return a->file == b->file && strcmp(a->predictor, b->predictor) == 0 &&
           strcmp(a->setting, b->setting) == 0 && gg_same_key(a->temperature, b->temperature) &&
           (!with_time || gg_same_key(a->time, b->time));
}

void gg_plot_rows_title(struct gg_plot *p, const struct gg_plot_rows *r)
{
    char temperature[40] = "", time[40] = "";
    const struct gg_plot_row *first = &r->row[0];
    bool one_temperature = !isnan(first->temperature), one_time = !isnan(first->time);
    for (int k = 1; k < r->n; k++) {
        one_temperature = one_temperature && gg_same_key(r->row[k].temperature, first->temperature);
        one_time = one_time && gg_same_key(r->row[k].time, first->time);
    }
    if (one_temperature)
        snprintf(temperature, sizeof temperature, ", T = %g", first->temperature);
    if (one_time)
        snprintf(time, sizeof time, ", t = %g τ", first->time);
    gg_plot_title(p, "%s of %s%s%s", r->target, r->species, temperature, time);
}

void gg_plot_rows_axis(struct gg_plot *p, const struct gg_plot_rows *r, char axis, const char *text,
                       bool squared)
{
    static const char *const lengths[] = {"propensity", "displacement", "cage_relative"};
    const char *unit = "";
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
        if (strcmp(r->target, lengths[k]) == 0)
            unit = squared ? " (σ²)" : " (σ)";
    fprintf(p->script, "set %clabel '%s%s'\n", axis, text, unit);
}

/* The last part of a path without its ending. */
static void stem(const char *path, char *name, size_t room)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');
    snprintf(name, room, "%.*s", dot && dot > base ? (int)(dot - base) : (int)strlen(base), base);
}

/* The last n folders, "run1" of "a/run1/corr.tsv" for 1; all where there are not so many, the path where there is none. */
static void folders(const char *path, int n, char *name, size_t room)
{
    const char *end = strrchr(path, '/'), *slash = end;
    for (int k = 0; k < n && slash; k++)
        slash = memrchr(path, '/', (size_t)(slash - path));
    const char *from = slash ? slash + 1 : path;
    snprintf(name, room, "%.*s", end ? (int)(end - from) : (int)strlen(path), end ? from : path);
}

static void call_file(const char *path, int n_folder, char *name, size_t room)
{
    if (n_folder)
        folders(path, n_folder, name, room);
    else
        stem(path, name, room);
}

/* What tells a file from the others: its stem, or as few of its folders as do. */
static void file_name(const struct gg_plot_rows *r, int file, char *name, size_t room)
{
    enum { DEEPEST = 8 };
    char other[GG_PLOT_LABEL];
    bool alike = true;
    for (int n = 0; n <= DEEPEST && alike; n++) {
        call_file(r->file[file], n, name, room);
        alike = false;
        for (int f = 0; f < r->n_file; f++) {
            call_file(r->file[f], n, other, room < sizeof other ? room : sizeof other);
            alike |= f != file && strcmp(name, other) == 0;
        }
    }
}

/* Of propensity: "prediction" for propensity_pred, "gnn" for propensity_pred.gnn. */
static const char *predictor_name(const struct gg_plot_rows *r, const char *predictor)
{
    size_t n = strlen(r->target);
    bool own = strncmp(predictor, r->target, n) == 0 && strncmp(predictor + n, "_pred", 5) == 0;
    const char *rest = own ? predictor + n + 5 : NULL;
    return !own ? predictor : !*rest ? "prediction" : *rest == '.' && rest[1] ? rest + 1 : predictor;
}

void gg_plot_rows_label(const struct gg_plot *p, const struct gg_plot_rows *r, int l,
                        const struct gg_plot_row *row, bool with_time, char label[GG_PLOT_LABEL])
{
    const char *given = gg_plot_line_name(p, l), *of_file = gg_plot_file_name(p, r->n_file, row->file);
    if (given) {
        snprintf(label, GG_PLOT_LABEL, "%s", given);
        return;
    }
    bool predictors = false, settings = false, temperatures = false, times = false;
    for (int k = 0; k < r->n; k++) {
        predictors |= strcmp(r->row[k].predictor, row->predictor) != 0;
        settings |= strcmp(r->row[k].setting, row->setting) != 0;
        temperatures |= !gg_same_key(r->row[k].temperature, row->temperature);
        times |= with_time && !gg_same_key(r->row[k].time, row->time);
    }
    char part[5][128] = {"", "", "", "", ""}, name[120];
    file_name(r, row->file, name, sizeof name);
    if (r->n_file > 1)
        snprintf(part[0], sizeof *part, "%.120s, ", of_file ? of_file : name);
    if (predictors || (r->n_file == 1 && !settings && !temperatures && !times))
        snprintf(part[1], sizeof *part, "%s, ", predictor_name(r, row->predictor));
    if (temperatures)
        snprintf(part[2], sizeof *part, "T = %g, ", row->temperature);
    if (times)
        snprintf(part[3], sizeof *part, "t = %g τ, ", row->time);
    if (settings)
        snprintf(part[4], sizeof *part, "%s, ", row->setting);
    snprintf(label, GG_PLOT_LABEL, "%s%s%s%s%s", part[0], part[1], part[4], part[2], part[3]);
    label[strlen(label) - 2] = 0; /* the last comma */
}

int gg_plot_rows_of_one_time(struct gg_plot *p, int n_file, char **file, const struct gg_plot_wanted *w,
                             gg_plot_rows_draw *draw, struct gg_err *err)
{
    struct gg_plot_rows r;
    int status = gg_plot_rows_read(&r, p, n_file, file, w, err);
    if (status == 0) {
        gg_plot_rows_at(&r, p->o->time);
        status = draw(p, &r, file, err);
    }
    gg_plot_rows_free(&r);
    return status;
}
