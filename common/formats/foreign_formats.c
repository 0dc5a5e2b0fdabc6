/* foreign_formats.c -- the table of formats that are read */
#include "formats/foreign.h"
#include "formats/gsd.h"
#include "formats/lammps.h"
#include "formats/npz_sets.h"
#include "formats/pt.h"
#include "formats/xyz.h"

static bool always(const struct gg_foreign *f, const char *head)
{
    (void)f;
    (void)head;
    return true;
}

enum {
    ARRAYS = GG_READS_TIME | GG_READS_BOX | GG_READS_MAP | GG_READS_IRREPS | GG_READS_SPECIES |
             GG_READS_FIRST_TYPE | GG_READS_DIM,
    PICKLE = GG_READS_TIME | GG_READS_BOX | GG_READS_IRREPS,
    HOOMD = GG_READS_BOX | GG_READS_IRREPS | GG_READS_TIMESTEP,
    PLAIN = GG_READS_BOX | GG_READS_SPECIES | GG_READS_FIRST_TYPE | GG_READS_DIM | GG_READS_TIMESTEP,
    COLUMNS = PLAIN | GG_READS_TIME | GG_READS_MAP | GG_READS_IRREPS,
    DATA = COLUMNS | GG_READS_STYLE,
    OWN = 0 /* gg-dump wrote all there is to say */
};

/* The order matters: the first one that looks right is taken. */
const struct gg_foreign_format gg_foreign_formats[] = {
    {"ka-md", "{system}/T{T}/{part}/{number}", GG_ZIP, ARRAYS, gg_npz_looks_ka_md, gg_npz_next},
    {"botan", "{system}/T{T}/{part}/{number}", GG_ZIP, ARRAYS, gg_npz_looks_botan, gg_npz_next},
    {"glassbench", "{system}/T{T}/{part}/{number}", GG_ZIP, ARRAYS, gg_npz_looks_glassbench, gg_npz_next},
    {"npz", "{stem}", GG_ZIP, ARRAYS, always, gg_npz_next},
    {"pt", "{stem}/{frame}", GG_PT, ARRAYS, always, gg_pt_next},
    {"deepmind", "{system}/T{T}/{stem}", GG_PICKLE, PICKLE, always, gg_deepmind_next},
    {"lammps-dump", "{stem}/{step}", GG_TEXT, COLUMNS, gg_lammps_dump_looks, gg_lammps_dump_next},
    {"lammps-binary", "{stem}/{step}", GG_LAMMPS_BINARY, COLUMNS, always, gg_lammps_binary_next},
    {"lammps-data", "{stem}", GG_TEXT, DATA, gg_lammps_data_looks, gg_lammps_data_next},
    {"gsd", "{stem}/{step}", GG_GSD, HOOMD, always, gg_gsd_next},
    {"rumd", "{stem}/{step}", GG_TEXT, COLUMNS, gg_rumd_looks, gg_rumd_next},
    {"extxyz", "{stem}/{step}", GG_TEXT, COLUMNS, gg_extxyz_looks, gg_extxyz_next},
    {"atooms", "{stem}/{step}", GG_TEXT, COLUMNS, gg_atooms_looks, gg_atooms_next},
    {"xyz", "{stem}/{step}", GG_TEXT, PLAIN, gg_xyz_looks, gg_xyz_next},
    {"csv", "{stem}/{frame}", GG_TEXT, OWN, gg_csv_looks, gg_csv_next},
    {NULL, NULL, 0, 0, NULL, NULL},
};
