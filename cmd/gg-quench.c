/* gg-quench.c -- inherent structures: the energy minimum below each configuration, and the energies of both
 *
 * FIRE at fixed cell, in double precision (common/physics/quench.c).  Minima depend on the minimiser in a few places of a
 * liquid, so its parameters go into META: one minimiser must serve training and test sets.  With --samples, minima below other places
 * where the particles might have been as well (common/physics/samples.c). */
#include "cli/cli.h"
#include "physics/system.h"
#include "physics/quench.h"
#include "physics/samples.h"
#include "stream/crc32c.h"

#include <math.h>
#include <string.h>

struct options {
    int potential;
    struct gg_fire fire;
    bool energy_only, forces;
    int64_t samples, sweeps, seed;
    double temperature, cage, noise;
};
#define AT(member) offsetof(struct options, member)
static const struct gg_opt opts[] = {
    {"potential", GG_OPT_CHOICE, AT(potential), "which Lennard-Jones mixture", .choices = GG_POTENTIALS},
    {"force-tolerance", GG_OPT_REAL, AT(fire.force_tolerance),
     "no component of a force is larger at the minimum", .arg = "FORCE", .unit = "eps/sigma", .min = 1e-12,
     .max = 1.0},
    {"max-steps", GG_OPT_INT, AT(fire.max_steps), "give up after so many steps", .arg = "N", .min = 1,
     .max = 1e9},
    {"dt", GG_OPT_REAL, AT(fire.dt), "first time step", .arg = "TIME", .unit = "tau", .min = 1e-6,
     .max = 0.1},
    {"dt-max", GG_OPT_REAL, AT(fire.dt_max), "longest time step", .arg = "TIME", .unit = "tau", .min = 1e-6,
     .max = 0.1},
    {"energy-only", GG_OPT_FLAG, AT(energy_only), "energies of the positions that are there; quench nothing"},
    {"forces", GG_OPT_FLAG, AT(forces), "add the force on each particle, too"},
    {"samples", GG_OPT_INT, AT(samples), "so many frames for each: itself, and others reached in its cages",
     .arg = "K", .min = 1, .max = 10000, .when = "!energy-only"},
    {"sweeps", GG_OPT_INT, AT(sweeps), "of Monte Carlo before each", .arg = "N", .min = 1, .max = 1e9,
     .when = "samples&!noise"},
    {"temperature", GG_OPT_REAL, AT(temperature), "of Monte Carlo (default: field temperature of each frame)",
     .arg = "T", .unit = "eps", .min = 1e-6, .max = 1e6, .when = "samples&!noise"},
    {"cage", GG_OPT_REAL, AT(cage), "no particle goes farther from its place", .arg = "LENGTH",
     .unit = "sigma", .min = 1e-6, .max = 2, .when = "samples&!noise"},
    {"noise", GG_OPT_REAL, AT(noise), "instead of Monte Carlo: normal noise on each coordinate",
     .arg = "LENGTH", .unit = "sigma", .min = 1e-6, .max = 2, .when = "samples"},
    {"seed", GG_OPT_INT, AT(seed), "of the random numbers", .arg = "N", .min = 0, .max = 9e15,
     .when = "samples"},
    {0}};

static const struct gg_program program = {
    .name = "gg-quench",
    .about = "inherent structures and potential energies",
    .example = "gg-quench tiny.ggs -o inherent.ggs",
    .opts = opts,
    GG_READS_STREAMS,
};

struct run {
    struct gg_cli cli;
    struct options options;
    struct gg_progress progress;
    int64_t n_frame, sample; /* read; the one that comes next, of the frame at hand */
    struct gg_samples samples;
    struct gg_system system;
    const double (*first)[3]; /* inherent structure of the frame itself */
    bool told;                /* of an energy that no liquid has */
};

static int meta(void *run, struct gg_meta *m, struct gg_err *err)
{
    static const char *const names[] = {GG_POTENTIAL_NAMES};
    const struct options *o = &((struct run *)run)->options;
    (void)err;
    gg_meta_set(m, "potential", names[o->potential]);
    if (!o->energy_only)
        gg_meta_printf(m, "minimiser", "fire dt=%g dt_max=%g force_tolerance=%g", o->fire.dt, o->fire.dt_max,
                       o->fire.force_tolerance);
    if (o->noise > 0)
        gg_meta_printf(m, "samples", "%lld, noise=%g seed=%lld", (long long)o->samples, o->noise,
                       (long long)o->seed);
    else if (o->samples)
        gg_meta_printf(m, "samples", "%lld, metropolis cage=%g sweeps=%lld seed=%lld", (long long)o->samples,
                       o->cage, (long long)o->sweeps, (long long)o->seed);
    return 0;
}

/* No liquid has such an energy: told once, of the particle where it is largest. */
static void tell_overlap(struct run *r, const struct gg_frame *f, const struct gg_system_most *most)
{
    if (r->told || !(most->energy > 1e4))
        return;
    r->told = true;
    gg_cli_warn(&r->cli,
                "%s: particle %lld has an energy of %.3g eps: these energies are those of the Kob-Andersen "
                "mixtures, with positions in sigma of A; networks without energies do without "
                "(inputs.positions=pos, inputs.node=[type])",
                f->id, (long long)most->particle, most->energy);
}

static int add_energy(struct run *r, struct gg_frame *f, struct gg_arena *a, const char *name,
                      const double (*pos)[3], struct gg_err *err)
{
    struct gg_system_most most;
    const char *forces = r->options.forces && !strcmp(name, "energy") ? "force" : NULL;
    if (gg_system_add_energy(&r->system, f, a, name, forces, pos, &most, err) < 0)
        return -1;
    tell_overlap(r, f, &most);
    return 0;
}

