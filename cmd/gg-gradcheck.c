/* gg-gradcheck.c -- the laws of a layer, tried on a whole network with frames of the user's own
 *
 * A model file is checked as it is; a YAML file becomes the network that gg-train would start from on these frames. */
#include "cli/cli.h"
#include "kernel/conv_kernel.h"
#include "laws/laws.h"
#include "learn/train.h"
#include "model/trace.h"
#include "util/exit.h"

#include <string.h>

struct options {
    struct gg_texts set;
    int64_t limit, trials, seed;
    bool pieces;
};

#define AT(field) offsetof(struct options, field)
static const struct gg_opt table[] = {
    {"limit", GG_OPT_INT, AT(limit), "frames to check; 0 = all", .arg = "N", .min = 0, .max = 1e9},
    {"trials", GG_OPT_INT, AT(trials), "random directions and transformations of each kind; the worst counts",
     .arg = "N", .min = 1, .max = 1e6},
    {"pieces", GG_OPT_FLAG, AT(pieces), "gradient of each named piece of the parameters, too"},
    {"seed", GG_OPT_INT, AT(seed), "of directions and transformations", .arg = "N", .min = 0,
     .max = 4294967295.0},
    {"set", GG_OPT_TEXTS, AT(set), "set one key of a YAML file: conv.lmax=2", .arg = "KEY=VALUE"},
    {0}};
#undef AT

static const struct gg_program program = {.name = "gg-gradcheck",
                                          .about = "check gradient, symmetry and repeatability of a network",
                                          .example = "gg-gradcheck run/model.ggm test.ggs",
                                          .operands = "MODEL [FILE...]",
                                          .opts = table,
                                          .blas = true,
                                          .kernels = gg_conv_best_name,
                                          .min_operand = 1,
                                          .max_operand = -1,
                                          .wants_stream = true,
                                          .notes =
                                              "MODEL is a model file (.ggm), or a YAML file by its name."};

static bool is_yaml(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

static int open_model(const struct gg_cli *c, const struct options *o, struct gg_trainer *t,
                      struct gg_err *err)
{
    struct gg_model *m = t->model;
    const char *path = c->operand[0];
    if (!is_yaml(path) && o->set.n)
        return gg_fail(err, GG_USAGE, "--set changes a YAML file, and '%s' is a model file", path);
    if (!is_yaml(path))
        return gg_model_load(m, path, NULL, err) || gg_spool_open(&t->data.spool, err) ? -1 : 0;
    return gg_config_load(&m->config, path, err) || gg_config_set_all(&m->config, &o->set, err) ||
                   gg_model_open(m, err) || gg_train_open(t, err)
               ? -1
               : 0;
}

static int need_network(const struct gg_model *m, struct gg_err *err)
{
    return !m->learner->layers
               ? gg_fail(err, GG_USAGE, "the model is fitted: it has no layers whose laws could be checked")
               : 0;
}

/* A frame for a model that is there, without its targets. */
static int add_frame(struct gg_trainer *t, const struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct gg_sample s;
    return gg_sample_read(&s, t->model, f, false, a, err) || gg_spool_add(&t->data.spool, t->model, &s, err)
               ? -1
               : 0;
}

static int read_frames(struct gg_cli *c, const struct options *o, struct gg_trainer *t, struct gg_err *err)
{
    struct gg_source s;
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    bool yaml = is_yaml(c->operand[0]);
    int event = 1;
    gg_source_init(&s, c, 1, "gg.graph/1");
    while ((o->limit == 0 || t->data.spool.n < o->limit) && (event = gg_source_next(&s, &f, err)) > 0) {
        if (event == GG_EVENT_FRAME && (yaml ? gg_train_add(t, &f, 0, &a, err) : add_frame(t, &f, &a, err))) {
            event = gg_reader_prefix(&s.reader, &f, err);
            break;
        }
        gg_arena_reset(&a);
    }
    gg_source_close(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
    if (event >= 0 && t->data.spool.n == 0)
        return gg_fail(err, GG_TRUNCATED, "no frames in the input");
    return event < 0 ? -1 : 0;
}

/* Sizes, standardisation and first parameters from the frames, or the stored ones. */
static int prepare(struct gg_cli *c, struct gg_trainer *t, struct gg_err *err)
{
    if (!is_yaml(c->operand[0]))
        return gg_spool_map(&t->data.spool, t->model, err);
    t->keys.schedule = GG_SCHEDULE_CONSTANT; /* nothing is trained, nothing waits for validation */
    t->keys.patience = 0;
    t->keys.validation = 0;
    if (gg_train_prepare(t, err))
        return -1;
    gg_model_init_weights(t->model, (uint64_t)t->keys.seed);
    return 0;
}

static void print_finding(void *context, const struct gg_finding *f)
{
    (void)context;
    printf("%-12s %-40s %9.2e %9.0e  %s\n", f->law, f->what, f->error, f->allowed,
           f->error <= f->allowed ? "ok" : "FAILS");
}

static int check(const struct options *o, const struct gg_trainer *t, struct gg_laws *l, struct gg_err *err)
{
    *l = (struct gg_laws){.model = t->model,
                          .n_trial = (int)o->trials,
                          .pieces = o->pieces,
                          .report = print_finding};
    for (int k = 0; k < t->data.spool.n; k++) {
        const struct gg_sample *s = &t->data.spool.sample[k];
        printf("%s# %s: %lld particles, %lld parameters, %s\n", k ? "\n" : "", s->id[0] ? s->id : "frame",
               (long long)s->n_node, (long long)t->model->n_weight, GG_REAL_NAME);
        printf("%-12s %-40s %9s %9s\n", "law", "of", "error", "allowed");
        l->seed = (uint64_t)(o->seed + k);
        if (gg_laws_check(l, s, err))
            return gg_err_prefix(err, "frame %d (%s): ", k, s->id);
    }
    printf("\n%d checks, %d failed\n", l->n_checked, l->n_failed);
    return 0;
}

static int run(struct gg_cli *c, const struct options *o, struct gg_trainer *t)
{
    struct gg_laws laws;
    if (open_model(c, o, t, &c->err) || need_network(t->model, &c->err) || read_frames(c, o, t, &c->err) ||
        prepare(c, t, &c->err) || check(o, t, &laws, &c->err))
        return gg_cli_fail(c);
    int status = gg_cli_finish(c);
    return status ? status : laws.n_failed ? gg_exit_no() : GG_OK;
}

int main(int argc, char **argv)
{
    struct options o = {.limit = 1, .trials = 2, .pieces = true};
    struct gg_cli c = {0};
    static struct gg_trace trace = {.line = gg_cli_trace};
    struct gg_model m = {.trace = gg_cli_traces() ? &trace : NULL};
    struct gg_trainer t = {.model = &m, .data = {.spool = {.fd = -1}}};
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    trace.context = &c;
    status = run(&c, &o, &t);
    gg_train_free(&t);
    gg_model_free(&m);
    return status;
}
