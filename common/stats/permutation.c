/* permutation.c -- a paired test of two predictors over the same configurations
 *
 * R. A. Fisher, The Design of Experiments (1935), ch. 3: the randomisation test of paired differences. */
#include "stats/permutation.h"
#include "util/rng.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum { EXACT = 16, DRAWS = 1 << EXACT };

double gg_sign_test(int n, const double *d)
{
    double sum = 0, size = 0;
    int there = 0;
    for (int k = 0; k < n; k++) {
        sum += isnan(d[k]) ? 0 : d[k];
        size += isnan(d[k]) ? 0 : fabs(d[k]);
        there += !isnan(d[k]);
    }
    bool exact = there <= EXACT;
    int draws = exact ? 1 << there : DRAWS, far = 0;
    for (int s = 0; s < draws; s++) {
        struct gg_rng rng = gg_rng_at(0, (uint32_t)s, 0, 0);
        double other = 0;
        for (int k = 0, bit = 0; k < n; k++)
            if (!isnan(d[k])) {
                bool turned = exact ? s >> bit & 1 : gg_rng_u32(&rng) & 1;
                other += turned ? -d[k] : d[k];
                bit++;
            }
        far += fabs(other) >= fabs(sum) - 1e-12 * size;
    }
    return there == 0 ? NAN : exact ? far / (double)draws : (far + 1) / (draws + 1.0);
}
