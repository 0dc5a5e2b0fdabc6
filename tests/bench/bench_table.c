/* bench_table.c -- the rows of the bench, for people or as lines of tab-separated values */
#include "bench.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 24, WIDTH = 8 };

bool bench_tsv;
void bench_begin_part(const char *name);

static const char *part;
static struct {
    char what[64];
    int l_max, channels, n;
    struct cell {
        const char *name, *unit;
        double value;
    } cell[CELLS];
} row;
static char heading[512]; /* names and units of the last one printed */

void bench_begin_part(const char *name)
{
    if (bench_tsv && !part)
        puts("part\twhat\tl_max\tchannels\tquantity\tunit\tvalue");
    part = name;
    *heading = '\0';
}

void bench_row(const char *what, int l_max, int channels)
{
    snprintf(row.what, sizeof row.what, "%s", what);
    row.l_max = l_max;
    row.channels = channels;
    row.n = 0;
}

void bench_cell(const char *name, const char *unit, double value)
{
    if (row.n < CELLS)
        row.cell[row.n++] = (struct cell){name, unit, value};
}

/* Three digits that say something. */
static void print_value(double x)
{
    if (isnan(x))
        printf(" %*s", WIDTH, "-");
    else
        printf(" %*.*f", WIDTH,
               fabs(x) >= 99.95 || x == 0 ? 0
               : fabs(x) >= 9.995         ? 1
               : fabs(x) >= 0.0995        ? 2
                                          : 4,
               x);
}

static void print_small(int x)
{
    if (x < 0)
        printf(" %3s", "");
    else
        printf(" %3d", x);
}

static void print_heading(void)
{
    printf("\n%-34s %3s %3s", part, "l", "C");
    for (int k = 0; k < row.n; k++)
        printf(" %*s", WIDTH, row.cell[k].name);
    printf("\n%-34s %3s %3s", "", "", "");
    for (int k = 0; k < row.n; k++)
        printf(" %*s", WIDTH, row.cell[k].unit);
    puts("");
}

static void print_text(void)
{
    char now[sizeof heading] = "";
    for (int k = 0; k < row.n; k++) {
        size_t used = strlen(now);
        snprintf(now + used, sizeof now - used, "%s|%s|", row.cell[k].name, row.cell[k].unit);
    }
    if (strcmp(now, heading)) {
        memcpy(heading, now, sizeof heading);
        print_heading();
    }
    printf("%-34s", row.what);
    print_small(row.l_max);
    print_small(row.channels);
    for (int k = 0; k < row.n; k++)
        print_value(row.cell[k].value);
    puts("");
}

static void print_tsv(void)
{
    for (int k = 0; k < row.n; k++)
        if (!isnan(row.cell[k].value))
            printf("%s\t%s\t%d\t%d\t%s\t%s\t%.5g\n", part, row.what, row.l_max, row.channels,
                   row.cell[k].name, row.cell[k].unit, row.cell[k].value);
}

void bench_end(void)
{
    if (bench_tsv)
        print_tsv();
    else
        print_text();
    fflush(stdout);
}

void bench_say(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (bench_tsv)
        printf("# ");
    vprintf(fmt, args);
    putchar('\n');
    va_end(args);
    fflush(stdout);
}
