/* bench_roofs.c -- what this processor can do: multiply-adds in registers, reading, matrix products */
#include "bench.h"
#include "util/arena.h"
#include "util/clones.h"
#include "util/linalg.h"

#include <math.h>
#include <stdlib.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

enum { ROUNDS = 9, CHAINS = 12 };

/* ---- multiply-adds: 12 chains cover latency times width of every processor so far ---- */

#ifdef __x86_64__
enum { STEPS = 1000000 };

#define EACH(f) f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11)
#define START(k) x##k = SET((float)k),
#define STEP(k) x##k = FMA(x##k, a, b);
#define JOIN(k) a = FMA(x##k, x##k, a);
#define CHAINS_OF(name, type, isa)                         \
    __attribute__((target(isa))) static float name(void)   \
    {                                                      \
        type EACH(START) a = SET(0.999F), b = SET(0.001F); \
        for (int s = 0; s < STEPS; s++) {                  \
            EACH(STEP)                                     \
        }                                                  \
        EACH(JOIN)                                         \
        return FIRST(a);                                   \
    }

#define SET _mm256_set1_ps
#define FMA _mm256_fmadd_ps
#define FIRST _mm256_cvtss_f32
CHAINS_OF(chains_avx2, __m256, "avx2,fma")
#undef SET
#undef FMA
#undef FIRST
#define SET _mm512_set1_ps
#define FMA _mm512_fmadd_ps
#define FIRST _mm512_cvtss_f32
CHAINS_OF(chains_avx512, __m512, "avx512f")

static double chains_rate(float (*chains)(void), int lanes)
{
    double start = bench_cpu();
    bench_keep = (double)chains();
    return 2e-9 * STEPS * CHAINS * lanes / (bench_cpu() - start);
}

double bench_fma(void)
{
    if (__builtin_cpu_supports("avx512f"))
        return chains_rate(chains_avx512, 16);
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? chains_rate(chains_avx2, 8)
                                                                           : NAN;
}
#else
double bench_fma(void)
{
    return NAN;
}
#endif

/* ---- matrix products ---- */

enum { N = 1024 };

static double sgemm_rate(float *a)
{
    double start = bench_cpu();
    gg_sgemm(false, false, N, N, N, 1, a, N, a + N * N, N, 0, a + 2 * N * N, N);
    return 2e-9 * N * N * N / (bench_cpu() - start);
}

static double dgemm_rate(double *a)
{
    double start = bench_cpu();
    gg_dgemm(false, false, N, N, N, 1, a, N, a + N * N, N, 0, a + 2 * N * N, N);
    return 2e-9 * N * N * N / (bench_cpu() - start);
}

static void arithmetic(void)
{
    double fma = NAN, single = 0, wide = 0, *a = gg_xalloc(3 * N * N, sizeof *a);
    for (int k = 0; k < ROUNDS; k++) {
        fma = fmax(fma, bench_fma());
        single = fmax(single, sgemm_rate((float *)a));
        wide = fmax(wide, dgemm_rate(a));
    }
    free(a);
    bench_say("one thread unless said otherwise; matrix products by %s", gg_blas_name());
    const double rate[] = {fma, single, fma / 2, wide};
    static const char *const what[] = {"multiply-adds, float", "sgemm 1024", "multiply-adds, double",
                                       "dgemm 1024"};
    for (int k = 0; k < 4; k++) {
        bench_row(what[k], -1, -1);
        bench_cell("rate", "GFLOP/s", rate[k]);
        bench_cell("FMA", "%", 100 * rate[k] / (k < 2 ? fma : fma / 2));
        bench_end();
    }
}

/* ---- reading ---- */

GG_CLONES static uint64_t sum_of(const uint64_t *x, int64_t n)
{
    uint64_t a = 0, b = 0, c = 0, d = 0;
    int64_t q = n / 4;
#pragma omp simd reduction(+ : a, b, c, d)
    for (int64_t k = 0; k < q; k++) {
        a += x[k];
        b += x[q + k];
        c += x[2 * q + k];
        d += x[3 * q + k];
    }
    return a + b + c + d;
}

static void reading(const char *what, int64_t bytes)
{
    uint64_t *x = gg_xalloc((size_t)bytes, 1);
    int64_t often = 1 + (INT64_C(1) << 28) / bytes;
    double best = 0;
    for (int64_t k = 0; k < bytes / 8; k++)
        x[k] = (uint64_t)k;
    for (int r = 0; r < ROUNDS; r++) {
        double start = bench_cpu();
        for (int64_t k = 0; k < often; k++)
            bench_keep = (double)sum_of(x, bytes / 8);
        best = fmax(best, 1e-9 * (double)(often * bytes) / (bench_cpu() - start));
    }
    bench_row(what, -1, -1);
    bench_cell("rate", "GB/s", best);
    bench_end();
    free(x);
}

void bench_roofs(void)
{
    arithmetic();
    reading("read 16 kB", 16 << 10);
    reading("read 512 kB", 512 << 10);
    reading("read 8 MB", 8 << 20);
    reading("read 256 MB", 256 << 20);
}
