/* cage.h -- cage states: where particles are on average while nobody may leave its cage */
#ifndef GG_CAGE_H
#define GG_CAGE_H

#include "physics/md_kernel.h"
#include "stream/frame.h"

struct gg_cage_rule {
    double radius;      /* no particle goes farther from its start, sigma */
    double temperature; /* eps, above 0 */
    uint64_t seed;
    uint32_t name;      /* of the configuration: another name, other random numbers */
    uint32_t first_run; /* so many runs are passed over */
};

/* GG_TETHERED_RUNS runs of one start.  gg_cage_sweeps equilibrates until the first block begins; from then on it averages. */
struct gg_cage {
    struct gg_cage_rule rule;
    struct gg_tethered particles;
    const struct gg_md_level *level;
    double step;     /* trial moves: each coordinate by -step .. step, sigma; tuned while equilibrating */
    int64_t n_sweep; /* made so far, by every run */
    double energy
        [GG_TETHERED_RUNS]; /* of the present positions, eps: of the start, and the changes of all accepted moves */
    int64_t n_accepted, n_tried; /* of the averaging */
    int n_block;
    struct gg_cage_block {
        int64_t n_sweep;
        double energy; /* summed over sweeps and runs, eps */
        double (*sum)
            [4]
            [GG_TETHERED_RUNS]; /* [slot] w and w^2 of all sweeps; w: displacement less the mean over all particles */
    } block[2];                 /* [0]: all blocks before the last, [1]: the last */
    struct gg_tethered_report *cell; /* [cells] what each cell reports of a sweep */
    struct gg_arena arena;
};

/* The temperature (eps) of a run: `given` if above 0, else the frame's field.  GG_INPUT: there is none, or not above 0. */
int gg_cage_temperature(double *t, const struct gg_frame *f, double given, struct gg_err *err);

/* pos: n x 3, any image.  GG_INPUT: what gg_energies refuses. */
int gg_cage_init(struct gg_cage *c, const struct gg_cage_rule *rule, const struct gg_potential *p,
                 const struct gg_cell *cell, int64_t n, const double (*pos)[3], const int32_t *type,
                 struct gg_err *err);
void gg_cage_free(struct gg_cage *c);

/* Each sweep tries to move every particle of every run once.  The same bits for any number of threads; kinds of processors differ in
 * the last bits, and so, after some sweeps, in which moves are accepted. */
void gg_cage_sweeps(struct gg_cage *c, int64_t n);
/* From now on averages go into a new block; the last one is added to those before it. */
void gg_cage_begin_block(struct gg_cage *c);

/* The averages over all blocks and runs, in the order of the particles: displacement from the start [n], and the fluctuation
 * around it, sqrt(<|u|^2> - |<u>|^2), sigma. Either may be NULL. */
void gg_cage_average(const struct gg_cage *c, double (*displacement)[3], double *size);
/* Root mean square over particles, sigma: of the distance between the average of the last block and that of those before (two
 * blocks are there, and equally long if it is to mean something); of the standard error of the average, as runs differ. */
double gg_cage_difference(const struct gg_cage *c);
double gg_cage_error(const struct gg_cage *c);
double gg_cage_acceptance(const struct gg_cage *c); /* fraction of the moves while averaging */

#endif
