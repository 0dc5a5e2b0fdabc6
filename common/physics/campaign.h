/* campaign.h -- from one start to labelled configurations: equilibration, and from each configuration runs with fresh velocities
 *
 * A chain (one canonical run) melts a new start, waits, and stops at each configuration; from there the isoconfigurational runs
 * begin, GG_MD_RUNS side by side.  It goes on slice by slice, so that progress can be told and the state be kept: everything
 * between two slices is in the struct, and a state that is read back goes on to the same bytes. */
#ifndef GG_CAMPAIGN_H
#define GG_CAMPAIGN_H

#include "physics/md.h"
#include "physics/md_watch.h"
#include "stream/frame.h"
#include "stream/meta.h"
#include "util/opt.h"

#define GG_CAMPAIGN_POTENTIALS "auto|" GG_POTENTIALS
struct gg_campaign_rule {
    const char *name;   /* of the start; NULL: the frame's id */
    int potential;      /* of GG_CAMPAIGN_POTENTIALS; auto: fshift, in two dimensions poly */
    double dt;          /* tau */
    double temperature; /* eps; not above 0: that of the frame */
    double relaxation;  /* tau: time of the thermostat */
    int ensemble;       /* enum gg_ensemble, of the isoconfigurational runs; the chain is canonical */
    int64_t seed;
    bool melt;               /* a start from nothing: hot first */
    double wait, apart;      /* tau: before the first configuration, and between two */
    int64_t n_configuration; /* from one start */
    int64_t n_run;           /* from each configuration; below 1: configurations alone */
    struct gg_reals times;   /* tau, increasing: of the targets */
    bool keep_replicas;      /* the frame gets pos_replicas */
    bool add_runs;           /* the frame has runs already: the new ones join them */
};

enum gg_campaign_phase { GG_CAMPAIGN_MELT, GG_CAMPAIGN_WAIT, GG_CAMPAIGN_RUNS, GG_CAMPAIGN_READY };

struct gg_campaign {
    struct gg_campaign_rule rule;
    struct gg_potential potential;
    struct gg_cell cell;
    struct gg_frame start; /* its fields live as long as the caller's frame */
    char name[GG_ID];
    double temperature;
    int64_t n, old_runs;
    const int32_t *type;

    int64_t configuration, phase,
        step; /* the one at hand, from 0; enum gg_campaign_phase; steps made in it */
    struct gg_md chain;
    int n_group;
    struct gg_md *group;              /* [n_group] the runs */
    double (*from)[3], (*at_half)[3]; /* [n] the chain at the begin and in the middle of this waiting */
    double fs[2];                     /* over its halves */
    double waited, order;     /* tau at this temperature, without melting; order of the last configuration */
    struct gg_md_drift drift; /* of the conserved energy a particle, in this phase; means over the runs */
    double drift_slope; /* a step, of the last phase that is done: that of the runs where there are any */
    double (*end)[3];   /* [time][run][n] */
};

/* What can be told without a frame: GG_USAGE for times that are no multiples of dt, or options that miss each other. */
int gg_campaign_check(const struct gg_campaign_rule *rule, struct gg_err *err);
/* A lattice of a mixture (mixture.h) as a frame in `a`; density not above 0: the mixture's; the id is made of mixture,
 * temperature and seed. */
int gg_campaign_lattice(const struct gg_campaign_rule *rule, const char *mixture, int64_t n, double density,
                        struct gg_frame *f, struct gg_meta *meta, struct gg_arena *a, struct gg_err *err);

/* Begins with the particles of f, whose name is part of all random numbers.  Configurations are called name/1 and so on
 * where particles have moved, and like the start if rule->name is for one alone.  f must stay.  Refuses what gg_md_init
 * refuses, a frame without temperature, a start that is not the mixture of META system, and with add_runs a frame
 * without runs, or with runs of other times or another kind. */
int gg_campaign_begin(struct gg_campaign *c, const struct gg_campaign_rule *rule, const struct gg_frame *f,
                      const struct gg_meta *meta, struct gg_arena *a, struct gg_err *err);
void gg_campaign_free(struct gg_campaign *c);

/* What a phase needs before its first step: for whoever brings a state back. */
int gg_campaign_enter(struct gg_campaign *c, int64_t phase, struct gg_err *err);

/* One slice: 1 if a configuration is ready, 0 if more is to do, -1 (GG_NUMERICS) if the energy runs away. */
int gg_campaign_slice(struct gg_campaign *c, struct gg_err *err);
/* The configuration that is ready as a frame, in the arena; then goes on to the next.  1 if that was the last one. */
int gg_campaign_take(struct gg_campaign *c, struct gg_frame *out, struct gg_arena *a, struct gg_err *err);

int64_t gg_campaign_phase_steps(const struct gg_campaign_rule *r, int64_t configuration, int64_t phase);
/* Steps of one start, all phases, and how many of them c (or NULL) has done.  A step of GG_MD_RUNS runs counts as four of the
 * chain, which is what it costs. */
int64_t gg_campaign_steps(const struct gg_campaign_rule *rule, int64_t *done, const struct gg_campaign *c);

/* Adds the wall-clock seconds of one start, from a few steps made here and now, and the bytes of its frames. */
int gg_campaign_estimate(struct gg_campaign *c, double *seconds, double *bytes, struct gg_err *err);

/* Will particles have moved from where the starts have them? */
bool gg_campaign_moves(const struct gg_campaign_rule *rule);
/* What the stream says of its frames: of the starts' META what is still true, and how the frames were made. */
void gg_campaign_meta(const struct gg_campaign_rule *rule, int dim, const struct gg_meta *starts,
                      struct gg_meta *meta);

#endif
