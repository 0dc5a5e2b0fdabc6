/* cli.h -- what every program does in the same way: options, inputs, output, history, messages, exit status */
#ifndef GG_CLI_H
#define GG_CLI_H

#include "stream/reader.h"
#include "stream/writer.h"
#include "util/opt.h"
#include "util/progress.h"

struct gg_program {
    const char *name; /* "gg-neighbors" */
    const char
        *recorded;     /* its name in histories, where another program makes the same bytes; NULL: `name` */
    const char *about; /* one line, as in the man page's NAME */
    const char *operands; /* "[FILE...]", "MODEL [FILE...]" */
    const char *(*first)(
        int k, const char *
                   *about); /* the k-th word that the first operand may be, NULL behind the last; NULL: any */
    const struct gg_opt *opts;
    int min_operand, max_operand; /* max -1 = any number */
    bool wants_stream;            /* with no file and a terminal as standard input: usage, status 2 */
    bool blas;                    /* it multiplies matrices: -V says with what */
    const char *(*kernels)(
        void); /* "avx512": which of its own inner loops this processor runs, for -V; may be NULL */
    const char *(*messages)(
        void);           /* what carries messages between its processes, for -V; NULL: it is one process */
    const char *notes;   /* printed below the options by --help; may be NULL */
    const char *example; /* one command line that can be given beside the shipped data, for --help */
};

/* The operands of a program that reads streams alone: files one after the other, or standard input. */
#define GG_READS_STREAMS .operands = "[FILE...]", .max_operand = -1, .wants_stream = true

/* One run.  The common options (-h -V -v -q -o/--output --force --max-frame --threads --progress --color --stamp) are parsed here. */
struct gg_cli {
    const struct gg_program *program;
    void *options;
    char **operand;
    int n_operand;
    int argc;
    char **argv;
    const char *output; /* NULL = standard output */
    bool quiet, verbose, force, stamp;
    bool mute;        /* another process says all that this one would */
    double max_frame; /* bytes */
    int64_t threads;
    int progress;         /* enum gg_progress_mode */
    const char *config;   /* effective YAML, for PROV; NULL */
    int64_t seed;         /* for PROV; -1 = none */
    const char *stream;   /* for PROV: the option that names this stream, "residual"; NULL: --output */
    struct gg_prov *read; /* gg_source_next merges the histories of all members into it; NULL: nobody asks */
    struct gg_err err;

    int color; /* auto | always | never */
    bool help, version, list_options;
    int completion; /* 0, or 1 + the place of a shell among GG_SHELLS */
    void *own;      /* options as they were before; until gg_cli_answer */
    char *
        command_line; /* for PROV: program, options that differ from their defaults, operands, as shell text */
};

/* Parses; `options` holds the defaults.  Returns -1 to go on; otherwise the exit status for main: 0 after --help or
 * --version, 2 after a message on wrong usage. Starts the threads. */
int gg_cli_start(struct gg_cli *c, const struct gg_program *p, void *options, int argc, char **argv);
/* The same in two steps: it reads, and starts the threads, without a word: -1 on wrong usage; it says what is to be said to `status`, which
 * may be that of other processes, too: returns as gg_cli_start.  Does it leave after --help or its like? */
int gg_cli_read(struct gg_cli *c, const struct gg_program *p, void *options, int argc, char **argv);
int gg_cli_answer(struct gg_cli *c, int status);
bool gg_cli_leaves(const struct gg_cli *c);

/* Prints "NAME: text" of c->err on standard error and returns its status (141 quietly on GG_PIPE). */
int gg_cli_fail(struct gg_cli *c);
/* A message that is not fatal: "gg-import: warning: ..." unless --quiet. */
void gg_cli_warn(struct gg_cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What was done, in one line, unless --quiet. */
void gg_cli_say(struct gg_cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Something to know, with --verbose only. */
void gg_cli_note(struct gg_cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* One line for a person, unless --quiet; `cli` is a struct gg_cli: for the callbacks of the library. */
void gg_cli_say_line(void *cli, const char *line);
/* The same, --quiet or not, for what GG_TRACE asks for; whether it does (set, and not 0). */
void gg_cli_trace(void *cli, const char *line);
bool gg_cli_traces(void);
/* A choice that matched nothing: warns if frames came and none is left, or particles came and no frame has one. */
struct gg_cli_left {
    uint64_t frames, left, nodes, nodes_left; /* that came; that are left */
};
void gg_cli_warn_nothing(struct gg_cli *c, const struct gg_cli_left *n);
/* Flushes standard output and checks its close: for programs that print text.  The last thing main returns. */
int gg_cli_finish(struct gg_cli *c);

/* From now on SIGTERM, SIGINT and SIGUSR1 ask to stop, which sets what is returned: the step at hand can end and be kept.  A second
 * SIGINT ends at once. */
const volatile int *gg_cli_catch_stop(void);

/* Opens the output for binary data: refused (GG_USAGE) if it is a terminal and not --force. */
int gg_cli_open_output(struct gg_cli *c, struct gg_writer *w);
/* The program's name in histories. */
const char *gg_cli_recorded(const struct gg_cli *c);
/* `history` + this run's own PROV entry (program, version, argv, config, seed, blas if it is open, build). */
void gg_cli_append_prov(struct gg_cli *c, struct gg_prov *history);
/* Ends a table with that of c->read and this run, as comments; nothing where c->read is NULL. */
int gg_cli_sign_table(struct gg_cli *c, struct gg_sink *table, struct gg_err *err);

/* The frames of all inputs one after the other (files in c->operand from `first` on, or standard input). */
struct gg_source {
    struct gg_cli *cli;
    int first, next; /* operands */
    bool open;
    struct gg_reader reader;
    const char *schema; /* frames of another schema are refused; NULL = any */
};
void gg_source_init(struct gg_source *s, struct gg_cli *c, int first_operand, const char *schema);
/* As gg_reader_next, over all files: GG_EVENT_END after the last. */
int gg_source_next(struct gg_source *s, struct gg_frame *frame, struct gg_err *err);
/* Which part of the bytes of all files has been read; 1 where that is not known (pipes). */
double gg_source_part(const struct gg_source *s);
void gg_source_close(struct gg_source *s);

/* A filter: one output member for each input member, META and PROV passed on with our own entry appended, every field
 * passed through.  Frame by frame:
 *     frame   1 = write it, 0 = leave it out, -1 = refuse (the driver puts file, frame number and id in front);
 *             GG_FILTER_AGAIN = write it, and ask again for what follows from the same frame, as it is now
 *     meta    may add to the member's META before its frames are seen; may be NULL
 *     finish  may add to the trailer META of a member; may be NULL
 * `arena` is reset after every frame that was read.  Returns the exit status. */
enum { GG_FILTER_AGAIN = 2 };
struct gg_filter {
    int (*frame)(void *context, struct gg_frame *f, struct gg_arena *arena, struct gg_err *err);
    int (*meta)(void *context, struct gg_meta *meta, struct gg_err *err);
    int (*finish)(void *context, struct gg_meta *trailer, struct gg_err *err);
    void *context;
    int first_operand; /* operands before it are not input files (a model, say) */
    bool skip_empty;   /* no member for a member of which no frame was written (but one at least) */
};
int gg_cli_filter(struct gg_cli *c, const struct gg_filter *f);

#endif
