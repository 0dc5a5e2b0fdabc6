/* cli.c -- what every program does in the same way: options, help, version, messages, the close of its output */
#include "cli/cli.h"
#include "cli/complete.h"
#include "util/arena.h"
#include "util/exit.h"
#include "util/escape.h"
#include "util/linalg.h"
#include "util/real.h"
#include "util/text_stream.h"
#include "util/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef GG_COMMIT
#define GG_COMMIT "unknown"
#endif

enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

static const struct gg_opt common_opts[] = {
    {"output", GG_OPT_TEXT, offsetof(struct gg_cli, output),
     "write here, whole or not at all, instead of standard output", .arg = "FILE", .letter = 'o'},
    {"force", GG_OPT_FLAG, offsetof(struct gg_cli, force), "write binary data to a terminal, too"},
    {"max-frame", GG_OPT_REAL, offsetof(struct gg_cli, max_frame), "refuse frames larger than this",
     .arg = "BYTES", .unit = "bytes", .min = 1 << 20, .max = 0x1p40},
    {"threads", GG_OPT_INT, offsetof(struct gg_cli, threads), "threads; 0: GG_THREADS, or one a processor",
     .arg = "N", .min = 0, .max = 1024},
    {"progress", GG_OPT_CHOICE, offsetof(struct gg_cli, progress), "the progress line on standard error",
     .choices = "auto|always|never"},
    {"color", GG_OPT_CHOICE, offsetof(struct gg_cli, color), "colour in messages",
     .choices = "auto|always|never"},
    {"stamp", GG_OPT_FLAG, offsetof(struct gg_cli, stamp), "add host, user, folder and date to the history"},
    {"quiet", GG_OPT_FLAG, offsetof(struct gg_cli, quiet), "errors only", .letter = 'q'},
    {"verbose", GG_OPT_FLAG, offsetof(struct gg_cli, verbose), "say more", .letter = 'v'},
    {"help", GG_OPT_FLAG, offsetof(struct gg_cli, help), "print this", .letter = 'h'},
    {"version", GG_OPT_FLAG, offsetof(struct gg_cli, version), "print version, kernels and licence",
     .letter = 'V'},
    {0}};
static const struct gg_opt hidden_opts[] = {{"completion", GG_OPT_CHOICE, offsetof(struct gg_cli, completion),
                                             "print what this shell reads to complete commands",
                                             .choices = "off|" GG_SHELLS},
                                            {"list-options", GG_OPT_FLAG,
                                             offsetof(struct gg_cli, list_options),
                                             "print the table of options for tests"},
                                            {0}};

static struct gg_arena kept; /* for the program's life, reachable for a leak checker */

/* ---- messages ---- */

static bool in_color(const struct gg_cli *c)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (c->color != COLOR_AUTO)
        return c->color == COLOR_ALWAYS;
    return isatty(STDERR_FILENO) && (no == NULL || *no == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}

/* One line, in one write where stdio can. */
static void say(const struct gg_cli *c, const char *kind, const char *text)
{
    bool color = in_color(c);
    char line[2048];
    if (c->mute)
        return;
    snprintf(line, sizeof line, "%s%s:%s %s%s\n", color ? "\033[1m" : "", c->program->name,
             color ? "\033[0m" : "", kind, text);
    fputs(line, stderr);
}

int gg_cli_fail(struct gg_cli *c)
{
    if (c->err.status != GG_PIPE)
        say(c, "", c->err.text);
    return c->err.status;
}

/* The same, of a message that --quiet keeps back. */
static void say_unless_quiet(const struct gg_cli *c, const char *kind, const char *fmt, va_list ap)
{
    char text[1024];
    vsnprintf(text, sizeof text, fmt, ap);
    gg_escape_line(text);
    if (!c->quiet)
        say(c, kind, text);
}

void gg_cli_warn(struct gg_cli *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say_unless_quiet(c, "warning: ", fmt, ap);
    va_end(ap);
}

void gg_cli_say(struct gg_cli *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say_unless_quiet(c, "", fmt, ap);
    va_end(ap);
}

void gg_cli_note(struct gg_cli *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (c->verbose)
        say_unless_quiet(c, "", fmt, ap);
    va_end(ap);
}

void gg_cli_trace(void *cli, const char *line)
{
    say(cli, "", line);
}

void gg_cli_say_line(void *cli, const char *line)
{
    if (!((struct gg_cli *)cli)->quiet)
        say(cli, "", line);
}

