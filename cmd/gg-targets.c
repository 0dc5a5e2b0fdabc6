/* gg-targets.c -- what the runs of one start say about each particle: propensity, displacement, overlap, bond breaking
 *
 * The targets are those of common/physics/targets.c.  With --join, the frames of one id become one frame; with --trajectory,
 * later frames of a run are the run of earlier ones (common/physics/trajectory.c). */
#include "cli/cli.h"
#include "physics/dynamics.h"
#include "physics/target_run.h"
#include "util/same.h"
#include "util/words.h"

struct options {
    struct gg_texts add;
    double overlap_length, cage_cutoff, apart;
    struct gg_reals times, correlation_radii;
    int64_t every;
    struct gg_reals planted_length;
    double planted_noise, q_max;
    int64_t planted_runs, seed;
    const char *positions;
    bool join, keep_replicas, trajectory, replicas;
};
#define AT(member) offsetof(struct options, member)
static const struct gg_opt opts[] = {
    {"add", GG_OPT_TEXTS, AT(add), "targets, separated by commas, instead of the usual ones below",
     .arg = "TARGET,..."},
    {"overlap-length", GG_OPT_REAL, AT(overlap_length), "a particle that moved less overlaps with itself",
     .arg = "LENGTH", .unit = "sigma", .min = 1e-6, .max = 1e6},
    {"cage-cutoff", GG_OPT_REAL, AT(cage_cutoff), "neighbours within it are the cage", .arg = "LENGTH",
     .unit = "sigma", .min = 1e-6, .max = 1e6},
    {"correlation-radii", GG_OPT_REALS, AT(correlation_radii),
     "distances of propensity_correlation (default: 2,4,6)", .arg = "R,...", .unit = "sigma", .min = 0,
     .max = 1e6},
    {"join", GG_OPT_FLAG, AT(join),
     "frames of one id at several times become one frame; holds them all in memory"},
    {"trajectory", GG_OPT_FLAG, AT(trajectory), "frames of a run are starts, later ones where they lead"},
    {"times", GG_OPT_REALS, AT(times), "with --trajectory: how much later, all of them", .arg = "T,...",
     .unit = "tau", .min = 1e-12, .max = 1e30},
    {"apart", GG_OPT_REAL, AT(apart), "with --trajectory: starts of a run are no nearer in time", .arg = "T",
     .unit = "tau", .min = 0, .max = 1e30},
    {"every", GG_OPT_INT, AT(every), "with --trajectory: every Nth frame of a run may be a start", .arg = "N",
     .min = 1, .max = 1e9},
    {"replicas", GG_OPT_FLAG, AT(replicas),
     "with --trajectory: runs that begin alike are replicas of one start; holds them all in memory"},
    {"keep-replicas", GG_OPT_FLAG, AT(keep_replicas), "leave pos_replicas in the frame"},
    {"planted-length", GG_OPT_REALS, AT(planted_length),
     "of planted fields: correlation length, one, one for each time, or first and last (default: 1)",
     .arg = "L,...", .unit = "sigma", .min = 0, .max = 1e6},
    {"planted-noise", GG_OPT_REAL, AT(planted_noise),
     "noise of one run, of a field with standard deviation 1 (default: 1.5)", .arg = "SD", .min = 0,
     .max = 1e6},
    {"planted-runs", GG_OPT_INT, AT(planted_runs),
     "they are means of so many (default: META replicas, or 16)", .arg = "N", .min = 1, .max = 1e6},
    {"positions", GG_OPT_TEXT, AT(positions),
     "field with the positions that they are functions of (default: pos)", .arg = "FIELD"},
    {"q-max", GG_OPT_REAL, AT(q_max), "their longest wave vector (default: 4)", .arg = "WAVEVECTOR",
     .unit = "1/sigma", .min = 1e-6, .max = 1e6},
    {"seed", GG_OPT_INT, AT(seed), "of the function that they are, and of their noise (default: 0)",
     .arg = "N", .min = 0, .max = 9e15},
    {0}};

static const struct gg_program program = {
    .name = "gg-targets",
    .about = "from replica positions, or a trajectory, to propensity, displacement, overlap, bond breaking, "
             "cage-relative displacement; planted fields",
    .example = "gg-targets tiny_replicas.ggs -o targets.ggs",
    .opts = opts,
    GG_READS_STREAMS,
    .notes = "targets: propensity, displacement, their _var (the usual ones; no _var of one run); overlap,\n"
             "displacement_covariance, bond_breaking, cage_relative, cage_relative_displacement, their _var; "
             "on the edges of gg-neighbors\n"
             "distance_change, its _var; of the configuration mean_propensity,\n"
             "mean_overlap, propensity_correlation (of species A), tau_alpha; known functions of the "
             "structure planted, planted_vector,\n"
             "their _var and _true",
};

/* What was passed, replaced, left out. */
static int report(struct gg_target_run *r, struct gg_err *err)
{
    const struct gg_trajectory *t = &r->trajectory;
    if (r->n_passed)
        gg_cli_say(r->cli, "%lld frames have targets and no replicas: passed on as they are",
                   (long long)r->n_passed);
    if (r->targets.n_replaced)
        gg_cli_say(r->cli, "%lld targets that were there are made anew", (long long)r->targets.n_replaced);
    if (!r->by_trajectory)
        return 0;
    if (t->n_frame && !t->n_start)
        return gg_fail(err, GG_INPUT, "no start: %s (gg-dump -d run_time says when the frames are)",
                       gg_trajectory_said(t, &r->arena));
    gg_cli_say(r->cli, "%s", gg_trajectory_said(t, &r->arena));
    if (r->alike)
        gg_cli_say(r->cli, "%lld runs from %d starts", (long long)t->n_start, r->starts.n);
    gg_track_warn(&t->track, r->cli);
    return 0;
}

