/* cell.c -- periodic cells: any three vectors, periodic along any of them
 * r = s . h with the cell vectors in the rows of h, s = r . inverse. */
#include "util/cell.h"

#include <math.h>
#include <string.h>

static void cross(const double a[3], const double b[3], double c[3])
{
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static double length(const double a[3])
{
    return sqrt(dot(a, a));
}

/* r += n h_a */
static void add_multiple(double r[3], double n, const double h[3])
{
    for (int k = 0; k < 3; k++)
        r[k] += n * h[k];
}

/* s = r . inverse, one component */
static double component(const double r[3], const double (*inverse)[3], int a)
{
    return r[0] * inverse[0][a] + r[1] * inverse[1][a] + r[2] * inverse[2][a];
}

/* Inverse and heights of three vectors; returns their signed volume. */
static double invert(const double (*h)[3], double (*inverse)[3], double *height)
{
    double face[3][3]; /* face[a] = cross product of the other two vectors */
    for (int a = 0; a < 3; a++)
        cross(h[(a + 1) % 3], h[(a + 2) % 3], face[a]);
    double volume = dot(h[0], face[0]);
    for (int a = 0; a < 3; a++) {
        height[a] = fabs(volume) / length(face[a]);
        for (int k = 0; k < 3; k++)
            inverse[k][a] = face[a][k] / volume;
    }
    return volume;
}

/* ---- the short basis of the image lattice ---- */

static bool periodic(const struct gg_cell *c, int a)
{
    return c->pbc >> a & 1;
}

/* Gauss' step: takes from vector a the whole multiple of b that shortens it most. */
static bool shorten_by_one(double a[3], const double b[3])
{
    double before = dot(a, a), n = round(dot(a, b) / dot(b, b));
    double shorter[3] = {a[0], a[1], a[2]};
    add_multiple(shorter, -n, b);
    if (!(dot(shorter, shorter) < before * (1.0 - 1e-9)))
        return false;
    memcpy(a, shorter, sizeof shorter);
    return true;
}

/* Minkowski's condition on three vectors that are pairwise short: +-b +-c does not shorten a. */
static bool shorten_by_two(double a[3], const double b[3], const double c[3])
{
    double before = dot(a, a);
    for (int sign = 0; sign < 4; sign++) {
        double shorter[3] = {a[0], a[1], a[2]};
        add_multiple(shorter, sign & 1 ? 1 : -1, b);
        add_multiple(shorter, sign & 2 ? 1 : -1, c);
        if (dot(shorter, shorter) < before * (1.0 - 1e-9)) {
            memcpy(a, shorter, sizeof shorter);
            return true;
        }
    }
    return false;
}

/* One round over all pairs and triples of periodic vectors; true while something became shorter. */
static bool reduce_once(struct gg_cell *c)
{
    bool changed = false;
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++)
            if (a != b && periodic(c, a) && periodic(c, b))
                changed |= shorten_by_one(c->image[a], c->image[b]);
    if (!changed && c->pbc == 7)
        for (int a = 0; a < 3; a++)
            changed |= shorten_by_two(c->image[a], c->image[(a + 1) % 3], c->image[(a + 2) % 3]);
    return changed;
}

/* Makes d orthogonal to the vectors before it that count, and a unit vector. False if nothing is left of it. */
static bool make_normal(const struct gg_cell *c, const bool counts[3], double d[3])
{
    double e[3][3];
    int n = 0;
    for (int a = 0; a < 3; a++) { /* Gram-Schmidt, twice is enough */
        if (!counts[a])
            continue;
        memcpy(e[n], c->image[a], sizeof e[n]);
        for (int b = 0; b < n; b++)
            add_multiple(e[n], -dot(e[n], e[b]), e[b]);
        double norm = length(e[n]);
        for (int k = 0; k < 3; k++)
            e[n][k] /= norm;
        n++;
    }
    for (int b = 0; b < n; b++)
        add_multiple(d, -dot(d, e[b]), e[b]);
    double norm = length(d);
    for (int k = 0; k < 3; k++)
        d[k] /= norm;
    return norm > 1e-3;
}

/* Directions without images get unit normals: they then take no part in what is near. */
static void complete_basis(struct gg_cell *c)
{
    bool counts[3];
    for (int a = 0; a < 3; a++)
        counts[a] = periodic(c, a);
    for (int a = 0; a < 3; a++) {
        for (int axis = 0; axis < 3 && !counts[a]; axis++) {
            double d[3] = {axis == 0, axis == 1, axis == 2};
            counts[a] = make_normal(c, counts, d);
            if (counts[a])
                memcpy(c->image[a], d, sizeof d);
        }
    }
}

static void find_image_basis(struct gg_cell *c)
{
    memcpy(c->image, c->h, sizeof c->image);
    while (reduce_once(c))
        ;
    complete_basis(c);
    invert(c->image, c->image_inverse, c->image_height);
    c->image_orthogonal = true;
    for (int a = 0; a < 3; a++)
        if (!(c->image_height[a] > (1.0 - 1e-14) * length(c->image[a])))
            c->image_orthogonal = false;
}

/* ---- the cell ---- */

static bool all_zero(int dim, const double h[3][3])
{
    for (int a = 0; a < dim; a++)
        for (int k = 0; k < dim; k++)
            if (h[a][k] != 0.0)
                return false;
    return true;
}

static const double LONGEST = 1e70; /* of a component: the square of a product of two is still a number */

