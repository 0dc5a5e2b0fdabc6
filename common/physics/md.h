/* md.h -- molecular dynamics: one run, or many runs of one start side by side */
#ifndef GG_MD_H
#define GG_MD_H

#include "util/choice.h"
#include "physics/md_kernel.h"
#include "util/cell.h"

#define GG_ENSEMBLE_LIST(X) X(GG_NVE, "nve") X(GG_CANONICAL, "canonical")
enum gg_ensemble { GG_ENSEMBLE_LIST(GG_CHOICE_ENUM) };
#define GG_ENSEMBLES GG_CHOICE_WORDS(GG_ENSEMBLE_LIST)

struct gg_md_rule {
    double dt;          /* tau */
    double temperature; /* eps, of velocities and thermostat */
    enum gg_ensemble ensemble;
    double relaxation; /* tau: time of the thermostat */
    uint64_t seed;
    uint32_t name; /* of the start: another name, other random numbers */
};

/* Between two calls of gg_md_advance this is all there is: equal numbers here give equal numbers after it. */
struct gg_md {
    struct gg_md_rule rule;
    struct gg_potential potential;
    double extent[3]; /* of the box, sigma */
    int dim;
    int64_t n;
    int n_run,
        n_lane; /* wanted; and side by side in memory: 1, or GG_MD_RUNS of which the last ones are copies */
    int64_t first_run;       /* number of run 0: the name of its random numbers */
    int32_t *type;           /* [n] */
    int64_t *at;             /* [n][3][n_lane] unwrapped positions, in 2^-32 of the box */
    gg_real *v;              /* [n][3][n_lane] sigma/tau */
    int64_t n_step;          /* made so far */
    double heat[GG_MD_RUNS]; /* that the thermostat gave to each run, eps */
    const struct gg_md_level *level;
    int64_t n_list, n_pair; /* lists made, and pairs in the last one: how hard the work is */
};

/* pos: n x 3, any image.  n_run: 1 .. GG_MD_RUNS.  Velocities are 0.  GG_INPUT: a cell that is not rectangular and periodic,
 * a cut-off beyond half of it, types above C, particles upon each other. */
int gg_md_init(struct gg_md *m, const struct gg_md_rule *rule, const struct gg_potential *p,
               const struct gg_cell *cell, int64_t n, const double (*pos)[3], const int32_t *type, int n_run,
               int64_t first_run, struct gg_err *err);
void gg_md_free(struct gg_md *m);

/* Fresh velocities at rule.temperature (Maxwell), the centre of mass at rest: a function of seed, name, number of the run
 * and particle. */
void gg_md_draw(struct gg_md *m);

/* Makes n_step steps (velocity Verlet).  One run uses all threads; many runs one, so that several of these can be advanced at the
 * same time.  The same numbers for any number of threads; cutting a way into other pieces changes the rounding. */
void gg_md_advance(struct gg_md *m, int64_t n_step);

/* Of each run: kinetic and potential energy, eps; each [n_run]. */
void gg_md_energies(const struct gg_md *m, double *kinetic, double *potential);
/* Degrees of freedom: dim (n - 1). */
double gg_md_freedom(const struct gg_md *m);
/* Unwrapped positions of run k: the start's image at n_step 0.  pos: n x 3, sigma. */
void gg_md_positions(const struct gg_md *m, int k, double (*pos)[3]);
/* Positions, velocities and forces of run k, for tests; each n x 3 or NULL. */
void gg_md_forces(const struct gg_md *m, int k, double (*force)[3]);

#endif
