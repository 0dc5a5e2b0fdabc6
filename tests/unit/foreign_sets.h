/* foreign_sets.h -- one small configuration, written by the conventions of each public set */
#ifndef FOREIGN_SETS_H
#define FOREIGN_SETS_H

#include "foreign_fixture.h"

enum { N = 10, K = 3, T = 10 };

static const double times_044[T] = {0.13, 1.3, 13, 130, 412, 1300, 4120, 13000, 41200, 130000};

struct truth {
    int dim;
    double L, pos[N][3], type[N], inherent[N][3], run[T][K][N][3], prop[T][N];
};

/* Pairwise different, irregular numbers; some runs leave the box. */
static inline struct truth truth(int dim, double L)
{
    struct truth x = {.dim = dim, .L = L};
    for (int i = 0; i < N; i++) {
        x.type[i] = i % 5 == 0;
        for (int c = 0; c < dim; c++) {
            x.pos[i][c] = L * fmod(0.37 * i + 0.21 * c + 0.011 * i * i + 0.05, 1);
            x.inherent[i][c] = x.pos[i][c] + 0.1 * sin(i + 2 * c);
        }
    }
    for (int t = 0; t < T; t++)
        for (int i = 0; i < N; i++) {
            x.prop[t][i] = 0;
            for (int k = 0; k < K; k++) {
                double d2 = 0;
                for (int c = 0; c < dim; c++) {
                    double d = 0.3 * (t + 1) * sin(7 * i + 3 * k + c + t);
                    x.run[t][k][i][c] = x.pos[i][c] + d;
                    d2 += d * d;
                }
                x.prop[t][i] += sqrt(d2) / K;
            }
        }
    return x;
}

/* The first n vectors without the unused components, moved by `shift` and, if `centred`, wrapped into [-L/2,
 * L/2). */
static inline double *packed(const struct truth *x, const double (*r)[3], int n, bool centred)
{
    double *out = malloc((size_t)(n * x->dim) * sizeof *out);
    for (int i = 0; i < n; i++)
        for (int c = 0; c < x->dim; c++)
            out[i * x->dim + c] = r[i][c] - (centred ? x->L * floor(r[i][c] / x->L + 0.5) : 0);
    return out;
}

static inline struct bytes npy_vectors(const struct truth *x, const char *descr, bool fortran, int ndim,
                                       const uint64_t *shape, const double *r, int n, bool centred)
{
    double *flat = packed(x, (const double(*)[3])r, n, centred);
    struct bytes b = npy(descr, fortran, ndim, shape, flat);
    free(flat);
    return b;
}

static inline struct bytes npy_types(const struct truth *x, int first)
{
    double code[N];
    for (int i = 0; i < N; i++)
        code[i] = x->type[i] + first;
    return npy("|i1", false, 1, (const uint64_t[]){N}, code);
}

/* ---- the sets ---- */

static inline struct bytes botan(const struct truth *x)
{
    const uint64_t runs[] = {K, N, 3};
    struct member m[] = {{"types", npy_types(x, 0)},
                         {"initial_positions", npy_vectors(x, "<f8", true, 2, runs + 1, x->pos[0], N, false)},
                         {"positions", npy_vectors(x, "<f8", false, 3, runs, x->run[6][0][0], K * N, false)}};
    return zip_of(m, 3, ZIP_CM_STORE);
}

static inline struct bytes glassbench(const struct truth *x)
{
    const uint64_t vectors[] = {N, (uint64_t)x->dim}, series[] = {T, N};
    double kept[T * N];
    for (int k = 0; k < T * N; k++)
        kept[k] = 1 - 0.001 * k;
    struct member m[] = {{"types", npy_types(x, 1)},
                         {"initial_positions", npy_vectors(x, "<f8", false, 2, vectors, x->pos[0], N, true)},
                         {"initial_positions_inherent",
                          npy_vectors(x, "<f8", true, 2, vectors, x->inherent[0], N, true)},
                         {"initial_positions_cage",
                          npy_vectors(x, ">f8", false, 2, vectors, x->inherent[0], N, true)},
                         {"md_prop", npy("<f8", false, 2, series, x->prop[0])},
                         {"bb_prop", npy("<f8", true, 2, series, kept)},
                         {"SE3", npy("<f4", false, 2, series, x->prop[0])}};
    return zip_of(m, 7, ZIP_CM_DEFLATE);
}

