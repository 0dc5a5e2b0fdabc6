/* test_conv_so2.c -- mixing in the frames of bonds against the full product that it is; poles, isolated particles */
#include "layers/layers.h"
#include "bonds_fixture.h"
#include "conv_fixture.h"
#include "conv/conv.h"
#include "conv/conv_full.h"
#include "laws/check.h"
#include "laws/liquid.h"
#include "o3/o3.h"
#include "util/threads.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct gg_arena arena;

/* ---- a layer and what comes of it ---- */

struct run {
    struct gg_layer l;
    gg_real *w, *x, *y, *dx, *dw;
    gg_real (*dvec)[3];
    int64_t n_x, n_y;
};

static struct run open_layer(const struct gg_liquid *s, const char *name, const char *in, const char *hypers)
{
    struct gg_err err = {0};
    struct gg_layer_case k = {"", {in}, hypers};
    struct run q = {.l = {.n_type = s->n_type, .cutoff = s->cutoff, .mean_neighbours = 20}};
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    if (gg_layer_from_case(&q.l, gg_layer_find(name), &k, &arena, &err))
        fail_msg("%s: %s", name, err.text);
    q.n_x = s->n * q.l.in[0].stride;
    q.n_y = s->n * q.l.out.stride;
    q.w = GG_NEW(&arena, gg_real, (size_t)q.l.n_weight);
    q.dw = GG_NEW(&arena, gg_real, (size_t)q.l.n_weight);
    q.x = GG_NEW(&arena, gg_real, (size_t)q.n_x);
    q.dx = GG_NEW(&arena, gg_real, (size_t)q.n_x);
    q.y = GG_NEW(&arena, gg_real, (size_t)q.n_y);
    q.dvec = gg_arena_calloc(&arena, (size_t)s->graph.n_edge, sizeof *q.dvec);
    fill(q.w, (size_t)q.l.n_weight, &r);
    return q;
}

/* The same x and dy whatever the layer, 0 in padding. */
static void fill_rows(const struct gg_shape *s, int64_t n, uint64_t seed, gg_real *x)
{
    struct gg_rng r = gg_rng_at(seed, 0, 0, 0);
    for (int64_t i = 0; i < n; i++)
        for (int b = 0; b < s->irreps.n; b++)
            for (int k = 0; k < (2 * s->irreps.b[b].l + 1) * s->irreps.b[b].mul; k++)
                x[i * s->stride + s->offset[b] + k / s->irreps.b[b].mul * s->pad[b] +
                  k % s->irreps.b[b].mul] = (gg_real)gg_rng_normal(&r);
}

static void run_layer(struct run *q, const struct gg_liquid *s)
{
    gg_real *dy = GG_NEW(&arena, gg_real, (size_t)q->n_y);
    const gg_real *x[1] = {q->x};
    gg_real *dx[1] = {q->dx};
    fill_rows(&q->l.in[0], s->n, 11, q->x);
    fill_rows(&q->l.out, s->n, 13, dy);
    struct gg_call call = {.l = &q->l,
                           .w = q->w,
                           .g = &s->graph,
                           .x = x,
                           .y = q->y,
                           .scratch =
                               gg_arena_alloc(&arena, q->l.scratch_bytes(&q->l, &s->graph, gg_threads())),
                           .dy = dy,
                           .dx = dx,
                           .dw = q->dw,
                           .dvec = q->dvec};
    q->l.type->forward(&call);
    q->l.type->backward(&call);
}

/* ---- a full product in the form of frames ----
 *
 *     Wr_m = sum_l2 V_l2 f sqrt(2 l2 + 1) w^{l1 l2 l3}_{m 0 m},   Wi_m: the same with w_{m 0 -m};   R_{u,m,l1,c} = a_u */

static bool natural(struct gg_irrep x)
{
    return x.p == (x.l % 2 ? -1 : 1);
}

static bool takes(enum gg_parity parity, struct gg_irrep x)
{
    return parity != GG_PARITY_NATURAL || natural(x);
}

