/* profile.h -- a number of each pair of particles against their distance: shells, by the species of the other one */
#ifndef GG_PROFILE_H
#define GG_PROFILE_H

#include "explain/explain.h"

/* Of one set of pairs, such as those of a time and a geometry. */
struct gg_profile {
    int n_shell, n_species, n_part;
    const double *
        end; /* [n_shell] upper ends, increasing; the first shell begins at 0, one more has all that is farther */
    /* [n_species][n_shell + 1]: pairs, sums of |s| and of s^2; the squares' parts behind them, [n_part] a shell */
    double *pairs, *sum, *square, *part;
};
/* On the heap.  The shells of --shells, else 0.1 wide up to 3 and 0.5 wide up to 6. */
void gg_profile_init(struct gg_profile *p, const struct gg_explain *x, int n_part);
void gg_profile_free(struct gg_profile *p);
/* A pair: part [n_part], whose sum is the square. */
void gg_profile_add(struct gg_profile *p, double distance, int species, const double *part);
/* Columns "other from to pairs mean rms share" and `part` names, separated by blanks; rows where there are pairs, behind the cells
 * that `row` puts in front.  share: of the squares of all pairs. */
void gg_profile_head(struct gg_explain *x, const char *part);
void gg_profile_rows(const struct gg_profile *p, struct gg_explain *x,
                     void (*row)(struct gg_explain *x, const void *context), const void *context);
/* The distance of two particles of a geometry: of their nearest images. */
double gg_profile_distance(const struct gg_scene *s, int geometry, int64_t i, int64_t j);
/* --shells increase.  GG_USAGE. */
int gg_profile_check(const struct gg_explain *x, struct gg_err *err);

#endif
