/* pair.c -- truth and prediction side by side: the same rows, the same times */
#include "score/pair.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool has(const struct gg_frame *f, const char *spec)
{
    char name[GG_NAME];
    size_t n = strcspn(spec, ":");
    if (n >= sizeof name)
        return false;
    memcpy(name, spec, n);
    name[n] = 0;
    return gg_frame_find(f, name) != NULL;
}

/* Finds the column in the first frame that has its field; *which: in which.  A field that none has is refused as the last one's. */
static int find_column(struct gg_column *c, const struct gg_score_input *in, const char *spec, int *which,
                       struct gg_err *err)
{
    for (*which = 0; *which < in->n - 1 && !has(in->frame[*which], spec);)
        ++*which;
    return gg_column_find(c, in->frame[*which], in->meta[*which], spec, err);
}

bool gg_score_predicts(const char *target, const char *field)
{
    size_t n = strlen(target);
    return strncmp(target, field, n) == 0 && strncmp(field + n, "_pred", 5) == 0 &&
           (field[n + 5] == 0 || field[n + 5] == '.');
}

const char *gg_score_predictor(const char *target, const char *field)
{
    return gg_score_predicts(target, field) && field[strlen(target) + 5] ? field + strlen(target) + 6 : field;
}

/* TARGET_pred.NAME where a frame has it. */
static const char *tagged(const struct gg_score_input *in, const char *target, const char *name,
                          char full[2 * GG_NAME])
{
    snprintf(full, 2 * GG_NAME, "%.*s_pred.%s", (int)strcspn(target, ":"), target, name);
    for (int k = 0; k < in->n; k++)
        if (has(in->frame[k], full))
            return full;
    return name;
}

int gg_score_pair_find(struct gg_score_pair *p, const struct gg_score_input *in, const char *target,
                       const char *predictor, struct gg_err *err)
{
    char full[2 * GG_NAME];
    *p = (struct gg_score_pair){0};
    if (find_column(&p->x, in, target, &p->of_x, err) ||
        find_column(&p->y, in, tagged(in, target, predictor, full), &p->of_y, err))
        return -1;
    return 0;
}

bool gg_score_pair_predicts(const struct gg_score_pair *p)
{
    return gg_score_predicts(p->x.field->name, p->y.field->name);
}

bool gg_score_pair_alike(const struct gg_score_pair *p)
{
    const char *unit = p->x.field->unit;
    bool predicts = gg_score_pair_predicts(p), unsaid = predicts && !*p->y.field->unit;
    return p->x.width == p->y.width && (unsaid || strcmp(unit, p->y.field->unit) == 0) && (predicts || *unit);
}

bool gg_score_pair_fits(const struct gg_score_pair *p)
{
    return p->x.over == p->y.over && (p->x.width == 1 || strcmp(p->x.field->irreps, p->y.field->irreps) == 0);
}

static int same_edges(const struct gg_frame *f, const struct gg_frame *g, struct gg_err *err)
{
    static const char *const names[] = {"edge_ptr", "edge_nbr", "edge_shift"};
    bool same = f->n_edge == g->n_edge;
    for (int k = 0; k < 3 && same; k++) {
        const struct gg_field *a = gg_frame_find(f, names[k]), *b = gg_frame_find(g, names[k]);
        same = !a || !b || (a->nbytes == b->nbytes && memcmp(a->data, b->data, a->nbytes) == 0);
    }
    return same ? 0
                : gg_fail(err, GG_INPUT,
                          "has other edges than the frame of the same id in the second stream: run "
                          "gg-neighbors once, before the two part");
}

int gg_score_pair_check(const struct gg_score_pair *p, const struct gg_score_input *in, struct gg_err *err)
{
    const struct gg_field *x = p->x.field, *y = p->y.field;
    if (p->x.over != p->y.over)
        return gg_fail(err, GG_INPUT, "field '%s': is one value a%s %s, '%s' one a%s %s", y->name,
                       p->y.over == GG_EDGE ? "n" : "", gg_column_row(&p->y), x->name,
                       p->x.over == GG_EDGE ? "n" : "", gg_column_row(&p->x));
    if (p->x.width > p->y.width && p->y.width == 1)
        return gg_fail(err, GG_INPUT, "field '%s': is no %s, as '%s' is", y->name,
                       p->x.width == 3 ? "vector" : "tensor", x->name);
    if (!gg_score_pair_fits(p))
        return gg_fail(err, GG_INPUT, "field '%s': is %s, '%s' is %s", y->name, y->irreps, x->name,
                       x->irreps);
    if (p->x.over == GG_EDGE && p->of_x != p->of_y)
        return same_edges(in->frame[p->of_x], in->frame[p->of_y], err);
    return 0;
}

