/* example.c -- the mean number of neighbours of each frame of a stream: a program on the library of gg, nothing else
 *
 *   cc -o example example.c $(pkg-config --cflags --libs gg) && ./example FILE.ggs 1.5 */
#include "graph/graph.h"
#include "stream/reader.h"

#include <stdio.h>
#include <stdlib.h>

static int neighbours(const struct gg_frame *f, double cutoff, struct gg_arena *a, struct gg_err *err)
{
    struct gg_cell cell;
    struct gg_edges edges;
    const double *pos = gg_frame_need_double(f, "pos", a, err);
    if (!pos || gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0 ||
        gg_neighbors(&edges, a, &cell, (int64_t)f->n_node, (const double(*)[3])pos, cutoff, false, 0, err))
        return -1;
    printf("%s\t%.4f\n", f->id, (double)edges.n_edge / (double)edges.n_node);
    return 0;
}

int main(int argc, char **argv)
{
    struct gg_reader reader;
    struct gg_frame frame = {0};
    struct gg_arena arena = {0};
    struct gg_err err = {0};
    double cutoff = argc == 3 ? strtod(argv[2], NULL) : 0;
    if (!(cutoff > 0)) {
        fprintf(stderr, "usage: %s FILE.ggs CUTOFF\n", argv[0]);
        return GG_USAGE;
    }
    int event = gg_reader_open(&reader, argv[1], &err);
    if (event == 0)
        while ((event = gg_reader_next(&reader, &frame, &err)) > GG_EVENT_END) {
            if (event == GG_EVENT_FRAME && neighbours(&frame, cutoff, &arena, &err))
                event = gg_reader_prefix(&reader, &frame, &err);
            if (event < 0)
                break;
            gg_arena_reset(&arena);
        }
    gg_reader_close(&reader);
    gg_arena_free(&arena);
    if (event == 0)
        return 0;
    fprintf(stderr, "%s: %s\n", argv[0], err.text);
    return err.status;
}
