/* gg-rotate.c -- applies a symmetry to every frame: an element of O(3), a translation, a relabelling
 *
 * Each field turns by its irreps and the cell with it, so that gg-rotate | X must equal X | gg-rotate for every program X
 * that respects the symmetry; gg-rotate --inverse undoes exactly the same element. */
#include "cli/cli.h"
#include "graph/motion.h"
#include "o3/o3.h"
#include "stream/cut.h"
#include "util/rng.h"

#include <math.h>
#include <string.h>

struct options {
    int64_t seed, permute;
    bool reflect, wrap, inverse;
    struct gg_reals about, euler, shift, replicate;
    double angle;
};
#define AT(field) offsetof(struct options, field)
static const struct gg_opt opts[] = {
    {"seed", GG_OPT_INT, AT(seed), "a random rotation; -1: none", .arg = "N", .min = -1, .max = 9e15},
    {"angle", GG_OPT_REAL, AT(angle), "a rotation", .arg = "DEGREES", .unit = "degrees", .min = -1e6,
     .max = 1e6},
    {"about", GG_OPT_REALS, AT(about), "the axis of that rotation; default 0,0,1", .arg = "X,Y,Z"},
    {"euler", GG_OPT_REALS, AT(euler), "the rotation Ry(A) Rx(B) Ry(C)", .arg = "A,B,C", .unit = "degrees"},
    {"reflect", GG_OPT_FLAG, AT(reflect), "before it, the mirror x -> -x"},
    {"shift", GG_OPT_REALS, AT(shift), "after it, move all positions", .arg = "X,Y,Z", .unit = "sigma"},
    {"wrap", GG_OPT_FLAG, AT(wrap), "at the end, put pos into the cell; the shifts of edges make up for it"},
    {"permute", GG_OPT_INT, AT(permute), "give the particles other numbers, at random by this seed; -1: no",
     .arg = "SEED", .min = -1, .max = 9e15},
    {"replicate", GG_OPT_REALS, AT(replicate), "before all, copies side by side along the cell vectors",
     .arg = "A,B,C", .min = 1, .max = 1000},
    {"inverse", GG_OPT_FLAG, AT(inverse), "undo what the same options do"},
    {0}};

static const struct gg_program program = {
    .name = "gg-rotate",
    .about = "applies a rotation, reflection, translation or relabelling to every field",
    .example = "gg-rotate --seed 1 --reflect tiny.ggs -o turned.ggs",
    .opts = opts,
    GG_READS_STREAMS,
};

/* What is done to every frame: x -> R x + shift, then other numbers. */
struct run {
    struct gg_cli cli;
    struct options o;
    double spatial[3][3], planar[3][3], shift[3]; /* R in three dimensions, and in two */
    uint64_t frame;
};

static const double pi = 3.14159265358979323846;

/* R = D diag(-1, 1, 1): the mirror comes first. */
static void mirror(double R[3][3])
{
    for (int k = 0; k < 3; k++)
        R[k][0] = -R[k][0];
}

static void about_axis(const double axis[3], double angle, double R[3][3])
{
    double length = sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]),
           s = sin(angle / 2) / length;
    const double q[4] = {cos(angle / 2), s * axis[0], s * axis[1], s * axis[2]};
    gg_rotation_from_quaternion(q, R);
}

static void random_rotations(struct run *r)
{
    static const double z[3] = {0, 0, 1};
    struct gg_rng rng = gg_rng_at((uint64_t)r->o.seed, 0, 0, 0);
    double q[4];
    for (int k = 0; k < 4; k++)
        q[k] = gg_rng_normal(&rng);
    double length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    for (int k = 0; k < 4; k++)
        q[k] /= length;
    gg_rotation_from_quaternion(q, r->spatial);
    about_axis(z, 2 * pi * gg_rng_uniform(&rng), r->planar);
}

/* One rotation at most was asked for. */
static void set_rotation(struct run *r)
{
    const struct options *o = &r->o;
    const double none[3] = {0, 0, 1}, *axis = o->about.n ? o->about.v : none;
    if (o->seed >= 0)
        random_rotations(r);
    else if (o->euler.n)
        gg_rotation_euler(o->euler.v[0] * pi / 180, o->euler.v[1] * pi / 180, o->euler.v[2] * pi / 180,
                          r->spatial);
    else
        about_axis(axis, o->angle * pi / 180, r->spatial);
    if (o->seed < 0)
        memcpy(r->planar, r->spatial, sizeof r->planar);
    if (o->reflect) {
        mirror(r->spatial);
        mirror(r->planar);
    }
    for (int k = 0; k < o->shift.n; k++)
        r->shift[k] = o->shift.v[k];
}

