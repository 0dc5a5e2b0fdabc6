/* table.c -- a network as a table, a layer a line */
#include "model/table.h"
#include "model/learner.h"
#include "model/pass.h"
#include "util/file.h"
#include "util/text_stream.h"
#include "util/tsv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Costs are of a graph of so many particles: what does not grow with it is small beside the rest. */
enum { PARTICLES = 4096 };

static size_t print_shape(char *to, size_t room, const struct gg_shape *s)
{
    char irreps[GG_IRREPS_TEXT], axis[64];
    gg_irreps_print(&s->irreps, irreps);
    gg_axis_print(s->axis, axis);
    bool plain = s->axis == GG_ON_NODE;
    return (size_t)snprintf(to, room, "%s%s%s", plain ? "" : axis, plain ? "" : ":", irreps);
}

static void add_inputs(struct gg_tsv *t, const struct gg_layer *l)
{
    char text[1024] = "-";
    size_t n = 0;
    for (int k = 0; k < l->n_in && n < sizeof text; k++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s", k ? ", " : "");
        if (n < sizeof text)
            n += print_shape(text + n, sizeof text - n, &l->in[k]);
    }
    gg_tsv_add(t, "%s", text);
}

static void add_cost(struct gg_tsv *t, const struct gg_cost *c)
{
    gg_tsv_add(t, "%.4g", c->flops_forward / PARTICLES / 1e3);
    gg_tsv_add(t, "%.4g", c->flops_backward / PARTICLES / 1e3);
    gg_tsv_add(t, "%.4g", c->bytes / PARTICLES / 1e3);
}

/* Of all its rounds, a shared layer has its parameters in the first. */
static void add_op(struct gg_tsv *t, const struct gg_model *m, int k, const struct gg_graph *g, int64_t *end,
                   struct gg_cost *sum)
{
    char out[GG_IRREPS_TEXT + 64];
    const struct gg_op *op = &m->op[k];
    struct gg_cost c = gg_op_cost(m, k, g);
    print_shape(out, sizeof out, &m->value[op->out]);
    gg_tsv_add(t, "%s", op->name);
    add_inputs(t, &op->layer);
    gg_tsv_add(t, "%s", out);
    if (op->weight < *end && op->layer.n_weight)
        gg_tsv_add(t, "shared");
    else
        gg_tsv_add(t, "%lld", (long long)op->layer.n_weight);
    *end = op->weight + op->layer.n_weight > *end ? op->weight + op->layer.n_weight : *end;
    add_cost(t, &c);
    sum->flops_forward += c.flops_forward;
    sum->flops_backward += c.flops_backward;
    sum->bytes += c.bytes;
}

/* What a head is called in the table: layers it is made of have the name of the target in theirs. */
static void add_rows(struct gg_tsv *t, const struct gg_model *m)
{
    static const char *const head[] = {"layer",          "in",      "out", "parameters", "kflop_forward",
                                       "kflop_backward", "kB_moved"};
    struct gg_cost sum = {0};
    int64_t end = 0;
    for (size_t k = 0; k < sizeof head / sizeof *head; k++)
        gg_tsv_head(t, head[k]);
    for (int k = 0; k < m->n_op; k++) {
        double mean = m->geometry[m->op[k].geometry].mean_neighbours;
        const struct gg_graph g = {.n_node = PARTICLES,
                                   .n_edge = llround(PARTICLES * mean),
                                   .n_type = m->n_species,
                                   .n_time = m->n_time};
        add_op(t, m, k, &g, &end, &sum);
    }
    gg_tsv_add(t, "total");
    gg_tsv_add(t, "-");
    gg_tsv_add(t, "-");
    gg_tsv_add(t, "%lld", (long long)m->n_weight);
    add_cost(t, &sum);
}

/* What goes in and comes out, above the layers. */
static char *about(const struct gg_model *m)
{
    char *text = NULL;
    size_t n;
    FILE *to = gg_text_open(&text, &n);
    fprintf(to, "species     %d\n", m->n_species);
    for (int k = 0; k < m->n_geometry; k++)
        fprintf(to, "geometry    %s, cutoff %g, %.4g edges a particle\n", m->geometry[k].positions,
                m->geometry[k].cutoff, m->geometry[k].mean_neighbours);
    for (int k = 0; k < m->n_input; k++) {
        char irreps[GG_IRREPS_TEXT];
        gg_irreps_print(&m->input[k].irreps, irreps);
        fprintf(to, "input       %s%s%s\n", m->input[k].field, m->input[k].irreps.n ? " " : "", irreps);
    }
    for (int h = 0; h < m->n_head; h++)
        fprintf(to, "target      %s, %d times\n", m->head[h].target.name, m->head[h].target.n_time);
    fclose(to);
    return text;
}

static int write_table(const struct gg_model *m, struct gg_sink *to, struct gg_err *err)
{
    struct gg_tsv t = {0};
    add_rows(&t, m);
    char *head = about(m);
    int status = gg_sink_write(to, head, strlen(head), err) || gg_tsv_align(&t, 0, to, err) ? -1 : 0;
    free(head);
    gg_tsv_free(&t);
    return status ? -1 : gg_sink_commit(to, err);
}

int gg_model_table(const char *model, const char *output, struct gg_err *err)
{
    struct gg_model m = {0};
    struct gg_sink to;
    int status = gg_model_load(&m, model, NULL, err);
    if (!status && !m.learner->layers)
        status = gg_fail(err, GG_USAGE, "%s: a model that is fitted has no layers", model);
    if (!status && !(status = gg_sink_open(&to, output, err))) {
        status = write_table(&m, &to, err);
        gg_sink_discard(&to);
    }
    gg_model_free(&m);
    return status;
}