bool gg_cli_traces(void)
{
    const char *text = getenv("GG_TRACE");
    return text && *text && strcmp(text, "0");
}

/* stdio forgets why a write failed: a pipe without a reader reports POLLERR. */
static bool reader_is_gone(void)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&p, 1, 0) == 1 && (p.revents & POLLERR) != 0;
}

int gg_cli_finish(struct gg_cli *c)
{
    errno = 0;
    bool failed = ferror(stdout) != 0 || fflush(stdout) != 0;
    if (failed && (errno == EPIPE || reader_is_gone()))
        return GG_PIPE;
    if (fclose(stdout) != 0 || failed) {
        gg_fail_errno(&c->err, "standard output: cannot write");
        return gg_cli_fail(c);
    }
    return GG_OK;
}

/* ---- --help, --version, --completion ---- */

static const struct gg_cli untouched = {.max_frame = 0x1p32, .seed = -1};

/* `own`, `defaults`: the options of the program and the common ones as they were before the command line. */
static void print_help(const struct gg_cli *c, const void *own, const struct gg_cli *defaults)
{
    const struct gg_program *p = c->program;
    int n = printf("%s -- ", p->name);
    gg_print_wrapped(stdout, n, n, p->about);
    printf("\nusage: %s [OPTION...] %s\n", p->name, p->operands);
    if (p->opts != NULL && p->opts->name != NULL) {
        printf("\noptions\n");
        gg_opt_print(stdout, p->opts, own);
    }
    printf("\ncommon options\n");
    gg_opt_print(stdout, common_opts, defaults);
    if (p->notes != NULL) {
        printf("\n");
        gg_print_wrapped(stdout, 0, 2, p->notes);
        printf("\n");
    }
    if (p->example != NULL)
        printf("\nexample\n  %s\n", p->example);
    printf("\nmanual: man %s, in the sources man -l man/%s.1\n", p->name, p->name);
}

static void print_version(const struct gg_cli *c)
{
    const struct gg_program *p = c->program;
    struct gg_err err;
    printf("%s %s (commit %s)\n%s, %s%s\n", p->name, GG_VERSION, GG_COMMIT, GG_REAL_NAME,
           p->messages ? "with " : "without MPI", p->messages ? p->messages() : "");
    if (p->kernels != NULL)
        printf("conv kernels %s\n", p->kernels());
    if (p->blas)
        printf("%s\n", gg_blas_open(&err) < 0 ? err.text : gg_blas_name());
    printf("MIT licence\n");
}

static void print_completion(const struct gg_cli *c)
{
    const struct gg_program *p = c->program;
    const struct gg_complete_table tables[] = {{p->opts, c->own}, {common_opts, &untouched}, {0}};
    gg_complete(stdout, c->completion - 1,
                &(struct gg_completion){p->name, p->first, p->opts ? tables : tables + 1});
}

/* name TAB type TAB unit TAB in histories: one word, one meaning in all programs (tests/tree.sh). */
static void print_options(const struct gg_cli *c)
{
    static const char *const type[] = {"flag", "int", "real", "text", "choice", "reals", "texts"};
    for (const struct gg_opt *o = c->program->opts; o != NULL && o->name != NULL; o++)
        printf("%s\t%s\t%s\t%s\n", o->name, type[o->type], o->unit != NULL ? o->unit : "",
               o->writes       ? "writes"
               : o->unrecorded ? "unrecorded"
                               : "recorded");
}

/* ---- the command line as history ---- */

/* Appends a word to malloc'd text. */
static char *add_word(char *line, const char *word)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = gg_text_open(&text, &bytes);
    fprintf(to, "%s%s", line ? line : "", line ? " " : "");
    gg_escape_shell(to, word);
    fclose(to);
    free(line);
    return text;
}

static char *add_option(char *line, const struct gg_opt *o, const void *options)
{
    char name[80];
    const void *field = (const char *)options + o->offset;
    bool off = o->type == GG_OPT_FLAG && !*(const bool *)field;
    snprintf(name, sizeof name, "--%s%s", off ? "no-" : "", o->name);
    if (o->type == GG_OPT_TEXTS) {
        const struct gg_texts *list = field;
        for (int k = 0; k < list->n; k++)
            line = add_word(add_word(line, name), list->v[k]);
        return line;
    }
    line = add_word(line, name);
    if (o->type == GG_OPT_FLAG)
        return line;
    char *value = gg_opt_get(o, options);
    line = add_word(line, value);
    free(value);
    return line;
}

