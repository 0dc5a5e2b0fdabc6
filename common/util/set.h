/* set.h -- texts that are there once: found in a time that grows with the logarithm of their number, whatever they are */
#ifndef GG_SET_H
#define GG_SET_H

#include <stdbool.h>

/* Zeroed = empty. */
struct gg_set {
    void *tree;
};
bool gg_set_add(struct gg_set *s, const char *text); /* a copy; false if it is there already */
bool gg_set_has(const struct gg_set *s, const char *text);
void gg_set_clear(struct gg_set *s);

#endif
