/* bench.c -- how fast the suite is, beside what this processor can do: one table, never a verdict
 *
 *     bench [--tsv] [PART...]       all parts, or those named: roofs conv mixing layers networks ranks scaling neighbors harmonics stream fit md coverage
 *
 * Times depend on the machine and on who else uses it; ratios within one run are the result.  "FMA" is a share of the peak of
 * multiply-adds, measured between the repetitions of the same row. */
#include "bench.h"
#include "util/threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct part {
    const char *name;
    void (*run)(void);
} parts[] = {{"roofs", bench_roofs},
             {"conv", bench_conv},
             {"mixing", bench_mixing},
             {"layers", bench_layers},
             {"networks", bench_networks},
             {"ranks", bench_ranks},
             {"scaling", bench_scaling},
             {"neighbors", bench_neighbors},
             {"harmonics", bench_harmonics},
             {"stream", bench_stream},
             {"fit", bench_fit},
             {"md", bench_md},
             {"coverage", bench_coverage}};
enum { PARTS = sizeof parts / sizeof *parts };

void bench_begin_part(const char *name);
extern bool bench_tsv;
int bench_program_child(int argc, char **argv);
void bench_remove_folder(void);

static int child(int argc, char **argv)
{
    if (argc > 0 && !strcmp(argv[0], "network"))
        return bench_network_child(argc - 1, argv + 1);
    if (argc > 0 && !strcmp(argv[0], "replicate"))
        return bench_replicate_child(argc - 1, argv + 1);
    return argc > 1 && !strcmp(argv[0], "program") ? bench_program_child(argc - 1, argv + 1) : 2;
}

static bool wanted(const char *name, int argc, char **argv)
{
    int n_named = 0;
    for (int k = 1; k < argc; k++) {
        n_named += argv[k][0] != '-';
        if (!strcmp(argv[k], name))
            return true;
    }
    return n_named == 0;
}

static int usage(const char *word)
{
    fprintf(stderr, "bench: no part '%s'; usage: bench [--tsv] [PART...], parts:", word);
    for (int p = 0; p < PARTS; p++)
        fprintf(stderr, " %s", parts[p].name);
    fputc('\n', stderr);
    return 2;
}

static bool is_part(const char *word)
{
    for (int p = 0; p < PARTS; p++)
        if (!strcmp(word, parts[p].name))
            return true;
    return false;
}

int main(int argc, char **argv)
{
    struct gg_err err;
    if (argc > 2 && !strcmp(argv[1], "--child"))
        return child(argc - 2, argv + 2);
    for (int k = 1; k < argc; k++)
        if (!strcmp(argv[k], "--tsv"))
            bench_tsv = true;
        else if (!is_part(argv[k]))
            return usage(argv[k]);
    if (gg_threads_init(1, &err) < 0) {
        fprintf(stderr, "bench: %s\n", err.text);
        return err.status;
    }
    for (int p = 0; p < PARTS; p++)
        if (wanted(parts[p].name, argc, argv)) {
            bench_begin_part(parts[p].name);
            parts[p].run();
        }
    bench_remove_folder();
    return 0;
}
