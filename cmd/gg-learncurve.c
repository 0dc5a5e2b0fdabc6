/* gg-learncurve.c -- correlation against the number of training configurations
 *
 * Trains on nested subsets of one stream with several seeds, by gg-select, gg-train, gg-predict and gg-corr as child
 * processes; what is done is not done again. */
#include "cli/cli.h"
#include "sweep/sweep.h"
#include "util/text_stream.h"
#include "util/threads.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    const char *train, *test, *validation, *against;
    struct gg_reals sizes;
    struct gg_texts set, vary, config;
    int64_t seeds, jobs, tries, epochs;
    int draw, equal, print_jobs;
    double reach;
    bool print_make, collect, history;
};

#define AT(field) offsetof(struct options, field)
static const struct gg_opt opts[] = {
    {"train", GG_OPT_TEXT, AT(train), "stream of training frames", .arg = "FILE", .required = true},
    {"test", GG_OPT_TEXT, AT(test), "stream of test frames", .arg = "FILE", .required = true},
    {"validation", GG_OPT_TEXT, AT(validation), "stream of frames to validate on", .arg = "FILE"},
    {"sizes", GG_OPT_REALS, AT(sizes), "numbers of training frames, each set within the next", .arg = "N,...",
     .min = 1, .max = 1e9, .required = true},
    {"seeds", GG_OPT_INT, AT(seeds), "trainings of each size, with the seeds 0, 1, ...", .arg = "N", .min = 1,
     .max = 10000},
    {"draw", GG_OPT_CHOICE, AT(draw),
     "each seed draws its configurations, or all have the first of the stream", .choices = "seed|first"},
    {"epochs", GG_OPT_INT, AT(epochs), "passes over the training frames (train.epochs)", .arg = "N",
     .min = -1, .max = 1000000},
    {"equal", GG_OPT_CHOICE, AT(equal), "smaller sizes get as many epochs, or as many steps (needs --epochs)",
     .choices = "epochs|steps"},
    {"set", GG_OPT_TEXTS, AT(set), "set one key of the model", .arg = "KEY=VALUE"},
    {"vary", GG_OPT_TEXTS, AT(vary),
     "a curve for each value of this key, and for each combination of such keys", .arg = "KEY=VALUE,..."},
    {"config", GG_OPT_TEXTS, AT(config), "fold in another YAML file", .arg = "FILE"},
    {"jobs", GG_OPT_INT, AT(jobs), "trainings at a time", .arg = "N", .min = 1, .max = 1024},
    {"tries", GG_OPT_INT, AT(tries), "starts of a training that ends with status 5 or 75", .arg = "N",
     .min = 1, .max = 1000},
    {"print-make", GG_OPT_FLAG, AT(print_make), "print a Makefile that does the same, and stop"},
    {"print-jobs", GG_OPT_CHOICE, AT(print_jobs),
     "print what is not done as lines for GNU parallel, or as a job array, and stop",
     .choices = "no|parallel|slurm"},
    {"collect", GG_OPT_FLAG, AT(collect), "only collect what is done"},
    {"against", GG_OPT_TEXT, AT(against), "compare the curves with that of this setting, or of another sweep",
     .arg = "SETTING|FOLDER"},
    {"reach", GG_OPT_REAL, AT(reach), "tell how many configurations this correlation needs", .arg = "RHO",
     .min = 0, .max = 1},
    {"history", GG_OPT_FLAG, AT(history), "end the table with comments that say where it came from"},
    {0}};
#undef AT

static const struct gg_program program = {
    .name = "gg-learncurve",
    .about = "correlation against the number of training configurations",
    .example = "gg-learncurve ridge.yaml --train a.ggs --test b.ggs --sizes 2,4 -o curve",
    .operands = "MODEL.yaml -o FOLDER",
    .opts = opts,
    .min_operand = 1,
    .max_operand = 1,
};

/* The programs beside this one come first. */
static void prefer_own_folder(void)
{
    char self[PATH_MAX], *path = NULL;
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    const char *old = getenv("PATH");
    if (n <= 0)
        return;
    self[n] = 0;
    *strrchr(self, '/') = 0;
    path = gg_xprintf("%s:%s", self, old ? old : "/usr/bin:/bin");
    setenv("PATH", path, 1);
    free(path);
}

