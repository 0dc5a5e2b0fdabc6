/* product_basis.c -- the equivariant polynomials of some irreps: all of a degree, none twice */
/* A polynomial belongs to a multiset of blocks b1 <= b2 <= ..., and different multisets share no monomial.  So the basis of a
 * multiset is found alone: what its prefix b1 .. b_{k-1} has, coupled with b_k to every degree, and of these trees an independent
 * subset.  The order of factors is fixed because symmetric maps are images of all maps, and the trees of one order span those. */
#include "o3/product_basis.h"
#include "o3/o3.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)GG_PRODUCT_FACTORS *GG_PRODUCT_L_MAX <= (int)GG_L_MAX, "couplings reach as high");

/* Rows of coefficients, [n_m][n_monomial] each. */
struct polynomials {
    int n, room;
    double **c;
};
/* What is known of a multiset of blocks. */
struct family {
    int nu, p, last; /* factors, parity, highest block */
    int n_monomial;
    gg_monomial *monomial; /* ascending */
    struct polynomials of[GG_L_MAX + 1];
};
struct job {
    const struct gg_irreps *in, *out;
    int first[GG_IRREPS_MAX]; /* component of A at which a block begins */
    int nu_max;
    struct gg_product_basis *basis;
    struct gg_arena *a, *work;
};

/* ---- monomials ---- */

static int compare_monomials(const void *a, const void *b)
{
    gg_monomial x = *(const gg_monomial *)a, y = *(const gg_monomial *)b;
    return (x > y) - (x < y);
}

/* x times the component `index`, which goes behind all that are not greater. */
static gg_monomial times(gg_monomial x, int index)
{
    uint64_t digit = (uint64_t)index + 1, high = x;
    int shift = 0;
    while ((high & 255) > digit) {
        high >>= 8;
        shift += 8;
    }
    uint64_t low = x & (((uint64_t)1 << shift) - 1);
    return (gg_monomial)((high << 8 | digit) << shift | low);
}

gg_monomial gg_monomial_of(int nu, const int *index)
{
    gg_monomial x = 0;
    for (int k = 0; k < nu; k++)
        x = times(x, index[k]);
    return x;
}

static int find_monomial(const struct family *f, gg_monomial x)
{
    const gg_monomial *at =
        bsearch(&x, f->monomial, (size_t)f->n_monomial, sizeof *f->monomial, compare_monomials);
    assert(at);
    return (int)(at - f->monomial);
}

/* The monomials of `from` times the components of block b. */
static void multiply_monomials(const struct job *j, const struct family *from, int b, struct family *f)
{
    int n = 0, width = 2 * j->in->b[b].l + 1;
    f->monomial = GG_NEW(j->work, gg_monomial, (size_t)(from->n_monomial * width));
    for (int k = 0; k < from->n_monomial; k++)
        for (int m = 0; m < width; m++)
            f->monomial[n++] = times(from->monomial[k], j->first[b] + m);
    qsort(f->monomial, (size_t)n, sizeof *f->monomial, compare_monomials);
    for (int k = 0; k < n; k++)
        if (k == 0 || f->monomial[k] != f->monomial[f->n_monomial - 1])
            f->monomial[f->n_monomial++] = f->monomial[k];
}

/* ---- polynomials ---- */

static double dot(const double *x, const double *y, int n)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += x[k] * y[k];
    return sum;
}

static void add_polynomial(const struct job *j, struct polynomials *x, double *c)
{
    if (x->n == x->room) {
        double **old = x->c;
        x->room = 2 * x->room + 4;
        x->c = GG_NEW(j->work, double *, (size_t)x->room);
        if (x->n)
            memcpy(x->c, old, sizeof *x->c * (size_t)x->n);
    }
    x->c[x->n++] = c;
}

/* E(product of two monomials) for independent standard normal components: (k-1)!! for each that stands in it k times. */
static double moment(gg_monomial x, gg_monomial y)
{
    static const int of_power[2 * GG_PRODUCT_FACTORS + 1] = {1, 0, 1, 0, 3, 0, 15, 0, 105};
    double product = 1;
    while (x || y) {
        unsigned digit = (x & 255) > (y & 255) ? x & 255 : y & 255;
        int power = 0;
        for (; (x & 255) == digit; x >>= 8)
            power++;
        for (; (y & 255) == digit; y >>= 8)
            power++;
        product *= of_power[power];
    }
    return product;
}

/* Variance 1 of every component (one tells for all), first coefficient positive, nothing but rounding left out. */
static void normalise(const struct family *f, int l, double *c)
{
    double square = 0, most = 0;
    int n = f->n_monomial, first = 0;
    for (int k = 0; k < n * (2 * l + 1); k++)
        most = fmax(most, fabs(c[k]));
    for (int k = 0; k < n * (2 * l + 1); k++)
        if (fabs(c[k]) < 1e-12 * most)
            c[k] = 0;
    for (int k = 0; k < n; k++)
        for (int q = 0; c[k] != 0 && q < n; q++)
            if (c[q] != 0)
                square += c[k] * c[q] * moment(f->monomial[k], f->monomial[q]);
    while (c[first] == 0)
        first++;
    double factor = (c[first] < 0 ? -1 : 1) / sqrt(square);
    for (int k = 0; k < n * (2 * l + 1); k++)
        c[k] *= factor;
}

