/* run_of.c -- which run of molecular dynamics a configuration is of, as its id tells */
#include "score/score.h"
#include "stream/frame.h"
#include "util/arena.h"
#include "util/pattern.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>

/* The name of the run, which the caller frees. */
static char *name_of(const struct gg_scores *s, const char *id)
{
    for (int k = 0; k < s->runs->n; k++) {
        const char *slash = strrchr(id, '/');
        if (strcmp(s->runs->v[k], GG_RUNS_OF_IDS) == 0 && slash)
            return gg_xprintf("%.*s", (int)(slash - id), id);
        if (gg_pattern_matches(s->runs->v[k], id))
            return gg_xstrdup(s->runs->v[k]);
    }
    return NULL;
}

static int number_of(struct gg_scores *s, char *name)
{
    for (int k = 0; name && k < s->n_run; k++)
        if (s->run[k] && strcmp(s->run[k], name) == 0) {
            free(name);
            return k;
        }
    s->run = gg_xrealloc(s->run, ((size_t)s->n_run + 1) * sizeof *s->run);
    s->run[s->n_run] = name;
    return s->n_run++;
}

/* Frames of gg-md say by md_wait that they may be of a chain, whose name is that of the run. */
static void see_chain(struct gg_scores *s, const struct gg_frame *f)
{
    const char *slash = strrchr(f->id, '/');
    bool again = s->config < s->seen; /* another model's */
    s->seen = again ? s->seen : s->config + 1;
    if (again || !slash || !gg_frame_find(f, "md_wait"))
        return;
    number_of(s, gg_xprintf("%.*s", (int)(slash - f->id), f->id));
    s->chained++;
}

void gg_scores_see_run(struct gg_scores *s, const struct gg_frame *f)
{
    if (!s->runs || s->runs->n == 0) {
        see_chain(s, f);
        return;
    }
    if (s->config >= s->room_run) {
        int room = 2 * s->config + 16;
        s->run_of = gg_xrealloc(s->run_of, (size_t)room * sizeof *s->run_of);
        for (int k = s->room_run; k < room; k++)
            s->run_of[k] = -1;
        s->room_run = room;
    }
    if (s->run_of[s->config] < 0 || !s->matrix) /* of another model it has been seen before */
        s->run_of[s->config] = number_of(s, name_of(s, f->id));
}

int *gg_scores_runs(const struct gg_scores *s, const struct gg_score_cell *c)
{
    if (!s->run_of)
        return NULL;
    int *run = gg_xalloc((size_t)c->n + 1, sizeof *run);
    for (int k = 0; k < c->n; k++)
        run[k] = s->run_of[c->part[k].config];
    return run;
}

const char *gg_scores_counted(const struct gg_scores *s)
{
    return s->run_of ? "runs" : "configurations";
}

void gg_scores_forget_runs(struct gg_scores *s)
{
    for (int k = 0; k < s->n_run; k++)
        free(s->run[k]);
    free(s->run);
    free(s->run_of);
    s->run = NULL;
    s->run_of = NULL;
    s->n_run = s->room_run = s->chained = s->seen = 0;
}