/* Whether a weight stands between component m of x and component m (or -m) of y. */
static bool joined(enum gg_parity parity, struct gg_irrep x, struct gg_irrep y, int m, bool imaginary)
{
    bool both = parity == GG_PARITY_NONE;
    if (x.l < m || y.l < m || (imaginary && m == 0) || !takes(parity, x) || !takes(parity, y))
        return false;
    return both || (natural(x) == natural(y)) != imaginary;
}

/* What conv_so2 multiplies Wr, Wi of |m| into output block d by. */
static double own_factor(const struct gg_layer *l, enum gg_parity parity, int rank, int d, int m)
{
    struct gg_irrep y = l->out.irreps.b[d];
    double fan_in = 0, made = 0;
    for (int q = 0; q <= y.l; q++) {
        double n = 0;
        for (int b = 0; b < l->in[0].irreps.n; b++)
            for (int i = 0; i < 2; i++)
                n += joined(parity, l->in[0].irreps.b[b], y, q, i) ? l->in[0].irreps.b[b].mul : 0;
        made += n > 0 ? (q ? 2 : 1) : 0;
        fan_in = q == m ? n : fan_in;
    }
    return sqrt((2 * y.l + 1) / made / (rank * fan_in));
}

static bool is_path(enum gg_parity parity, struct gg_irrep x, int l2, struct gg_irrep y, int l_max)
{
    if (l2 > l_max || y.l > l_max || y.l < abs(x.l - l2) || y.l > x.l + l2)
        return false;
    if (parity == GG_PARITY_NONE)
        return true;
    return y.p == x.p * (l2 % 2 ? -1 : 1) && takes(parity, x) && takes(parity, y);
}

static double full_factor(const struct gg_layer *l, enum gg_parity parity, int d, int l_max)
{
    double fan_in = 0;
    for (int b = 0; b < l->in[0].irreps.n; b++)
        for (int l2 = 0; l2 <= l_max; l2++)
            fan_in += is_path(parity, l->in[0].irreps.b[b], l2, l->out.irreps.b[d], l_max)
                          ? l->in[0].irreps.b[b].mul
                          : 0;
    return sqrt((2 * l->out.irreps.b[d].l + 1) / fan_in);
}

struct pair {
    const struct run *full, *so2;
    enum gg_parity parity;
    int l_max, rank;
};

/* Of one path, input block b, l2, output block d, whose weights are `column` of V [rank][outputs]: V into W, or dW into dV. */
static void map_path(const struct pair *p, int b, int l2, int d, const gg_real *V, gg_real *W,
                     const gg_real *dW, double *dV)
{
    const struct gg_layer *l = &p->so2->l;
    struct gg_irrep x = l->in[0].irreps.b[b], y = l->out.irreps.b[d];
    int outputs = ((const struct gg_conv_plan *)p->full->l.plan)->net.width[2], n2 = 2 * l2 + 1,
        n3 = 2 * y.l + 1;
    const double *w = gg_coupling(x.l, l2, y.l);
    int64_t raw = 0;
    for (int m = 0; m <= 6; m++)
        for (int bd = 0; bd < l->in[0].irreps.n * l->out.irreps.n; bd++)
            for (int i = 0; i < 2; i++) {
                int b1 = bd / l->out.irreps.n, d1 = bd % l->out.irreps.n;
                int n = l->in[0].irreps.b[b1].mul * l->out.irreps.b[d1].mul;
                if (!joined(p->parity, l->in[0].irreps.b[b1], l->out.irreps.b[d1], m, i))
                    continue;
                if (b1 == b && d1 == d) {
                    double f = full_factor(l, p->parity, d, p->l_max) * sqrt(n2 / (double)p->rank) *
                               w[((x.l + m) * n2 + l2) * n3 + y.l + (i ? -m : m)] /
                               own_factor(l, p->parity, p->rank, d, m);
                    for (int u = 0; u < p->rank; u++)
                        for (int k = 0; k < n; k++) {
                            if (W)
                                W[raw + u * n + k] += (gg_real)(f * (double)V[u * outputs + k]);
                            else
                                dV[u * outputs + k] += f * (double)dW[raw + u * n + k];
                        }
                }
                raw += (int64_t)p->rank * n;
            }
}