/* q of degree l1, a polynomial of `from`, times block b, to degree l: q_M A_m w_{M m}. */
static double *couple(const struct job *j, const struct family *from, int l1, const double *q, int b, int l,
                      const struct family *f, const int *place)
{
    int l2 = j->in->b[b].l, width = 2 * l2 + 1, n = f->n_monomial;
    const double *w = gg_coupling(l1, l2, l);
    double *c = GG_NEW(j->work, double, (size_t)(n * (2 * l + 1)));
    for (int m1 = 0; m1 <= 2 * l1; m1++)
        for (int m2 = 0; m2 < width; m2++)
            for (int m = 0; m <= 2 * l; m++) {
                double factor = w[(m1 * width + m2) * (2 * l + 1) + m];
                for (int k = 0; factor != 0 && k < from->n_monomial; k++)
                    c[m * n + place[k * width + m2]] += factor * q[m1 * from->n_monomial + k];
            }
    return c;
}

/* ---- an independent subset ---- */

/* A vector with what it is without those chosen before. */
struct candidate {
    double *c, *rest;
    int n_term, number;
    bool chosen;
};

static int few_terms_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return x->n_term != y->n_term ? x->n_term - y->n_term : x->number - y->number;
}

/* Takes off x what lies along the unit vectors y; twice, for the digits. */
static void project_out(const struct polynomials *y, double *x, int n)
{
    for (int twice = 0; twice < 2; twice++)
        for (int k = 0; k < y->n; k++) {
            double along = dot(y->c[k], x, n);
            for (int q = 0; q < n; q++)
                x[q] -= along * y->c[k][q];
        }
}

/* Into `to` those that are independent of each other, first those that are so by far. */
static void choose(const struct job *j, struct candidate *x, int n_candidate, int n, struct polynomials *to)
{
    static const double far[] = {0.4, 1e-6};
    struct polynomials unit = {0};
    qsort(x, (size_t)n_candidate, sizeof *x, few_terms_first);
    for (int pass = 0; pass < 2; pass++)
        for (struct candidate *k = x; k < x + n_candidate; k++) {
            if (k->chosen)
                continue;
            k->rest = memcpy(GG_NEW(j->work, double, (size_t)n), k->c, sizeof(double) * (size_t)n);
            project_out(&unit, k->rest, n);
            double left = sqrt(dot(k->rest, k->rest, n));
            k->chosen = left > far[pass] * sqrt(dot(k->c, k->c, n));
            if (!k->chosen)
                continue;
            for (int q = 0; q < n; q++)
                k->rest[q] /= left;
            add_polynomial(j, &unit, k->rest);
            add_polynomial(j, to, k->c);
        }
}

/* All trees over the prefix that end in degree l. */
static struct candidate *trees(const struct job *j, const struct family *from, int b, int l,
                               const struct family *f, const int *place, int *n_tree)
{
    int room = 0, n = 0, l2 = j->in->b[b].l;
    for (int l1 = 0; l1 <= GG_L_MAX; l1++)
        room += from->of[l1].n;
    struct candidate *x = GG_NEW(j->work, struct candidate, (size_t)room);
    for (int l1 = abs(l - l2); l1 <= l + l2 && l1 <= GG_L_MAX; l1++)
        for (int k = 0; k < from->of[l1].n; k++) {
            double *c = couple(j, from, l1, from->of[l1].c[k], b, l, f, place);
            int size = f->n_monomial * (2 * l + 1);
            if (!(dot(c, c, size) > 1e-20)) /* an antisymmetric tree */
                continue;
            x[n] = (struct candidate){.c = c, .number = n};
            for (int q = 0; q < size; q++)
                x[n].n_term += fabs(c[q]) > 1e-10;
            n++;
        }
    *n_tree = n;
    return x;
}

/* ---- all multisets ---- */

static bool is_wanted(const struct job *j, int l, int p)
{
    for (int o = 0; o < j->out->n; o++)
        if (j->out->b[o].l == l && j->out->b[o].p == p)
            return true;
    return false;
}

static void emit(const struct job *j, const struct family *f, struct gg_product_basis *basis)
{
    const struct polynomials *x = &f->of[basis->l];
    int n = 0, size = f->n_monomial * (2 * basis->l + 1);
    for (int k = 0; k < x->n; k++)
        for (int q = 0; q < size; q++)
            n += x->c[k][q] != 0;
    struct gg_product_term *old = basis->term;
    basis->term = GG_NEW(j->a, struct gg_product_term, (size_t)(basis->n_term + n));
    if (basis->n_term)
        memcpy(basis->term, old, sizeof *old * (size_t)basis->n_term);
    for (int k = 0; k < x->n; k++, basis->n_path++)
        for (int q = 0; q < size; q++)
            if (x->c[k][q] != 0)
                basis->term[basis->n_term++] =
                    (struct gg_product_term){.path = basis->n_path,
                                             .m = q / f->n_monomial,
                                             .monomial = f->monomial[q % f->n_monomial],
                                             .value = x->c[k][q]};
}

