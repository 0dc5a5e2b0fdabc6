/* start.h -- training that begins with parameters of a trained model: train.from, train.take
 *
 * Without `take` the two models must be the same in layers, inputs, targets and times, and all is taken.  With it, parameters whose
 * names match one of the patterns are taken, and must have one shape in both; others may be there or not, and differ.
 *
 * What goes with them, since parameters are right only for numbers that were shifted, scaled and divided as in their own training:
 *     a layer that reads the inputs         the standardisation of the inputs, which must then be the same fields
 *     any of `layers`                       the mean number of neighbours; cutoff and self edges must then be the same
 *     the head of a target                  the standardisation of that target; species and times must then be the same
 * Without `take` all of it, and the field with the positions must be the same, too. */
#ifndef GG_START_H
#define GG_START_H

#include "model/model.h"

/* A comparison of the two: opened, then taken from as often as one likes. */
struct gg_start {
    struct gg_model from;
    struct gg_arena arena;
    struct gg_texts taken, left, fresh; /* names: of both; in the file and not taken; here and not taken */
    bool inputs, *head;                 /* [n_head] whose standardisation comes along */
};

/* What gg_model_build needs of the file, if anything: where layers are taken, the constants they were made with.  Opened but not built,
 * m says which inputs these are of, and its arena has them.  GG_INPUT, GG_SYSTEM: no model, or none with parameters. */
int gg_start_facts(struct gg_model *m, const char *path, const struct gg_texts *take,
                   struct gg_data_facts *facts, struct gg_err *err);
/* Compares with m, which was built.  GG_INPUT says what differs; GG_USAGE: a pattern that matches nothing. */
int gg_start_open(struct gg_start *s, const struct gg_model *m, const char *path, const struct gg_texts *take,
                  struct gg_err *err);
/* From now on the parameters alone are taken: m is standardised by its own data. */
void gg_start_restandardise(struct gg_start *s, const struct gg_model *m);
void gg_start_take(const struct gg_start *s, struct gg_model *m);
void gg_start_close(struct gg_start *s); /* safe on a zeroed struct */

#endif
