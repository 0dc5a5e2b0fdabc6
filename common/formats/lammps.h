/* lammps.h -- what the text dump, the binary dump and the data file of LAMMPS have in common */
#ifndef GG_LAMMPS_H
#define GG_LAMMPS_H

#include "formats/foreign.h"

/* The box: bounds of an upper triangular cell (LAMMPS manual, Howto_triclinic). */
struct gg_lammps_box {
    double lo[3], hi[3], xy, xz, yz;
    int pbc;
};
/* Rows of the cell; GG_INPUT if a length is not positive or anything is not finite. */
int gg_lammps_cell(const struct gg_lammps_box *box, double cell[3][3], struct gg_err *err);
/* Dumps give the bounding box of a triclinic cell: to the bounds of the cell itself. */
void gg_lammps_from_bounding(struct gg_lammps_box *box);

/* Which column holds what; -1: absent. */
struct gg_lammps_columns {
    int n, id, type, position[3], image[3];
    bool scaled, unwrapped;
};
/* From the names after ITEM: ATOMS, separated by spaces; the best coordinates are taken: xu, x, xsu, xs.
 * GG_INPUT if there are no positions or no types. */
int gg_lammps_columns_parse(struct gg_lammps_columns *c, const char *names, struct gg_err *err);

/* Atoms in the order they come; malloc'd, grows with what is read. */
struct gg_lammps_atoms {
    uint64_t n, room;
    struct gg_lammps_atom {
        int64_t id;
        double type, r[3];
    } * atom;
};
/* The values of one line or record.  Scaled coordinates and image flags become unwrapped positions.
 * GG_INPUT. */
int gg_lammps_add(struct gg_lammps_atoms *atoms, const struct gg_lammps_columns *c, const double *value,
                  const struct gg_lammps_box *box, const double cell[3][3], struct gg_err *err);
/* Sorts by id (two alike: GG_INPUT) and fills positions, types, cell and origin of the draft. */
int gg_lammps_finish(const struct gg_foreign *f, struct gg_lammps_atoms *atoms,
                     const struct gg_lammps_columns *c, const struct gg_lammps_box *box, struct gg_arena *a,
                     struct gg_draft *d, struct gg_err *err);

int gg_lammps_dump_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);
bool gg_lammps_dump_looks(const struct gg_foreign *f, const char *head);
int gg_lammps_data_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);
bool gg_lammps_data_looks(const struct gg_foreign *f, const char *head);
int gg_lammps_binary_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

#endif
