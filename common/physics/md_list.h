/* md_list.h -- which pairs of particles are near in any of the runs: cells, rows of pairs in two shells; inside physics/ only
 *
 * The outer rows hold all pairs within cut-off + GG_MD_OUTER, the inner ones those of them within cut-off + GG_MD_INNER.
 * A shell holds as long as nobody has moved by half of its margin; the inner one is made again from the outer one, which
 * costs less than one evaluation of the forces. */
#ifndef GG_MD_LIST_H
#define GG_MD_LIST_H

#include "physics/md_kernel.h"
#include "util/arena.h"

struct gg_md_list {
    double inner, outer; /* margins, sigma */
    struct gg_md_rows rows, wide;
    int32_t *built, *built_wide; /* [n_number] x when the rows were made */
    int64_t n_built, n_built_wide;

    /* for the search */
    int32_t *centre[3]; /* [n] mean over the runs, in units of the box */
    gg_real *spread;    /* [n] nobody's run is farther from there, sigma */
    int64_t *start;     /* [cells T + 1] */
    int32_t *order, *cell_of;
    struct gg_md_near near; /* of one cell and type */
    int64_t n_cell_room;
};

void gg_md_list_init(struct gg_md_list *l, const struct gg_md_sites *s, double inner, double outer);
void gg_md_list_free(struct gg_md_list *l);
/* Makes both shells anew; `extent` are the lengths of the box, sigma. */
void gg_md_list_build(struct gg_md_list *l, const struct gg_md_sites *s, const struct gg_md_level *level,
                      const double extent[3]);
/* After each step: makes the inner rows anew if they no longer hold.  False: the outer ones do not, either, or will soon;
 * then it has done nothing, and gg_md_list_build is due. */
bool gg_md_list_keep(struct gg_md_list *l, const struct gg_md_sites *s, const struct gg_md_level *level);

#endif