static int check_options(const struct options *o, struct gg_err *err)
{
    const struct gg_reals *three[] = {&o->about, &o->euler, &o->shift, &o->replicate};
    static const char *const name[] = {"--about", "--euler", "--shift", "--replicate"};
    for (int k = 0; k < 4; k++)
        if (three[k]->n != 0 && three[k]->n != 3)
            return gg_fail(err, GG_USAGE, "%s: %d numbers, wanted 3", name[k], three[k]->n);
    if ((o->seed >= 0) + (o->angle != 0) + (o->euler.n > 0) > 1)
        return gg_fail(err, GG_USAGE, "one of --seed, --angle and --euler");
    if (o->about.n && o->about.v[0] == 0 && o->about.v[1] == 0 && o->about.v[2] == 0)
        return gg_fail(err, GG_USAGE, "--about: 0,0,0 is no direction");
    for (int k = 0; k < o->replicate.n; k++)
        if (o->replicate.v[k] != floor(o->replicate.v[k]))
            return gg_fail(err, GG_USAGE, "--replicate: %g copies, wanted a whole number", o->replicate.v[k]);
    if (o->replicate.n && o->inverse)
        return gg_fail(err, GG_USAGE, "--replicate has no --inverse");
    if (o->seed < 0 && o->angle == 0 && !o->euler.n && !o->reflect && !o->shift.n && !o->wrap &&
        o->permute < 0 && !o->replicate.n)
        return gg_fail(err, GG_USAGE,
                       "nothing to do: wanted --seed, --angle, --euler, --reflect, --shift, --wrap, "
                       "--permute or --replicate");
    return 0;
}

/* ---- one frame ---- */

static int turn(const struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    double R[3][3], T[3][3];
    memcpy(R, f->dim == 2 ? r->planar : r->spatial, sizeof R);
    if (f->dim == 2 && (fabs(R[2][2]) != 1.0 || r->shift[2] != 0.0))
        return gg_fail(err, GG_USAGE,
                       "a frame of two dimensions turns about 0,0,1 and moves in the plane only");
    for (int k = 0; k < 9; k++)
        T[k % 3][k / 3] = R[k / 3][k % 3];
    return gg_frame_turn(f, (const double(*)[3])(r->o.inverse ? T : R), a, err);
}

static int relabel(const struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    int64_t n = (int64_t)f->n_node, *order = GG_NEW(a, int64_t, f->n_node),
            *back = GG_NEW(a, int64_t, f->n_node);
    struct gg_rng rng = gg_rng_at((uint64_t)r->o.permute, 1, (uint32_t)r->frame, 0);
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    gg_rng_shuffle(&rng, order, n);
    for (int64_t i = 0; i < n; i++)
        back[order[i]] = i;
    return gg_frame_reorder(f, r->o.inverse ? back : order, a, err);
}

static int replicate(const struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    int n[3];
    for (int k = 0; k < r->o.replicate.n; k++)
        n[k] = (int)r->o.replicate.v[k];
    return r->o.replicate.n ? gg_frame_replicate(f, n, a, err) : 0;
}

static int frame(void *context, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct run *r = context;
    const double *s = r->shift, minus[3] = {-s[0], -s[1], -s[2]};
    bool relabels = r->o.permute >= 0, moves = r->o.shift.n > 0, inverse = r->o.inverse;
    if (f->dim == 0)
        return gg_fail(err, GG_INPUT, "a frame without space cannot be turned");
    if (replicate(r, f, a, err) < 0)
        return -1;
    if (inverse && relabels && relabel(r, f, a, err) < 0)
        return -1;
    if (inverse && moves)
        gg_frame_shift(f, minus);
    if (turn(r, f, a, err) < 0)
        return -1;
    if (!inverse && moves)
        gg_frame_shift(f, s);
    if (r->o.wrap && gg_frame_wrap(f, a, err) < 0)
        return -1;
    if (!inverse && relabels && relabel(r, f, a, err) < 0)
        return -1;
    r->frame++;
    return 1;
}

int main(int argc, char **argv)
{
    static struct run r = {.o = {.seed = -1, .permute = -1}};
    int status = gg_cli_start(&r.cli, &program, &r.o, argc, argv);
    if (status >= 0)
        return status;
    if (check_options(&r.o, &r.cli.err) < 0)
        return gg_cli_fail(&r.cli);
    set_rotation(&r);
    r.cli.seed = r.o.seed;
    return gg_cli_filter(&r.cli, &(struct gg_filter){.frame = frame, .context = &r});
}
