/* bench_scaling.c -- gg-predict on 4096 to a million particles: time and memory must grow as their number
 * A shipped configuration is repeated along the cell vectors, so every particle has the same neighbours at every size; the whole
 * program is measured: reading with all checks, graph, network, writing. */
#include "bench.h"
#include "stream/reader.h"
#include "stream/writer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- in the child: the first frame of the data, `count` times along each vector ---- */

static int read_first(struct gg_reader *r, struct gg_frame *f, struct gg_err *err)
{
    int event;
    if (gg_reader_open(r, bench_data(), err))
        return -1;
    while ((event = gg_reader_next(r, f, err)) > 0 && event != GG_EVENT_FRAME)
        ;
    return event == GG_EVENT_FRAME ? 0 : -1;
}

static void repeat(struct gg_frame *to, const struct gg_frame *from, const int count[3], struct gg_arena *a)
{
    const double *pos = gg_frame_find(from, "pos")->data;
    const int32_t *type = gg_frame_find(from, "type")->data;
    int64_t n = (int64_t)from->n_node, at = 0;
    *to = (struct gg_frame){.n_node = from->n_node, .dim = 3, .pbc = 7, .id = "repeated"};
    for (int v = 0; v < 3; v++) {
        to->n_node *= (uint64_t)count[v];
        for (int x = 0; x < 3; x++)
            to->cell[v][x] = count[v] * from->cell[v][x];
    }
    double *pos_to = gg_frame_add(to, a, "pos", NULL)->data;
    int32_t *type_to = gg_frame_add(to, a, "type", NULL)->data;
    for (int k = 0; k < count[0] * count[1] * count[2]; k++) {
        const int move[3] = {k % count[0], k / count[0] % count[1], k / count[0] / count[1]};
        for (int64_t i = 0; i < n; i++, at++) {
            type_to[at] = type[i];
            for (int x = 0; x < 3; x++)
                pos_to[3 * at + x] = pos[3 * i + x] + move[0] * from->cell[0][x] +
                                     move[1] * from->cell[1][x] + move[2] * from->cell[2][x];
        }
    }
}

int bench_replicate_child(int argc, char **argv)
{
    struct gg_reader r;
    struct gg_frame one = {0}, all;
    struct gg_arena a = {0};
    struct gg_writer w = {0};
    struct gg_err err;
    const struct gg_meta meta = {0};
    const struct gg_prov prov = {0};
    if (argc < 4 || read_first(&r, &one, &err))
        return 1;
    const int count[3] = {atoi(argv[1]), atoi(argv[2]), atoi(argv[3])};
    repeat(&all, &one, count, &a);
    if (gg_writer_open(&w, argv[0], &err) || gg_writer_begin(&w, "gg.graph/1", &meta, &prov, &err) ||
        gg_writer_frame(&w, &all, &err) || gg_writer_end(&w, &meta, &err) || gg_writer_commit(&w, &err))
        return 1;
    bench_put("particles", (double)all.n_node);
    return 0;
}

/* ---- in the parent ---- */

static const char *const counts[][3] = {{"1", "1", "1"}, {"2", "1", "1"}, {"2", "2", "1"},
                                        {"4", "2", "2"}, {"4", "4", "4"}, {"8", "8", "4"}};
enum { SIZES = sizeof counts / sizeof *counts, REPEAT = 5 };

/* Best of some runs of the program: the small ones are over before a neighbour on the machine notices. */
static bool best_run(struct bench_found *best, int runs, const char *model, const char *frame)
{
    struct bench_found f;
    for (int k = 0; k < runs; k++) {
        if (!bench_program(&f, "gg-predict", "--threads", "1", model, frame, NULL))
            return false;
        if (k == 0 || bench_get(&f, "cpu") < bench_get(best, "cpu"))
            *best = f;
    }
    return true;
}

void bench_scaling(void)
{
    char model[512], frame[512];
    struct bench_found f, made;
    double first_time = NAN, first_memory = NAN, first_n = NAN;
    snprintf(model, sizeof model, "%s/model.ggm", bench_folder());
    snprintf(frame, sizeof frame, "%s/frame.ggs", bench_folder());
    if (!bench_child(&f, "network", "0", bench_data(), model, NULL)) {
        bench_say("no model to predict with: not measured");
        return;
    }
    for (int k = 0; k < SIZES; k++) {
        if (!bench_child(&made, "replicate", frame, counts[k][0], counts[k][1], counts[k][2], NULL) ||
            !best_run(&f, k < 3 ? REPEAT : 1, model, frame)) {
            bench_say("%s x %s x %s times 4096 particles: failed", counts[k][0], counts[k][1], counts[k][2]);
            continue;
        }
        double n = bench_get(&made, "particles"), time = bench_get(&f, "cpu"), memory = bench_get(&f, "peak");
        if (k == 0)
            first_time = time, first_memory = memory, first_n = n;
        bench_row("gg-predict, se3.yaml", -1, -1);
        bench_cell("particles", "", n);
        bench_cell("cpu", "s", time);
        bench_cell("time", "s", bench_get(&f, "wall"));
        bench_cell("each", "us", 1e6 * time / n);
        bench_cell("memory", "MB", memory);
        bench_cell("each", "kB", 1e3 * memory / n);
        bench_cell("time", "x linear", time / first_time * first_n / n);
        bench_cell("memory", "x linear", memory / first_memory * first_n / n);
        bench_end();
        unlink(frame);
    }
}
