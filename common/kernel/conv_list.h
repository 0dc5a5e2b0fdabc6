/* conv_list.h -- the coupling of a path as lists, for degrees whose kernels are not generated
 *
 *     M_{m3 m1} = sum_m2 w_{m1 m2 m3} Y_{l2 m2}: an entry for every (m1, m3) that is not zero, a term for every m2 */
#ifndef GG_CONV_LIST_H
#define GG_CONV_LIST_H

#include "util/arena.h"
#include "util/real.h"

enum {
    GG_LIST_M = 13,
    GG_LIST_ENTRIES = GG_LIST_M * GG_LIST_M
}; /* 2 l + 1 at most, and the square of that */

struct gg_conv_list {
    int n_entry;
    int term[GG_LIST_ENTRIES + 1]; /* the terms of entry n: term[n] .. term[n+1]-1 */
    int *m2;
    gg_real *w;
    /* The entries of m3 are numbers begin3[m3] .. begin3[m3+1]-1, entry n joins m1[n].  Those of m1 are entry1[k], each with
     * its m3[k], k = begin1[m1] .. begin1[m1+1]-1. */
    int begin3[GG_LIST_M + 1], m1[GG_LIST_ENTRIES];
    int begin1[GG_LIST_M + 1], entry1[GG_LIST_ENTRIES], m3[GG_LIST_ENTRIES];
};

const struct gg_conv_list *gg_conv_list_new(struct gg_arena *a, int l1, int l2, int l3);

#endif
