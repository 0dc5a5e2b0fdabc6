/* weight_settings.h -- the settings of a network that a map of weights is for
 *
 * `settings: {conv.radial.constants: e3nn, layers.8.normalise: none}`: a key of all layers of a kind, or of the configuration by its path. */
#ifndef GG_WEIGHT_SETTINGS_H
#define GG_WEIGHT_SETTINGS_H

#include "model/model.h"

/* Puts them into a configuration that is not built yet. */
int gg_weight_settings_put(struct gg_config *c, const struct gg_yaml *map, struct gg_err *err);
/* Refuses (GG_USAGE) a model that is built with others, naming layer, key, what it has and what the map wants. */
int gg_weight_settings_check(const struct gg_model *m, const struct gg_yaml *map, struct gg_err *err);

#endif
