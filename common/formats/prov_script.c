/* prov_script.c -- a history as a script that makes a file again */
#include "formats/prov_text.h"
#include "util/arena.h"
#include "util/escape.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Files of the script, each with a word about it. */
struct names {
    int n;
    struct {
        char *name, *why;
    } * of;
};

static const char *find(const struct names *l, const char *name)
{
    for (int k = 0; k < l->n; k++)
        if (strcmp(l->of[k].name, name) == 0)
            return l->of[k].why;
    return NULL;
}

static void add(struct names *l, const char *name, const char *why)
{
    l->of = gg_xrealloc(l->of, (size_t)(l->n + 1) * sizeof *l->of);
    l->of[l->n].name = gg_xstrdup(name);
    l->of[l->n++].why = gg_xstrdup(why);
}

/* Leaves the first n of them. */
static void cut(struct names *l, int n)
{
    while (l->n > n) {
        l->n--;
        free(l->of[l->n].name);
        free(l->of[l->n].why);
    }
}

static void clear(struct names *l)
{
    cut(l, 0);
    free(l->of);
}

/* The script as a whole.  What is written for a file that turns out to be none that can be made is taken back: with it go the last
 * of `done` and `begins`. */
struct script {
    struct names done;    /* these have their line */
    struct names begins;  /* these their comment, ... */
    struct names refused; /* ... and why, of all that were tried */
};