/* From x, which it overwrites. */
static int quench(struct run *r, struct gg_frame *f, struct gg_arena *a, double (*x)[3], struct gg_err *err)
{
    const struct gg_system *s = &r->system;
    struct gg_quench_report report;
    if (gg_quench(&r->options.fire, &s->potential, &s->cell, s->n, x, s->type, &report, err) < 0)
        return -1;
    gg_cli_note(&r->cli, "%s: %lld steps, %lld neighbour lists, largest force %.2g", f->id,
                (long long)report.n_step, (long long)report.n_list, report.largest_force);
    double(*inherent)[3] = gg_frame_add(f, a, "pos_inherent", NULL)->data;
    gg_system_nearest(s, (const double(*)[3])x, inherent);
    return add_energy(r, f, a, "energy_inherent", (const double(*)[3])inherent, err);
}

/* ---- samples ---- */

static int begin_samples(struct run *r, const struct gg_frame *f, struct gg_err *err)
{
    const struct options *o = &r->options;
    struct gg_samples_rule rule = {.cage = {.radius = o->cage,
                                            .seed = (uint64_t)o->seed,
                                            .name = gg_crc32c(0, f->id, strlen(f->id))},
                                   .sweeps = o->sweeps,
                                   .noise = o->noise};
    if (o->samples > 1 && !(o->noise > 0) &&
        gg_cage_temperature(&rule.cage.temperature, f, o->temperature, err) < 0)
        return -1;
    gg_samples_begin(&r->samples, &rule, &r->system);
    return 0;
}

/* How far A went from the frame to the sample, and from the one minimum to the other. */
static void tell_way(struct run *r, const struct gg_frame *f, const double (*x)[3],
                     const double (*inherent)[3])
{
    const struct gg_system *s = &r->system;
    struct gg_samples_way before = gg_samples_way(s, s->pos, x),
                          after = gg_samples_way(s, r->first, inherent);
    if (isnan(before.rms))
        return;
    gg_cli_note(
        &r->cli,
        "%s: sample %lld: A is %.3g away, %.2f %% of it farther than %g; in inherent structures %.3g, "
        "%.2f %%",
        f->id, (long long)r->sample, before.rms, 100 * before.beyond, GG_JUMP, after.rms, 100 * after.beyond);
}

/* The frame as it is, or its next sample. */
static int one(struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_system *s = &r->system;
    size_t bytes = (size_t)s->n * sizeof(double[3]);
    double(*x)[3] = gg_arena_alloc(a, bytes), (*from)[3] = gg_arena_alloc(a, bytes);
    if (gg_sample_positions(&r->samples, r->sample, from, err) < 0)
        return -1;
    memcpy(x, from, bytes);
    if (quench(r, f, a, x, err) < 0)
        return -1;
    const double(*inherent)[3] = gg_frame_find(f, "pos_inherent")->data;
    if (r->sample == 0)
        r->first = inherent;
    else
        tell_way(r, f, (const double(*)[3])from, inherent);
    if (r->options.samples)
        *(int32_t *)gg_frame_add(f, a, "sample", NULL)->data = (int32_t)r->sample;
    return 0;
}

static int samples(struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    if (one(r, f, a, err) < 0)
        return -1;
    if (++r->sample < r->options.samples)
        return GG_FILTER_AGAIN;
    gg_samples_end(&r->samples);
    r->sample = 0;
    return 1;
}

/* ---- frames ---- */

static int energies(struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    const double *inherent;
    if (gg_system_read(&r->system, f, (enum gg_potential_kind)r->options.potential, a, err) < 0 ||
        add_energy(r, f, a, "energy", r->system.pos, err) < 0)
        return -1;
    if (!r->options.energy_only && gg_frame_find(f, "sample"))
        return gg_fail(err, GG_INPUT,
                       "field 'sample': one of several inherent structures of its configuration, which "
                       "would become one: --energy-only leaves them as they are");
    if (!r->options.energy_only)
        return begin_samples(r, f, err);
    if (!gg_frame_find(f, "pos_inherent"))
        return 0;
    inherent = gg_frame_need_double(f, "pos_inherent", a, err);
    return inherent ? add_energy(r, f, a, "energy_inherent", (const double(*)[3])inherent, err) : -1;
}

static int frame(void *run, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct run *r = run;
    int keep = 1;
    gg_progress_at(&r->progress, r->n_frame, f->id);
    if (r->sample == 0) {
        r->n_frame++;
        keep = energies(r, f, a, err) < 0 ? -1 : 1;
    }
    if (keep > 0 && !r->options.energy_only)
        keep = samples(r, f, a, err);
    if (keep < 0)
        gg_progress_clear(&r->progress); /* a message follows */
    return keep;
}

int main(int argc, char **argv)
{
    static struct run r = {
        .options = {.potential = GG_POTENTIAL_FSHIFT, .cage = 0.4, .sweeps = 1500, .temperature = -1}};
    r.options.fire = gg_fire_default();
    int status = gg_cli_start(&r.cli, &program, &r.options, argc, argv);
    if (status >= 0)
        return status;
    if (r.options.fire.dt > r.options.fire.dt_max) {
        gg_fail(&r.cli.err, GG_USAGE, "--dt %g is above --dt-max %g", r.options.fire.dt,
                r.options.fire.dt_max);
        return gg_cli_fail(&r.cli);
    }
    r.cli.seed = r.options.samples ? r.options.seed : -1;
    gg_progress_start(&r.progress, program.name, "frame", 0, (enum gg_progress_mode)r.cli.progress);
    status = gg_cli_filter(&r.cli, &(struct gg_filter){.frame = frame, .meta = meta, .context = &r});
    gg_progress_clear(&r.progress);
    return status;
}
