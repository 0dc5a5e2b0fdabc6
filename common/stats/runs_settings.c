/* runs_settings.c -- the settings of a table of runs: columns left of seed, words, temperatures that vary; their levels in order */
#include "stats/runs_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool gg_runs_alike(const struct gg_runs *r, int a, int b)
{
    bool alike = true;
    for (int f = 0; f < r->n_setting && alike; f++)
        alike = r->setting[f].of[a] == r->setting[f].of[b];
    return alike;
}

static int level_of(struct gg_run_setting *f, const char *text)
{
    int l = 0;
    while (l < f->n_level && !gg_tsv_same(f->level[l], text))
        l++;
    if (l == GG_RUN_LEVELS)
        return -1;
    f->level[l] = text;
    f->n_level += l == f->n_level;
    return l;
}

static int too_many(const struct gg_runs_state *s, struct gg_err *err)
{
    return gg_fail(err, GG_INPUT,
                   "%s: more than %d settings, or %d levels of one: settings stand left of the column seed",
                   s->path, GG_RUN_SETTINGS, GG_RUN_LEVELS);
}

/* A level of a run. */
static int set(struct gg_runs_state *s, int run, const char *name, const char *text, struct gg_err *err)
{
    struct gg_runs *r = s->r;
    int f = 0;
    while (f < r->n_setting && strcmp(r->setting[f].name, name) != 0)
        f++;
    if (f == GG_RUN_SETTINGS)
        return too_many(s, err);
    if (f < r->n_setting && r->setting[f].of[run] >= 0)
        return gg_fail(err, GG_INPUT, "%s: a row names the setting %s twice, with %s and %s", s->path, name,
                       r->setting[f].level[r->setting[f].of[run]], text);
    if (f == r->n_setting) {
        struct gg_run_setting *new = &r->setting[r->n_setting++];
        *new = (struct gg_run_setting){.name = name, .of = GG_NEW(&r->text, int, (size_t)s->n)};
        for (int k = 0; k < s->n; k++)
            new->of[k] = -1;
    }
    int l = level_of(&r->setting[f], text);
    r->setting[f].of[run] = l;
    return l < 0 ? too_many(s, err) : 0;
}

/* Quotes and brackets so far. */
struct nesting {
    int depth;
    char quote;
};

static void nest(struct nesting *n, char c)
{
    if (n->quote || c == '"' || c == '\'')
        n->quote = n->quote == c ? 0 : n->quote ? n->quote : c;
    else
        n->depth += (c == '[' || c == '{' || c == '(') - (c == ']' || c == '}' || c == ')');
}

const char *gg_runs_word_end(const char *c)
{
    struct nesting n = {0};
    for (; *c && (*c != ' ' || n.depth > 0 || n.quote); c++)
        nest(&n, *c);
    return c;
}

/* Does it end inside of a quote or bracket? */
static bool is_open(const char *c)
{
    struct nesting n = {0};
    for (; *c; c++)
        nest(&n, *c);
    return n.depth > 0 || n.quote;
}

/* "let.C=8 train.lr=0.01"; "-": nothing varies */
static int set_words(struct gg_runs_state *s, int run, const char *words, struct gg_err *err)
{
    for (const char *at = words, *end; *at && strcmp(words, "-") != 0; at = end + (*end == ' ')) {
        end = gg_runs_word_end(at);
        char *word = gg_arena_printf(&s->r->text, "%.*s", (int)(end - at), at), *equal = strchr(word, '=');
        if (!equal || equal == word)
            return gg_fail(err, GG_INPUT, "%s: setting '%s': '%s' is no KEY=VALUE", s->path, words, word);
        if (*end == 0 && is_open(equal + 1))
            return gg_fail(err, GG_INPUT, "%s: setting '%s': a quote or bracket does not close", s->path,
                           words);
        *equal = 0;
        if (set(s, run, word, equal + 1, err))
            return -1;
    }
    return 0;
}

