/* piece.c -- one training of a sweep as shell, and the whole sweep as a Makefile */
#include "sweep/sweep.h"
#include "util/arena.h"
#include "util/text_stream.h"
#include "util/escape.h"
#include "util/jsonline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int gg_sweep_pieces(const struct gg_sweep *s)
{
    return s->n_setting * s->n_size * s->n_seed;
}

struct gg_piece gg_piece_make(const struct gg_sweep *s, int index)
{
    struct gg_arena a = {0};
    struct gg_piece p = {.setting = index / (s->n_size * s->n_seed),
                         .size = (int)s->size[index / s->n_seed % s->n_size],
                         .seed = index % s->n_seed};
    p.folder = gg_xstrdup(gg_piece_folder(s, &p, s->first, &a));
    gg_arena_free(&a);
    return p;
}

const char *gg_piece_folder(const struct gg_sweep *s, const struct gg_piece *p, bool first,
                            struct gg_arena *to)
{
    const char *setting = gg_setting_folder(s, p->setting, to);
    return gg_arena_printf(to, "%s%s%s/n%d.%c%d", s->folder, *setting ? "/" : "", setting, p->size,
                           first ? 's' : 'd', p->seed);
}

void gg_piece_free(struct gg_piece *p)
{
    free(p->folder);
    p->folder = NULL;
}

bool gg_piece_done(const struct gg_piece *p)
{
    struct gg_arena a = {0};
    bool done = access(gg_arena_printf(&a, "%s/corr.tsv", p->folder), R_OK) == 0;
    gg_arena_free(&a);
    return done;
}

struct gg_piece_cost gg_piece_cost(const struct gg_piece *p)
{
    enum { MOST = 1 << 28 };
    struct gg_arena a = {0};
    struct gg_err ignored;
    struct gg_piece_cost cost = {NAN, NAN};
    char event[32], *rest = NULL, *text;
    size_t bytes;
    text = gg_read_file(gg_arena_printf(&a, "%s/metrics.jsonl", p->folder), MOST, &bytes, &ignored);
    for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
        if (!gg_jsonline_text(line, "event", event, sizeof event) || strcmp(event, "end") != 0)
            continue;
        cost = (struct gg_piece_cost){NAN, NAN};
        gg_jsonline_number(line, "gflop", &cost.gflop);
        gg_jsonline_number(line, "processor", &cost.seconds);
    }
    free(text);
    gg_arena_free(&a);
    return cost;
}

static void words(FILE *to, const char *option, int n, const char *const *list)
{
    for (int k = 0; k < n; k++) {
        fprintf(to, " %s ", option);
        gg_escape_shell(to, list[k]);
    }
}

/* The first frames of the seed's order (gg_sweep_order); the stream's validation frames, where it has its own, come behind them. */
static void subset(FILE *to, const struct gg_sweep *s, const struct gg_piece *p)
{
    fprintf(to, "%sgg-select%s", s->has_split ? "{ " : "", s->has_split ? " --only train" : "");
    if (!s->first)
        fprintf(to, " --shuffle --seed %d", p->seed);
    fprintf(to, " --limit %d ", p->size);
    gg_escape_shell(to, s->train);
    if (s->has_split) {
        fputs("; gg-select --only validation ", to);
        gg_escape_shell(to, s->train);
        fputs("; }", to);
    }
}

void gg_piece_train(const struct gg_sweep *s, const struct gg_piece *p, FILE *to)
{
    double largest = s->size[s->n_size - 1];
    int64_t epochs = s->equal_steps ? llround((double)s->epochs * largest / p->size) : s->epochs;
    const char *folder = p->folder;
    subset(to, s, p);
    fputs(" | gg-train", to);
    words(to, "--config", s->n_config, s->config);
    words(to, "--set", s->n_set, s->set);
    for (int j = 0; j < s->n_vary; j++) {
        struct gg_arena a = {0};
        const char *set = gg_arena_printf(&a, "%s=%s", s->key[j].key, gg_setting_value(s, p->setting, j));
        words(to, "--set", 1, &set);
        gg_arena_free(&a);
    }
    words(to, "--validation", s->validation ? 1 : 0, &s->validation);
    if (epochs > 0)
        fprintf(to, " --epochs %lld", (long long)epochs);
    fprintf(to, " --seed %d", p->seed);
    words(to, "-o", 1, &folder);
    fputc(' ', to);
    gg_escape_shell(to, s->model);
}

