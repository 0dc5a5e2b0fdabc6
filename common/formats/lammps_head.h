/* lammps_head.h -- the header of a LAMMPS data file, and the sections that may follow it */
#ifndef GG_LAMMPS_HEAD_H
#define GG_LAMMPS_HEAD_H

#include "formats/lammps.h"

enum { GG_LAMMPS_COUNTS = 14 };

struct gg_lammps_head {
    int64_t atoms;                   /* 0: not said yet */
    int64_t count[GG_LAMMPS_COUNTS]; /* of types, bonds and others; gg_lammps_head_count */
    bool has[GG_LAMMPS_COUNTS];
    int bounds; /* bit k: bounds along k were read */
    struct gg_lammps_box box;
};

/* One line of the header, "2 atom types", which is cut up.  GG_INPUT for any other line. */
int gg_lammps_head_line(struct gg_input *in, char *line, struct gg_lammps_head *h, struct gg_err *err);
/* Is `line` the title of the first section: a name with a blank line behind it?  1, 0, -1. */
int gg_lammps_head_ends(struct gg_input *in, const char *line, struct gg_err *err);
/* The header's number of "atom types", "bonds" ...; -1: it does not say. */
int64_t gg_lammps_head_count(const struct gg_lammps_head *h, const char *what);

struct gg_lammps_section {
    const char *name, *rows; /* what the header counts, a row each; NULL: nothing */
    bool of_particles;
};
/* By its title, "Bond Coeffs # harmonic"; NULL: no section that LAMMPS knows. */
const struct gg_lammps_section *gg_lammps_section(const char *title);

#endif