/* All paths in e3nn's order; V, dV: the last layer of the full net, W, dW: mix. */
static void map_all(const struct pair *p, const gg_real *V, gg_real *W, const gg_real *dW, double *dV)
{
    const struct gg_layer *l = &p->so2->l;
    int64_t column = 0;
    for (int b = 0; b < l->in[0].irreps.n; b++)
        for (int l2 = 0; l2 <= p->l_max; l2++)
            for (int d = 0; d < l->out.irreps.n; d++) {
                if (!is_path(p->parity, l->in[0].irreps.b[b], l2, l->out.irreps.b[d], p->l_max))
                    continue;
                map_path(p, b, l2, d, V ? V + column : NULL, W, dW, dV ? dV + column : NULL);
                column += l->in[0].irreps.b[b].mul * l->out.irreps.b[d].mul;
            }
}

/* The last layer of the net: function u for every column of term u.  Columns: for |m| (and kind), u, block, channel. */
static void pick_functions(const struct pair *p, gg_real *last)
{
    const struct gg_layer *l = &p->so2->l;
    const struct gg_conv_plan *plan = l->plan;
    int columns = plan->net.width[2], at = 0;
    for (int m = 0; m <= 6; m++)
        for (int kind = 1; kind >= (p->parity == GG_PARITY_BOTH && m == 0 ? 0 : 1); kind--)
            for (int u = 0; u < p->rank; u++)
                for (int b = 0; b < l->in[0].irreps.n; b++) {
                    struct gg_irrep x = l->in[0].irreps.b[b];
                    bool used = false;
                    for (int d = 0; d < l->out.irreps.n; d++)
                        used |= joined(p->parity, x, l->out.irreps.b[d], m, false) ||
                                joined(p->parity, x, l->out.irreps.b[d], m, true);
                    if (!used || (p->parity == GG_PARITY_BOTH && m == 0 && natural(x) != kind))
                        continue;
                    for (int c = 0; c < x.mul; c++)
                        for (int h = 0; h < p->rank; h++)
                            last[h * columns + at + c] = h == u ? (gg_real)sqrt(p->rank) : 0;
                    at += x.mul;
                }
    assert_int_equal(at, columns);
}

static void place_poles(struct gg_liquid *s)
{
    gg_real(*vec)[3] = (gg_real(*)[3])s->graph.vec, *r = (gg_real *)s->graph.r, bonds[N_BOND][3];
    make_bonds(bonds);
    for (int e = 0; e < 10; e++) {
        memcpy(vec[7 * e], bonds[e], sizeof *vec);
        r[7 * e] = (gg_real)sqrt(pow((double)bonds[e][0], 2) + pow((double)bonds[e][1], 2) +
                                 pow((double)bonds[e][2], 2));
    }
}