/* Runs go on from where the centred start is. */
static inline struct bytes glassbench_runs(const struct truth *x)
{
    struct truth y = *x;
    for (int k = 0; k < K; k++)
        for (int i = 0; i < N; i++)
            for (int c = 0; c < 2; c++)
                y.run[3][k][i][c] -= x->L * floor(x->pos[i][c] / x->L + 0.5);
    const uint64_t runs[] = {K, N, 2};
    struct member m[] = {{"types", npy_types(x, 1)},
                         {"box", npy("<f8", false, 0, NULL, &x->L)},
                         {"initial_positions", npy_vectors(x, "<f8", false, 2, runs + 1, x->pos[0], N, true)},
                         {"positions", npy_vectors(x, "<f8", false, 3, runs, y.run[3][0][0], K * N, false)}};
    return zip_of(m, 4, ZIP_CM_STORE);
}

static inline struct bytes ka_md(const struct truth *x)
{
    const uint64_t runs[] = {T, K, N, 3}, series[] = {T, N}, box[] = {3};
    const double L[3] = {x->L, x->L, x->L}, temperature = 0.5;
    struct member m[] = {{"types", npy_types(x, 0)},
                         {"initial_positions",
                          npy_vectors(x, "<f4", false, 2, runs + 2, x->pos[0], N, false)},
                         {"box", npy("<f8", false, 1, box, L)},
                         {"temperature", npy("<f8", false, 0, NULL, &temperature)},
                         {"times", npy("<f8", false, 1, series, times_044)},
                         {"md_prop", npy("<f4", false, 2, series, x->prop[0])},
                         {"positions",
                          npy_vectors(x, "<f4", false, 4, runs, x->run[0][0][0], T * K * N, false)}};
    return zip_of(m, 7, ZIP_CM_STORE);
}

/* The order of levels in the source: the last one lies in time between 5 and 6. */
static inline int source_index(int t)
{
    return t < 6 ? t : t == 6 ? 9 : t - 1;
}

static inline struct bytes deepmind(const struct truth *x, int n_run_times)
{
    struct bytes b = {0};
    const int32_t vectors[] = {N, 3}, three[] = {3}, ten[] = {T};
    double level[T];
    int at[T];
    for (int t = 0; t < T; t++)
        at[source_index(t)] = t;
    for (int k = 0; k < T; k++)
        level[k] = k < 9 ? 0.9 - 0.1 * k : exp(-1);
    put(&b, "\x80\3}(", 4);
    put_key(&b, "positions");
    put_array(&b, "f8", 2, vectors, x->pos[0]);
    put_key(&b, "types");
    put_array(&b, "i4", 1, vectors, x->type);
    put_key(&b, "box");
    put_array(&b, "f8", 1, three, (const double[]){x->L, x->L, x->L});
    put_key(&b, "is_values");
    put_array(&b, "f8", 1, ten, level);
    put_key(&b, "time");
    put_text(&b, "](");
    put_float(&b, 0);
    for (int t = 0; t < T; t++)
        put_float(&b, times_044[t]);
    put_text(&b, "e");
    put_key(&b, "time_indices");
    put_text(&b, "](");
    for (int k = 0; k < T; k++)
        put_whole(&b, at[k] + 1);
    put_text(&b, "e");
    put_key(&b, "targets");
    put_text(&b, "](");
    for (int k = 0; k < T; k++)
        put_array(&b, "f8", 1, vectors, x->prop[at[k]]);
    put_text(&b, "e");
    put_key(&b, "trajectory_target_positions");
    put_text(&b, "](");
    for (int k = 0; k < n_run_times; k++) {
        put_text(&b, "](");
        for (int r = 0; r < K; r++)
            put_array(&b, "f8", 2, vectors, x->run[at[k]][r][0]);
        put_text(&b, "e");
    }
    put_text(&b, "e");
    put_metadata(&b, 0.44);
    return b;
}

/* ---- against it ---- */

static inline void assert_near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.9g is not %.9g", a, b);
}

static inline void check_vectors(const struct gg_frame *f, const char *name, const struct truth *x,
                                 const double (*r)[3], double tolerance)
{
    const struct gg_field *field = gg_frame_find(f, name);
    assert_non_null(field);
    for (uint64_t k = 0; k < 3 * N; k++)
        assert_near(gg_field_get(field, k), k % 3 < (uint64_t)x->dim ? r[k / 3][k % 3] : 0, tolerance);
}

#endif
