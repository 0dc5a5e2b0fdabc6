/* target_kinds.c -- the rows of targets: particles, edges of the frame, the configuration itself */
#include "model/sample.h"

#include <string.h>

static int64_t nodes(const struct gg_sample *s)
{
    return s->n_node;
}

static int64_t node_of_row(const struct gg_batch *b, int64_t row)
{
    return b->order[row];
}

static int species(const struct gg_sample *s, int64_t row)
{
    return s->type[row];
}

static const struct gg_target_kind gg_target_node = {.name = "node",
                                                     .about =
                                                         "a row for each particle; a group for each species",
                                                     .axis = GG_ON_NODE,
                                                     .field_axis = GG_NODE,
                                                     .species = true,
                                                     .places = true,
                                                     .rows = nodes,
                                                     .from = node_of_row,
                                                     .group = species};

static int64_t edges(const struct gg_sample *s)
{
    return s->n_edge;
}

static int64_t edge_of_row(const struct gg_batch *b, int64_t row)
{
    return b->edge_order[row];
}

static int one_group(const struct gg_sample *s, int64_t row)
{
    (void)s;
    (void)row;
    return 0;
}

static const struct gg_target_kind gg_target_edge = {.name = "edge",
                                                     .about =
                                                         "a row for each of the frame's edges (edges: frame)",
                                                     .axis = GG_ON_EDGE,
                                                     .field_axis = GG_EDGE,
                                                     .rows = edges,
                                                     .from = edge_of_row,
                                                     .group = one_group};

static int64_t one_row(const struct gg_sample *s)
{
    (void)s;
    return 1;
}

static int64_t same_row(const struct gg_batch *b, int64_t row)
{
    (void)b;
    return row;
}

static const struct gg_target_kind gg_target_graph = {
    .name = "graph",
    .about = "one row: a number, or numbers, of the configuration",
    .axis = GG_ON_GRAPH,
    .field_axis = GG_FREE,
    .rows = one_row,
    .from = same_row,
    .group = one_group};

static const struct gg_target_kind gg_target_view = {
    .name = "view",
    .about = "a row for each particle that a view of the training makes; one group, for the species may be "
             "what is asked",
    .axis = GG_ON_NODE,
    .field_axis = GG_NO_FIELD,
    .places = true,
    .rows = nodes,
    .from = node_of_row,
    .group = one_group};

#define TARGET(name) &gg_target_##name,
const struct gg_target_kind *const gg_target_kinds[] = {
#include "model/targets.def"
    NULL};
#undef TARGET

const struct gg_target_kind *gg_target_kind_find(const char *name)
{
    for (const struct gg_target_kind *const *k = gg_target_kinds; *k; k++)
        if (!strcmp((*k)->name, name))
            return *k;
    return NULL;
}
