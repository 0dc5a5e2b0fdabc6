/* conv_list.c -- see conv_list.h */
#include "kernel/conv_list.h"
#include "o3/o3.h"

#include <math.h>

/* Terms of the entry (m1, m3) behind the *n that are there; with m2 NULL they are counted only. */
static void add_terms(const double *w, int l2, int l3, int m1, int m3, int *n, int *m2, gg_real *value)
{
    for (int m = 0; m <= 2 * l2; m++) {
        double x = w[(m1 * (2 * l2 + 1) + m) * (2 * l3 + 1) + m3];
        if (fabs(x) <= 1e-14)
            continue;
        if (m2 != NULL) {
            m2[*n] = m;
            value[*n] = (gg_real)x;
        }
        ++*n;
    }
}

static int count_terms(const double *w, int l1, int l2, int l3)
{
    int n = 0;
    for (int m1 = 0; m1 <= 2 * l1; m1++)
        for (int m3 = 0; m3 <= 2 * l3; m3++)
            add_terms(w, l2, l3, m1, m3, &n, NULL, NULL);
    return n;
}

static void sort_by_m1(struct gg_conv_list *list, int l1, int l3)
{
    int k = 0;
    for (int m1 = 0; m1 <= 2 * l1; m1++) {
        list->begin1[m1] = k;
        for (int m3 = 0; m3 <= 2 * l3; m3++)
            for (int n = list->begin3[m3]; n < list->begin3[m3 + 1]; n++)
                if (list->m1[n] == m1) {
                    list->entry1[k] = n;
                    list->m3[k++] = m3;
                }
    }
    list->begin1[2 * l1 + 1] = k;
}

const struct gg_conv_list *gg_conv_list_new(struct gg_arena *a, int l1, int l2, int l3)
{
    const double *w = gg_coupling(l1, l2, l3);
    struct gg_conv_list *list = GG_NEW(a, struct gg_conv_list, 1);
    int n_term = count_terms(w, l1, l2, l3), at = 0;
    list->m2 = GG_NEW(a, int, (size_t)n_term);
    list->w = GG_NEW(a, gg_real, (size_t)n_term);
    for (int m3 = 0; m3 <= 2 * l3; m3++) {
        list->begin3[m3] = list->n_entry;
        for (int m1 = 0; m1 <= 2 * l1; m1++) {
            int first = at;
            add_terms(w, l2, l3, m1, m3, &at, list->m2, list->w);
            if (at == first)
                continue;
            list->m1[list->n_entry++] = m1;
            list->term[list->n_entry] = at;
        }
    }
    list->begin3[2 * l3 + 1] = list->n_entry;
    sort_by_m1(list, l1, l3);
    return list;
}
