/* gg-train.c -- trains, or fits, the model that a YAML file describes on the frames of a stream */
#include "layers/layers.h"
#include "cli/cli.h"
#include "kernel/conv_kernel.h"
#include "learn/train.h"
#include "model/trace.h"

#include <stdlib.h>
#include <unistd.h>

#ifndef GG_RANKS /* gg-train-mpi.c has its own */
#define GG_TRAIN_NAME "gg-train"
#define GG_TRAIN_EXAMPLE "gg-quench tiny.ggs | gg-train --epochs 2 -o run se3.yaml"
#define GG_RANKS ((const struct gg_ranks_by *)NULL)
#define GG_MESSAGES NULL
#endif

struct options {
    const char *resume, *validation, *test, *from, *tensorboard;
    struct gg_texts config, set;
    bool resume_anyway, estimate, tsv, print_config, list_layers;
    double memory, lr;
    int64_t epochs, batch, seed, seeds, folds, checkpoint_every;
};

#define AT(field) offsetof(struct options, field)
static const struct gg_opt table[] = {
    {"config", GG_OPT_TEXTS, AT(config), "fold in another YAML file; later ones win", .arg = "FILE"},
    {"set", GG_OPT_TEXTS, AT(set), "set one key: train.lr=1e-3, layers.1.repeat=6, conv.lmax=2",
     .arg = "KEY=VALUE"},
    {"validation", GG_OPT_TEXT, AT(validation), "stream of frames to validate on", .arg = "FILE"},
    {"test", GG_OPT_TEXT, AT(test), "stream of frames that the final model is scored on, once",
     .arg = "FILE"},
    {"epochs", GG_OPT_INT, AT(epochs), "passes over the training frames (train.epochs)", .arg = "N",
     .max = UINT32_MAX},
    {"batch", GG_OPT_INT, AT(batch), "frames a step (train.batch)", .arg = "N", .min = 1, .max = 1000000},
    {"lr", GG_OPT_REAL, AT(lr), "highest learning rate (train.lr)", .arg = "RATE", .max = 1e3},
    {"seed", GG_OPT_INT, AT(seed), "of parameters and order of frames (train.seed)", .arg = "N",
     .max = UINT32_MAX},
    {"seeds", GG_OPT_INT, AT(seeds), "train N models, with seeds --seed and the next ones, into one file",
     .arg = "N", .min = 1, .max = 1000},
    {"folds", GG_OPT_INT, AT(folds),
     "train K models, each without one part of the frames, which it is scored on", .arg = "K", .min = 2,
     .max = 1000},
    {"from", GG_OPT_TEXT, AT(from), "start with the parameters of this model (train.from)", .arg = "MODEL"},
    {"resume", GG_OPT_TEXT, AT(resume), "auto, never, or a checkpoint", .arg = "HOW", .unrecorded = true},
    {"resume-anyway", GG_OPT_FLAG, AT(resume_anyway), "go on although configuration or data changed"},
    {"checkpoint-every", GG_OPT_INT, AT(checkpoint_every), "epochs between checkpoints", .arg = "EPOCHS",
     .min = 1, .max = 1e9},
    {"tensorboard", GG_OPT_TEXT, AT(tensorboard),
     "what is measured also as event files for TensorBoard, in this folder", .arg = "DIR", .writes = true},
    {"memory", GG_OPT_REAL, AT(memory), "graphs kept between epochs; the others are made again", .arg = "GIB",
     .unit = "GiB", .min = 0, .max = 1e6},
    {"estimate", GG_OPT_FLAG, AT(estimate),
     "print parameters, operations, memory and expected time, and stop"},
    {"tsv", GG_OPT_FLAG, AT(tsv), "tab-separated columns"},
    {"print-config", GG_OPT_FLAG, AT(print_config),
     "print the effective YAML with the origin of each value, and stop"},
    {"list-layers", GG_OPT_FLAG, AT(list_layers), "print the layers a model can be made of, and stop"},
    {0}};
#undef AT

static const struct gg_program program = {.name = GG_TRAIN_NAME,
                                          .recorded = "gg-train",
                                          .about = "train an equivariant network, or fit a linear model",
                                          .example = GG_TRAIN_EXAMPLE,
                                          .operands = "MODEL.yaml [FILE...] -o FOLDER",
                                          .opts = table,
                                          .blas = true,
                                          .kernels = gg_conv_best_name,
                                          .messages = GG_MESSAGES,
                                          .max_operand = -1};

