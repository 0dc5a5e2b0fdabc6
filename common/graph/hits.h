/* hits.h -- the float test of the neighbour search; used inside graph/ only */
#ifndef GG_HITS_H
#define GG_HITS_H

#include <stdint.h>

/* How many candidates are certainly inside, and how many may be; n is a multiple of GG_LANES (around.h). */
void gg_count_hits(const float *x, const float *y, const float *z, int n, int own, float inside,
                   float outside, int *sure, int *possible);
/* Lists in hit[] the places k with d2 <= outside; returns their number.  Writes up to GG_LANES entries behind them. */
typedef int gg_list_hits(const float *x, const float *y, const float *z, int n, const float at[3],
                         float outside, int32_t *hit);
gg_list_hits *gg_list_hits_best(void);

#endif
