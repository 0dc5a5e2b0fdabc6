/* gg-train.c -- trains, or fits, the model that a YAML file describes on the frames of a stream */
#include "cli/cli.h"
#include "model/fit.h"
#include "util/linalg.h"
#include "util/threads.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    const char *resume, *validation, *from;
    struct gg_texts config, set;
    bool resume_anyway, estimate, print_config, list_layers;
    double memory, lr;
    int64_t epochs, batch, seed, checkpoint_every;
};

#define AT(field) offsetof(struct options, field)
static const struct gg_opt table[] = {
    {"config", GG_OPT_TEXTS, AT(config), "fold in another YAML file; later ones win", "FILE", NULL, 0, 0,
     NULL, 0, false},
    {"set", GG_OPT_TEXTS, AT(set), "set one key: train.lr=1e-3, layers.1.repeat=6, conv.lmax=2", "KEY=VALUE",
     NULL, 0, 0, NULL, 0, false},
    {"validation", GG_OPT_TEXT, AT(validation), "stream of frames to validate on", "FILE", NULL, 0, 0, NULL,
     0, false},
    {"epochs", GG_OPT_INT, AT(epochs), "passes over the training frames (train.epochs)", "N", NULL, 0,
     4294967295.0, NULL, 0, false},
    {"batch", GG_OPT_INT, AT(batch), "frames a step (train.batch)", "N", NULL, 1, 1000000, NULL, 0, false},
    {"lr", GG_OPT_REAL, AT(lr), "highest learning rate (train.lr)", "RATE", NULL, 0, 1e3, NULL, 0, false},
    {"seed", GG_OPT_INT, AT(seed), "of parameters and order of frames (train.seed)", "N", NULL, 0,
     4294967295.0, NULL, 0, false},
    {"from", GG_OPT_TEXT, AT(from), "start with the parameters of this model (train.from)", "MODEL", NULL, 0,
     0, NULL, 0, false},
    {"resume", GG_OPT_TEXT, AT(resume), "auto, never, or a checkpoint", "HOW", NULL, 0, 0, NULL, 0, false},
    {"resume-anyway", GG_OPT_FLAG, AT(resume_anyway), "go on although configuration or data changed", NULL,
     NULL, 0, 0, NULL, 0, false},
    {"checkpoint-every", GG_OPT_INT, AT(checkpoint_every), "epochs between checkpoints", "EPOCHS", NULL, 1,
     1e9, NULL, 0, false},
    {"memory", GG_OPT_REAL, AT(memory), "graphs kept between epochs; the others are made again", "GIB", "GiB",
     0, 1e6, NULL, 0, false},
    {"estimate", GG_OPT_FLAG, AT(estimate),
     "print parameters, operations, memory and expected time, and stop", NULL, NULL, 0, 0, NULL, 0, false},
    {"print-config", GG_OPT_FLAG, AT(print_config),
     "print the effective YAML with the origin of each value, and stop", NULL, NULL, 0, 0, NULL, 0, false},
    {"list-layers", GG_OPT_FLAG, AT(list_layers), "print the layers a model can be made of, and stop", NULL,
     NULL, 0, 0, NULL, 0, false},
    {0}};
#undef AT

static const struct gg_program program = {.name = "gg-train",
                                          .about = "train an equivariant network, or fit a linear model",
                                          .operands = "MODEL.yaml [FILE...] -o FOLDER",
                                          .opts = table,
                                          .min_operand = 0,
                                          .max_operand = -1};

static volatile int stop_requested;

/* The first request lets the step end and a checkpoint be written; a second SIGINT ends at once. */
static void on_signal(int signal_number)
{
    if (stop_requested && signal_number == SIGINT)
        signal(SIGINT, SIG_DFL), raise(SIGINT);
    stop_requested = 1;
}

static void catch_signals(void)
{
    struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &a, NULL);
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGUSR1, &a, NULL);
}

static int list_layers(struct gg_cli *c)
{
    for (int k = 0; gg_layer_types[k]; k++)
        printf("%-14s %s\n", gg_layer_types[k]->name, gg_layer_types[k]->about);
    return gg_cli_finish(c);
}

