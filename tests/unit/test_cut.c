/* test_cut.c -- frames cut to some of their nodes and fields, against an edge list; ranges, species, shares, sets, boxes */
#include "stream/boxes.h"
#include "stream/choose.h"
#include "stream/cut.h"
#include "stream/held.h"
#include "util/cell.h"
#include "stream/run_end.h"
#include "util/rng.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct gg_err err;

enum { MOST_NODES = 12, MOST_EDGES = 200 };

/* A graph as a plain list; every edge has a label of its own. */
struct edges {
    int n, from[MOST_EDGES], to[MOST_EDGES], label[MOST_EDGES];
};

/* Random edges in CSR order into edge_ptr, edge_nbr and edge_label of this ending. */
static void add_graph(struct gg_frame *f, struct gg_arena *a, struct gg_rng *r, const char *ending,
                      struct edges *list)
{
    char name[32];
    int n = (int)f->n_node;
    list->n = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            if (gg_rng_below(r, 3) == 0) {
                list->from[list->n] = i;
                list->to[list->n] = j;
                list->label[list->n] = list->n;
                list->n++;
            }
    bool main_graph = *ending == '\0';
    if (main_graph)
        f->n_edge = (uint64_t)list->n;
    int axis_ptr = GG_NODE1, axis_edge[2] = {main_graph ? GG_EDGE : GG_FREE, GG_FREE};
    uint64_t n_ptr = f->n_node + 1, shape[2] = {(uint64_t)list->n, 2};
    snprintf(name, sizeof name, "edge_ptr%s", ending);
    int64_t *ptr = gg_frame_add_as(f, a, name, GG_I64, 1, &n_ptr, &axis_ptr, 1, "", "", &err)->data;
    snprintf(name, sizeof name, "edge_nbr%s", ending);
    int32_t *nbr = gg_frame_add_as(f, a, name, GG_I32, 1, shape, axis_edge, 1, "", "", &err)->data;
    snprintf(name, sizeof name, "edge_label%s", ending);
    int16_t(*label)[2] = gg_frame_add_as(f, a, name, GG_I16, 2, shape, axis_edge, 1, "", "", &err)->data;
    for (int e = 0; e < list->n; e++) {
        ptr[list->from[e] + 1] = e + 1;
        nbr[e] = list->to[e];
        label[e][0] = label[e][1] = (int16_t)list->label[e];
    }
    for (int i = 0; i < n; i++)
        if (ptr[i + 1] < ptr[i])
            ptr[i + 1] = ptr[i];
}

/* The frame's graph is the list without the edges that lost an end, in the same order. */
static void same_graph(const struct gg_frame *f, const char *ending, const struct edges *list,
                       const bool *keep)
{
    char name[32];
    snprintf(name, sizeof name, "edge_ptr%s", ending);
    const int64_t *ptr = gg_frame_find(f, name)->data;
    snprintf(name, sizeof name, "edge_nbr%s", ending);
    const int32_t *nbr = gg_frame_find(f, name)->data;
    snprintf(name, sizeof name, "edge_label%s", ending);
    const int16_t(*label)[2] = gg_frame_find(f, name)->data;
    int new_of[MOST_NODES], n = 0, e = 0;
    for (int i = 0; i < MOST_NODES; i++)
        new_of[i] = keep[i] ? n++ : -1;
    for (int k = 0; k < list->n; k++) {
        if (!keep[list->from[k]] || !keep[list->to[k]])
            continue;
        int i = new_of[list->from[k]];
        assert_true(ptr[i] <= e && e < ptr[i + 1]);
        assert_int_equal(nbr[e], new_of[list->to[k]]);
        assert_int_equal(label[e][0], list->label[k]);
        assert_int_equal(label[e][1], list->label[k]);
        e++;
    }
    assert_int_equal(ptr[f->n_node], e);
}

/* Two fields whose numbers say where they stood: [replica, node, 3] and [node, node]. */
static void add_fields(struct gg_frame *f, struct gg_arena *a)
{
    const uint64_t runs[3] = {2, f->n_node, 3}, pairs[2] = {f->n_node, f->n_node};
    const int run_axes[3] = {GG_REPLICA, GG_NODE, GG_FREE}, pair_axes[2] = {GG_NODE, GG_NODE};
    float *x = gg_frame_add_as(f, a, "runs", GG_F32, 3, runs, run_axes, 0, "1x1o", "sigma", &err)->data;
    int32_t *y = gg_frame_add_as(f, a, "pairs", GG_I32, 2, pairs, pair_axes, 0, "", "", &err)->data;
    for (uint64_t k = 0; k < 6 * f->n_node; k++)
        x[k] = (float)k;
    for (uint64_t k = 0; k < f->n_node * f->n_node; k++)
        y[k] = (int32_t)k;
}

