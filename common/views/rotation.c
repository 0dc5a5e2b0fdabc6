/* rotation.c -- the frame turned by any element of O(3), all alike
 *
 * The rotation of a quaternion with normal components is uniform (Shoemake 1992); the inversion comes with it in half of all cases.
 * In two dimensions z stays: an angle, and a mirror in half of all cases. */
#include "views/view.h"
#include "o3/o3.h"

#include <math.h>
#include <string.h>

struct hyper {
    bool reflections;
};

static void draw(struct gg_rng *r, bool flat, bool reflections, double Q[3][3])
{
    double q[4], angle = 2 * M_PI * gg_rng_uniform(r), mirror = gg_rng_below(r, 2) && reflections ? -1 : 1;
    for (int k = 0; k < 4; k++)
        q[k] = gg_rng_normal(r);
    if (flat) {
        double plane[3][3] = {{cos(angle), -sin(angle) * mirror, 0},
                              {sin(angle), cos(angle) * mirror, 0},
                              {0, 0, 1}};
        memcpy(Q, plane, sizeof plane);
        return;
    }
    gg_rotation_from_quaternion(q, Q);
    for (int k = 0; k < 9; k++)
        Q[k / 3][k % 3] *= mirror;
}

static int see(const struct gg_view_call *c, struct gg_err *err)
{
    const struct hyper *h = c->hyper;
    double Q[3][3], before[3][3];
    (void)err;
    draw(c->random, c->s->dim == 2, h->reflections, Q);
    memcpy(before, c->R, sizeof before);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            c->R[i][j] = Q[i][0] * before[0][j] + Q[i][1] * before[1][j] + Q[i][2] * before[2][j];
    return 0;
}

static const struct hyper defaults = {.reflections = true};
static const struct gg_opt hypers[] = {{"reflections", GG_OPT_FLAG, offsetof(struct hyper, reflections),
                                        "mirrored in half of all cases"},
                                       {0}};
static const struct gg_view_case cases[] = {{"any", ""}, {"proper", "reflections=false"}, {0}};

const struct gg_view_type gg_view_rotation = {.name = "rotation",
                                              .about = "turned by any element of O(3)",
                                              .source =
                                                  "Shoemake, Graphics Gems III (1992), for uniform rotations",
                                              .hypers = hypers,
                                              .hyper_size = sizeof(struct hyper),
                                              .hyper_defaults = &defaults,
                                              .turns = true,
                                              .see = see,
                                              .cases = cases};