/* Files, then options, then --set: later wins. */
static int load_config(const struct gg_cli *c, const struct options *o, struct gg_config *config,
                       struct gg_err *err)
{
    const struct {
        const char *key;
        double value; /* -1: not given */
    } given[] = {{"train.epochs", (double)o->epochs},
                 {"train.batch", (double)o->batch},
                 {"train.lr", o->lr},
                 {"train.seed", (double)o->seed}};
    char text[32];
    if (gg_config_load(config, c->operand[0], err))
        return -1;
    for (int k = 0; k < o->config.n; k++)
        if (gg_config_load(config, o->config.v[k], err))
            return -1;
    for (size_t k = 0; k < sizeof given / sizeof *given; k++) {
        gg_print_double(text, given[k].value);
        if (given[k].value >= 0 && gg_config_set_text(config, given[k].key, text, "command line", err))
            return -1;
    }
    if (o->from && gg_config_set_text(config, "train.from", o->from, "command line", err))
        return -1;
    for (int k = 0; k < o->set.n; k++)
        if (gg_config_set(config, o->set.v[k], "--set", err))
            return -1;
    return 0;
}

/* All frames of the inputs from operand `first` on, or of standard input. */
static int read_frames(struct gg_cli *c, struct gg_trainer *t, int first, int split, struct gg_err *err)
{
    struct gg_source s;
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    int event;
    gg_source_init(&s, c, first, "gg.graph/1");
    while ((event = gg_source_next(&s, &f, err)) > 0) {
        if (event == GG_EVENT_MEMBER && (gg_prov_merge(&t->prov, &s.reader.prov, err) ||
                                         gg_model_columns(t->model, &s.reader.meta, err))) {
            event = gg_err_prefix(err, "%s: ", s.reader.name);
            break;
        }
        if (event == GG_EVENT_FRAME && gg_train_add(t, &f, split, &a, err)) {
            event = gg_err_prefix(err, "%s: frame %llu '%s': ", s.reader.name,
                                  (unsigned long long)s.reader.n_frame, f.id);
            break;
        }
        gg_arena_reset(&a);
    }
    gg_source_close(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
    return event;
}

static int read_data(struct gg_cli *c, const struct options *o, struct gg_trainer *t)
{
    if (read_frames(c, t, 1, -1, &c->err))
        return -1;
    if (!o->validation)
        return 0;
    struct gg_cli other = *c;
    char *file = (char *)(uintptr_t)o->validation;
    other.operand = &file;
    other.n_operand = 1;
    return read_frames(&other, t, 0, 1, &c->err);
}

/* Rate of a matrix product here and now: what the estimate of time rests on. */
static double gemm_rate(void)
{
    enum { N = 256 };
    float *a = gg_xalloc(3 * N * N, sizeof *a);
    double began = gg_seconds(), flops = 0;
    do {
        gg_sgemm(false, false, N, N, N, 1, a, N, a + N * N, N, 0, a + 2 * N * N, N);
        flops += 2.0 * N * N * N;
    } while (gg_seconds() - began < 0.05);
    double rate = flops / (gg_seconds() - began);
    free(a);
    return rate;
}

static int estimate_fit(struct gg_cli *c, struct gg_trainer *t)
{
    struct gg_fit_cost cost = gg_fit_cost(t);
    printf("parameters           %lld\n", (long long)cost.n_weight);
    printf("frames               %lld training, %lld validation\n", (long long)cost.n_train,
           (long long)cost.n_validation);
    printf("particles            %lld that are fitted, %d numbers each\n", (long long)cost.n_row,
           t->model->fit->n_feature);
    printf("operations           %.3g Gflop to add up, %.3g Gflop to solve\n", cost.flops_gram / 1e9,
           cost.flops_solve / 1e9);
    printf("memory               %.0f MB besides a frame\n", cost.bytes / 1e6);
    return gg_cli_finish(c);
}

static int estimate(struct gg_cli *c, struct gg_trainer *t)
{
    struct gg_cost cost;
    size_t bytes;
    int64_t n_edge;
    if (t->model->fit)
        return estimate_fit(c, t);
    if (gg_train_cost(t, &cost, &bytes, &n_edge, &c->err))
        return -1;
    double share = 0.3,
           step = (cost.flops_forward + cost.flops_backward) / (share * gemm_rate() * gg_threads());
    printf("parameters           %lld\n", (long long)t->model->n_weight);
    printf("frames               %d training, %d validation\n", t->n_train, t->n_validation);
    printf("first frame          %lld particles, %lld edges\n",
           (long long)t->spool.sample[t->train[0]].n_node, (long long)n_edge);
    printf("operations a frame   %.3g Gflop forward, %.3g Gflop backward\n", cost.flops_forward / 1e9,
           cost.flops_backward / 1e9);
    printf("memory of a step     %.0f MB\n", (double)bytes / 1e6);
    printf("time of a frame      %.2g s (at %.0f%% of the matrix product's rate, %d threads)\n", step,
           100 * share, gg_threads());
    printf("time of the run      %.3g s for %lld epochs\n", step * (double)(t->keys.epochs * t->n_train),
           (long long)t->keys.epochs);
    return gg_cli_finish(c);
}

static int print_config(struct gg_cli *c, const struct gg_model *m)
{
    char *text = gg_config_print(&m->config, true);
    fputs(text, stdout);
    free(text);
    return gg_cli_finish(c);
}

static void say(void *context, const char *line)
{
    struct gg_cli *c = context;
    if (!c->quiet)
        fprintf(stderr, "%s: %s\n", c->program->name, line);
}

static int train(struct gg_cli *c, const struct options *o, struct gg_trainer *t)
{
    char *yaml = gg_config_print(&t->model->config, false);
    t->how = (struct gg_train_how){.folder = c->output,
                                   .resume = o->resume,
                                   .resume_anyway = o->resume_anyway,
                                   .memory = o->memory * 1073741824.0,
                                   .checkpoint_every = o->checkpoint_every,
                                   .progress = c->quiet ? GG_PROGRESS_NEVER : c->progress,
                                   .stop = &stop_requested,
                                   .argc = c->argc,
                                   .argv = c->argv,
                                   .note = say,
                                   .context = c};
    if (mkdir(c->output, 0777) && errno != EEXIST) {
        free(yaml);
        return gg_fail_errno(&c->err, "cannot make the folder '%s'", c->output);
    }
    c->config = yaml;
    c->seed = t->keys.seed;
    gg_cli_append_prov(c, &t->prov);
    if (!t->model->fit) /* a fit is short and has nothing to go on from */
        catch_signals();
    int status = gg_train_run(t, &c->err);
    free(yaml);
    return status;
}

static int run(struct gg_cli *c, const struct options *o, struct gg_trainer *t)
{
    struct gg_model *m = t->model;
    if (c->n_operand < 1)
        return gg_fail(&c->err, GG_USAGE,
                       "a model file (YAML) is missing: gg-train MODEL.yaml [FILE...] -o FOLDER");
    if (!c->output && !o->estimate && !o->print_config)
        return gg_fail(&c->err, GG_USAGE, "-o FOLDER is missing: where model and checkpoints go");
    if (load_config(c, o, &m->config, &c->err) || gg_model_open(m, &c->err) || gg_train_open(t, &c->err))
        return -1;
    if (o->print_config && c->n_operand == 1)
        return print_config(c, m);
    if (c->n_operand == 1 && isatty(STDIN_FILENO))
        return gg_fail(&c->err, GG_USAGE, "no input: gg-train MODEL.yaml [FILE...] -o FOLDER");
    t->how.memory = o->memory * 1073741824.0;
    t->how.dry = o->estimate || o->print_config;
    if (read_data(c, o, t) || gg_train_prepare(t, &c->err))
        return -1;
    return o->print_config ? print_config(c, m) : o->estimate ? estimate(c, t) : train(c, o, t);
}

int main(int argc, char **argv)
{
    struct options o = {.resume = "auto",
                        .memory = 1,
                        .checkpoint_every = 1,
                        .epochs = -1,
                        .batch = -1,
                        .lr = -1,
                        .seed = -1};
    struct gg_cli c = {0};
    struct gg_model m = {0};
    struct gg_trainer t = {.model = &m, .spool = {.fd = -1}};
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    if (o.list_layers)
        return list_layers(&c);
    status = run(&c, &o, &t);
    gg_train_free(&t);
    gg_model_free(&m);
    return status < 0 ? gg_cli_fail(&c) : status;
}