static void same_fields(const struct gg_frame *f, const bool *keep)
{
    const float *x = gg_frame_find(f, "runs")->data;
    const int32_t *y = gg_frame_find(f, "pairs")->data;
    assert_int_equal(gg_frame_find(f, "runs")->nbytes, 6 * f->n_node * sizeof *x);
    for (int replica = 0; replica < 2; replica++)
        for (int i = 0; i < MOST_NODES; i++)
            for (int c = 0; c < 3 && keep[i]; c++)
                assert_true(*x++ == (float)((replica * MOST_NODES + i) * 3 + c));
    for (int i = 0; i < MOST_NODES; i++)
        for (int j = 0; j < MOST_NODES; j++)
            if (keep[i] && keep[j])
                assert_int_equal(*y++, i * MOST_NODES + j);
}

static void cut_against_edge_list(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(1, 0, 0, 0);
    struct gg_arena a = {0};
    for (int trial = 0; trial < 60; trial++) {
        struct gg_frame f = {.n_node = MOST_NODES, .dim = 3};
        struct edges first, second;
        bool keep[MOST_NODES];
        for (int i = 0; i < MOST_NODES; i++)
            keep[i] = trial > 1 ? gg_rng_below(&r, 2) == 1 : trial == 1; /* none; all; some */
        add_graph(&f, &a, &r, "", &first);
        add_graph(&f, &a, &r, "_inherent", &second);
        add_fields(&f, &a);
        assert_int_equal(gg_frame_cut(&f, keep, &a, &err), 0);
        same_graph(&f, "", &first, keep);
        same_graph(&f, "_inherent", &second, keep);
        same_fields(&f, keep);
        assert_int_equal(gg_frame_check(&f, &err), 0);
        gg_frame_free(&f);
        gg_arena_reset(&a);
    }
    gg_arena_free(&a);
}

static void what_cannot_be_cut(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.n_node = 3, .n_edge = 2, .dim = 3};
    const bool keep[3] = {true, false, true};
    const uint64_t two = 2, four = 4;
    const int edge = GG_EDGE, node1 = GG_NODE1;
    gg_frame_add_as(&f, &a, "edge_length", GG_F32, 1, &two, &edge, 0, "0e", "", &err);
    assert_int_equal(gg_frame_cut(&f, keep, &a, &err), -1);
    assert_string_equal(err.text, "field 'edge_length' without 'edge_ptr': cannot tell which edges remain");
    gg_frame_remove(&f, "edge_length");
    gg_frame_add_as(&f, &a, "offsets", GG_I64, 1, &four, &node1, 0, "", "", &err);
    assert_int_equal(gg_frame_cut(&f, keep, &a, &err), -1);
    assert_string_equal(err.text, "field 'offsets': a node+1 axis, but no edge_ptr: cannot be cut");
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static struct gg_texts texts(const char **v, int n)
{
    return (struct gg_texts){n, v};
}