/* Where they were not given: those of the loss `correlation`. */
static int plan_radii(const struct options *o, struct gg_target_run *r, struct gg_err *err)
{
    static double usual[] = {2, 4, 6};
    const struct gg_reals *radii = &o->correlation_radii;
    if (radii->n && !r->targets.want[GG_PROPENSITY_CORRELATION])
        return gg_fail(err, GG_USAGE, "--correlation-radii is for --add propensity_correlation");
    if (radii->n > GG_CORRELATION_RADII)
        return gg_fail(err, GG_USAGE, "--correlation-radii: %d distances, at most %d are wanted", radii->n,
                       GG_CORRELATION_RADII);
    for (int k = 1; k < radii->n; k++)
        if (!(radii->v[k] > radii->v[k - 1]))
            return gg_fail(err, GG_USAGE, "--correlation-radii: %g behind %g; increasing ones are wanted",
                           radii->v[k], radii->v[k - 1]);
    r->targets.radii = radii->n ? *radii : (struct gg_reals){3, usual};
    return 0;
}

static int check_options(const struct options *o, struct gg_err *err)
{
    if (!o->trajectory && (o->times.n || o->apart > 0 || o->every > 1 || o->replicas))
        return gg_fail(err, GG_USAGE, "--times, --apart, --every and --replicas are for --trajectory");
    if (o->replicas && (o->apart > 0 || o->every > 1))
        return gg_fail(err, GG_USAGE, "--replicas takes the first frame of each run: no --apart, no --every");
    if (o->trajectory && (!o->times.n || o->join))
        return gg_fail(err, GG_USAGE,
                       o->join ? "--join or --trajectory, not both" : "--trajectory wants --times T,...");
    for (int k = 1; k < o->times.n; k++)
        if (!(o->times.v[k] > o->times.v[k - 1]) || gg_same(o->times.v[k], o->times.v[k - 1]))
            return gg_fail(err, GG_USAGE, "--times: %g behind %g; increasing ones are wanted", o->times.v[k],
                           o->times.v[k - 1]);
    return 0;
}

/* What was not said is as the help says. */
static int plan_planted(const struct options *o, struct gg_target_run *r, struct gg_err *err)
{
    static double usual = 1;
    struct gg_planted *p = &r->planted;
    if (!gg_planted_wanted(p) && (o->planted_length.n || o->planted_noise >= 0 || o->planted_runs ||
                                  o->positions || o->q_max > 0 || o->seed >= 0))
        return gg_fail(
            err, GG_USAGE,
            "--planted-length, --planted-noise, --planted-runs, --positions, --q-max and --seed are for "
            "--add planted and planted_vector");
    p->length = o->planted_length.n ? o->planted_length : (struct gg_reals){1, &usual};
    p->noise = o->planted_noise >= 0 ? o->planted_noise : 1.5;
    p->positions = o->positions ? o->positions : "pos";
    p->q_max = o->q_max > 0 ? o->q_max : 4;
    p->seed = o->seed >= 0 ? (uint64_t)o->seed : 0;
    r->planted_runs = o->planted_runs;
    return 0;
}

static int targets(struct gg_cli *cli, const struct options *o)
{
    static const char *const usual[] = {"propensity,displacement", "propensity_var,displacement_var"};
    struct gg_texts list =
        o->add.n ? o->add : (struct gg_texts){o->trajectory && !o->replicas ? 1 : 2, (const char **)usual};
    struct gg_target_run r = {.cli = cli,
                              .targets = {.overlap_length = o->overlap_length, .cage_cutoff = o->cage_cutoff},
                              .strict = o->add.n,
                              .join = o->join,
                              .by_trajectory = o->trajectory,
                              .alike = o->replicas,
                              .keep_replicas = o->keep_replicas};
    struct gg_err *err = &cli->err;
    if (check_options(o, err) < 0 || gg_words_each(&list, "--add", gg_target_run_want, &r, err) < 0 ||
        plan_radii(o, &r, err) < 0 || plan_planted(o, &r, err) < 0 || gg_cli_open_output(cli, &r.out) < 0)
        return gg_cli_fail(cli);
    gg_trajectory_init(&r.trajectory, o->times.n, o->times.v);
    r.trajectory.apart = o->apart;
    r.trajectory.every = o->every;
    r.trajectory.first = o->replicas;
    gg_source_init(&r.in, cli, 0, "gg.graph/1");
    int status = gg_target_run_pass(&r, err) < 0 || report(&r, err) < 0 || gg_writer_commit(&r.out, err) < 0;
    if (status)
        gg_writer_abort(&r.out, program.name, err);
    gg_target_run_free(&r);
    return status ? gg_cli_fail(cli) : GG_OK;
}

int main(int argc, char **argv)
{
    struct gg_cli cli;
    struct options options = {
        .overlap_length = 0.3, .cage_cutoff = 1.5, .every = 1, .planted_noise = -1, .seed = -1};
    int status = gg_cli_start(&cli, &program, &options, argc, argv);
    return status >= 0 ? status : targets(&cli, &options);
}