static int list_layers(struct gg_cli *c)
{
    for (int k = 0; gg_layer_types[k] && !c->mute; k++)
        printf("%-14s %s\n", gg_layer_types[k]->name, gg_layer_types[k]->about);
    return gg_cli_finish(c);
}

/* Files, then options, then --set: later wins. */
static int load_config(const struct gg_cli *c, const struct options *o, struct gg_config *config,
                       struct gg_err *err)
{
    static const char from[] = "command line";
    int failed = gg_config_load(config, c->operand[0], err);
    for (int k = 0; k < o->config.n && !failed; k++)
        failed = gg_config_load(config, o->config.v[k], err);
    return failed || gg_config_set_number(config, "train.epochs", (double)o->epochs, from, err) ||
                   gg_config_set_number(config, "train.batch", (double)o->batch, from, err) ||
                   gg_config_set_number(config, "train.lr", o->lr, from, err) ||
                   gg_config_set_number(config, "train.seed", (double)o->seed, from, err) ||
                   (o->from && gg_config_set_text(config, "train.from", o->from, from, err)) ||
                   gg_config_set_all(config, &o->set, err)
               ? -1
               : 0;
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
        if (event == GG_EVENT_MEMBER && gg_train_member(t, &s.reader, split, err)) {
            event = -1;
            break;
        }
        if (event == GG_EVENT_FRAME && gg_train_enough(t, split, gg_source_part(&s))) {
            event = GG_EVENT_END;
            break;
        }
        if (event == GG_EVENT_FRAME && gg_train_add(t, &f, split, &a, err)) {
            event = gg_reader_prefix(&s.reader, &f, err);
            break;
        }
        gg_arena_reset(&a);
    }
    gg_source_close(&s);
    gg_frame_free(&f);
    gg_arena_free(&a);
    return event;
}

/* Of a file that an option names: all frames are for the same. */
static int read_other(const struct gg_cli *c, const char *path, struct gg_trainer *t, int split,
                      struct gg_err *err)
{
    struct gg_cli other = *c;
    char *file = (char *)(uintptr_t)path;
    other.operand = &file;
    other.n_operand = 1;
    return path ? read_frames(&other, t, 0, split, err) : 0;
}

static int read_data(struct gg_cli *c, const struct options *o, struct gg_trainer *t)
{
    return read_frames(c, t, 1, -1, &c->err) || read_other(c, o->validation, t, GG_FOR_VALIDATION, &c->err) ||
                   (!t->how.dry && read_other(c, o->test, t, GG_FOR_TEST, &c->err))
               ? -1
               : 0;
}

/* Text of the library's own, or NULL after a refusal. */
static int print_text(struct gg_cli *c, char *text)
{
    if (!text)
        return -1;
    if (!c->mute)
        fputs(text, stdout);
    free(text);
    return gg_cli_finish(c);
}

/* This run's entry in the history of a model. */
static void history(void *context, struct gg_trainer *t)
{
    struct gg_cli *c = context;
    char *yaml = gg_config_print(&t->model->config, false);
    c->config = yaml;
    c->seed = t->keys.seed;
    gg_cli_append_prov(c, &t->prov);
    c->config = NULL;
    free(yaml);
}