/* Puts the frame's vectors into c->h; the third of two dimensions, and a missing cell, become unit vectors. */
static int take_vectors(struct gg_cell *c, const double h[3][3], struct gg_err *err)
{
    for (int a = 0; a < 3; a++)
        c->h[a][a] = 1.0;
    for (int a = 0; a < c->dim; a++)
        for (int k = 0; k < c->dim; k++)
            if (!(fabs(h[a][k]) < LONGEST))
                return gg_fail(err, GG_INPUT, "cell: vector %d is %s", a + 1,
                               isfinite(h[a][k]) ? "longer than 1e70" : "not finite");
    if (c->pbc == 0 && all_zero(c->dim, h))
        return 0;
    for (int a = 0; a < c->dim; a++)
        for (int k = 0; k < c->dim; k++)
            c->h[a][k] = h[a][k];
    return 0;
}

int gg_cell_init(struct gg_cell *c, int dim, int pbc, const double h[3][3], struct gg_err *err)
{
    *c = (struct gg_cell){.dim = dim, .pbc = pbc};
    if (dim != 2 && dim != 3)
        return gg_fail(err, GG_INPUT, "cell: %d dimensions, 2 or 3 wanted", dim);
    if (pbc < 0 || pbc >= 1 << dim)
        return gg_fail(err, GG_INPUT, "cell: pbc %d names a vector that %d dimensions do not have", pbc, dim);
    if (take_vectors(c, h, err) < 0)
        return -1;
    c->volume = invert(c->h, c->inverse, c->height);
    for (int a = 0; a < dim; a++) /* flat is measured against the vector itself; NaN fails, too */
        if (!(c->height[a] > 1e-10 * length(c->h[a])))
            return gg_fail(err, GG_INPUT, "cell: zero volume, vector %d lies in the plane of the others",
                           a + 1);
    if (!isnormal(c->volume) || !isfinite(1.0 / c->volume)) /* too small for its inverse */
        return gg_fail(err, GG_INPUT, "cell: volume %g is out of range", c->volume);
    find_image_basis(c);
    return 0;
}

void gg_cell_fractional(const struct gg_cell *c, const double r[3], double s[3])
{
    double out[3]; /* r and s may be the same */
    for (int a = 0; a < 3; a++)
        out[a] = component(r, c->inverse, a);
    memcpy(s, out, sizeof out);
}

void gg_cell_cartesian(const struct gg_cell *c, const double s[3], double r[3])
{
    double out[3] = {0};
    for (int a = 0; a < 3; a++)
        add_multiple(out, s[a], c->h[a]);
    memcpy(r, out, sizeof out);
}

/* Where rounding, or a coordinate so large that it has no fraction, left r outside: to the same place through s. */
static void snap(const struct gg_cell *c, double r[3])
{
    double s[3];
    gg_cell_fractional(c, r, s);
    for (int a = 0; a < 3; a++) {
        if (periodic(c, a))
            s[a] -= floor(s[a]);
        if (periodic(c, a) && s[a] >= 1.0)
            s[a] = 0.0;
    }
    gg_cell_cartesian(c, s, r);
}

/* Rounding can put r on the far face (s = 1), from where the second pass takes it back to the near one. */
void gg_cell_wrap(const struct gg_cell *c, double r[3], int64_t shift[3])
{
    memset(shift, 0, 3 * sizeof *shift);
    for (int pass = 0; pass < 3; pass++) {
        double s[3];
        bool inside = true;
        gg_cell_fractional(c, r, s);
        for (int a = 0; a < 3; a++) {
            double n = periodic(c, a) ? fmin(fmax(-floor(s[a]), -0x1p53), 0x1p53) : 0.0;
            inside &= n == 0.0;
            add_multiple(r, n, c->h[a]);
            shift[a] += (int64_t)n;
        }
        if (inside)
            return;
    }
    snap(c, r);
}

/* Every image that is not longer than `d` has |s_a| <= |d| / height_a: a handful in a short basis. */
static void search_images(const struct gg_cell *c, double d[3])
{
    double s[3], low[3] = {0}, high[3] = {0}, start[3] = {d[0], d[1], d[2]};
    for (int a = 0; a < 3; a++) {
        s[a] = component(d, c->image_inverse, a);
        if (!periodic(c, a))
            continue;
        double reach = length(d) / c->image_height[a] * (1.0 + 1e-12);
        low[a] = ceil(-reach - s[a]);
        high[a] = floor(reach - s[a]);
    }
    for (double i = low[0]; i <= high[0]; i++)
        for (double j = low[1]; j <= high[1]; j++)
            for (double k = low[2]; k <= high[2]; k++) {
                double other[3] = {start[0], start[1], start[2]};
                add_multiple(other, i, c->image[0]);
                add_multiple(other, j, c->image[1]);
                add_multiple(other, k, c->image[2]);
                if (dot(other, other) < dot(d, d))
                    memcpy(d, other, sizeof other);
            }
}

void gg_cell_nearest(const struct gg_cell *c, double d[3])
{
    double n[3];
    for (int a = 0; a < 3; a++)
        n[a] = periodic(c, a) ? -rint(component(d, c->image_inverse, a)) : 0.0;
    for (int a = 0; a < 3; a++)
        add_multiple(d, n[a], c->image[a]);
    if (!c->image_orthogonal)
        search_images(c, d);
}

double gg_cell_between(const struct gg_cell *c, const double r[3], const double s[3], double whole[3])
{
    double d[3] = {r[0] - s[0], r[1] - s[1], r[2] - s[2]}, left[3];
    memcpy(left, d, sizeof left);
    gg_cell_nearest(c, left);
    for (int a = 0; a < 3; a++)
        d[a] -= left[a];
    gg_cell_fractional(c, d, whole);
    for (int a = 0; a < 3; a++)
        whole[a] = rint(whole[a]);
    gg_cell_cartesian(c, whole, whole);
    double most = fabs(left[0]);
    for (int a = 1; a < 3; a++)
        most = most >= fabs(left[a]) ? most : fabs(left[a]); /* NaN stays, or comes */
    return most;
}
