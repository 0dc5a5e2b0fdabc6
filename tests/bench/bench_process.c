/* bench_process.c -- clocks, the roof of the moment, and measurements in processes of their own */
#include "bench.h"
#include "util/arena.h"
#include "util/progress.h"

#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
volatile double bench_keep;
int bench_program_child(int argc, char **argv);
void bench_remove_folder(void);

enum { WORDS = 40, PATH = 1024 };

/* ---- clocks and roof ---- */

double bench_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_wall(void)
{
    return gg_seconds();
}

double bench_goal_scale(double fma)
{
    return fma > 0 ? 110 / fma : 1;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *x, int n)
{
    qsort(x, (size_t)n, sizeof *x, by_size);
    return x[n / 2];
}

/* ---- children ---- */

double bench_get(const struct bench_found *f, const char *name)
{
    for (int k = 0; k < f->n; k++)
        if (!strcmp(f->v[k].name, name))
            return f->v[k].value;
    return NAN;
}

void bench_put(const char *name, double value)
{
    printf("%s %.9g\n", name, value);
}

double bench_peak(void)
{
    char line[256];
    double kb = NAN;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "VmHWM:", 6))
            kb = atof(line + 6);
    if (f)
        fclose(f);
    return kb * 1024e-6;
}

static pid_t start(char **argv, int to)
{
    posix_spawn_file_actions_t files;
    pid_t pid = -1;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, to, STDOUT_FILENO);
    if (posix_spawnp(&pid, argv[0], &files, NULL, argv, environ))
        pid = -1;
    posix_spawn_file_actions_destroy(&files);
    return pid;
}

/* Runs argv and reads its lines "NAME VALUE". */
static bool collect(struct bench_found *f, char **argv)
{
    int pipe_end[2], status = -1;
    *f = (struct bench_found){0};
    if (pipe2(pipe_end, O_CLOEXEC))
        return false;
    pid_t pid = start(argv, pipe_end[1]);
    close(pipe_end[1]);
    FILE *in = fdopen(pipe_end[0], "r");
    while (f->n < 32 && fscanf(in, "%23s %lf", f->v[f->n].name, &f->v[f->n].value) == 2)
        f->n++;
    fclose(in);
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool collect_words(struct bench_found *f, const char *first, va_list args)
{
    char self[] = "/proc/self/exe", flag[] = "--child", *argv[WORDS] = {self, flag};
    int n = 2;
    if (first)
        argv[n++] = (char *)(uintptr_t)first;
    for (char *word; n < WORDS - 1 && (word = va_arg(args, char *));)
        argv[n++] = word;
    return collect(f, argv);
}

bool bench_child(struct bench_found *f, ...)
{
    va_list args;
    va_start(args, f);
    bool ok = collect_words(f, NULL, args);
    va_end(args);
    return ok;
}

bool bench_program(struct bench_found *f, ...)
{
    va_list args;
    va_start(args, f);
    bool ok = collect_words(f, "program", args);
    va_end(args);
    return ok;
}

bool bench_command(struct bench_found *f, ...)
{
    char *words[WORDS] = {0};
    va_list args;
    va_start(args, f);
    for (int n = 0; n < WORDS - 1 && (words[n] = va_arg(args, char *)); n++)
        ;
    va_end(args);
    return collect(f, words);
}

/* The programs lie one folder above this one; others are looked for in PATH. */
static void path_of(char path[PATH], const char *name)
{
    ssize_t n = readlink("/proc/self/exe", path, PATH - 64);
    path[n > 0 ? n : 0] = '\0';
    for (int up = 0; up < 2; up++)
        if (strrchr(path, '/'))
            *strrchr(path, '/') = '\0';
    snprintf(path + strlen(path), 64, "/%.60s", name);
    if (access(path, X_OK))
        snprintf(path, PATH, "%.60s", name);
}

const char *bench_path(const char *name)
{
    enum { TURNS = 4 };
    static char path[TURNS][PATH];
    static int turn;
    turn = (turn + 1) % TURNS;
    path_of(path[turn], name);
    return path[turn];
}

int bench_program_child(int argc, char **argv)
{
    char path[PATH], *words[WORDS] = {path};
    struct rusage use;
    int status = -1, nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    path_of(path, argv[0]);
    for (int k = 1; k < argc && k < WORDS - 1; k++)
        words[k] = argv[k];
    double began = gg_seconds();
    pid_t pid = start(words, nowhere);
    if (pid < 0 || wait4(pid, &status, 0, &use) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
        return 1;
    bench_put("wall", gg_seconds() - began);
    bench_put("cpu", (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
                         1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec));
    bench_put("peak", (double)use.ru_maxrss * 1024e-6);
    return 0;
}

/* ---- files ---- */

static char folder[PATH];

const char *bench_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    if (*folder)
        return folder;
    snprintf(folder, sizeof folder, "%.900s/gg-bench.XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        exit(1);
    }
    return folder;
}

static int gone(const char *path, const struct stat *about, int kind, struct FTW *at)
{
    (void)about;
    (void)kind;
    (void)at;
    return remove(path);
}

void bench_remove_folder(void)
{
    if (*folder)
        nftw(folder, gone, 8, FTW_DEPTH | FTW_PHYS);
}

const char *bench_models(void)
{
    return "examples/models";
}

const char *bench_data(void)
{
    return "examples/data/train.ggs";
}