/* What the command line and the files that it names say. */
static int configure(struct gg_cli *c, const struct options *o, struct gg_trainer *t)
{
    struct gg_model *m = t->model;
    if (c->n_operand < 1)
        return gg_fail(&c->err, GG_USAGE,
                       "a model file (YAML) is missing: gg-train MODEL.yaml [FILE...] -o FOLDER");
    if (o->tsv && !o->estimate)
        return gg_fail(&c->err, GG_USAGE, "--tsv: goes with --estimate, whose numbers it puts into columns");
    if (!c->output && !o->estimate && !o->print_config)
        return gg_fail(&c->err, GG_USAGE, "-o FOLDER is missing: where model and checkpoints go");
    if (load_config(c, o, &m->config, &c->err) || gg_model_open(m, &c->err) || gg_train_open(t, &c->err))
        return -1;
    if (o->test && o->folds)
        return gg_fail(&c->err, GG_USAGE,
                       "--test: --folds scores what each fold leaves out, and nothing else");
    if (o->test && !m->learner->resumes)
        return gg_fail(&c->err, GG_USAGE,
                       "--test: a fit is tried by gg-predict FOLDER/model.ggm FILE | gg-corr");
    if (o->tensorboard && !m->learner->resumes)
        return gg_fail(&c->err, GG_USAGE,
                       "--tensorboard: a fit takes no steps, so that there is nothing to follow");
    t->fold.n = (int)o->folds;
    t->how =
        (struct gg_train_how){.folder = c->output,
                              .resume = o->resume,
                              .tensorboard = o->tensorboard,
                              .resume_anyway = o->resume_anyway,
                              .memory = o->memory * 1073741824.0,
                              .checkpoint_every = o->checkpoint_every,
                              .progress = c->quiet || c->mute || m->trace ? GG_PROGRESS_NEVER : c->progress,
                              .quiet = c->quiet,
                              .verbose = c->verbose,
                              .seeds = o->seeds,
                              .folds = o->folds,
                              .dry = o->estimate || o->print_config,
                              .columns = o->tsv,
                              .argc = c->argc,
                              .argv = c->argv,
                              .history = history,
                              .note = gg_cli_say_line,
                              .context = c};
    return 0;
}

/* The data are not needed for that. */
static bool prints_alone(const struct gg_cli *c, const struct options *o)
{
    return o->print_config && c->n_operand == 1;
}

static int read_all(struct gg_cli *c, const struct options *o, struct gg_trainer *t)
{
    bool input = c->n_operand == 1;
    int status = 0;
    if (input && isatty(STDIN_FILENO))
        status = gg_fail(&c->err, GG_USAGE, "no input: gg-train MODEL.yaml [FILE...] -o FOLDER");
    if (!status)
        status = gg_series_check(t, &c->err) || gg_train_hold(t, false, &c->err) ? -1 : 0;
    if (gg_ranks_agree(&t->ranks, status, &c->err) || (input && gg_ranks_share_input(&t->ranks, &c->err)))
        return -1;
    return gg_train_compare(t, read_data(c, o, t), &c->err);
}

static int run(struct gg_cli *c, const struct options *o, struct gg_trainer *t)
{
    const struct gg_model *m = t->model;
    if (gg_train_meet(t, configure(c, o, t), &c->err))
        return -1;
    if (prints_alone(c, o))
        return print_text(c, gg_config_print(&m->config, true));
    if (read_all(c, o, t) || gg_ranks_agree(&t->ranks, gg_train_prepare(t, &c->err), &c->err))
        return -1;
    if (!t->how.dry && m->learner->resumes)
        t->how.stop = gg_cli_catch_stop();
    return o->print_config ? print_text(c, gg_config_print(&m->config, true))
           : o->estimate   ? print_text(c, gg_train_estimate(t, &c->err))
                           : gg_train_run(t, &c->err);
}

/* Who would print and leave keeps the others waiting. */
static int agree_on_task(struct gg_cli *c, const struct options *o, const struct gg_ranks *r, int status)
{
    const char *task = gg_cli_leaves(c) ? "help" : o->list_layers ? "list of layers" : "training";
    return gg_ranks_agree(r, status, &c->err) || gg_ranks_same(r, "task", task, &c->err) ? -1 : 0;
}

int main(int argc, char **argv)
{
    struct options o = {.resume = "auto", .memory = 1, .seeds = 1, .checkpoint_every = 1, .lr = -1};
    o.epochs = o.batch = o.seed = -1; /* as the file says */
    struct gg_cli c = {0};
    static struct gg_trace trace = {.line = gg_cli_trace};
    struct gg_model m = {.trace = gg_cli_traces() ? &trace : NULL};
    struct gg_trainer t = {.model = &m, .data = {.spool = {.fd = -1}}};
    int status = gg_cli_read(&c, &program, &o, argc, argv);
    trace.context = &c;
    gg_ranks_start(&t.ranks, GG_RANKS);
    c.mute = !gg_ranks_speaks(&t.ranks);
    status = gg_cli_answer(&c, agree_on_task(&c, &o, &t.ranks, status));
    if (status < 0)
        status = o.list_layers ? list_layers(&c) : run(&c, &o, &t);
    if (status < 0)
        status = gg_cli_fail(&c);
    gg_train_free(&t);
    gg_model_free(&m);
    gg_ranks_stop(&t.ranks); /* all is said: the first to leave with a status may end the others */
    return status;
}
