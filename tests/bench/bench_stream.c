/* bench_stream.c -- reading a stream with every check, from the page cache; and its checksum alone */
#include "bench.h"
#include "stream/crc32c.h"
#include "stream/reader.h"
#include "stream/writer.h"
#include "util/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { FRAMES = 24, PARTICLES = 100000, TIMES = 10, REPEAT = 7 };

/* Positions, species, a target at ten times: what a training file holds. */
static int write_file(const char *path, struct gg_err *err)
{
    struct gg_frame f = {.n_node = PARTICLES,
                         .dim = 3,
                         .pbc = 7,
                         .cell = {{50, 0, 0}, {0, 50, 0}, {0, 0, 50}}};
    struct gg_arena a = {0};
    struct gg_writer w = {0};
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    const struct gg_meta meta = {0};
    const struct gg_prov prov = {0};
    const uint64_t times[1] = {TIMES};
    double *pos = gg_frame_add(&f, &a, "pos", NULL)->data, *time = gg_frame_add(&f, &a, "time", times)->data;
    gg_frame_add(&f, &a, "type", NULL);
    float *target = gg_frame_add(&f, &a, "propensity", times)->data;
    for (int k = 0; k < TIMES; k++)
        time[k] = k + 1;
    for (int k = 0; k < 3 * PARTICLES; k++)
        pos[k] = 50 * gg_rng_uniform(&r);
    for (int k = 0; k < TIMES * PARTICLES; k++)
        target[k] = (float)gg_rng_uniform(&r);
    int status = gg_writer_open(&w, path, err) || gg_writer_begin(&w, "gg.graph/1", &meta, &prov, err);
    for (int k = 0; k < FRAMES && !status; k++) {
        snprintf(f.id, sizeof f.id, "bench/%d", k);
        status = gg_writer_frame(&w, &f, err);
    }
    status = status || gg_writer_end(&w, &meta, err) || gg_writer_commit(&w, err);
    gg_frame_free(&f);
    gg_arena_free(&a);
    return status ? -1 : 0;
}

/* Bytes read, -1 if refused. */
static double read_file(const char *path, struct gg_err *err)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    int event;
    if (gg_reader_open(&r, path, err))
        return -1;
    while ((event = gg_reader_next(&r, &f, err)) > 0)
        ;
    double bytes = event < 0 ? -1 : (double)r.offset;
    gg_reader_close(&r);
    gg_frame_free(&f);
    return bytes;
}

static void rate_row(const char *what, double rate, double goal)
{
    bench_row(what, -1, -1);
    bench_cell("rate", "GB/s", rate);
    bench_cell("goal", "GB/s", goal);
    bench_end();
}

static void checksum_rows(void)
{
    enum { BYTES = 1 << 25 };
    char *x = gg_xalloc(BYTES, 1);
    double best = 0, table = 0;
    for (int k = 0; k < REPEAT; k++) {
        double start = bench_cpu();
        bench_keep = gg_crc32c(0, x, BYTES);
        double middle = bench_cpu();
        bench_keep = gg_crc32c_table(0, x, BYTES);
        best = fmax(best, 1e-9 * BYTES / (middle - start));
        table = fmax(table, 1e-9 * BYTES / (bench_cpu() - middle));
    }
    rate_row("CRC32C", best, NAN);
    rate_row("CRC32C by table", table, NAN);
    free(x);
}

void bench_stream(void)
{
    char path[512];
    struct gg_err err;
    double rate = 0, fma = NAN;
    snprintf(path, sizeof path, "%s/stream.ggs", bench_folder());
    if (write_file(path, &err)) {
        bench_say("stream: %s", err.text);
        return;
    }
    for (int k = 0; k < REPEAT; k++) {
        fma = fmax(fma, bench_fma());
        double start = bench_cpu(), bytes = read_file(path, &err);
        rate = fmax(rate, 1e-9 * bytes / (bench_cpu() - start));
    }
    rate_row("read with all checks", rate, 2 / bench_goal_scale(fma));
    checksum_rows();
}
