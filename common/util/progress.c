/* progress.c -- one line on a terminal that says how far, how fast, how long still */
#include "util/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

double gg_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void gg_progress_start(struct gg_progress *p, const char *program, const char *unit, int64_t total,
                       enum gg_progress_mode mode)
{
    bool on = mode == GG_PROGRESS_ALWAYS || (mode == GG_PROGRESS_AUTO && isatty(STDERR_FILENO));
    *p = (struct gg_progress){
        .on = on, .program = program, .unit = unit, .total = total, .started = gg_seconds()};
}

/* "4 s", "2 min 05 s", "3 h 07 min" */
static void print_duration(char text[32], double seconds)
{
    long s = seconds < 1e8 ? (long)(seconds + 0.5) : 100000000;
    if (s < 60)
        snprintf(text, 32, "%ld s", s);
    else if (s < 3600)
        snprintf(text, 32, "%ld min %02ld s", s / 60, s % 60);
    else
        snprintf(text, 32, "%ld h %02ld min", s / 3600, s % 3600 / 60);
}

void gg_progress_at(struct gg_progress *p, int64_t done, const char *note)
{
    double now = gg_seconds(), spent = now - p->started;
    bool last = p->total > 0 && done >= p->total;
    if (!p->on || (now - p->drawn < 0.1 && !last))
        return;
    p->drawn = now;
    double rate = spent > 0 ? (double)done / spent : 0;
    fprintf(stderr, "\r\033[K%s: %s %lld", p->program, p->unit, (long long)done);
    if (p->total > 0)
        fprintf(stderr, "/%lld", (long long)p->total);
    if (rate > 0)
        fprintf(stderr, "  %.3g/s", rate);
    if (rate > 0 && p->total > 0) {
        char left[32];
        print_duration(left, (double)(p->total - done) / rate);
        fprintf(stderr, "  %s left", left);
    }
    if (note != NULL)
        fprintf(stderr, "  %s", note);
    fflush(stderr);
}

void gg_progress_clear(struct gg_progress *p)
{
    if (p->on && p->drawn > 0) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