static int set_run(struct gg_runs_state *s, int run, struct gg_err *err)
{
    const struct gg_tsv *t = &s->r->table;
    for (int c = 0; c < t->n_col; c++) {
        bool temperature = c > s->seed && strcmp(t->head[c], "temperature") == 0;
        if (c >= s->seed && !temperature)
            continue;
        if (strcmp(t->head[c], "setting") == 0 ? set_words(s, run, gg_runs_cell(s, run, c), err)
                                               : set(s, run, t->head[c], gg_runs_cell(s, run, c), err))
            return -1;
    }
    return 0;
}

/* Numbers in their order. */
static void sort_levels(struct gg_run_setting *f, int n)
{
    int place[GG_RUN_LEVELS];
    const char *before[GG_RUN_LEVELS];
    double x[GG_RUN_LEVELS];
    for (int l = 0; l < f->n_level; l++) {
        char *end;
        x[l] = strtod(f->level[l], &end);
        if (end == f->level[l] || *end || isnan(x[l]))
            return;
    }
    for (int l = 0; l < f->n_level; l++) {
        place[l] = 0;
        for (int k = 0; k < f->n_level; k++)
            place[l] += x[k] < x[l];
    }
    memcpy(before, f->level, sizeof before);
    for (int l = 0; l < f->n_level; l++)
        f->level[place[l]] = before[l];
    for (int k = 0; k < n; k++)
        f->of[k] = place[f->of[k]];
}

/* A setting whose levels are those of an earlier one by other names, as the temperature of a set of data: both are one. */
static bool goes_with(const struct gg_runs_state *s, const struct gg_run_setting *x, int kept)
{
    for (int f = 0; f < kept; f++) {
        const struct gg_run_setting *y = &s->r->setting[f];
        int of[GG_RUN_LEVELS], same = x->n_level == y->n_level;
        for (int l = 0; l < GG_RUN_LEVELS; l++)
            of[l] = -1;
        for (int k = 0; k < s->n && same; k++) {
            of[y->of[k]] = of[y->of[k]] < 0 ? x->of[k] : of[y->of[k]];
            same = of[y->of[k]] == x->of[k];
        }
        if (same) {
            gg_runs_note(s, "%s: %s changes with it, and is not told apart", y->name, x->name);
            return true;
        }
    }
    return false;
}

/* The same settings and the same seed twice are one run, and no further evidence. */
static void tell_repeated(const struct gg_runs_state *s)
{
    int repeated = 0;
    for (int k = 1; k < s->n; k++) {
        bool again = false;
        for (int j = 0; j < k && !again; j++) {
            again = gg_runs_alike(s->r, j, k) &&
                    gg_tsv_same(gg_runs_cell(s, j, s->seed), gg_runs_cell(s, k, s->seed));
        }
        repeated += again;
    }
    if (repeated)
        gg_runs_note(s,
                     "%s: %d runs have settings and seed of another, and count as if they were independent",
                     s->path, repeated);
}

int gg_runs_find_settings(struct gg_runs_state *s, struct gg_err *err)
{
    struct gg_runs *r = s->r;
    int kept = 0;
    for (int run = 0; run < s->n; run++)
        if (set_run(s, run, err))
            return -1;
    for (int f = 0; f < r->n_setting; f++) {
        struct gg_run_setting *x = &r->setting[f];
        for (int run = 0; run < s->n; run++)
            if (x->of[run] < 0 && (x->of[run] = level_of(x, "-")) < 0)
                return gg_fail(err, GG_INPUT, "%s: more than %d levels of %s", s->path, GG_RUN_LEVELS,
                               x->name);
        if (x->n_level < 2 || goes_with(s, x, kept))
            continue;
        sort_levels(x, s->n);
        r->setting[kept++] = *x;
    }
    r->n_setting = kept;
    tell_repeated(s);
    return kept ? 0
                : gg_fail(err, GG_INPUT,
                          "%s: no setting has two levels: settings stand left of the column seed", s->path);
}
