/* product_map.c -- the weights of another code's products as weights of ours, and back */
#include "o3/product_map.h"
#include "util/linalg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct gg_product_term *gg_product_terms(int nu, int n_m, int n_in, int n_path, const double *U, int *n_term,
                                         struct gg_arena *a)
{
    int64_t n = (int64_t)n_m * n_path, count = 0;
    for (int k = 0; k < nu; k++)
        n *= n_in;
    for (int64_t k = 0; k < n; k++)
        count += U[k] != 0;
    struct gg_product_term *t = GG_NEW(a, struct gg_product_term, (size_t)count + 1);
    *n_term = 0;
    for (int64_t k = 0; k < n; k++) {
        int index[GG_PRODUCT_FACTORS];
        int64_t rest = k / n_path;
        if (U[k] == 0)
            continue;
        for (int q = nu - 1; q >= 0; q--, rest /= n_in)
            index[q] = (int)(rest % n_in);
        t[(*n_term)++] =
            (struct gg_product_term){(int)(k % n_path), (int)rest, gg_monomial_of(nu, index), U[k]};
    }
    return t;
}

/* Both bases as columns over all (m, monomial) that stand in either. */
struct columns {
    int n_row, n_ours, n_theirs;
    int64_t *row;          /* m and monomial, ascending */
    double *ours, *theirs; /* [n_row][n_ours], [n_row][n_theirs] */
};

static int64_t row_of(const struct gg_product_term *t)
{
    return (int64_t)t->m << 32 | t->monomial;
}

static int compare_rows(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double *fill(const struct columns *c, const struct gg_product_term *t, int n_term, int n_path,
                    struct gg_arena *a)
{
    double *x = GG_NEW(a, double, (size_t)c->n_row *(size_t)n_path);
    for (const struct gg_product_term *end = t + n_term; t < end; t++) {
        int64_t row = row_of(t), *at = bsearch(&row, c->row, (size_t)c->n_row, sizeof row, compare_rows);
        x[(at - c->row) * n_path + t->path] += t->value;
    }
    return x;
}

static void make_columns(struct columns *c, const struct gg_product_basis *b,
                         const struct gg_product_term *theirs, int n_term, struct gg_arena *a)
{
    int n = 0;
    c->row = GG_NEW(a, int64_t, (size_t)(b->n_term + n_term) + 1);
    for (int k = 0; k < b->n_term; k++)
        c->row[n++] = row_of(&b->term[k]);
    for (int k = 0; k < n_term; k++)
        c->row[n++] = row_of(&theirs[k]);
    qsort(c->row, (size_t)n, sizeof *c->row, compare_rows);
    for (int k = 0; k < n; k++)
        if (k == 0 || c->row[k] != c->row[c->n_row - 1])
            c->row[c->n_row++] = c->row[k];
    c->ours = fill(c, b->term, b->n_term, c->n_ours, a);
    c->theirs = fill(c, theirs, n_term, c->n_theirs, a);
}

/* Refuses a column of theirs that ours times P does not give. */
static int check(const struct columns *c, const double *P, struct gg_err *err)
{
    double most = 0;
    for (int k = 0; k < c->n_row * c->n_theirs; k++)
        most = fmax(most, fabs(c->theirs[k]));
    for (int q = 0; q < c->n_theirs; q++) {
        double worst = 0;
        for (int k = 0; k < c->n_row; k++) {
            double rest = c->theirs[k * c->n_theirs + q];
            for (int eta = 0; eta < c->n_ours; eta++)
                rest -= c->ours[k * c->n_ours + eta] * P[eta * c->n_theirs + q];
            worst = fabs(rest) <= worst ? worst : fabs(rest); /* keeps NaN */
        }
        if (!(worst <= 1e-10 * most))
            return gg_fail(
                err, GG_NUMERICS,
                "coupling %d of %d is no equivariant polynomial of these irreps: %.2g of it, largest "
                "coefficient %.2g, is left: components in another order or normalisation?",
                q + 1, c->n_theirs, worst, most);
    }
    return 0;
}

double *gg_product_map(const struct gg_product_basis *b, int n_path, const struct gg_product_term *theirs,
                       int n_term, struct gg_arena *a, struct gg_err *err)
{
    struct gg_arena work = {0};
    struct columns c = {.n_ours = b->n_path, .n_theirs = n_path};
    double *P = GG_NEW(a, double, (size_t)(b->n_path * n_path) + 1);
    make_columns(&c, b, theirs, n_term, &work);
    int status = 0;
    if (c.n_ours > 0 && c.n_theirs > 0) {
        size_t bytes = sizeof(double) * (size_t)c.n_row * (size_t)c.n_theirs;
        double *left = gg_arena_alloc(&work, sizeof(double) * (size_t)c.n_row * (size_t)c.n_ours),
               *right = memcpy(gg_arena_alloc(&work, bytes), c.theirs, bytes);
        memcpy(left, c.ours, sizeof(double) * (size_t)c.n_row * (size_t)c.n_ours);
        status =
            gg_dgelsd(c.n_row, c.n_ours, c.n_theirs, left, c.n_ours, right, c.n_theirs, 1e-12, NULL, err);
        if (status == 0)
            memcpy(P, right, sizeof *P * (size_t)(c.n_ours * c.n_theirs));
    }
    if (status == 0)
        status = check(&c, P, err);
    gg_arena_free(&work);
    return status == 0 ? P : NULL;
}

double *gg_product_map_back(int n_ours, int n_theirs, const double *P, struct gg_arena *a, struct gg_err *err)
{
    int n = n_ours > n_theirs ? n_ours : n_theirs;
    double *back = GG_NEW(a, double, (size_t)n *(size_t)n_ours + 1),
           *copy = GG_NEW(a, double, (size_t)(n_ours * n_theirs) + 1);
    memcpy(copy, P, sizeof *copy * (size_t)(n_ours * n_theirs));
    for (int k = 0; k < n_ours; k++)
        back[k * n_ours + k] = 1;
    if (gg_dgelsd(n_ours, n_theirs, n_ours, copy, n_theirs, back, n_ours, 1e-10, NULL, err) < 0)
        return NULL;
    return back;
}
