/* md_kernel.h -- the inner loops of molecular dynamics, compiled for several processors; used inside physics/ only
 *
 * Positions are whole numbers: the box is 2^32 units long in each direction, so a difference of two of them, which wraps
 * around as unsigned arithmetic does, is the nearest image, exact to L/2^32 (3.5e-9 sigma for 4096 particles).  There are
 * no images to keep, and forces of a pair are opposite to the last bit.
 *
 * One run stands as [particle][x y z 0], its lanes are neighbours; GG_MD_RUNS runs of one start stand as
 * [particle][xyz][run], their lanes are runs. */
#ifndef GG_MD_KERNEL_H
#define GG_MD_KERNEL_H

#include "physics/potential.h"
#include "physics/tethered.h"
#include "util/real.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GG_MD_RUNS = 16, /* lanes */
    GG_MD_PATTERN =
        48, /* 3 axes of 16 runs, 12 particles of 4 numbers: what x, v and f are whole multiples of */
    GG_MD_TYPES = GG_POTENTIAL_TYPES
};

/* With w = sigma/r the force on i is (r_j - r_i) times
 *     V'(r)/r = w^8 (c12 w^6 + c6) + c1 w + c2 + c4 r^2,   and V = e4 [w^12 - w^6 + a0 + a1/w + a2/w^2 + a4/w^4],
 * 0 beyond the cut-off. */
struct gg_md_pair {
    gg_real cutoff2, sigma, c12, c6, c1, c2, c4;
    gg_real e4, a0, a1, a2, a4;
};

/* Pairs in rows: the neighbours of type t of particle i are nbr[begin[i T + t]] .. nbr[end[i T + t] - 1].  Of many runs
 * each pair stands once, with i < j; of one run twice, and rows are filled up to whole lanes with i itself. */
struct gg_md_rows {
    int64_t *begin, *end; /* [n T] */
    int32_t *nbr;
    int64_t n, room; /* of nbr */
};

struct gg_md_sites {
    int64_t n;
    int n_lane;                  /* 1 or GG_MD_RUNS */
    int64_t n_number;            /* of x, v, f: n 4 or n 48, up to a multiple of GG_MD_PATTERN */
    gg_real scale[3];            /* sigma a unit; 0 for z in two dimensions */
    gg_real step[GG_MD_PATTERN]; /* units that a velocity of 1 moves in a time step */
    gg_real half_dt;             /* tau */
    bool even;                   /* c2 or c4 are not 0 */
    struct gg_md_pair pair[GG_MD_TYPES][GG_MD_TYPES];
    int32_t *type, *x;
    gg_real *v, *f; /* sigma/tau, eps/sigma; masses are 1 */
};

/* Candidates: particles around one cell, each a ball that holds all its runs. Arrays are filled up to whole lanes. */
struct gg_md_near {
    int64_t n;
    int32_t *who, *at[3]; /* in units of the box */
    gg_real *spread;      /* radius of the ball, sigma */
};

struct gg_md_level {
    const char *name;
    /* Forces: of one run on particles first .. last-1, of many runs on all. */
    void (*forces)(const struct gg_md_sites *s, const struct gg_md_rows *rows, int64_t first, int64_t last);
    /* energy[lane]: potential energy, eps. */
    void (*energy)(const struct gg_md_sites *s, const struct gg_md_rows *rows, double *energy);
    /* Those of the candidates with a number above `after` whose balls are within reach of x0 -> to, which has room for all and
     * GG_MD_RUNS more; returns how many. */
    int64_t (*choose)(const struct gg_md_sites *s, const struct gg_md_near *c, const int32_t x0[3],
                      gg_real reach, int32_t after, int32_t *to);
    /* out: the pairs of `in` with r^2 < reach2 of their types in any run; out->nbr has room for all of
     * `in` and GG_MD_RUNS more. */
    void (*filter)(const struct gg_md_sites *s, const struct gg_md_rows *in,
                   const gg_real (*reach2)[GG_MD_TYPES], struct gg_md_rows *out);
    void (*push)(const struct gg_md_sites *s); /* v += f dt/2, x += v dt */
    void (*kick)(const struct gg_md_sites *s); /* v += f dt/2 */
    /* The largest squared distance from `from` (as x), in any run, sigma^2. */
    gg_real (*moved)(const struct gg_md_sites *s, const int32_t *from);
    void (*kinetic)(const struct gg_md_sites *s, double *sum); /* [lane] sum of v^2 */
    /* Of Monte Carlo (tethered.h).  change[run] = U(slot k at `to` from its start) - U(now), eps; nothing is moved. */
    void (*tethered_change)(const struct gg_tethered *t, int64_t k, const gg_real (*to)[GG_TETHERED_RUNS],
                            double *change);
    /* A trial move of slots first .. last-1, one after the other. */
    void (*tethered_moves)(const struct gg_tethered *t, const struct gg_tethered_moves *m, int64_t first,
                           int64_t last, struct gg_tethered_report *report);
    /* Adds w and w^2 of every slot in every run; w: away less its mean over all slots. */
    void (*tethered_add)(const struct gg_tethered *t, double (*sum)[4][GG_TETHERED_RUNS]);
};
extern const struct gg_md_level gg_md_plain, gg_md_avx2, gg_md_avx512;
/* The fastest that this processor runs, or the one that GG_KERNEL names. */
const struct gg_md_level *gg_md_best(void);

#endif
