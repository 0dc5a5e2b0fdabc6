/* gg-quench.c -- inherent structures: the energy minimum below each configuration, and the energies of both
 *
 * FIRE at fixed cell, in double precision (common/physics/quench.c).  Minima depend on the minimiser in a few places of a
 * liquid, so its parameters go into META: one minimiser must serve training and test sets. */
#include "cli/cli.h"
#include "physics/quench.h"

#include <string.h>

struct options {
    int potential;
    struct gg_fire fire;
    bool energy_only, forces;
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
    int64_t n_frame;
    bool told; /* of an energy that no liquid has */
};

/* One frame as physics sees it. */
struct system {
    struct gg_potential potential;
    struct gg_cell cell;
    int64_t n;
    const int32_t *type;
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
    return 0;
}

static int read_system(struct system *s, const struct gg_frame *f, int potential, struct gg_err *err)
{
    const struct gg_field *type = gg_frame_need(f, "type", err);
    if (!type || gg_cell_init(&s->cell, f->dim, f->pbc, f->cell, err) < 0)
        return -1;
    s->potential = gg_potential_of((enum gg_potential_kind)potential, f->dim);
    s->n = (int64_t)f->n_node;
    s->type = type->data;
    return 0;
}

/* No liquid has such an energy: told once, of the particle where it is largest. */
static void tell_overlap(struct run *r, const struct gg_frame *f, int64_t n, const double *energy)
{
    int64_t most = 0;
    for (int64_t i = 1; i < n; i++)
        if (energy[i] > energy[most])
            most = i;
    if (r->told || n == 0 || !(energy[most] > 1e4))
        return;
    r->told = true;
    gg_cli_warn(&r->cli,
                "%s: particle %lld has an energy of %.3g eps: these energies are those of the Kob-Andersen "
                "mixtures, with "
                "positions in sigma of A; networks without energies do without (inputs.positions=pos, "
                "inputs.node=[type])",
                f->id, (long long)most, energy[most]);
}

/* Adds the field `name` with the energies at pos, and, unless it is NULL, the field `forces`. */
static int add_energy(struct run *r, struct gg_frame *f, struct gg_arena *a, const struct system *s,
                      const char *name, const char *forces, const double (*pos)[3], struct gg_err *err)
{
    double *energy = gg_arena_alloc(a, (size_t)s->n * sizeof *energy);
    double(*force)[3] = forces ? gg_arena_alloc(a, (size_t)s->n * sizeof *force) : NULL;
    if (gg_energies(&s->potential, &s->cell, s->n, pos, s->type, energy, force, err) < 0)
        return -1;
    tell_overlap(r, f, s->n, energy);
    float *out = gg_frame_add(f, a, name, NULL)->data;
    for (int64_t i = 0; i < s->n; i++)
        out[i] = (float)energy[i];
    if (forces)
        memcpy(gg_frame_add(f, a, forces, NULL)->data, force, (size_t)s->n * sizeof *force);
    return 0;
}

/* The images nearest to pos, so that the difference is a displacement. */
static void store_nearest(const struct system *s, const double (*pos)[3], const double (*minimum)[3],
                          double (*out)[3])
{
    for (int64_t i = 0; i < s->n; i++) {
        double d[3];
        for (int k = 0; k < 3; k++)
            d[k] = minimum[i][k] - pos[i][k];
        gg_cell_nearest(&s->cell, d);
        for (int k = 0; k < 3; k++)
            out[i][k] = pos[i][k] + d[k];
    }
}

static int quench(struct run *r, struct gg_frame *f, struct gg_arena *a, const struct system *s,
                  const double (*pos)[3], struct gg_err *err)
{
    struct gg_quench_report report;
    double(*x)[3] = gg_arena_alloc(a, (size_t)s->n * sizeof *x);
    memcpy(x, pos, (size_t)s->n * sizeof *x);
    if (gg_quench(&r->options.fire, &s->potential, &s->cell, s->n, x, s->type, &report, err) < 0)
        return -1;
    gg_cli_note(&r->cli, "%s: %lld steps, %lld neighbour lists, largest force %.2g", f->id,
                (long long)report.n_step, (long long)report.n_list, report.largest_force);
    double(*inherent)[3] = gg_frame_add(f, a, "pos_inherent", NULL)->data;
    store_nearest(s, pos, (const double(*)[3])x, inherent);
    return add_energy(r, f, a, s, "energy_inherent", NULL, (const double(*)[3])inherent, err);
}

static int energies(struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct system s;
    const double(*pos)[3] = (const double(*)[3])gg_frame_need_double(f, "pos", a, err);
    if (!pos || read_system(&s, f, r->options.potential, err) < 0 ||
        add_energy(r, f, a, &s, "energy", r->options.forces ? "force" : NULL, pos, err) < 0)
        return -1;
    if (!r->options.energy_only)
        return quench(r, f, a, &s, pos, err) < 0 ? -1 : 1;
    if (!gg_frame_find(f, "pos_inherent"))
        return 1;
    const double *inherent = gg_frame_need_double(f, "pos_inherent", a, err);
    return !inherent ||
                   add_energy(r, f, a, &s, "energy_inherent", NULL, (const double(*)[3])inherent, err) < 0
               ? -1
               : 1;
}

static int frame(void *run, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct run *r = run;
    gg_progress_at(&r->progress, r->n_frame++, f->id);
    int keep = energies(r, f, a, err);
    if (keep < 0)
        gg_progress_clear(&r->progress); /* a message follows */
    return keep;
}

int main(int argc, char **argv)
{
    static struct run r = {.options = {.potential = GG_POTENTIAL_FSHIFT}};
    r.options.fire = gg_fire_default();
    int status = gg_cli_start(&r.cli, &program, &r.options, argc, argv);
    if (status >= 0)
        return status;
    if (r.options.fire.dt > r.options.fire.dt_max) {
        gg_fail(&r.cli.err, GG_USAGE, "--dt %g is above --dt-max %g", r.options.fire.dt,
                r.options.fire.dt_max);
        return gg_cli_fail(&r.cli);
    }
    gg_progress_start(&r.progress, program.name, "frame", 0, (enum gg_progress_mode)r.cli.progress);
    status = gg_cli_filter(&r.cli, &(struct gg_filter){.frame = frame, .meta = meta, .context = &r});
    gg_progress_clear(&r.progress);
    return status;
}
