/* gg-cage.c -- cage states: average positions of the particles of each configuration while none may leave its cage
 *
 * Monte Carlo from the thermal positions, at their temperature, with a hard limit to every displacement, in sixteen runs at once
 * (common/physics/cage.c).  Averages over their two halves must agree; if they do not, the runs are doubled.
 * With --past, averages over the frames of a trajectory (common/physics/cage_past.c). */
#include "cli/cli.h"
#include "physics/cage.h"
#include "physics/cage_past.h"
#include "physics/system.h"
#include "stream/crc32c.h"

#include <string.h>

struct options {
    int potential;
    double temperature, cage, tolerance, past;
    int64_t equilibrate, sweeps, max_sweeps, seed;
};
#define AT(member) offsetof(struct options, member)
static const struct gg_opt opts[] = {
    {"potential", GG_OPT_CHOICE, AT(potential), "which Lennard-Jones mixture", .choices = GG_POTENTIALS},
    {"temperature", GG_OPT_REAL, AT(temperature), "temperature (default: field temperature of each frame)",
     .arg = "T", .unit = "eps", .min = 1e-6, .max = 1e6},
    {"cage", GG_OPT_REAL, AT(cage), "no particle goes farther from its place", .arg = "LENGTH",
     .unit = "sigma", .min = 1e-6, .max = 2},
    {"equilibrate", GG_OPT_INT, AT(equilibrate), "sweeps of each run before the average begins", .arg = "N",
     .min = 0, .max = 1e9},
    {"sweeps", GG_OPT_INT, AT(sweeps), "sweeps of each run to average over", .arg = "N", .min = 2,
     .max = 1e9},
    {"max-sweeps", GG_OPT_INT, AT(max_sweeps), "double the average up to so many sweeps", .arg = "N",
     .min = 2, .max = 1e9},
    {"tolerance", GG_OPT_REAL, AT(tolerance), "rms distance between the averages of two halves",
     .arg = "LENGTH", .unit = "sigma", .min = 1e-12, .max = 100},
    {"past", GG_OPT_REAL, AT(past), "average over so much of the frame's own trajectory instead", .arg = "T",
     .unit = "tau", .min = 1e-12, .max = 1e30},
    {"seed", GG_OPT_INT, AT(seed), "of the random numbers", .arg = "N", .min = 0, .max = 9e15},
    {0}};

static const struct gg_program program = {
    .name = "gg-cage",
    .about = "cage states: average positions before anybody leaves",
    .example = "gg-cage --sweeps 2000 --tolerance 0.2 tiny.ggs -o caged.ggs",
    .opts = opts,
    GG_READS_STREAMS,
};

struct run {
    struct gg_cli cli;
    struct options options;
    struct gg_progress progress;
    struct gg_cage_past past;
};

static int meta(void *run, struct gg_meta *m, struct gg_err *err)
{
    static const char *const names[] = {GG_POTENTIAL_NAMES};
    const struct options *o = &((struct run *)run)->options;
    (void)err;
    if (o->past > 0) {
        gg_track_end(&((struct run *)run)->past.track);
        gg_track_warn_order(m, &((struct run *)run)->cli);
        gg_meta_printf(m, "cage", "average over the run's frames of the past %g tau", o->past);
        return 0;
    }
    gg_meta_printf(m, "cage",
                   "metropolis potential=%s cage=%g runs=%d equilibrate=%lld sweeps=%lld seed=%lld",
                   names[o->potential], o->cage, GG_TETHERED_RUNS, (long long)o->equilibrate,
                   (long long)o->sweeps, (long long)o->seed);
    gg_meta_printf(m, "cage.tolerance", "%g within %lld sweeps", o->tolerance, (long long)o->max_sweeps);
    if (o->temperature > 0)
        gg_meta_printf(m, "cage.temperature", "%g", o->temperature);
    return 0;
}

/* Sweeps in slices, for the progress line. */
static void sweeps(struct run *r, struct gg_cage *c, int64_t n, const char *id)
{
    enum { SLICE = 50 };
    for (int64_t done = 0; done < n; done += SLICE) {
        gg_progress_at(&r->progress, c->n_sweep, id);
        gg_cage_sweeps(c, n - done < SLICE ? n - done : SLICE);
    }
}

