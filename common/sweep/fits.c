/* fits.c -- the power law behind each curve of a summary, as a table */
#include "stats/curve.h"
#include "sweep/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Columns of the summary that a law is made of. */
struct columns {
    int key[GG_SWEEP_KEYS], size, seeds, rho, sd, ceiling;
};

static int find_columns(struct columns *c, const struct gg_tsv *t, struct gg_err *err)
{
    struct {
        int *at;
        const char *name;
    } wanted[] = {{&c->size, "size"},
                  {&c->seeds, "seeds"},
                  {&c->rho, "rho_config"},
                  {&c->sd, "rho_config_sd"},
                  {&c->ceiling, "ceiling_config"}};
    for (int k = 0; k < 5; k++)
        if ((*wanted[k].at = gg_tsv_need(t, wanted[k].name, "summary.tsv", err)) < 0)
            return -1;
    for (int k = 0; k < GG_SWEEP_KEYS; k++)
        if ((c->key[k] = gg_tsv_need(t, gg_sweep_key[k], "summary.tsv", err)) < 0)
            return -1;
    return 0;
}

/* Rows [first, end) of the summary are one curve. */
static int curve_end(const struct gg_tsv *s, const struct columns *c, int first)
{
    int end = first;
    for (bool same = true; same; end++)
        for (int k = 0; k < GG_SWEEP_KEYS && same; k++)
            same = end + 1 < s->n_row &&
                   gg_tsv_same(gg_tsv_text(s, first, c->key[k]), gg_tsv_text(s, end + 1, c->key[k]));
    return end;
}

/* How many points it has; none: no fit was tried. */
static int fit(struct gg_curve *law, const struct gg_tsv *s, const struct columns *c, int first, int end)
{
    struct gg_curve_point *p = gg_xalloc((size_t)(end - first), sizeof *p);
    int n = 0;
    for (int k = first; k < end; k++) {
        double rho = gg_tsv_value(s, k, c->rho);
        p[n] = (struct gg_curve_point){gg_tsv_value(s, k, c->size), rho,
                                       gg_tsv_value(s, k, c->sd) / sqrt(gg_tsv_value(s, k, c->seeds))};
        n += !isnan(rho);
    }
    if (n)
        gg_curve_fit(law, n, p, gg_tsv_value(s, first, c->ceiling));
    free(p);
    return n;
}

static void add_interval(struct gg_tsv *to, bool there, double x, struct gg_interval i, int digits)
{
    gg_tsv_number(to, there ? x : NAN, digits, "-");
    gg_tsv_number(to, there ? i.lo : NAN, digits, "-");
    gg_tsv_number(to, there ? i.hi : NAN, digits, "-");
}

static void add_law(struct gg_tsv *to, const struct gg_curve *law, double last, double reach)
{
    bool there = !law->why;
    gg_tsv_number(to, there ? law->law.a : NAN, 3, "-");
    gg_tsv_number(to, there ? law->law.b : NAN, 3, "-");
    gg_tsv_number(to, there ? law->law.c : NAN, 3, "-");
    add_interval(to, there, gg_curve_at(law, 2 * last), gg_curve_band(law, 2 * last), 3);
    add_interval(to, there, gg_curve_at(law, INFINITY), gg_curve_band(law, INFINITY), 3);
    if (!isnan(reach))
        add_interval(to, there, gg_curve_need(law, reach), gg_curve_need_band(law, reach), 0);
    gg_tsv_add(to, "%s", there ? GG_SWEEP_FITTED : law->why);
}

static void heads(struct gg_tsv *to, double reach)
{
    static const char *const head[] = {
        "a",           "b",           "c",    "rho_twice", "rho_twice_lo", "rho_twice_hi", "rho_last",
        "rho_last_lo", "rho_last_hi", "need", "need_lo",   "need_hi",      "fit"};
    for (int k = 0; k < GG_SWEEP_KEYS; k++)
        gg_tsv_head(to, gg_sweep_key[k]);
    for (int k = 0; k < 13; k++)
        if (!isnan(reach) || strncmp(head[k], "need", 4) != 0)
            gg_tsv_head(to, head[k]);
}

int gg_sweep_fits(struct gg_tsv *fits, const struct gg_tsv *summary, double reach, struct gg_err *err)
{
    struct columns c;
    struct gg_curve *law = gg_xmalloc(sizeof *law);
    int status = find_columns(&c, summary, err);
    heads(fits, reach);
    for (int first = 0, end; first < summary->n_row && status == 0; first = end) {
        end = curve_end(summary, &c, first);
        if (fit(law, summary, &c, first, end) == 0)
            continue; /* nothing was defined */
        for (int k = 0; k < GG_SWEEP_KEYS; k++)
            gg_tsv_add(fits, "%s", gg_tsv_text(summary, first, c.key[k]));
        add_law(fits, law, gg_tsv_value(summary, end - 1, c.size), reach);
    }
    free(law);
    return status;
}