/* Distance in log time; times that are not above 0 are near to themselves only. */
static double apart(double a, double b)
{
    return gg_same(a, b) ? 0 : a > 0 && b > 0 ? fabs(log(a / b)) : INFINITY;
}

static int nearest_to(double time, const struct gg_field_times *t)
{
    int best = -1;
    for (int k = 0; k < t->n; k++)
        if (apart(time, t->value[k]) < (best < 0 ? INFINITY : apart(time, t->value[best])))
            best = k;
    return best;
}

/* Each time of the truth with the prediction's at the same t / tau_alpha, or near it. */
static void pair_by_tau(struct gg_score_pair *p)
{
    const struct gg_field_times *x = &p->x.time, *y = &p->y.time;
    for (int t = 0; t < x->n; t++) {
        double wanted = x->value[t] / p->tau[0] * p->tau[1];
        int at = nearest_to(wanted, y);
        if (at >= 0 && apart(wanted, y->value[at]) < log(2))
            p->time[p->n++] = (struct gg_score_times){t, at};
    }
}

int gg_score_time_in(const struct gg_field_times *t, const struct gg_field_times *of, int k)
{
    if (t->axis < 0)
        return 0;
    if (!t->value || !of->value)
        return k < t->n ? k : -1;
    int at = nearest_to(of->value[k], t);
    return at >= 0 && gg_same(t->value[at], of->value[k]) ? at : -1;
}

/* "0.1, 1, 10 ... 1000 (8 times)" */
static void print_grid(char text[128], const struct gg_field_times *t)
{
    size_t n = 0;
    text[0] = '\0';
    for (int k = 0; k < t->n && n < 96; k++)
        if (k < 3 || k == t->n - 1)
            n += (size_t)snprintf(text + n, 128 - n, "%s%g",
                                  k == 0  ? ""
                                  : k > 3 ? " ... "
                                          : ", ",
                                  t->value[k]);
    snprintf(text + n, 128 - n, "%s(%d time%s)", n ? " " : "", t->n, t->n == 1 ? "" : "s");
}

static int nothing_shared(const struct gg_score_pair *p, struct gg_err *err)
{
    char x[128], y[128];
    print_grid(x, &p->x.time);
    print_grid(y, &p->y.time);
    return gg_fail(err, GG_INPUT,
                   "no time in common: field '%s' is at %s, '%s' at %s; --nearest-time pairs each with the "
                   "nearest",
                   p->y.field->name, y, p->x.field->name, x);
}

int gg_score_pair_times(struct gg_score_pair *p, enum gg_score_pairing how, struct gg_arena *a,
                        struct gg_err *err)
{
    const struct gg_field_times *x = &p->x.time, *y = &p->y.time;
    int n_x = x->axis < 0 ? 1 : x->n;
    bool by_value = x->axis >= 0 && y->axis >= 0 && x->value && y->value;
    if (y->axis >= 0 && !by_value && (x->axis < 0 || y->n != x->n))
        return x->axis < 0 ? gg_fail(err, GG_INPUT, "field '%s': is at %d times, '%s' at none",
                                     p->y.field->name, y->n, p->x.field->name)
                           : gg_fail(err, GG_INPUT, "field '%s': has %d times, '%s' has %d", p->y.field->name,
                                     y->n, p->x.field->name, x->n);
    p->time = GG_NEW(a, struct gg_score_times, (size_t)n_x + (size_t)y->n);
    p->n = 0;
    bool tau = by_value && how == GG_PAIR_TAU, nearest = by_value && how == GG_PAIR_NEAREST,
         place = how == GG_PAIR_PLACE && x->n == y->n;
    if (tau)
        pair_by_tau(p);
    for (int t = 0; nearest && t < y->n; t++) {
        int at = nearest_to(y->value[t], x);
        if (at >= 0)
            p->time[p->n++] = (struct gg_score_times){at, t};
    }
    for (int t = 0; !nearest && !tau && t < n_x; t++) {
        int at = place ? t : gg_score_time_in(y, x, t);
        if (at >= 0)
            p->time[p->n++] = (struct gg_score_times){t, at};
    }
    return p->n > 0 || n_x == 0 ? 0 : nothing_shared(p, err);
}

bool gg_score_pair_nearest(const struct gg_score_pair *p, int k)
{
    const struct gg_field_times *x = &p->x.time, *y = &p->y.time;
    int best = k;
    for (int j = 0; j < p->n && x->value && y->value; j++) {
        const struct gg_score_times *a = &p->time[j], *b = &p->time[best];
        if (a->x == b->x && apart(x->value[a->x], y->value[a->y]) < apart(x->value[b->x], y->value[b->y]))
            best = j;
    }
    return best == k;
}
