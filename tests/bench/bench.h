/* bench.h -- what the parts of the bench share: rows of the table, clocks, the roof of this moment, child processes */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>

/* ---- the table ---- */

/* A row is begun, gets its cells and is ended; the heading is printed anew where the names of cells change.  l_max, channels: -1
 * leaves the place empty.  NAN stands for a value that does not exist.  With --tsv each cell is a line:
 * part, what, l_max, channels, quantity, unit, value. */
void bench_row(const char *what, int l_max, int channels);
void bench_cell(const char *name, const char *unit, double value);
void bench_end(void);
/* A remark under the rows (a comment with --tsv). */
void bench_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- clocks and roofs ---- */

double bench_cpu(void);  /* processor time of the process, s: other users of the machine do not count */
double bench_wall(void); /* s */
/* GFLOP/s of independent multiply-adds of floats in registers here and now, by processor time: the peak that shares are of.  Called
 * between the runs of what is measured, the best counts.  NAN where it is not known (AVX2 and AVX-512 have it). */
double bench_fma(void);
/* Goals are for a core of this peak (Zen 4), and scaled to the one at hand; as they are where its peak is not known. */
double bench_goal_scale(double fma);
double bench_median(double *x, int n); /* sorts */
extern volatile double bench_keep;     /* results go here, so that no compiler leaves the work out */

/* ---- threads ---- */

/* Processor time, s: of the first thread outside of parallel regions, of all threads inside, and how many regions there were. */
struct bench_phases {
    double outside, inside, regions;
};
void bench_phases_begin(void);
struct bench_phases bench_phases_end(void);
/* How much faster n threads are than `one` second of one, by Amdahl's law: regions, of which there is the processor time of two threads, are
 * cut evenly, and the threads meet at the end of each in BENCH_MEETING log2 n seconds.  NAN where no region was seen. */
#define BENCH_MEETING 2e-6
double bench_amdahl(double one, struct bench_phases two, int n);

/* ---- children ---- */

/* Numbers that a child process found: memory, and anything that must not see what this process has done before, is measured in one. */
struct bench_found {
    int n;
    struct {
        char name[24];
        double value;
    } v[32];
};
double bench_get(const struct bench_found *f, const char *name); /* NAN if it is not there */
/* Runs this program as a child, which calls bench_child_main with the words, up to a NULL.  False if it failed. */
bool bench_child(struct bench_found *f, ...);
void bench_put(const char *name, double value); /* in the child */
double bench_peak(void);                        /* MB: the most this process has held */
/* Runs a program of the suite with its output thrown away, from a process that holds next to nothing; finds "wall", "cpu" (s) and
 * "peak" (MB). Up to a NULL. */
bool bench_program(struct bench_found *f, ...);

/* The same for a command that says lines "NAME VALUE" itself, which are what is found. */
bool bench_command(struct bench_found *f, ...);
/* A file of the build folder; good for the next few calls. */
const char *bench_path(const char *name);

/* A folder for large files, removed at the end. */
const char *bench_folder(void);
const char *bench_models(void); /* folder of the YAML files */
const char *bench_data(void);   /* file with configurations of 4096 particles */

/* ---- parts ---- */

void bench_roofs(void);
void bench_conv(void);
void bench_mixing(void);
void bench_layers(void);
void bench_networks(void);
int bench_network_child(int argc, char **argv);
void bench_ranks(void);
void bench_scaling(void);
int bench_replicate_child(int argc, char **argv);
void bench_neighbors(void);
void bench_harmonics(void);
void bench_stream(void);
void bench_fit(void);
void bench_md(void);
void bench_coverage(void);

#endif
