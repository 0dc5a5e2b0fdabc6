/* start.c -- training that begins with the parameters of a trained model
 *
 * Standardisations come along: the parameters are right for numbers that were shifted and scaled as in their own training. */
#include "model/model.h"
#include "stream/crc32c.h"

#include <string.h>

static int64_t numbers(const struct gg_weight *w)
{
    int64_t n = 1;
    for (int d = 0; d < w->ndim; d++)
        n *= w->shape[d];
    return n;
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
        if (numbers(&mine) != numbers(&other))
            return gg_fail(err, GG_INPUT, "'%s' has %lld numbers there, %lld in this model", name,
                           (long long)numbers(&other), (long long)numbers(&mine));
    }
}

static int same_data(const struct gg_model *m, const struct gg_model *from, struct gg_err *err)
{
    if (m->n_column != from->n_column || m->n_species != from->n_species || m->n_head != from->n_head)
        return gg_fail(err, GG_INPUT, "it has %d inputs, %d species, %d heads, this model %d, %d, %d",
                       from->n_column, from->n_species, from->n_head, m->n_column, m->n_species, m->n_head);
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

int gg_model_start_from(struct gg_model *m, const char *path, uint32_t *digest, struct gg_err *err)
{
    struct gg_model from = {0};
    if (gg_model_load(&from, path, NULL, err)) {
        gg_model_free(&from);
        return gg_err_prefix(err, "train.from: ");
    }
    int status = from.fit ? gg_fail(err, GG_INPUT, "a fitted model has no parameters to start from")
                 : same_pieces(m, &from, err) || same_data(m, &from, err) ? -1
                                                                          : 0;
    if (status == 0) {
        take(m, &from);
        *digest = gg_crc32c(*digest, m->w, (size_t)m->n_weight * sizeof *m->w);
    }
    gg_model_free(&from);
    return status ? gg_err_prefix(err, "train.from: %s: ", path) : 0;
}