/* What the user set, in the table's order.  Common options are left out: they change no byte of the data, and equal
 * data must have equal histories for any --output and any --threads; so are names of other outputs. */
static char *command_line(const struct gg_cli *c, const void *defaults)
{
    char *line = add_word(NULL, gg_cli_recorded(c));
    for (const struct gg_opt *o = c->program->opts; o != NULL && o->name != NULL; o++) {
        char *value = gg_opt_get(o, c->options), *before = gg_opt_get(o, defaults);
        if (!o->unrecorded && !o->writes && (o->required || strcmp(value, before) != 0))
            line = add_option(line, o, c->options);
        free(value);
        free(before);
    }
    for (int k = 0; k < c->n_operand; k++)
        line = add_word(line, c->operand[k]);
    return line;
}

/* ---- start ---- */

/* A closed descriptor would be given to the next file that is opened: what is meant for standard output would go there.
 * Opened the wrong way round, it fails as a closed one does. */
static void keep_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            _exit(GG_SYSTEM);
}

/* An option that is given and not read would do nothing, without a word. */
static int check_idle(struct gg_cli *c, const void *own)
{
    char why[GG_OPT_WHY];
    const struct gg_opt *opts = c->program->opts;
    for (const struct gg_opt *o = opts; o && o->name; o++) {
        if (gg_opt_acts(o, opts, c->options, why))
            continue;
        char *now = gg_opt_get(o, c->options), *before = gg_opt_get(o, own);
        bool same = !strcmp(now, before);
        free(now);
        free(before);
        if (!same)
            return gg_fail(&c->err, GG_USAGE, "--%s: would do nothing: %s; leave it out, or change that",
                           o->name, why);
    }
    return 0;
}

static int check_operands(struct gg_cli *c)
{
    const struct gg_program *p = c->program;
    if (c->n_operand < p->min_operand)
        return gg_fail(&c->err, GG_USAGE, "operand missing: usage: %s [OPTION...] %s", p->name, p->operands);
    if (p->max_operand >= 0 && c->n_operand > p->max_operand)
        return gg_fail(&c->err, GG_USAGE, "operand '%.200s' is one too many: usage: %s [OPTION...] %s",
                       c->operand[p->max_operand], p->name, p->operands);
    if (p->wants_stream && c->n_operand == p->min_operand && isatty(STDIN_FILENO))
        return gg_fail(&c->err, GG_USAGE, "no input: usage: %s [OPTION...] %s", p->name, p->operands);
    return 0;
}

/* --help and its like: whatever else the line says. */
bool gg_cli_leaves(const struct gg_cli *c)
{
    return c->help || c->version || c->completion || c->list_options;
}

static int print_and_leave(struct gg_cli *c)
{
    if (c->mute)
        return 0;
    if (c->help)
        print_help(c, c->own, &untouched);
    else if (c->version)
        print_version(c);
    else if (c->completion)
        print_completion(c);
    else
        print_options(c);
    return gg_cli_finish(c);
}

int gg_cli_read(struct gg_cli *c, const struct gg_program *p, void *options, int argc, char **argv)
{
    keep_standard_descriptors();
    gg_exit_watch();
    *c = untouched;
    c->program = p;
    c->options = options;
    c->argc = argc;
    c->argv = argv;
    static const struct gg_opt none[] = {{0}};
    const struct gg_opt *opts = p->opts != NULL ? p->opts : none;
    c->own = gg_opt_copy(opts, options);
    const struct gg_opt_set_of sets[] = {{opts, options}, {common_opts, c}, {hidden_opts, c}, {0}};
    int status = gg_opt_parse(sets, argc, argv, &c->operand, &c->n_operand, &c->err);
    if (gg_cli_leaves(c))
        return 0;
    if (status)
        return -1;
    char *line = command_line(c, c->own);
    c->command_line = gg_arena_strdup(&kept, line);
    free(line);
    return check_idle(c, c->own) || check_operands(c) || gg_threads_init((int)c->threads, &c->err) < 0 ? -1
                                                                                                       : 0;
}

int gg_cli_answer(struct gg_cli *c, int status)
{
    if (status < 0)
        status = gg_cli_fail(c);
    else
        status = gg_cli_leaves(c) ? print_and_leave(c) : -1;
    free(c->own);
    c->own = NULL;
    return status;
}

int gg_cli_start(struct gg_cli *c, const struct gg_program *p, void *options, int argc, char **argv)
{
    return gg_cli_answer(c, gg_cli_read(c, p, options, argc, argv));
}
