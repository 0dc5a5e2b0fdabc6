/* start.h -- training that begins with the parameters of a trained model */
#ifndef GG_START_H
#define GG_START_H

#include "model/model.h"

/* Parameters and standardisation of a trained model with the same layers, inputs and targets; GG_INPUT says what differs.
 * What was taken goes into the digest. */
int gg_model_start_facts(const char *path, struct gg_data_facts *facts,
                         struct gg_err *err); /* what gg_model_build needs of it */
int gg_model_start_from(struct gg_model *m, const char *path, uint32_t *digest, struct gg_err *err);

#endif