/* Two halves; as long as they differ, as many sweeps again. */
static int average(struct run *r, struct gg_cage *c, const char *id, struct gg_err *err)
{
    const struct options *o = &r->options;
    int64_t n = o->sweeps;
    gg_progress_start(&r->progress, program.name, "sweep", o->equilibrate + n,
                      (enum gg_progress_mode)r->cli.progress);
    sweeps(r, c, o->equilibrate, id);
    gg_cage_begin_block(c);
    sweeps(r, c, n / 2, id);
    gg_cage_begin_block(c);
    sweeps(r, c, n - n / 2, id);
    for (; !(gg_cage_difference(c) <= o->tolerance) && 2 * n <= o->max_sweeps; n *= 2) {
        r->progress.total += n;
        gg_cage_begin_block(c);
        sweeps(r, c, n, id);
    }
    gg_progress_clear(&r->progress);
    gg_cli_note(
        &r->cli,
        "%s: %d runs of %lld sweeps, acceptance %.3f at steps of %.3g, error %.3g, halves differ by %.3g", id,
        GG_TETHERED_RUNS, (long long)n, gg_cage_acceptance(c), c->step, gg_cage_error(c),
        gg_cage_difference(c));
    if (!(gg_cage_difference(c) <= o->tolerance))
        return gg_fail(
            err, GG_NUMERICS,
            "the averages of the two halves of %lld sweeps differ by %.3g, wanted at most %g: raise "
            "--max-sweeps or --tolerance",
            (long long)n, gg_cage_difference(c), o->tolerance);
    return 0;
}

static int store(struct gg_frame *f, struct gg_arena *a, const struct gg_system *s, const struct gg_cage *c,
                 struct gg_err *err)
{
    double(*u)[3] = gg_arena_alloc(a, (size_t)s->n * sizeof *u);
    double *size = gg_arena_alloc(a, (size_t)s->n * sizeof *size);
    gg_cage_average(c, u, size);
    double(*pos)[3] = gg_frame_add(f, a, "pos_cage", NULL)->data;
    float *size_out = gg_frame_add(f, a, "cage_size", NULL)->data;
    for (int64_t i = 0; i < s->n; i++) {
        size_out[i] = (float)size[i];
        for (int k = 0; k < 3; k++)
            pos[i][k] = s->pos[i][k] + u[i][k];
    }
    if (gg_system_add_energy(s, f, a, "energy_cage", NULL, (const double(*)[3])pos, NULL, err) < 0)
        return gg_err_prefix(err, "average positions: ");
    *(double *)gg_frame_add(f, a, "cage_acceptance", NULL)->data = gg_cage_acceptance(c);
    *(double *)gg_frame_add(f, a, "cage_difference", NULL)->data = gg_cage_difference(c);
    *(double *)gg_frame_add(f, a, "cage_error", NULL)->data = gg_cage_error(c);
    return 0;
}

static int frame(void *run, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct run *r = run;
    const struct options *o = &r->options;
    struct gg_system s;
    struct gg_cage c;
    if (o->past > 0)
        return gg_cage_past_frame(&r->past, o->past, f, a, err);
    double temperature;
    if (gg_system_read(&s, f, (enum gg_potential_kind)o->potential, a, err) < 0 ||
        gg_cage_temperature(&temperature, f, o->temperature, err) < 0)
        return -1;
    const struct gg_cage_rule rule = {.radius = o->cage,
                                      .temperature = temperature,
                                      .seed = (uint64_t)o->seed,
                                      .name = gg_crc32c(0, f->id, strlen(f->id))};
    if (gg_cage_init(&c, &rule, &s.potential, &s.cell, s.n, s.pos, s.type, err) < 0)
        return -1;
    int status = average(r, &c, f->id, err);
    if (status == 0)
        status = store(f, a, &s, &c, err);
    gg_cage_free(&c);
    return status < 0 ? -1 : 1;
}

int main(int argc, char **argv)
{
    static struct run r = {.options = {.potential = GG_POTENTIAL_FSHIFT,
                                       .temperature = -1,
                                       .past = -1,
                                       .cage = 0.4,
                                       .tolerance = 0.05,
                                       .equilibrate = 600,
                                       .sweeps = 1200,
                                       .max_sweeps = 19200}};
    int status = gg_cli_start(&r.cli, &program, &r.options, argc, argv);
    if (status >= 0)
        return status;
    r.cli.seed = r.options.past > 0 ? -1 : r.options.seed;
    status = gg_cli_filter(&r.cli, &(struct gg_filter){.frame = frame, .meta = meta, .context = &r});
    if (status == GG_OK && r.options.past > 0)
        gg_cage_past_say(&r.past, &r.cli);
    gg_track_free(&r.past.track);
    return status;
}
