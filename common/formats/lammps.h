/* lammps.h -- what the text dump, the binary dump and the data file of LAMMPS have in common */
#ifndef GG_LAMMPS_H
#define GG_LAMMPS_H

#include "formats/columns.h"

/* The box: bounds of an upper triangular cell (LAMMPS manual, Howto_triclinic), or any three vectors from the corner lo. */
struct gg_lammps_box {
    double lo[3], hi[3], xy, xz, yz;
    int pbc;
    bool general;
    double vector[3][3]; /* rows; if general */
};
/* Rows of the cell; GG_INPUT if a length is not positive (in two dimensions the third may be 0) or anything is not
 * finite. */
int gg_lammps_cell(const struct gg_lammps_box *box, int dim, double cell[3][3], struct gg_err *err);
/* Dumps give the bounding box of a triclinic cell: to the bounds of the cell itself. */
void gg_lammps_from_bounding(struct gg_lammps_box *box);

/* Columns by their names between blanks, as behind ITEM: ATOMS. */
int gg_lammps_columns(const struct gg_foreign *f, struct gg_table *t, struct gg_arena *a, const char *names,
                      struct gg_err *err);

/* Sorts by id (two alike: GG_INPUT) and fills the draft.  The best coordinates are taken: xu, x with ix, x, xsu, xs;
 * scaled ones and image flags become unwrapped positions.  The type is the column type, typelabel or element. */
int gg_lammps_finish(const struct gg_foreign *f, struct gg_table *t, const struct gg_lammps_box *box,
                     struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

int gg_lammps_dump_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);
bool gg_lammps_dump_looks(const struct gg_foreign *f, const char *head);
int gg_lammps_data_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);
bool gg_lammps_data_looks(const struct gg_foreign *f, const char *head);
int gg_lammps_binary_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

#endif
