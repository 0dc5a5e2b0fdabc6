/* points.h -- four points at a time: what stands as x y z 0, particle by particle, into vectors of four x, four y, four z */
#ifndef GG_POINTS_H
#define GG_POINTS_H

#include <stdint.h>
#include <string.h>

enum { GG_FOUR = 4 };

typedef double gg_four __attribute__((vector_size(GG_FOUR * sizeof(double))));
typedef int64_t gg_four_mask __attribute__((vector_size(GG_FOUR * sizeof(int64_t))));

static inline __attribute__((always_inline)) void gg_four_points(const double (*at)[4], const int32_t *i,
                                                                 gg_four *x, gg_four *y, gg_four *z)
{
    gg_four p0, p1, p2, p3;
    memcpy(&p0, at[i[0]], sizeof p0);
    memcpy(&p1, at[i[1]], sizeof p1);
    memcpy(&p2, at[i[2]], sizeof p2);
    memcpy(&p3, at[i[3]], sizeof p3);
    gg_four xz01 = __builtin_shufflevector(p0, p1, 0, 4, 2, 6),
            y01 = __builtin_shufflevector(p0, p1, 1, 5, 3, 7);
    gg_four xz23 = __builtin_shufflevector(p2, p3, 0, 4, 2, 6),
            y23 = __builtin_shufflevector(p2, p3, 1, 5, 3, 7);
    *x = __builtin_shufflevector(xz01, xz23, 0, 1, 4, 5);
    *y = __builtin_shufflevector(y01, y23, 0, 1, 4, 5);
    *z = __builtin_shufflevector(xz01, xz23, 2, 3, 6, 7);
}

#endif
