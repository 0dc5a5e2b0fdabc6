/* bench_md.c -- particle-steps a second of molecular dynamics: one run, 16 runs of one start, beside LAMMPS; trial moves of Monte Carlo
 * The first shipped configuration of 4096 particles, constant energy, one thread, processor time.  "parted": the runs have
 * gone through a hot liquid until their union of pairs is that of the relaxation time at T = 0.5.  LAMMPS, if `lmp` is there, runs the same start. */
#include "bench.h"
#include "physics/cage.h"
#include "physics/md.h"
#include "stream/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { ONE_STEPS = 1000, MANY_STEPS = 200, HOT_STEPS = 600, SWEEPS = 20, REPEATS = 2 };

struct start {
    struct gg_reader in;
    struct gg_frame frame;
    struct gg_arena arena;
    struct gg_cell cell;
    const double (*pos)[3];
    const int32_t *type;
};

static bool read_start(struct start *s)
{
    struct gg_err err;
    int event = -1;
    if (gg_reader_open(&s->in, bench_data(), &err) < 0)
        return false;
    while ((event = gg_reader_next(&s->in, &s->frame, &err)) > 0 && event != GG_EVENT_FRAME)
        ;
    if (event != GG_EVENT_FRAME || gg_cell_init(&s->cell, 3, 7, (const double(*)[3])s->frame.cell, &err) < 0)
        return false;
    s->pos = (const double(*)[3])gg_frame_need_double(&s->frame, "pos", &s->arena, &err);
    s->type = gg_frame_find(&s->frame, "type")->data;
    return s->pos != NULL;
}

/* Mio particle-steps a second, the best of a few. */
static double rate(struct gg_md *m, int64_t steps)
{
    double best = 0;
    for (int k = 0; k < REPEATS; k++) {
        double began = bench_cpu();
        gg_md_advance(m, steps);
        best = fmax(best, 1e-6 * (double)(m->n * m->n_run * steps) / (bench_cpu() - began));
    }
    return best;
}

static double row(const struct start *s, const char *what, int n_run, bool parted, double lammps)
{
    struct gg_err err;
    struct gg_md m;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_md_rule rule = {.dt = 0.005, .temperature = parted ? 2 : 0.5, .relaxation = 1};
    if (gg_md_init(&m, &rule, &p, &s->cell, (int64_t)s->frame.n_node, s->pos, s->type, n_run, 0, &err) < 0)
        return NAN;
    gg_md_draw(&m);
    gg_md_advance(&m, parted ? HOT_STEPS : 20);
    if (parted) {
        m.rule.temperature = 0.5;
        gg_md_draw(&m);
    }
    double found = rate(&m, n_run > 1 ? MANY_STEPS : ONE_STEPS);
    bench_row(what, -1, -1);
    bench_cell("rate", "M/s", found);
    bench_cell("pairs", "/particle", (double)m.n_pair / (double)m.n * (n_run > 1 ? 1 : 0.5));
    bench_cell("of LAMMPS", "x", found / lammps);
    bench_end();
    gg_md_free(&m);
    return found;
}

/* Millions of trial moves a second, of all runs together (gg-cage, gg-quench --samples). */
static void cage_row(const struct start *s)
{
    struct gg_err err;
    struct gg_cage c;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    const struct gg_cage_rule rule = {.radius = 0.4, .temperature = 0.5};
    if (gg_cage_init(&c, &rule, &p, &s->cell, (int64_t)s->frame.n_node, s->pos, s->type, &err) < 0)
        return;
    double best = 0;
    gg_cage_sweeps(&c, SWEEPS);
    for (int k = 0; k < REPEATS; k++) {
        double began = bench_cpu();
        gg_cage_sweeps(&c, SWEEPS);
        best = fmax(best, 1e-6 * (double)(c.particles.n * GG_TETHERED_RUNS * SWEEPS) / (bench_cpu() - began));
    }
    bench_row("cage, 16 runs", -1, -1);
    bench_cell("rate", "M/s", best);
    bench_cell("pairs", "/particle", (double)c.particles.first[3 * c.particles.n] / (double)c.particles.n);
    bench_end();
    gg_cage_free(&c);
}

static double child_cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_CHILDREN, &u);
    return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* NAN if there is none. */
static double lammps_rate(const struct start *s)
{
    char name[4096], command[8400];
    int64_t n = (int64_t)s->frame.n_node;
    snprintf(name, sizeof name, "%s/in.bench", bench_folder());
    FILE *f = fopen(name, "w");
    if (!f)
        return NAN;
    fprintf(f,
            "units lj\natom_style atomic\nregion b block 0 %.9f 0 %.9f 0 %.9f\ncreate_box 2 b\nmass * 1\n"
            "pair_style lj/smooth/linear 2.5\npair_coeff 1 1 1 1 2.5\npair_coeff 1 2 1.5 0.8 2\npair_coeff 2 "
            "2 0.5 0.88 2.2\n",
            s->cell.h[0][0], s->cell.h[1][1], s->cell.h[2][2]);
    for (int64_t i = 0; i < n; i++)
        fprintf(f, "create_atoms %d single %.9f %.9f %.9f\n", s->type[i] + 1, s->pos[i][0], s->pos[i][1],
                s->pos[i][2]);
    fprintf(f, "neighbor 0.3 bin\nneigh_modify delay 0 every 1 check yes\nvelocity all create 0.5 1 mom yes "
               "dist gaussian\n"
               "timestep 0.005\nfix 1 all nve\nthermo 0\nrun ${steps}\n");
    fclose(f);
    double spent[2];
    for (int k = 0; k < 2; k++) { /* the start of the program is no step */
        double began = child_cpu();
        snprintf(command, sizeof command,
                 "OMP_NUM_THREADS=1 lmp -in %s -var steps %d -log none -screen none >/dev/null 2>&1", name,
                 k * ONE_STEPS);
        if (system(command) != 0)
            return NAN;
        spent[k] = child_cpu() - began;
    }
    return 1e-6 * (double)n * ONE_STEPS / (spent[1] - spent[0]);
}

void bench_md(void)
{
    static struct start s;
    if (!read_start(&s)) {
        bench_say("no configuration to begin with");
        return;
    }
    double lammps = lammps_rate(&s);
    row(&s, "one run", 1, false, lammps);
    row(&s, "16 runs, close", GG_MD_RUNS, false, lammps);
    row(&s, "16 runs, parted", GG_MD_RUNS, true, lammps);
    cage_row(&s);
    bench_row("LAMMPS, one run", -1, -1);
    bench_cell("rate", "M/s", lammps);
    bench_end();
    gg_frame_free(&s.frame);
    gg_arena_free(&s.arena);
    gg_reader_close(&s.in);
}
