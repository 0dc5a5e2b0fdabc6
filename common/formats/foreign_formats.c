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

/* The order matters: the first one that looks right is taken. */
const struct gg_foreign_format gg_foreign_formats[] = {
    {"ka-md", "{system}/T{T}/{part}/{number}", GG_ZIP, gg_npz_looks_ka_md, gg_npz_next},
    {"botan", "{system}/T{T}/{part}/{number}", GG_ZIP, gg_npz_looks_botan, gg_npz_next},
    {"glassbench", "{system}/T{T}/{part}/{number}", GG_ZIP, gg_npz_looks_glassbench, gg_npz_next},
    {"npz", "{stem}", GG_ZIP, always, gg_npz_next},
    {"pt", "{stem}/{frame}", GG_PT, always, gg_pt_next},
    {"deepmind", "{system}/T{T}/{stem}", GG_PICKLE, always, gg_deepmind_next},
    {"lammps-dump", "{stem}/{step}", GG_TEXT, gg_lammps_dump_looks, gg_lammps_dump_next},
    {"lammps-binary", "{stem}/{step}", GG_LAMMPS_BINARY, always, gg_lammps_binary_next},
    {"lammps-data", "{stem}", GG_TEXT, gg_lammps_data_looks, gg_lammps_data_next},
    {"gsd", "{stem}/{step}", GG_GSD, always, gg_gsd_next},
    {"rumd", "{stem}/{step}", GG_TEXT, gg_rumd_looks, gg_rumd_next},
    {"extxyz", "{stem}/{step}", GG_TEXT, gg_extxyz_looks, gg_extxyz_next},
    {"atooms", "{stem}/{step}", GG_TEXT, gg_atooms_looks, gg_atooms_next},
    {"xyz", "{stem}/{step}", GG_TEXT, gg_xyz_looks, gg_xyz_next},
    {"csv", "{stem}/{frame}", GG_TEXT, gg_csv_looks, gg_csv_next},
    {NULL, NULL, 0, NULL, NULL},
};