/* The processors are shared out; the bytes do not depend on it, so it is no part of the commands. */
static void share_threads(const struct options *o)
{
    char text[32];
    snprintf(text, sizeof text, "%d", gg_threads() > o->jobs ? (int)(gg_threads() / o->jobs) : 1);
    setenv("GG_THREADS", text, 1);
}

static void say(void *context, const char *line)
{
    struct gg_cli *c = context;
    if (!c->quiet)
        fprintf(stderr, "gg-learncurve: %s\n", line);
}

static int check_options(const struct gg_cli *c, const struct options *o, struct gg_err *err)
{
    if (!c->output || strcmp(c->output, "-") == 0)
        return gg_fail(err, GG_USAGE, "-o FOLDER is wanted: the trainings and their tables go there");
    if (o->equal && o->epochs < 1)
        return gg_fail(err, GG_USAGE, "--equal steps needs --epochs: those of the largest size");
    if (o->print_jobs && (o->reach >= 0 || o->against || o->history))
        return gg_fail(err, GG_USAGE,
                       "--%s: is told when all is collected: give it with --collect, not with --print-jobs",
                       o->against   ? "against"
                       : o->history ? "history"
                                    : "reach");
    if (o->print_make + o->collect + (o->print_jobs > 0) > 1)
        return gg_fail(err, GG_USAGE, "--print-make, --print-jobs and --collect exclude each other");
    return 0;
}

static int collect(const struct gg_sweep *s, struct gg_err *err)
{
    struct gg_sink to;
    if (gg_sink_open(&to, NULL, err))
        return -1;
    if (gg_sweep_collect(s, &to, err) == 0)
        return gg_sink_commit(&to, err);
    gg_sink_discard(&to);
    return -1;
}

/* What could be done is collected, also when not all of it could. */
static int run(struct gg_cli *c, const struct options *o, const struct gg_sweep *s)
{
    struct gg_sweep_run how = {(int)o->jobs, (int)o->tries, say, c};
    int status = gg_sweep_run(s, &how, &c->err);
    if (status == 0)
        return collect(s, &c->err);
    struct gg_err ignored;
    if (c->err.status != GG_USAGE)
        collect(s, &ignored);
    return -1;
}

/* What is wanted of the sweep. */
static int act(struct gg_cli *c, const struct options *o, const struct gg_sweep *s)
{
    if (!o->print_make && !o->print_jobs)
        return o->collect ? collect(s, &c->err) : run(c, o, s);
    if (o->print_make ? gg_sweep_print_make(s, stdout, &c->err)
                      : gg_sweep_print_jobs(s, (enum gg_sweep_jobs)(o->print_jobs - 1), stdout, &c->err))
        return -1;
    return gg_cli_finish(c);
}

/* Reads the streams, whose histories and this run's end the table if that is wanted. */
static int check(struct gg_cli *c, const struct options *o, struct gg_sweep *s)
{
    struct gg_prov history = {0};
    s->history = o->history ? &history : NULL;
    int status = gg_sweep_check(s, &c->err);
    if (status == 0 && o->history) {
        gg_cli_append_prov(c, &history);
        s->signature = gg_prov_comment(&history);
    }
    gg_prov_clear(&history);
    s->history = NULL;
    return status;
}

int main(int argc, char **argv)
{
    struct options o = {.seeds = 3, .jobs = 1, .tries = 3, .epochs = -1, .reach = -1};
    struct gg_cli c;
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    struct gg_sweep s = {.model = c.operand[0],
                         .train = o.train,
                         .test = o.test,
                         .validation = o.validation,
                         .folder = c.output,
                         .n_size = o.sizes.n,
                         .n_seed = (int)o.seeds,
                         .size = o.sizes.v,
                         .first = o.draw,
                         .n_set = o.set.n,
                         .set = o.set.v,
                         .n_vary = o.vary.n,
                         .vary = o.vary.v,
                         .n_config = o.config.n,
                         .config = o.config.v,
                         .epochs = o.epochs,
                         .reach = o.reach < 0 ? NAN : o.reach,
                         .against = o.against,
                         .equal_steps = o.equal};
    prefer_own_folder();
    share_threads(&o);
    status = check_options(&c, &o, &c.err) || check(&c, &o, &s) ? -1 : act(&c, &o, &s);
    gg_sweep_free(&s);
    return status < 0 ? gg_cli_fail(&c) : status;
}
