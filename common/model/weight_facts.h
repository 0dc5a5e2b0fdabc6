/* weight_facts.h -- what a map of weights says besides parameters: species, times, the mean number of neighbours, the names that were expected */
#ifndef GG_WEIGHT_FACTS_H
#define GG_WEIGHT_FACTS_H

#include "formats/npz.h"
#include "model/model.h"

struct gg_weight_facts {
    int n_species;
    struct gg_reals times;         /* n = 0: not said */
    double mean_neighbours;        /* 0: not said */
    const struct gg_yaml *mean_at; /* where; NULL: not said */
    const char *mean_array;        /* the array that holds it; NULL: the map does, or nobody */
};

/* Numbers in `a`.  GG_USAGE: a key that no map has, no species, a mean that is no number above 0, nor an array of one. */
int gg_weight_facts_read(struct gg_weight_facts *x, const struct gg_yaml *map, const struct gg_npz *npz,
                         struct gg_arena *a, struct gg_err *err);

/* Whether a model that is there has them: as many species; and, where its layers divide by a mean, that of the map, which is given back for
 * an array to take (0: no layer does).  GG_USAGE. */
int gg_weight_facts_check(const struct gg_weight_facts *x, const struct gg_model *m,
                          const struct gg_yaml *map, double *mean, struct gg_err *err);

#endif
