/* campaign_opts.c -- the options of a campaign */
#include "physics/campaign_opts.h"

#define AT(member) offsetof(struct gg_campaign_options, member)

const struct gg_opt gg_campaign_opts[] = {
    {"start", GG_OPT_TEXT, AT(start), "make a start of this mixture: KA3D, KA2D", .arg = "MIXTURE"},
    {"n", GG_OPT_INT, AT(n), "particles of a new start", .arg = "N", .min = 4, .max = 1e8},
    {"density", GG_OPT_REAL, AT(density), "of a new start (default: the mixture's)", "X", "1/sigma^d", 1e-3,
     100},
    {"temperature", GG_OPT_REAL, AT(rule.temperature),
     "temperature (default: field temperature of each frame)", "T", "eps", 1e-6, 1e6},
    {"potential", GG_OPT_CHOICE, AT(rule.potential),
     "how pairs interact; auto: fshift, in two dimensions poly", .choices = GG_CAMPAIGN_POTENTIALS},
    {"dt", GG_OPT_REAL, AT(rule.dt), "time step", "TIME", "tau", 1e-6, 0.1},
    {"wait", GG_OPT_REAL, AT(rule.wait), "run so long before the first configuration", "TIME", "tau", 0, 1e9},
    {"configurations", GG_OPT_INT, AT(rule.n_configuration), "configurations from each start", .arg = "N",
     .min = 1, .max = 1e6},
    {"apart", GG_OPT_REAL, AT(rule.apart), "run so long between two of them", "TIME", "tau", 0, 1e9},
    {"runs", GG_OPT_INT, AT(rule.n_run), "runs with fresh velocities from each configuration", .arg = "N",
     .min = 2, .max = 1e4},
    {"times", GG_OPT_REALS, AT(rule.times), "times of the targets", "TIME,...", "tau", 1e-6, 1e9},
    {"ensemble", GG_OPT_CHOICE, AT(rule.ensemble), "of these runs", .choices = GG_ENSEMBLES},
    {"relaxation", GG_OPT_REAL, AT(rule.relaxation), "time of the thermostat", "TIME", "tau", 1e-3, 1e6},
    {"continue", GG_OPT_FLAG, AT(rule.add_runs), "the frames have runs already: more of them"},
    {"keep-replicas", GG_OPT_FLAG, AT(rule.keep_replicas), "leave pos_replicas in the frame"},
    {"sample-id", GG_OPT_TEXT, AT(rule.name),
     "of the one start (default: its own; of a new one mixture, temperature, seed)", .arg = "ID"},
    {"seed", GG_OPT_INT, AT(rule.seed), "of the random numbers", .arg = "N", .min = 0, .max = 9e15},
    {"checkpoint", GG_OPT_TEXT, AT(checkpoint), "keep the state here (default: OUTPUT.checkpoint with -o)",
     .arg = "FILE", .writes = true},
    {"resume", GG_OPT_TEXT, AT(resume), "auto or never", .arg = "HOW", .unrecorded = true},
    {"estimate", GG_OPT_FLAG, AT(estimate), "print expected time and size, and stop"},
    {0}};