void gg_piece_test(const struct gg_sweep *s, const struct gg_piece *p, FILE *to)
{
    struct gg_arena a = {0};
    fputs("gg-predict", to);
    fputc(' ', to);
    gg_escape_shell(to, gg_arena_printf(&a, "%s/model.ggm", p->folder));
    fputc(' ', to);
    gg_escape_shell(to, s->test);
    fputs(" | gg-corr --tsv -o ", to);
    gg_escape_shell(to, gg_arena_printf(&a, "%s/corr.tsv", p->folder));
    gg_arena_free(&a);
}

/* ---- for make ---- */

/* make has no quotes for the names of files. */
static int plain(const char *name, struct gg_err *err)
{
    size_t n = strcspn(name, " \t\n:#$%\\'\"();|&<>*?[]`~=");
    return name[n] == 0
               ? 0
               : gg_fail(err, GG_USAGE, "--print-make: the name '%s' has a character that make does not take",
                         name);
}

/* A line of shell as a recipe: '$' doubled. */
static void recipe(FILE *to, const struct gg_sweep *s, const struct gg_piece *p,
                   void (*line)(const struct gg_sweep *, const struct gg_piece *, FILE *))
{
    char *text;
    size_t bytes;
    FILE *f = gg_text_open(&text, &bytes);
    line(s, p, f); /* p NULL: of the whole sweep */
    fclose(f);
    fputc('\t', to);
    for (const char *c = text; *c; c++)
        fprintf(to, *c == '$' ? "$$" : "%c", *c);
    fputc('\n', to);
    free(text);
}

static void rule(FILE *to, const struct gg_sweep *s, const struct gg_piece *p)
{
    fprintf(to, "\n%s/corr.tsv: %s %s %s%s%s", p->folder, s->model, s->train, s->test,
            s->validation ? " " : "", s->validation ? s->validation : "");
    for (int k = 0; k < s->n_config; k++)
        fprintf(to, " %s", s->config[k]);
    fprintf(to, "\n\t@mkdir -p %s\n", p->folder);
    recipe(to, s, p, gg_piece_train);
    recipe(to, s, p, gg_piece_test);
}

static void collect_line(const struct gg_sweep *s, const struct gg_piece *none, FILE *to)
{
    (void)none;
    fprintf(to, "gg-learncurve --collect --train %s --test %s --sizes ", s->train, s->test);
    for (int k = 0; k < s->n_size; k++)
        fprintf(to, "%s%.0f", k ? "," : "", s->size[k]);
    fprintf(to, " --seeds %d --draw %s", s->n_seed, gg_sweep_draw_name(s));
    words(to, "--vary", s->n_vary, s->vary);
    if (!isnan(s->reach))
        fprintf(to, " --reach %.15g", s->reach);
    if (s->against)
        words(to, "--against", 1, &s->against);
    fprintf(to, "%s -o %s %s", s->signature ? " --history" : "", s->folder, s->model);
}

int gg_sweep_print_make(const struct gg_sweep *s, FILE *to, struct gg_err *err)
{
    const char *names[] = {s->model, s->train, s->test, s->folder, s->validation ? s->validation : "x"};
    for (int k = 0; k < 5 + s->n_config; k++)
        if (plain(k < 5 ? names[k] : s->config[k - 5], err))
            return -1;
    fprintf(to,
            "# learning curve of %s: make -f THIS [-j JOBS]; an interrupted one goes on\n.DELETE_ON_ERROR:\n"
            "all: %s/learncurve.tsv\n.PHONY: all\n\n%s/learncurve.tsv:",
            s->model, s->folder, s->folder);
    for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < gg_sweep_pieces(s); k++) {
            struct gg_piece p = gg_piece_make(s, k);
            if (pass == 0)
                fprintf(to, " \\\n  %s/corr.tsv", p.folder);
            else
                rule(to, s, &p);
            gg_piece_free(&p);
        }
        if (pass == 0) {
            fputc('\n', to);
            recipe(to, s, NULL, collect_line);
        }
    }
    return 0;
}
