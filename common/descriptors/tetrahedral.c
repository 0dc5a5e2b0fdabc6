/* tetrahedral.c -- how far the packing around a particle is from touching spheres: Tong and Tanaka's Theta
 *
 * H. Tong, H. Tanaka, Nat. Commun. 10, 5596 (2019); in two dimensions Phys. Rev. X 8, 011041 (2018).  In three dimensions a
 * tetrahedron is the particle and three of its neighbours that are neighbours of each other, and
 *     Theta_i = mean over tetrahedra of sum_{a<b} |r_ab - sigma_ab| / sum_{a<b} sigma_ab   over its six edges
 * in two dimensions a triangle is the particle and two neighbours j, k that are neighbours of each other, and
 *     Theta_i = mean over triangles of |theta_jik - theta_jik^0|, theta^0 the angle if the three discs touched.
 * Neighbours are those of contacts.c, where the papers take Voronoi cells; sigma_ab is the diameter of the pair. */
#include "descriptors/contacts.h"

#include <math.h>
#include <stdlib.h>

/* The neighbours of one particle, and who of them touches whom. */
struct shell {
    int n;
    const double (*vec)[3];
    int32_t centre, *type; /* [n] */
    double *r; /* [n][n] distance of two that are in contact, else -1; on the diagonal that from the centre */
    const struct gg_contacts *contacts;
};

static double sigma(const struct shell *s, int32_t a, int32_t b)
{
    return s->contacts->mixture.pair[a][b].sigma;
}

static double apart(const double a[3], const double b[3])
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return sqrt(x * x + y * y + z * z);
}

static void look_around(const struct gg_contacts *c, const struct gg_particles *p, int64_t i, struct shell *s)
{
    const double here[3] = {0};
    s->contacts = c;
    s->n = (int)(c->ptr[i + 1] - c->ptr[i]);
    s->vec = (const double(*)[3])c->vec + c->ptr[i];
    s->centre = p->type[i];
    for (int j = 0; j < s->n; j++)
        s->type[j] = p->type[c->nbr[c->ptr[i] + j]];
    for (int j = 0; j < s->n; j++) {
        s->r[j * s->n + j] = apart(s->vec[j], here);
        for (int k = 0; k < j; k++) {
            double r = apart(s->vec[j], s->vec[k]);
            bool touch = gg_in_contact(c, s->type[j], s->type[k], r);
            s->r[j * s->n + k] = s->r[k * s->n + j] = touch ? r : -1;
        }
    }
}

/* Adds one edge of a tetrahedron. */
static void add_edge(double r, double contact, double *off, double *sum)
{
    *off += fabs(r - contact);
    *sum += contact;
}

static double deviation(const struct shell *s, const int corner[3])
{
    double off = 0, sum = 0;
    for (int a = 0; a < 3; a++) {
        int j = corner[a], k = corner[(a + 1) % 3];
        add_edge(s->r[j * s->n + j], sigma(s, s->centre, s->type[j]), &off, &sum);
        add_edge(s->r[j * s->n + k], sigma(s, s->type[j], s->type[k]), &off, &sum);
    }
    return off / sum;
}

static double in_space(const struct shell *s)
{
    double sum = 0;
    int64_t n = 0;
    for (int j = 0; j < s->n; j++)
        for (int k = 0; k < j; k++)
            for (int l = 0; l < k && s->r[j * s->n + k] >= 0; l++)
                if (s->r[j * s->n + l] >= 0 && s->r[k * s->n + l] >= 0) {
                    sum += deviation(s, (int[]){j, k, l});
                    n++;
                }
    return n ? sum / (double)n : 0;
}

/* The angle at the corner between sides a and b of a triangle, c the side across. */
static double angle(double a, double b, double c)
{
    double cosine = (a * a + b * b - c * c) / (2 * a * b);
    return acos(fmax(-1, fmin(1, cosine)));
}

static double in_the_plane(const struct shell *s)
{
    double sum = 0;
    int64_t n = 0;
    for (int j = 0; j < s->n; j++)
        for (int k = 0; k < j; k++) {
            double r = s->r[j * s->n + k], a = s->r[j * s->n + j], b = s->r[k * s->n + k];
            if (!(r >= 0 && a > 0 && b > 0))
                continue;
            sum +=
                fabs(angle(a, b, r) - angle(sigma(s, s->centre, s->type[j]), sigma(s, s->centre, s->type[k]),
                                            sigma(s, s->type[j], s->type[k])));
            n++;
        }
    return n ? sum / (double)n : 0;
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    (void)o, (void)err;
    gg_column_add(c, 0, 1, "%s", name);
    return 0;
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    struct gg_contacts c;
    if (gg_check_types(p->n, p->type, err) < 0 || gg_contacts(o, p, &c, err) < 0)
        return -1;
#pragma omp parallel
    {
        struct shell s = {.type = gg_xalloc((size_t)c.most, sizeof *s.type),
                          .r = gg_xalloc((size_t)(c.most * c.most), sizeof *s.r)};
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++) {
            look_around(&c, p, i, &s);
            x[i * stride] = p->cell.dim == 3 ? in_space(&s) : in_the_plane(&s);
        }
        free(s.type);
        free(s.r);
    }
    return 0;
}

const struct gg_descriptor gg_descriptor_tetrahedral = {
    .name = "tetrahedral",
    .about =
        "mean deviation of tetrahedra of neighbours (2D: angles of triangles) from those of touching spheres",
    .source = "Tong, Tanaka, Nat. Commun. 10, 5596 (2019); Phys. Rev. X 8, 011041 (2018)",
    .unit = "1",
    .reads = "type",
    .options = "cutoff",
    .on_positions = true,
    .reach = gg_contacts_reach,
    .columns = columns,
    .compute = compute,
};