static void extend(const struct job *j, const struct family *from)
{
    for (int b = from->last; b < j->in->n && from->nu < j->nu_max; b++) {
        struct family f = {.nu = from->nu + 1, .p = from->p * j->in->b[b].p, .last = b};
        int width = 2 * j->in->b[b].l + 1;
        int *place = GG_NEW(j->work, int, (size_t)(from->n_monomial * width));
        multiply_monomials(j, from, b, &f);
        for (int k = 0; k < from->n_monomial * width; k++)
            place[k] = find_monomial(&f, times(from->monomial[k / width], j->first[b] + k % width));
        for (int l = 0; l <= GG_PRODUCT_L_MAX * f.nu; l++) {
            if (f.nu == j->nu_max && !is_wanted(j, l, f.p))
                continue;
            int n;
            struct candidate *x = trees(j, from, b, l, &f, place, &n);
            choose(j, x, n, f.n_monomial * (2 * l + 1), &f.of[l]);
            for (int k = 0; k < f.of[l].n; k++)
                normalise(&f, l, f.of[l].c[k]);
        }
        for (int o = 0; o < j->out->n; o++)
            if (j->out->b[o].p == f.p && j->out->b[o].l <= GG_PRODUCT_L_MAX * f.nu)
                emit(j, &f, &j->basis[o * j->nu_max + f.nu - 1]);
        extend(j, &f);
    }
}

static int check_limits(const struct gg_irreps *in, int nu_max, struct gg_err *err)
{
    int n = 0;
    int64_t monomials = 1; /* of nu_max factors: n (n + 1) ... / nu_max! */
    for (int b = 0; b < in->n; b++)
        n += 2 * in->b[b].l + 1;
    if (nu_max < 1 || nu_max > GG_PRODUCT_FACTORS)
        return gg_fail(err, GG_USAGE, "%d factors, couplings are made for 1 to %d", nu_max,
                       GG_PRODUCT_FACTORS);
    if (gg_irreps_lmax(in) > GG_PRODUCT_L_MAX)
        return gg_fail(err, GG_USAGE, "degree %d, products are made of degrees up to %d", gg_irreps_lmax(in),
                       GG_PRODUCT_L_MAX);
    if (n > GG_PRODUCT_NUMBERS)
        return gg_fail(err, GG_USAGE, "blocks of %d components, products are made of at most %d", n,
                       GG_PRODUCT_NUMBERS);
    for (int k = 1; k <= nu_max; k++)
        monomials = monomials * (n + k - 1) / k;
    if (monomials > GG_PRODUCT_MONOMIALS)
        return gg_fail(
            err, GG_USAGE,
            "blocks of %d components have %lld monomials of %d factors, at most %d: fewer blocks or "
            "factors",
            n, (long long)monomials, nu_max, GG_PRODUCT_MONOMIALS);
    return 0;
}

int gg_product_basis_new(const struct gg_irreps *in, int nu_max, const struct gg_irreps *out,
                         struct gg_product_basis *basis, struct gg_arena *a, struct gg_err *err)
{
    struct gg_arena work = {0};
    struct job j = {.in = in, .out = out, .nu_max = nu_max, .basis = basis, .a = a, .work = &work};
    double one = 1, *c = &one;
    gg_monomial empty = 0;
    struct family nothing = {.p = 1,
                             .n_monomial = 1,
                             .monomial = &empty,
                             .of[0] = {.n = 1, .room = 1, .c = &c}};
    if (check_limits(in, nu_max, err) < 0)
        return -1;
    for (int b = 1; b < in->n; b++)
        j.first[b] = j.first[b - 1] + 2 * in->b[b - 1].l + 1;
    for (int k = 0; k < out->n * nu_max; k++)
        basis[k] = (struct gg_product_basis){.nu = k % nu_max + 1,
                                             .l = out->b[k / nu_max].l,
                                             .p = out->b[k / nu_max].p};
    extend(&j, &nothing);
    gg_arena_free(&work);
    return 0;
}

void gg_product_evaluate(const struct gg_product_basis *b, int path, const double *A, double *y)
{
    memset(y, 0, sizeof *y * (size_t)(2 * b->l + 1));
    for (const struct gg_product_term *t = b->term; t < b->term + b->n_term; t++) {
        double product = t->path == path ? t->value : 0;
        for (int k = 0; k < b->nu; k++)
            product *= A[gg_monomial_index(t->monomial, b->nu, k)];
        y[t->m] += product;
    }
}
