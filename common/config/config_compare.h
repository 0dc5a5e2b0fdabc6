/* config_compare.h -- two configurations, key by key */
#ifndef GG_CONFIG_COMPARE_H
#define GG_CONFIG_COMPARE_H

#include "config/config.h"

/* Told of every key whose value differs: its path, with the kind of each layer on the way ("layers.2.conv.lmax"), and both values as text;
 * "absent" where one has none.  Items of lists are compared by their number. */
struct gg_config_seen {
    void (*differs)(void *context, const char *path, const char *a, const char *b);
    void *context;
};
void gg_config_compare(const struct gg_yaml *a, const struct gg_yaml *b, const struct gg_config_seen *seen);

#endif