static void check_equal(const char *in, const char *out, int l_max, const char *parity, enum gg_parity kind,
                        int rank)
{
    struct gg_liquid s;
    struct gg_rng r = gg_rng_at(19, 0, 0, 0);
    double allowed = sizeof(gg_real) == 8 ? 1e-10 : 1e-5;
    gg_liquid_random(&s, &arena, 70, 2, 1.6, &r);
    place_poles(&s);
    char *net =
        gg_arena_printf(&arena, "out_irreps=%s parity=%s radial.n=6 radial.hidden=%d", out, parity, rank);
    struct run full =
                   open_layer(&s, "conv", in, gg_arena_printf(&arena, "mixing=full lmax=%d %s", l_max, net)),
               so2 = open_layer(&s, "conv_so2", in, gg_arena_printf(&arena, "rank=%d %s", rank, net));
    struct pair p = {&full, &so2, kind, l_max, rank};
    int64_t first = 6 * rank, n_mix = ((struct gg_conv_plan *)so2.l.plan)->n_mix_weight,
            mix = so2.l.n_weight - n_mix, n_v = full.l.n_weight - first;
    memcpy(so2.w, full.w, (size_t)first * sizeof *so2.w);
    pick_functions(&p, so2.w + first);
    memset(so2.w + mix, 0, (size_t)n_mix * sizeof *so2.w);
    map_all(&p, full.w + first, so2.w + mix, NULL, NULL);
    run_layer(&full, &s);
    run_layer(&so2, &s);
    double *dV = GG_NEW(&arena, double, (size_t)n_v);
    gg_real *mapped = GG_NEW(&arena, gg_real, (size_t)n_v);
    map_all(&p, NULL, NULL, so2.dw + mix, dV);
    for (int64_t k = 0; k < n_v; k++)
        mapped[k] = (gg_real)dV[k];
    assert_true(worst(so2.y, full.y, (size_t)full.n_y) <= allowed);
    assert_true(worst(so2.dx, full.dx, (size_t)full.n_x) <= allowed);
    assert_true(worst(mapped, full.dw + first, (size_t)n_v) <= allowed);
    assert_true(worst(so2.dw, full.dw, (size_t)first) <= 3 * allowed); /* all of the above summed up */
    if (sizeof(gg_real) == 4)
        allowed = 1e-4; /* slopes between knots that are 1/160 apart */
    assert_true(worst((gg_real *)so2.dvec, (gg_real *)full.dvec, (size_t)(3 * s.graph.n_edge)) <= allowed);
    gg_arena_free(&arena);
}

static void test_is_the_full_product(void **state)
{
    (void)state;
    check_equal("8x0e+8x1o+8x2e", "8x0e+8x1o+8x2e", 4, "natural", GG_PARITY_NATURAL, 4);
    check_equal("3x0e+17x1o+5x2e+2x3o", "4x0e+9x1o+2x2e+3x3o+1x2o", 3, "natural", GG_PARITY_NATURAL, 3);
    check_equal("4x0e", "3x0e+2x4e", 4, "natural", GG_PARITY_NATURAL, 2);
    check_equal("2x0e+3x6e", "2x6e+1x1o", 6, "natural", GG_PARITY_NATURAL, 2);
    check_equal("3x0e+4x1e+2x1o+3x2e+2x2o+1x0o", "2x0o+2x0e+5x1o+3x1e+4x2o+3x2e", 4, "both", GG_PARITY_BOTH,
                3);
    check_equal("3x0e+4x1e+2x3e", "2x0e+3x1e+3x3o+2x2e", 5, "none", GG_PARITY_NONE, 3);
}

/* ---- what must not depend on the choice of a frame; nothing without bonds ---- */

/* Two particles, one bond each way. */
static void pair_of(struct gg_liquid *s, const double v[3])
{
    struct gg_rng r = gg_rng_at(23, 0, 0, 0);
    gg_liquid_random(s, &arena, 30, 1, 1.5, &r);
    place_poles(s);
    gg_real(*vec)[3] = (gg_real(*)[3])s->graph.vec;
    for (int a = 0; a < 3; a++)
        vec[5][a] = (gg_real)v[a];
    ((gg_real *)s->graph.r)[5] = 1;
}

/* Next to a pole the frames of different azimuths are turned against each other, the sums are not. */
static void test_no_gauge(void **state)
{
    static const char *const hypers[] = {"lmax=3 channels=3 radial.hidden=6",
                                         "lmax=3 channels=3 parity=none radial.hidden=6"};
    double step = sizeof(gg_real) == 8 ? 1e-12 : 1e-7;
    (void)state;
    for (int k = 0; k < 4; k++) {
        struct run at_pole = {0};
        for (int azimuth = 0; azimuth < 6; azimuth++) {
            double v[3] = {azimuth ? step * cos(azimuth) : 0, k % 2 ? 1 : -1,
                           azimuth ? step * sin(azimuth) : 0};
            struct gg_liquid s;
            pair_of(&s, v);
            struct run q = open_layer(&s, "conv_so2", "3x0e+3x1o+3x2e+3x3o", hypers[k / 2]);
            run_layer(&q, &s);
            if (azimuth == 0)
                at_pole = q;
            assert_true(worst(q.y, at_pole.y, (size_t)q.n_y) <= 10 * tolerance);
            assert_true(worst(q.dx, at_pole.dx, (size_t)q.n_x) <= 10 * tolerance);
        }
        gg_arena_free(&arena);
    }
}