static void fields_by_name(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.n_node = 2, .dim = 3};
    for (int k = 0; k < 4; k++)
        gg_frame_add(&f, &a, (const char *[]){"pos", "type", "energy", "pos_cage"}[k], NULL);
    struct gg_texts words = texts((const char *[]){"pos*,none*"}, 1);
    struct gg_frame g = {0};
    gg_frame_copy(&g, &f, &a);
    assert_int_equal(gg_frame_keep_fields(&g, &words, &err), 0);
    assert_int_equal(g.n_field, 2);
    assert_non_null(gg_frame_find(&g, "pos_cage"));
    gg_frame_copy(&g, &f, &a);
    assert_int_equal(gg_frame_drop_fields(&g, &words, &err), 0);
    assert_int_equal(g.n_field, 2);
    assert_non_null(gg_frame_find(&g, "energy"));
    words = texts((const char *[]){"energi"}, 1);
    assert_int_equal(gg_frame_drop_fields(&g, &words, &err), -1);
    assert_string_equal(err.text, "--drop: no field 'energi' (did you mean energy?)");
    words = texts((const char *[]){"energy=energy_inherent", "type=kind"}, 2);
    assert_int_equal(gg_frame_rename_fields(&g, &words, &err), 0);
    assert_non_null(gg_frame_find(&g, "kind"));
    assert_non_null(gg_frame_find(&g, "energy_inherent"));
    words = texts((const char *[]){"kind=energy"}, 1); /* i32, energy is f32 */
    assert_int_equal(gg_frame_rename_fields(&g, &words, &err), -1);
    words = texts((const char *[]){"energy_inherent=energy"}, 1); /* the name was taken by the refused one */
    assert_int_equal(gg_frame_rename_fields(&g, &words, &err), -1);
    for (int k = 0; k < 3; k++) {
        words = texts((const char *[][1]){{"=x"}, {"x"}, {"x="}}[k], 1);
        assert_int_equal(gg_frame_rename_fields(&g, &words, &err), -1);
        assert_int_equal(err.status, GG_USAGE);
    }
    gg_frame_free(&f);
    gg_frame_free(&g);
    gg_arena_free(&a);
}

static void ranges(void **state)
{
    (void)state;
    struct gg_range r;
    const struct {
        const char *text;
        int64_t first, last;
    } good[] = {{"5:10", 5, 10},     {":3", 0, 3},         {"7:", 7, INT64_MAX}, {"4", 4, 5},
                {":", 0, INT64_MAX}, {NULL, 0, INT64_MAX}, {"3:3", 3, 3}};
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        assert_int_equal(gg_range_parse(&r, good[k].text, "--frames", &err), 0);
        assert_true(r.first == good[k].first && r.last == good[k].last);
    }
    const char *bad[] = {"a", "1:b", "-1:2", "1:2:3", "5:3", "99999999999999999999:", "1-2", " 1"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        assert_int_equal(gg_range_parse(&r, bad[k], "--frames", &err), -1);
        assert_int_equal(err.status, GG_USAGE);
    }
}

static void species(void **state)
{
    (void)state;
    struct gg_species_set s;
    struct gg_texts words = texts((const char *[]){"A,C", "5"}, 2);
    assert_int_equal(gg_species_set_parse(&s, &words, "--species", &err), 0);
    assert_true(s.has[0] && !s.has[1] && s.has[2] && s.has[5]);
    const char *bad[] = {"a", "AB", "64", "-1", "1x", "A,,B"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        words = texts(&bad[k], 1);
        assert_int_equal(gg_species_set_parse(&s, &words, "--species", &err), -1);
    }
}

static void shares_of(int64_t n, const char *text, int64_t a, int64_t b, int64_t c)
{
    double share[3];
    int64_t count[3];
    assert_int_equal(gg_shares_parse(share, text, "--split", &err), 0);
    gg_share_out(n, share, count);
    assert_true(count[0] == a && count[1] == b && count[2] == c);
}