/* One file and how it was made. */
struct made {
    const struct gg_prov_file *file;
    struct gg_prov_runs runs;
    struct script *script;
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

static int write_file(FILE *to, const char *name, struct made *m, struct gg_err *err);

/* Would a script in another folder write beside that folder? */
static bool is_outside(const char *name)
{
    size_t length = strlen(name);
    return *name == '/' || strncmp(name, "../", 3) == 0 || strstr(name, "/../") ||
           (length > 2 && strcmp(name + length - 3, "/..") == 0);
}

/* A file that the script does not make, although another program did. */
static void write_begin(FILE *to, const char *name, struct script *s, const char *why)
{
    char *line = gg_xprintf("%s is there to begin with: %s", name, why);
    gg_escape_line(line);
    if (!find(&s->begins, name))
        fprintf(to, "# %s\n", line);
    if (!find(&s->begins, name))
        add(&s->begins, name, line);
    free(line);
}

/* The lines of a file that a command read, and of those before it. */
static void write_input(FILE *to, const char *name, const struct gg_prov_file *f, const struct made *m)
{
    char *lines;
    size_t bytes;
    struct gg_err err;
    struct script *s = m->script;
    int done = s->done.n, begins = s->begins.n;
    struct made of = {.file = f, .script = s, .depth = m->depth + 1};
    if (!find(&s->refused, name) && is_outside(name))
        add(&s->refused, name, "it lies outside of this folder");
    if (!find(&s->refused, name)) {
        FILE *own = gg_text_open(&lines, &bytes);
        int status = write_file(own, name, &of, &err);
        fclose(own);
        if (status == 0)
            fputs(lines, to);
        else
            add(&s->refused, name, err.text);
        cut(&s->done, status ? done : s->done.n);
        cut(&s->begins, status ? begins : s->begins.n);
        free(lines);
    }
    if (find(&s->refused, name))
        write_begin(to, name, s, find(&s->refused, name));
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

/* Is what the entry says of the stream's option one of the program? */
static int check_stream(const struct made *m, int run, struct gg_err *err)
{
    int n;
    const char *option = value_of(m, run, "output");
    char **word = gg_prov_words(value_of(m, run, "argv"), &n);
    int status = *option && !(n && gg_prov_names_stream(word[0], option))
                     ? gg_fail(err, GG_INPUT, "--%.80s names no stream of that program", option)
                     : 0;
    gg_prov_words_free(word, n);
    return status;
}

/* The end of a command: " -o NAME", or the option that names the stream, and no table beside it.  "-" is a pipe. */
static char *stream_to(const struct made *m, int run, const char *name)
{
    char *text;
    size_t bytes;
    const char *option = value_of(m, run, "output");
    FILE *to = gg_text_open(&text, &bytes);
    if (*option || strcmp(name, "-") != 0) {
        fprintf(to, *option ? " --%s " : " -o ", option);
        gg_escape_shell(to, name);
    }
    fputs(*option ? " -o /dev/null" : "", to);
    fclose(to);
    return text;
}

/* "A | B | C", the last of which is `run`, with the lines of all that they read in front of it; malloc'd, NULL for what is refused. */
static char *pipeline(FILE *to, struct made *m, int run, struct gg_err *err)
{
    enum { DEEPEST = 100 };
    const char *argv = value_of(m, run, "argv");
    int status =
        m->depth < DEEPEST ? gg_prov_check_command(argv, err) : gg_fail(err, GG_INPUT, "it is too deep");
    if (status || check_stream(m, run, err)) {
        gg_err_prefix(err, "a history with '%.200s' in it is no script: ", argv);
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
    char *to_stdout = before >= 0 ? stream_to(m, before, "-") : NULL;
    if (front)
        all = gg_xprintf("%s%s | %s", front, to_stdout, argv);
    else if (before == -1 && reads_pipe(argv))
        gg_fail(err, GG_INPUT,
                "'%.200s' read a table without a history from a pipe: keep it in a file, or make it with "
                "--history",
                argv);
    else if (before == -1)
        all = gg_xstrdup(argv);
    free(front);
    free(to_stdout);
    free(known);
    m->depth--;
    return all;
}

/* Programs whose -o names a folder, in which they write more than this one file. */
static const struct {
    const char *program, *file;
} in_folder[] = {{"gg-train ", "model.ggm"}, {"gg-learncurve ", "learncurve.tsv"}};

static const char *file_in_folder(const char *argv)
{
    for (size_t k = 0; k < sizeof in_folder / sizeof *in_folder; k++)
        if (strncmp(argv, in_folder[k].program, strlen(in_folder[k].program)) == 0)
            return in_folder[k].file;
    return NULL;
}

/* The last part of the first n characters of a path. */
static const char *last_part(const char *name, size_t n)
{
    const char *slash = memrchr(name, '/', n);
    return slash ? slash + 1 : name;
}

/* What -o names: the file, or its folder.  A member of several trainings lies in a folder of its own in it.  Returned: malloc'd. */
static char *place_of(const char *name, const char *argv)
{
    bool several = strstr(argv, " --seeds ") || strstr(argv, " --folds "),
         trains = strncmp(argv, "gg-train ", 9) == 0;
    const char *end = name + strlen(name);
    for (int up = 0; file_in_folder(argv) && up < 2; up++) { /* model.ggm, seed.1 */
        const char *last = last_part(name, (size_t)(end - name));
        if (up == 1 &&
            !(trains && several && (strncmp(last, "seed.", 5) == 0 || strncmp(last, "fold.", 5) == 0)))
            break;
        end = last > name ? last - 1 : name;
    }
    return gg_xprintf("%.*s", end > name ? (int)(end - name) : 1, end > name ? name : ".");
}

/* A file that says that such a program made it: its name alone says in which folder. */
static const char *wanted_name(const char *name, const char *argv)
{
    const char *file = file_in_folder(argv);
    return file && strcmp(last_part(name, strlen(name)), file) != 0 ? file : NULL;
}

static void write_line(FILE *to, const char *name, const struct made *m, int run, const char *commands)
{
    char *place = place_of(name, value_of(m, run, "argv")), *end = stream_to(m, run, place);
    fputs("[ -e ", to);
    gg_escape_shell(to, name);
    fprintf(to, " ] || %s%s\n", commands, end);
    free(place);
    free(end);
}

static int write_file(FILE *to, const char *name, struct made *m, struct gg_err *err)
{
    if (m->file->prov.n == 0)
        return gg_fail(err, GG_INPUT, "there is no history in it");
    gg_prov_runs_init(&m->runs, &m->file->prov);
    int last = maker(m), status = 0;
    const char *file;
    char *commands = NULL;
    if (last < 0)
        status = gg_fail(err, GG_INPUT, "its members were made by several commands: --dot shows them");
    else if ((file = wanted_name(name, value_of(m, last, "argv"))))
        status =
            gg_fail(err, GG_INPUT,
                    "%s calls it %s, and writes other files beside: give it that name in a folder of its own",
                    value_of(m, last, "program"), file);
    else if (!find(&m->script->done, name)) {
        add(&m->script->done, name, "");
        status = (commands = pipeline(to, m, last, err)) ? 0 : -1;
    }
    if (commands)
        write_line(to, name, m, last, commands);
    free(commands);
    gg_prov_runs_free(&m->runs);
    return status;
}

int gg_prov_script(FILE *to, const struct gg_prov_target *target, struct gg_err *err)
{
    struct script s = {0};
    struct made m = {.file = target->file, .script = &s};
    fputs("#!/bin/bash\n# makes what is not there\nset -e -o pipefail\n", to);
    int status = write_file(to, target->name, &m, err);
    for (int k = 0; k < s.begins.n && status == 0; k++)
        target->say(target->cli, s.begins.of[k].why);
    clear(&s.done);
    clear(&s.begins);
    clear(&s.refused);
    return status;
}
