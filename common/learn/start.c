/* start.c -- training that begins with the parameters of a trained model
 *
 * Standardisations and the mean number of neighbours come along: the parameters are right for numbers that were shifted and
 * scaled, and sums that were divided, as in their own training. */
#include "learn/start.h"
#include "stream/crc32c.h"

#include <string.h>

static bool same_shape(const struct gg_weight *a, const struct gg_weight *b)
{
    bool same = a->ndim == b->ndim;
    for (int d = 0; same && d < a->ndim; d++)
        same = a->shape[d] == b->shape[d];
    return same;
}

/* Name and shape of every piece, in order. */
static int same_pieces(const struct gg_model *m, const struct gg_model *from, struct gg_err *err)
{
    struct gg_weight mine, other;
    char name[GG_NAME], its_name[GG_NAME];
    for (int64_t k = 0;; k++) {
        bool more = gg_model_weight(m, k, name, &mine), its_more = gg_model_weight(from, k, its_name, &other);
        if (!more && !its_more)
            return 0;
        if (!more || !its_more || strcmp(name, its_name))
            return gg_fail(err, GG_INPUT, "its layers differ: '%s' where this model has '%s'",
                           its_more ? its_name : "nothing", more ? name : "nothing");
        if (!same_shape(&mine, &other))
            return gg_fail(err, GG_INPUT, "'%s' has another shape in this model", name);
    }
}

static int same_inputs(const struct gg_model *m, const struct gg_model *from, struct gg_err *err)
{
    if (m->n_input != from->n_input || m->n_column != from->n_column || m->type_number != from->type_number ||
        strcmp(m->positions, from->positions) || m->cutoff != from->cutoff || m->self != from->self)
        return gg_fail(err, GG_INPUT, "its inputs, positions or cutoff are not those of this model");
    for (int k = 0; k < m->n_input; k++) {
        const struct gg_input *mine = &m->input[k], *its = &from->input[k];
        if (strcmp(mine->field, its->field))
            return gg_fail(err, GG_INPUT, "it reads '%s' where this model reads '%s'", its->field,
                           mine->field);
        if (!gg_irreps_equal(&mine->irreps, &its->irreps) ||
            strcmp(mine->columns ? mine->columns : "", its->columns ? its->columns : ""))
            return gg_fail(err, GG_INPUT, "it was trained on other columns of '%s'", its->field);
    }
    return 0;
}

static int same_targets(const struct gg_model *m, const struct gg_model *from, struct gg_err *err)
{
    if (m->n_species != from->n_species || m->n_head != from->n_head)
        return gg_fail(err, GG_INPUT, "it has %d species and %d heads, this model %d and %d", from->n_species,
                       from->n_head, m->n_species, m->n_head);
    if (m->n_time != from->n_time || memcmp(m->time, from->time, (size_t)m->n_time * sizeof *m->time))
        return gg_fail(err, GG_INPUT, "its times are not those of the training data");
    for (int h = 0; h < m->n_head; h++)
        if (strcmp(m->head[h].target, from->head[h].target))
            return gg_fail(err, GG_INPUT, "it predicts '%s' where this model has '%s'", from->head[h].target,
                           m->head[h].target);
    return 0;
}

static void take(struct gg_model *m, const struct gg_model *from)
{
    size_t n_target = (size_t)(m->n_species * m->n_time);
    memcpy(m->w, from->w, (size_t)m->n_weight * sizeof *m->w);
    memcpy(m->mean, from->mean, (size_t)m->n_column * sizeof *m->mean);
    memcpy(m->scale, from->scale, (size_t)m->n_column * sizeof *m->scale);
    for (int h = 0; h < m->n_head; h++) {
        memcpy(m->head[h].mean, from->head[h].mean, n_target * sizeof *m->head[h].mean);
        memcpy(m->head[h].scale, from->head[h].scale, n_target * sizeof *m->head[h].scale);
    }
}

static int load(struct gg_model *from, const char *path, struct gg_err *err)
{
    return gg_model_load(from, path, NULL, err) ? gg_err_prefix(err, "train.from: ") : 0;
}

int gg_model_start_facts(const char *path, struct gg_data_facts *facts, struct gg_err *err)
{
    struct gg_model from = {0};
    int status = load(&from, path, err);
    facts->mean_neighbours = status ? 0 : from.mean_neighbours;
    gg_model_free(&from);
    return status;
}

int gg_model_start_from(struct gg_model *m, const char *path, uint32_t *digest, struct gg_err *err)
{
    struct gg_model from = {0};
    int status = load(&from, path, err);
    if (status == 0) {
        status = from.fit ? gg_fail(err, GG_INPUT, "a fitted model has no parameters to start from")
                 : same_inputs(m, &from, err) || same_targets(m, &from, err) || same_pieces(m, &from, err)
                     ? -1
                     : 0;
        if (status)
            gg_err_prefix(err, "train.from: %s: ", path);
    }
    if (status == 0) {
        take(m, &from);
        *digest = gg_crc32c(*digest, m->w, (size_t)m->n_weight * sizeof *m->w);
    }
    gg_model_free(&from);
    return status;
}
