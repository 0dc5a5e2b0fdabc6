/* prov_script.c -- a history as a script that makes a file again */
#include "formats/prov_text.h"
#include "util/arena.h"
#include "util/escape.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One file and how it was made. */
struct made {
    const struct gg_prov_file *file;
    struct gg_prov_runs runs;
    struct gg_set *done; /* files that have their line, of the whole script */
    int depth;
};

static const char *value_of(const struct made *m, int run, const char *key)
{
    return gg_prov_of(&m->file->prov.entry[m->runs.first[run]], key);
}

/* Is an output of run `run` the end of the history of a member of f? */
static bool ends_in(const struct made *m, const struct gg_prov_file *f, int run)
{
    const struct gg_prov *p = &m->file->prov;
    for (int k = 0; k < p->n; k++)
        if (m->runs.of[k] == run && gg_set_has(&f->leaf, gg_prov_of(&p->entry[k], "id")))
            return true;
    return false;
}

/* The one run that made all members; -1: several did. */
static int maker(const struct made *m)
{
    int made = -1;
    for (int k = 0; k < m->runs.n; k++)
        if (ends_in(m, m->file, k)) {
            if (made >= 0)
                return -1;
            made = k;
        }
    return made;
}

static bool is_regular(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int write_file(FILE *to, const char *name, const struct gg_prov_file *f, struct gg_set *done,
                      int depth, struct gg_err *err);

/* The lines of a file that a command read, and of those before it; where these cannot be told, it is one to begin with. */
static void write_input(FILE *to, const char *name, const struct gg_prov_file *f, const struct made *m)
{
    char *lines;
    size_t bytes;
    struct gg_err ignored;
    FILE *own = gg_text_open(&lines, &bytes);
    int status = write_file(own, name, f, m->done, m->depth + 1, &ignored);
    fclose(own);
    if (status == 0)
        fputs(lines, to);
    free(lines);
}

/* A command that read <(...) of a shell cannot be given again. */
static bool is_gone(const char *argv)
{
    return strstr(argv, " /dev/fd/") || strstr(argv, " /proc/self/fd/");
}

/* Its input came through a pipe, and has no history. */
static bool reads_pipe(const char *argv)
{
    size_t length = strlen(argv);
    return length > 2 && strcmp(argv + length - 2, " -") == 0;
}

/* Streams and models among the words of a run.  `known[k]`: what run k made was read from one of them. */
static void write_inputs(FILE *to, const struct made *m, int run, bool *known)
{
    int n;
    char **word = gg_prov_words(value_of(m, run, "argv"), &n);
    for (int w = 1; w < n; w++) {
        struct gg_prov_file f;
        struct gg_err no_stream;
        if (!is_regular(word[w]))
            continue;
        if (gg_prov_file_read(&f, word[w], &no_stream) == 0) {
            for (int k = 0; k < m->runs.n; k++)
                known[k] = known[k] || ends_in(m, &f, k);
            write_input(to, word[w], &f, m);
        }
        gg_prov_file_free(&f);
    }
    gg_prov_words_free(word, n);
}

/* A stream or model that the command names and that is not here: what it read cannot be told. */
static const char *missing(char **word, int n)
{
    for (int w = 1; w < n; w++) {
        size_t length = strlen(word[w]);
        bool named = length > 4 &&
                     (strcmp(word[w] + length - 4, ".ggs") == 0 || strcmp(word[w] + length - 4, ".ggm") == 0);
        if (named && *word[w] != '-' && !is_regular(word[w]))
            return word[w];
    }
    return NULL;
}

static int check_here(const char *argv, struct gg_err *err)
{
    int n;
    char **word = gg_prov_words(argv, &n);
    const char *gone = missing(word, n);
    int status =
        gone ? gg_fail(err, GG_INPUT, "'%.200s' read %s, which is not here: go to the folder in which it ran",
                       argv, gone)
             : 0;
    gg_prov_words_free(word, n);
    return status;
}

/* The run whose output came through a pipe; -1: none, -2: several, which must have come from files. */
static int piped(const struct made *m, int run, const bool *known, struct gg_err *err)
{
    int from = -1;
    for (int k = 0; k < m->runs.n; k++) {
        if (known[k] || !gg_prov_runs_feeds(&m->runs, k, run))
            continue;
        if (from >= 0) {
            gg_fail(err, GG_INPUT,
                    "'%.200s' read what '%.200s' and others made, from files that are not here: "
                    "go to the folder in which it ran",
                    value_of(m, run, "argv"), value_of(m, k, "argv"));
            return -2;
        }
        from = k;
    }
    return from;
}

/* "A | B | C", the last of which is `run`, with the lines of all that they read in front of it; malloc'd, NULL for what is refused. */
static char *pipeline(FILE *to, struct made *m, int run, struct gg_err *err)
{
    enum { DEEPEST = 100 };
    const char *argv = value_of(m, run, "argv");
    if (!gg_prov_is_command(argv) || m->depth >= DEEPEST) {
        gg_fail(err, GG_INPUT, "a history with '%.200s' in it is no script: %s", argv,
                m->depth >= DEEPEST ? "it is too deep" : "that is no plain command of this suite");
        return NULL;
    }
    if (is_gone(argv)) {
        gg_fail(err, GG_INPUT,
                "'%.200s' read from a pipe that had a name for as long as it ran: give it a file instead",
                argv);
        return NULL;
    }
    if (check_here(argv, err))
        return NULL;
    m->depth++;
    bool *known = gg_xalloc((size_t)m->runs.n + 1, sizeof *known);
    write_inputs(to, m, run, known);
    int before = piped(m, run, known, err);
    char *front = before >= 0 ? pipeline(to, m, before, err) : NULL, *all = NULL;
    if (front)
        all = gg_xprintf("%s | %s", front, argv);
    else if (before == -1 && reads_pipe(argv))
        gg_fail(err, GG_INPUT, "'%.200s' read a table from a pipe: keep it in a file", argv);
    else if (before == -1)
        all = gg_xstrdup(argv);
    free(front);
    free(known);
    m->depth--;
    return all;
}

/* A file that is whole or not there.  gg-train has a folder; a member of several lies in one of its own in it. */
static void write_output(FILE *to, const char *name, const char *program, const char *argv)
{
    bool trains = strcmp(program, "gg-train") == 0 || strcmp(program, "gg-train-mpi") == 0;
    bool several = strstr(argv, " --seeds ") || strstr(argv, " --folds ");
    const char *end = name + strlen(name);
    for (int up = 0; trains && up < 2; up++) { /* model.ggm, seed.1 */
        const char *slash = memrchr(name, '/', (size_t)(end - name));
        const char *last = slash ? slash + 1 : name;
        if (up == 1 && !(several && (strncmp(last, "seed.", 5) == 0 || strncmp(last, "fold.", 5) == 0)))
            break;
        end = slash ? slash : name;
    }
    char *into = gg_xprintf("%.*s", end > name ? (int)(end - name) : 1, end > name ? name : ".");
    fputs(" -o ", to);
    gg_escape_shell(to, into);
    fputc('\n', to);
    free(into);
}

static int write_file(FILE *to, const char *name, const struct gg_prov_file *f, struct gg_set *done,
                      int depth, struct gg_err *err)
{
    struct made m = {.file = f, .done = done, .depth = depth};
    if (f->prov.n == 0)
        return gg_fail(err, GG_INPUT, "there is no history in it");
    gg_prov_runs_init(&m.runs, &f->prov);
    int last = maker(&m), status = 0;
    char *commands = NULL;
    if (last < 0)
        status = gg_fail(err, GG_INPUT, "its members were made by several commands: --dot shows them");
    else if (gg_set_add(done, name))
        status = (commands = pipeline(to, &m, last, err)) ? 0 : -1;
    if (commands) {
        fputs("[ -e ", to);
        gg_escape_shell(to, name);
        fprintf(to, " ] || %s", commands);
        write_output(to, name, value_of(&m, last, "program"), value_of(&m, last, "argv"));
    }
    free(commands);
    gg_prov_runs_free(&m.runs);
    return status;
}

int gg_prov_script(FILE *to, const struct gg_prov_file *f, const char *name, struct gg_err *err)
{
    struct gg_set done = {0};
    fputs("#!/bin/bash\n# makes what is not there\nset -e -o pipefail\n", to);
    int status = write_file(to, name, f, &done, 0, err);
    gg_set_clear(&done);
    return status;
}
