/* lammps_style.h -- atom styles of LAMMPS data files: which columns the sections Atoms and Velocities have */
#ifndef GG_LAMMPS_STYLE_H
#define GG_LAMMPS_STYLE_H

#include "util/arena.h"
#include "util/err.h"

/* Names of the columns of Atoms, blanks between them, and in *more those of Velocities behind id vx vy vz ("" if there are none).
 * `style` is a name of the manual; "tdpd N"; "hybrid STYLE STYLE ...", whose columns are id type x y z and what each of its
 * styles adds.  Arguments that change no column (of body, template) are passed over.  GG_INPUT for another word. */
const char *gg_lammps_style(struct gg_arena *a, const char *style, const char **more, struct gg_err *err);

/* Names of the styles that have this many columns, with or without image flags, ", " between them; "" if there are none. */
const char *gg_lammps_styles_of(struct gg_arena *a, int n_column);

#endif