static void shares(void **state)
{
    (void)state;
    shares_of(10, "8:1:1", 8, 1, 1);
    shares_of(6, "8:1:1", 4, 1, 1);
    shares_of(100, "0.8:0.1:0.1", 80, 10, 10);
    shares_of(5, "1:0:1", 3, 0, 2);
    shares_of(1, "8:1:1", 1, 0, 0);
    shares_of(0, "8:1:1", 0, 0, 0);
    shares_of(3, "1e9:1:1", 1, 1, 1);
    double share[3];
    const char *bad[] = {"8:1", "8:1:1:1", "a:b:c", "0:0:0", "-1:1:1", "nan:1:1", "8:1:1x", "::"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_int_equal(gg_shares_parse(share, bad[k], "--split", &err), -1);
    for (int64_t n = 0; n < 200; n++) {
        int64_t count[3];
        gg_share_out(n, (const double[]){7, 2, 0.5}, count);
        assert_int_equal(count[0] + count[1] + count[2], n);
        assert_true(n < 3 || (count[0] > 0 && count[1] > 0 && count[2] > 0));
    }
}

/* Frames of one id go to the same set; sets follow the order of first appearance. */
static void split_by_configuration(void **state)
{
    (void)state;
    struct gg_held h = {0};
    const char *ids[] = {"a", "b", "a", "c", "b", "d"};
    for (int k = 0; k < 6; k++) {
        struct gg_frame f = {.dim = 3};
        strcpy(f.id, ids[k]);
        gg_held_add(&h, &f);
    }
    assert_int_equal(gg_held_split(&h, (const double[]){2, 1, 1}, &err), 0);
    const int32_t wanted[] = {0, 0, 0, 1, 0, 2};
    for (int k = 0; k < 6; k++)
        assert_int_equal(*(int32_t *)gg_frame_find(&h.frame[k], "split")->data, wanted[k]);
    for (int k = 0; k < 6; k++)
        h.order[k] = 5 - k; /* d b c a b a */
    assert_int_equal(gg_held_split(&h, (const double[]){2, 1, 1}, &err), 0);
    const int32_t reversed[] = {2, 0, 2, 1, 0, 0};
    for (int k = 0; k < 6; k++)
        assert_int_equal(*(int32_t *)gg_frame_find(&h.frame[k], "split")->data, reversed[k]);
    gg_held_free(&h);
}

static void add_edges(struct gg_frame *f, struct gg_arena *a, const int64_t ptr[4], const int32_t nbr[4])
{
    memcpy(gg_frame_add(f, a, "edge_ptr", NULL)->data, ptr, 4 * sizeof *ptr);
    memcpy(gg_frame_add(f, a, "edge_nbr", NULL)->data, nbr, 4 * sizeof *nbr);
}

/* Rows stay in their order, by sender and by shift, whatever the new numbers of the particles are. */
static void reordered_rows(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .n_node = 3, .n_edge = 4};
    add_edges(&f, &a, (const int64_t[]){0, 3, 4, 4}, (const int32_t[]){1, 1, 2, 0});
    int8_t(*shift)[3] = gg_frame_add(&f, &a, "edge_shift", NULL)->data;
    shift[0][0] = -1; /* two edges from one neighbour */
    assert_int_equal(gg_frame_reorder(&f, (const int64_t[]){0, 2, 1}, &a, &err), 0);
    const int64_t *ptr = gg_frame_find(&f, "edge_ptr")->data, wanted_ptr[] = {0, 3, 3, 4};
    const int32_t *nbr = gg_frame_find(&f, "edge_nbr")->data, wanted[] = {1, 2, 2, 0};
    shift = gg_frame_find(&f, "edge_shift")->data;
    assert_memory_equal(ptr, wanted_ptr, sizeof wanted_ptr);
    assert_memory_equal(nbr, wanted, sizeof wanted);
    assert_true(shift[0][0] == 0 && shift[1][0] == -1 && shift[2][0] == 0 && shift[3][0] == 0);
    /* without the senders nobody knows which edges remain */
    gg_frame_remove(&f, "edge_nbr");
    assert_int_equal(gg_frame_reorder(&f, (const int64_t[]){0, 1, 2}, &a, &err), -1);
    assert_string_equal(err.text, "field 'edge_ptr' without 'edge_nbr': cannot tell which edges remain");
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* There are edges as long as a field tells of them. */
static void edges_without_pointers(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .n_node = 3, .n_edge = 4};
    add_edges(&f, &a, (const int64_t[]){0, 3, 4, 4}, (const int32_t[]){1, 1, 2, 0});
    gg_frame_add(&f, &a, "edge_shift", NULL);
    const char *names[] = {"edge_shift", "edge_ptr", "edge_nbr"};
    for (int k = 0; k < 3; k++) {
        struct gg_texts words = texts(&names[k], 1);
        assert_int_equal(gg_frame_drop_fields(&f, &words, &err), 0);
        assert_int_equal(f.n_edge, k < 2 ? 4 : 0);
    }
    struct gg_texts rename = texts((const char *[]){"colour=paint"}, 1);
    assert_int_equal(gg_frame_rename_fields(&f, &rename, &err), -1);
    assert_non_null(strstr(err.text, "'colour'"));
    struct gg_species_set none = {{0}};
    assert_int_equal(gg_frame_cut_species(&f, &none, &a, &err), -1);
    assert_non_null(strstr(err.text, "field 'type' is missing"));
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void ends_of_runs(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .pbc = 7, .n_node = 1};
    const uint64_t shape[] = {2, 1, 3};
    gg_frame_add_as(&f, &a, "pos_replicas", GG_F64, 3, shape, (const int[]){GG_REPLICA, GG_NODE, GG_FREE},
                    GG_STRUCTURE, "1x1o", "sigma", &err);
    assert_int_equal(gg_frame_run_end(&f, 0, &a, &err), -1); /* a cell of no volume */
    assert_non_null(strstr(err.text, "cell"));
    for (int k = 0; k < 3; k++)
        f.cell[k][k] = 4;
    memset(f.id, 'x', GG_ID - 2);
    assert_int_equal(gg_frame_run_end(&f, 1, &a, &err), -1);
    assert_non_null(strstr(err.text, "x/run1' is longer than 95 characters"));
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void columns_follow_their_field(void **state)
{
    (void)state;
    struct gg_meta m = {0};
    gg_meta_add(&m, "columns.node_features", "one two");
    gg_meta_add(&m, "columns.other", "three");
    struct gg_texts words = texts((const char *[]){"x=y,node_features=features"}, 1);
    gg_meta_rename_columns(&m, &words);
    assert_string_equal(gg_meta_get(&m, "columns.features"), "one two");
    assert_null(gg_meta_get(&m, "columns.node_features"));
    assert_non_null(gg_meta_get(&m, "columns.other"));
    gg_meta_clear(&m);
}

/* ---- boxes ---- */

enum { CUT_NODES = 300 };

/* Skewed, periodic along vectors of `pbc`; `number` names the particles. */
static void make_liquid(struct gg_frame *f, struct gg_arena *a, int dim, int pbc, struct gg_rng *r)
{
    const double cell[3][3] = {{9, 0, 0}, {2, 8, 0}, {-1, 1.5, 7}};
    gg_frame_clear(f);
    memcpy(f->cell, cell, sizeof cell);
    f->dim = dim;
    f->pbc = pbc;
    f->n_node = CUT_NODES;
    strcpy(f->id, "liquid/7");
    for (int k = 0; k < 3 && dim == 2; k++)
        f->cell[2][k] = f->cell[k][2] = 0;
    double(*pos)[3] = gg_frame_add(f, a, "pos", NULL)->data;
    int32_t *type = gg_frame_add(f, a, "type", NULL)->data;
    gg_frame_add(f, a, "temperature", NULL);
    gg_frame_add(f, a, "mean_propensity", (const uint64_t[]){2});
    gg_frame_add(f, a, "propensity", (const uint64_t[]){2});
    for (int i = 0; i < CUT_NODES; i++) {
        type[i] = i; /* its name */
        for (int k = 0; k < dim; k++) {
            double s = gg_rng_uniform(r);
            for (int c = 0; c < dim; c++)
                pos[i][c] += s * f->cell[k][c];
        }
    }
}

/* Each particle is of one core; whoever is within the halo of a core's particle is of its piece; nothing else of the frame changes. */
static void check_pieces(const struct gg_frame *whole, int64_t n_box, double halo)
{
    struct gg_cell cell;
    struct gg_boxes b;
    struct gg_frame piece = {0};
    struct gg_arena a = {0};
    int owner[CUT_NODES] = {0}, n_piece = 0;
    const double(*pos)[3] = gg_frame_find(whole, "pos")->data;
    assert_int_equal(gg_cell_init(&cell, whole->dim, whole->pbc, whole->cell, &err), 0);
    assert_int_equal(gg_boxes_begin(&b, whole, n_box, halo, &err), 0);
    for (; b.left > 0; n_piece++) {
        bool there[CUT_NODES] = {false};
        char id[GG_ID];
        assert_int_equal(gg_boxes_next(&b, &piece, &a, &err), 0);
        const uint8_t *core = gg_frame_find(&piece, "core")->data;
        const int32_t *name = gg_frame_find(&piece, "type")->data;
        const double(*at)[3] = gg_frame_find(&piece, "pos")->data;
        if (n_box > 1)
            snprintf(id, sizeof id, "liquid/7/box%d", *(const int32_t *)gg_frame_find(&piece, "box")->data);
        else
            strcpy(id, "liquid/7");
        assert_string_equal(piece.id, id);
        gg_frame_configuration(&piece, id);
        assert_string_equal(id, "liquid/7");
        assert_memory_equal(piece.cell, whole->cell, sizeof piece.cell);
        assert_int_equal(piece.pbc, whole->pbc);
        assert_int_equal(gg_frame_find(&piece, "mean_propensity") == NULL, n_box > 1);
        assert_non_null(gg_frame_find(&piece, "temperature"));
        assert_int_equal(gg_frame_find(&piece, "propensity")->shape[0], piece.n_node);
        for (uint64_t k = 0; k < piece.n_node; k++) {
            there[name[k]] = true;
            owner[name[k]] += core[k];
            assert_memory_equal(at[k], pos[name[k]], sizeof *at);
        }
        for (uint64_t k = 0; k < piece.n_node; k++)
            for (int i = 0; core[k] && i < CUT_NODES; i++) {
                double d[3] = {pos[i][0] - at[k][0], pos[i][1] - at[k][1], pos[i][2] - at[k][2]};
                gg_cell_nearest(&cell, d);
                assert_true(there[i] || d[0] * d[0] + d[1] * d[1] + d[2] * d[2] > halo * halo);
            }
        assert_true(n_box == 1 || piece.n_node < CUT_NODES);
        gg_arena_reset(&a);
    }
    for (int i = 0; i < CUT_NODES; i++)
        assert_int_equal(owner[i], 1);
    assert_int_equal(n_piece, whole->dim == 2 ? n_box * n_box : n_box * n_box * n_box);
    gg_boxes_free(&b);
    gg_frame_free(&piece);
    gg_arena_free(&a);
}

static void boxes(void **state)
{
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_rng r = gg_rng_at(21, 0, 0, 0);
    (void)state;
    for (int pbc = 0; pbc < 8; pbc++)
        for (int n = 1; n <= 3; n++) {
            make_liquid(&f, &a, 3, pbc, &r);
            check_pieces(&f, n, 0.3 * n);
            make_liquid(&f, &a, 2, pbc & 3, &r);
            check_pieces(&f, n, 0.3 * n);
        }
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* A halo from end to end makes each piece the whole frame, with a core of its own; an empty box has no piece. */
static void boxes_at_the_ends(void **state)
{
    struct gg_arena a = {0};
    struct gg_frame f = {0}, piece = {0};
    struct gg_boxes b;
    struct gg_rng r = gg_rng_at(22, 0, 0, 0);
    (void)state;
    make_liquid(&f, &a, 3, 7, &r);
    assert_int_equal(gg_boxes_begin(&b, &f, 2, 20, &err), 0);
    assert_int_equal(gg_boxes_next(&b, &piece, &a, &err), 0);
    assert_int_equal(piece.n_node, CUT_NODES);
    struct gg_boxes again;
    assert_int_equal(gg_boxes_begin(&again, &piece, 2, 1, &err), -1);
    assert_string_equal(err.text, "field 'box': the frame is a piece already: a whole one is wanted");
    gg_boxes_free(&again);
    gg_boxes_free(&b);
    double(*pos)[3] = gg_frame_find(&f, "pos")->data;
    for (int i = 0; i < CUT_NODES; i++)
        for (int c = 0; c < 3; c++)
            pos[i][c] = i % 2 ? 0.1 : 0.6 * (f.cell[0][c] + f.cell[1][c] + f.cell[2][c]);
    assert_int_equal(gg_boxes_begin(&b, &f, 2, 0, &err), 0);
    for (int k = 0; k < 2; k++) {
        assert_int_equal(gg_boxes_next(&b, &piece, &a, &err), 0);
        assert_int_equal(*(const int32_t *)gg_frame_find(&piece, "box")->data, 7 * k);
        assert_int_equal(piece.n_node, CUT_NODES / 2);
    }
    assert_int_equal(b.left, 0);
    gg_boxes_free(&b);
    gg_frame_free(&piece);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_against_edge_list),
        cmocka_unit_test(what_cannot_be_cut),
        cmocka_unit_test(fields_by_name),
        cmocka_unit_test(ranges),
        cmocka_unit_test(species),
        cmocka_unit_test(shares),
        cmocka_unit_test(split_by_configuration),
        cmocka_unit_test(columns_follow_their_field),
        cmocka_unit_test(boxes),
        cmocka_unit_test(boxes_at_the_ends),
        cmocka_unit_test(reordered_rows),
        cmocka_unit_test(edges_without_pointers),
        cmocka_unit_test(ends_of_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
