/* voronoi_walls.h -- radical Voronoi cells by brute force: every corner is where three walls meet and no wall is crossed */
#ifndef VORONOI_WALLS_H
#define VORONOI_WALLS_H

#include "stream/frame.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_WALLS = 700, MOST_CORNERS = 40 };

struct wall {
    double n[3], distance, v[3];
    bool real; /* not the top of a slab */
    int n_corner;
    double corner[MOST_CORNERS][3];
};

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(const double a[3], const double b[3], double c[3])
{
    for (int k = 0; k < 3; k++)
        c[k] = a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3];
}

static int list_walls(const struct gg_frame *f, const double *radii, int i, double reach, struct wall *wall)
{
    const double(*pos)[3] = gg_frame_find(f, "pos")->data;
    const int32_t *type = gg_frame_find(f, "type")->data;
    int n = 0, most = 6;
    for (int j = 0; j < (int)f->n_node; j++)
        for (int k = -most; k <= most; k++)
            for (int l = -most; l <= most; l++)
                for (int m = f->dim == 3 ? -most : 0; m <= (f->dim == 3 ? most : 0); m++) {
                    double v[3];
                    for (int c = 0; c < 3; c++)
                        v[c] =
                            pos[j][c] - pos[i][c] + k * f->cell[0][c] + l * f->cell[1][c] + m * f->cell[2][c];
                    double r = sqrt(dot(v, v)), own = radii[type[i]], other = radii[type[j]];
                    if (!(r > 0 && r < reach))
                        continue;
                    assert_true(n < MOST_WALLS);
                    wall[n] = (struct wall){.distance = (r * r + own * own - other * other) / (2 * r),
                                            .real = true};
                    for (int c = 0; c < 3; c++) {
                        wall[n].n[c] = v[c] / r;
                        wall[n].v[c] = v[c];
                    }
                    n++;
                }
    if (f->dim == 2)
        for (int side = -1; side <= 1; side += 2)
            wall[n++] = (struct wall){.n = {0, 0, side}, .distance = 0.5};
    return n;
}

static bool inside(const struct wall *wall, int n, const double x[3])
{
    for (int k = 0; k < n; k++)
        if (!(dot(wall[k].n, x) <= wall[k].distance + 1e-10))
            return false;
    return true;
}

static void find_corners(struct wall *wall, int n)
{
    for (int a = 0; a < n; a++)
        for (int b = a + 1; b < n; b++) {
            double ab[3], bc[3], ca[3], x[3];
            cross(wall[a].n, wall[b].n, ab);
            if (!(dot(ab, ab) > 1e-12))
                continue;
            for (int c = b + 1; c < n; c++) {
                double det = dot(ab, wall[c].n);
                if (!(fabs(det) > 1e-10))
                    continue;
                cross(wall[b].n, wall[c].n, bc);
                cross(wall[c].n, wall[a].n, ca);
                for (int k = 0; k < 3; k++)
                    x[k] = (wall[a].distance * bc[k] + wall[b].distance * ca[k] + wall[c].distance * ab[k]) /
                           det;
                if (!inside(wall, n, x))
                    continue;
                int of[3] = {a, b, c};
                for (int k = 0; k < 3; k++) {
                    assert_true(wall[of[k]].n_corner < MOST_CORNERS);
                    memcpy(wall[of[k]].corner[wall[of[k]].n_corner++], x, sizeof x);
                }
            }
        }
}

/* Of the convex polygon with these corners in any order: sorted around the middle. */
static double area_of(const struct wall *w)
{
    double middle[3] = {0}, angle[MOST_CORNERS], e[3], u[3], area[3] = {0};
    int order[MOST_CORNERS];
    for (int k = 0; k < w->n_corner; k++)
        for (int c = 0; c < 3; c++)
            middle[c] += w->corner[k][c] / w->n_corner;
    for (int c = 0; c < 3; c++)
        e[c] = w->corner[0][c] - middle[c];
    cross(w->n, e, u);
    for (int k = 0; k < w->n_corner; k++) {
        double d[3] = {w->corner[k][0] - middle[0], w->corner[k][1] - middle[1], w->corner[k][2] - middle[2]};
        angle[k] = atan2(dot(d, u), dot(d, e));
        int at = k;
        for (; at > 0 && angle[order[at - 1]] > angle[k]; at--)
            order[at] = order[at - 1];
        order[at] = k;
    }
    for (int k = 0; k < w->n_corner; k++) {
        double c[3];
        cross(w->corner[order[k]], w->corner[order[(k + 1) % w->n_corner]], c);
        for (int a = 0; a < 3; a++)
            area[a] += c[a] / 2;
    }
    return fabs(dot(area, w->n));
}

/* Surface, volume, faces, psi6 of the cell of particle i, from all images nearer than `reach`. */
static void brute_voronoi(const struct gg_frame *f, const double *radii, int i, double reach, double x[4])
{
    static struct wall wall[MOST_WALLS];
    double re = 0, im = 0;
    int n = list_walls(f, radii, i, reach, wall);
    find_corners(wall, n);
    x[0] = x[1] = x[2] = 0;
    for (int k = 0; k < n; k++) {
        if (wall[k].n_corner < 3)
            continue;
        double area = area_of(&wall[k]), phi = atan2(wall[k].v[1], wall[k].v[0]);
        x[1] += area * wall[k].distance / 3;
        x[0] += wall[k].real ? area : 0;
        x[2] += wall[k].real;
        re += wall[k].real ? cos(6 * phi) : 0;
        im += wall[k].real ? sin(6 * phi) : 0;
    }
    x[3] = x[2] > 0 ? sqrt(re * re + im * im) / x[2] : 0;
}

#endif
