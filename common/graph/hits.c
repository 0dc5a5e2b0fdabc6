/* hits.c -- the float test of the neighbour search: which candidates lie within a distance of a particle */
#include "graph/hits.h"
#include "util/clones.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

GG_CLONES static void count(const float *x, const float *y, const float *z, int n, int own, float inside,
                            float outside, int *sure, int *possible)
{
    float xi = x[own], yi = y[own], zi = z[own];
    int n_sure = 0, n_possible = 0;
#pragma omp simd reduction(+ : n_sure, n_possible)
    for (int k = 0; k < n; k++) {
        float dx = x[k] - xi, dy = y[k] - yi, dz = z[k] - zi;
        float d2 = dx * dx + dy * dy + dz * dz;
        n_sure += d2 < inside;
        n_possible += d2 <= outside;
    }
    *sure = n_sure;
    *possible = n_possible;
}

void gg_count_hits(const float *x, const float *y, const float *z, int n, int own, float inside,
                   float outside, int *sure, int *possible)
{
    count(x, y, z, n, own, inside, outside, sure, possible);
}

static int list_hits_plain(const float *x, const float *y, const float *z, int n, const float at[3],
                           float outside, int32_t *hit)
{
    int n_hit = 0;
    for (int k = 0; k < n; k++) {
        float dx = x[k] - at[0], dy = y[k] - at[1], dz = z[k] - at[2];
        hit[n_hit] = k;
        n_hit += dx * dx + dy * dy + dz * dz <= outside;
    }
    return n_hit;
}

#ifdef __x86_64__
/* Eight at a time: the bits of the comparison pick, byte by byte, which of the numbers 0 .. 7 are kept. */
__attribute__((target("avx2,bmi2"))) static int list_hits_avx2(const float *x, const float *y, const float *z,
                                                               int n, const float at[3], float outside,
                                                               int32_t *hit)
{
    __m256 xi = _mm256_set1_ps(at[0]), yi = _mm256_set1_ps(at[1]), zi = _mm256_set1_ps(at[2]);
    __m256 limit = _mm256_set1_ps(outside);
    int n_hit = 0;
    for (int k = 0; k < n; k += 8) {
        __m256 dx = _mm256_sub_ps(_mm256_loadu_ps(x + k), xi), dy = _mm256_sub_ps(_mm256_loadu_ps(y + k), yi),
               dz = _mm256_sub_ps(_mm256_loadu_ps(z + k), zi);
        __m256 d2 =
            _mm256_add_ps(_mm256_add_ps(_mm256_mul_ps(dx, dx), _mm256_mul_ps(dy, dy)), _mm256_mul_ps(dz, dz));
        unsigned bits = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(d2, limit, _CMP_LE_OQ));
        uint64_t keep = _pdep_u64(bits, 0x0101010101010101) * 0xFF;
        uint64_t lanes = _pext_u64(0x0706050403020100, keep);
        __m256i places =
            _mm256_add_epi32(_mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)lanes)), _mm256_set1_epi32(k));
        _mm256_storeu_si256((__m256i *)(hit + n_hit), places);
        n_hit += __builtin_popcount(bits);
    }
    return n_hit;
}
#endif

gg_list_hits *gg_list_hits_best(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
        return list_hits_avx2;
#endif
    return list_hits_plain;
}
