/* run.c -- runs the pieces of a sweep as child processes, several at a time, again where that helps, and stops on request */
#include "sweep/sweep.h"
#include "util/arena.h"
#include "util/text_stream.h"
#include "util/escape.h"
#include "util/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_JOB = 1024 };

/* Read by the signal handler: what to pass a request to stop on to. */
static volatile sig_atomic_t stop_wanted;
static volatile pid_t running[MAX_JOB];

/* Each piece is a process group of its own, so the whole pipeline hears it: gg-train writes a checkpoint and ends. */
static void on_signal(int number)
{
    (void)number;
    stop_wanted = 1;
    for (int k = 0; k < MAX_JOB; k++)
        if (running[k] > 0)
            kill(-running[k], SIGTERM);
}

static void catch_signals(void)
{
    struct sigaction a = {.sa_handler = on_signal}; /* no restart: the wait must return */
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    sigaction(SIGUSR1, &a, NULL);
}

/* ---- one process ---- */

static int start(struct gg_piece *p, struct gg_err *err)
{
    struct gg_arena a = {0};
    char sh[] = "/bin/sh", *file = gg_arena_printf(&a, "%s/run.sh", p->folder), *argv[] = {sh, file, NULL};
    const char *log = gg_arena_printf(&a, "%s/log", p->folder);
    pid_t child = 0;
    posix_spawn_file_actions_t to_log;
    posix_spawnattr_t group;
    posix_spawn_file_actions_init(&to_log);
    int code = posix_spawn_file_actions_addopen(&to_log, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    code = code ? code
                : posix_spawn_file_actions_addopen(&to_log, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC,
                                                   0666);
    code = code ? code : posix_spawn_file_actions_adddup2(&to_log, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_init(&group);
    posix_spawnattr_setflags(&group, POSIX_SPAWN_SETPGROUP);
    code = code ? code : posix_spawn(&child, sh, &to_log, &group, argv, environ);
    posix_spawn_file_actions_destroy(&to_log);
    posix_spawnattr_destroy(&group);
    gg_arena_free(&a);
    errno = code;
    if (code)
        return gg_fail_errno(err, "/bin/sh: cannot start");
    p->pid = child;
    p->tries++;
    return 0;
}

/* What the piece said last. */
static void last_words(const struct gg_piece *p, char *line, size_t room)
{
    struct gg_arena a = {0};
    struct gg_err ignored;
    size_t bytes;
    char *text = gg_read_file(gg_arena_printf(&a, "%s/log", p->folder), 1 << 28, &bytes, &ignored);
    while (text && bytes > 0 && text[bytes - 1] == '\n')
        text[--bytes] = 0;
    const char *newline = text ? strrchr(text, '\n') : NULL;
    snprintf(line, room, "%s", newline ? newline + 1 : text && *text ? text : "it said nothing");
    free(text);
    gg_arena_free(&a);
}

/* ---- all of them ---- */

struct state {
    const struct gg_sweep *s;
    const struct gg_sweep_run *r;
    struct gg_piece *piece;
    int n, n_running, n_done;
    struct gg_err first; /* failure */
};

/* "let.C=8, size 5, seed 0" */
static const char *name_of(const struct state *t, const struct gg_piece *p, struct gg_arena *a)
{
    const char *setting = t->s->n_vary ? gg_setting_name(t->s, p->setting, a) : "";
    return gg_arena_printf(a, "%s%ssize %d, seed %d", setting, *setting ? ", " : "", p->size, p->seed);
}

static void tell(const struct state *t, const struct gg_piece *p, const char *what)
{
    struct gg_arena a = {0};
    char *line = gg_arena_printf(&a, "%s: %s (%d of %d done)", name_of(t, p, &a), what, t->n_done, t->n);
    gg_escape_line(line);
    t->r->say(t->r->context, line);
    gg_arena_free(&a);
}

static bool again(const struct state *t, const struct gg_piece *p, int status)
{
    return (status == GG_STOPPED || status == GG_SYSTEM) && p->tries < t->r->tries && !stop_wanted;
}

/* A piece has ended.  Negative tries: never start it again. */
static void ended(struct state *t, struct gg_piece *p, int raw)
{
    int status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    char said[900], what[1100];
    p->pid = 0;
    t->n_running--;
    if (status == 0 && gg_piece_done(p)) {
        t->n_done++;
        tell(t, p, "done");
    }
    if (status == 0 || again(t, p, status) || stop_wanted)
        return;
    last_words(p, said, sizeof said);
    snprintf(what, sizeof what, "failed with status %d: %s", status, said);
    tell(t, p, what);
    struct gg_arena a = {0};
    if (t->first.status == 0)
        gg_fail(&t->first, status, "%s: status %d: %s; %s/log has the rest", name_of(t, p, &a), status, said,
                p->folder);
    gg_arena_free(&a);
    p->tries = -1;
}

static struct gg_piece *next(struct state *t)
{
    bool hopeless = t->first.status == GG_USAGE; /* the model or an option: every piece would fail */
    struct gg_piece *best = NULL;
    for (int k = 0; k < t->n && !hopeless && !stop_wanted; k++) {
        struct gg_piece *p = &t->piece[k];
        if (p->pid == 0 && p->tries >= 0 && p->tries < t->r->tries && !gg_piece_done(p) &&
            (!best || p->tries < best->tries))
            best = p;
    }
    return best;
}

/* running[] is what the handler sees: signals wait while it changes. */
static int start_next(struct state *t, struct gg_piece *p, struct gg_err *err)
{
    sigset_t all, old;
    int slot = 0;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &old);
    while (running[slot])
        slot++;
    int status = stop_wanted ? 0 : start(p, err);
    running[slot] = p->pid;
    t->n_running += p->pid != 0;
    sigprocmask(SIG_SETMASK, &old, NULL);
    return status;
}

static void wait_for_one(struct state *t)
{
    int raw;
    pid_t pid = waitpid(-1, &raw, 0);
    for (int k = 0; k < t->n && pid > 0; k++)
        if (t->piece[k].pid == pid) {
            for (int slot = 0; slot < MAX_JOB; slot++)
                if (running[slot] == pid)
                    running[slot] = 0;
            ended(t, &t->piece[k], raw);
        }
}

static int run_all(struct state *t, struct gg_err *err)
{
    int status = 0;
    while (status == 0) {
        struct gg_piece *p = t->n_running < t->r->jobs ? next(t) : NULL;
        if (p)
            status = start_next(t, p, err);
        else if (t->n_running)
            wait_for_one(t);
        else
            break;
    }
    while (t->n_running) /* what was started when another could not be */
        wait_for_one(t);
    return status;
}

/* Held by this process and by what it started, so that what a killed run left behind is waited for. */
static int lock(const char *folder, struct gg_err *err)
{
    struct gg_arena a = {0};
    const char *path = gg_arena_printf(&a, "%s/lock", folder);
    int fd = open(path, O_RDWR | O_CREAT, 0666);
    if (fd < 0)
        gg_fail_errno(err, "%s: cannot write", path);
    else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        gg_fail(err, GG_SYSTEM,
                "%s: another gg-learncurve, or a training that one left behind, is at work here", folder);
        close(fd);
        fd = -1;
    }
    gg_arena_free(&a);
    return fd;
}

int gg_sweep_run(const struct gg_sweep *s, const struct gg_sweep_run *r, struct gg_err *err)
{
    struct state t = {.s = s, .r = r, .n = gg_sweep_pieces(s)};
    int fd = gg_folder_make(s->folder, err) ? -1 : lock(s->folder, err), status = 0;
    if (fd < 0)
        return -1;
    t.piece = gg_xalloc((size_t)t.n, sizeof *t.piece);
    for (int k = 0; k < t.n; k++) {
        t.piece[k] = gg_piece_make(s, k);
        status = status ? status : gg_piece_prepare(s, &t.piece[k], err);
        t.n_done += gg_piece_done(&t.piece[k]);
    }
    if (status == 0) {
        catch_signals();
        status = run_all(&t, err);
    }
    for (int k = 0; k < t.n; k++)
        gg_piece_free(&t.piece[k]);
    free(t.piece);
    close(fd);
    if (status == 0 && t.first.status) {
        *err = t.first;
        status = -1;
    } else if (status == 0 && stop_wanted && t.n_done < t.n) {
        status =
            gg_fail(err, GG_STOPPED, "stopped with %d of %d done; the same command goes on", t.n_done, t.n);
    }
    return status;
}