static void test_isolated(void **state)
{
    struct gg_liquid s;
    struct gg_rng r = gg_rng_at(29, 0, 0, 0);
    int n_alone = 0;
    (void)state;
    gg_liquid_random(&s, &arena, 200, 2, 0.8, &r);
    struct run q = open_layer(&s, "conv_so2", "4x0e+4x1o", "lmax=2 radial.hidden=6");
    run_layer(&q, &s);
    for (int64_t i = 0; i < s.n; i++) {
        n_alone += s.graph.ptr[i] == s.graph.ptr[i + 1];
        for (int k = 0; k < q.l.out.stride; k++)
            assert_true(s.graph.ptr[i] == s.graph.ptr[i + 1] ? q.y[i * q.l.out.stride + k] == 0
                                                             : isfinite(q.y[i * q.l.out.stride + k]));
    }
    assert_true(n_alone > 5 && n_alone < s.n);
    gg_arena_free(&arena);
}

/* ---- sizes, refusals ---- */

/* Degrees 0 to 2, C channels: |m| = 0 mixes 3 C with 3 C, 1 mixes 2 C with 2 C, 2 mixes C with C; as many functions as inputs. */
static void test_parameters(void **state)
{
    struct gg_liquid s;
    struct gg_weight piece;
    struct gg_rng r = gg_rng_at(31, 0, 0, 0);
    const char *in = "8x0e+8x1o+8x2e";
    (void)state;
    gg_liquid_random(&s, &arena, 5, 2, 1.5, &r);
    struct run q = open_layer(&s, "conv_so2", in, "lmax=2 radial.n=10 radial.hidden=16");
    assert_int_equal(q.l.n_weight, 10 * 16 + 16 * 6 * 8 + 64 * (9 + 4 + 1));
    assert_true(q.l.type->weight(&q.l, 2, &piece) && !strcmp(piece.name, "mix") &&
                piece.shape[0] == 64 * (9 + 4 + 1));
    q = open_layer(&s, "conv_so2", in, "lmax=2 radial.n=10 mmax=1 rank=3");
    assert_int_equal(q.l.n_weight, 10 * 3 * 5 * 8 + 3 * 64 * (9 + 4));
    q = open_layer(&s, "conv_so2", in, "lmax=2 radial.n=10 parity=none");
    assert_int_equal(q.l.n_weight, 10 * 6 * 8 + 64 * (9 + 2 * (4 + 1)));
    gg_arena_free(&arena);
}

static void refused(const char *in, const char *hypers, const char *reason)
{
    struct gg_err err = {0};
    struct gg_layer_case k = {"", {in}, hypers};
    struct gg_layer l = {.n_type = 2, .cutoff = 2, .mean_neighbours = 20};
    assert_int_equal(gg_layer_from_case(&l, gg_layer_find("conv_so2"), &k, &arena, &err), -1);
    if (!strstr(err.text, reason))
        fail_msg("'%s' does not say '%s'", err.text, reason);
    gg_arena_free(&arena);
}

static void test_refusals(void **state)
{
    (void)state;
    refused("edge:4x0e", "", "one value on nodes");
    refused("4x0o+4x1e", "lmax=2", "nothing in the input mixes with them");
    refused("4x7o", "lmax=2", "degree 7, conv_so2 goes to 6");
    refused("4x0e", "out_irreps=4x7o", "out_irreps: degree 7, conv_so2 goes to 6");
    refused("4x0e+4x1o", "lmax=3 mmax=2", "|m| = 2 is in both the input and the output: 1 is the largest");
    refused("4x0e+4x1o+4x2e", "out_irreps=5x0e+3x3e mmax=1", "0 is the largest that does something");
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_is_the_full_product),
                                       cmocka_unit_test(test_no_gauge), cmocka_unit_test(test_isolated),
                                       cmocka_unit_test(test_parameters), cmocka_unit_test(test_refusals)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("conv_so2", tests, NULL, NULL);
}
