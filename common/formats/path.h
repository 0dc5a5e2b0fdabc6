/* path.h -- what the name of a data file says about what is in it */
#ifndef GG_PATH_H
#define GG_PATH_H

#include "util/arena.h"
#include "util/err.h"
#include <stdint.h>

/* From names such as botan-T0.44/train/isoconfig_N4096T0.44_12_tc07.npz. */
struct gg_path_words {
    /* file name without folder and suffixes (.gz, .npz, .dump, ...); odd characters become '_' */
    char stem[128];
    char folder[64]; /* the name of the folder it is in; "" if there is none */
    /* "train", "valid" or "test" if the folder is called that; else "" */
    char part[8];
    /* the configuration: the last word of digits in the stem, without zeros in front; "" if there is none */
    char number[16];
    double temperature; /* T0.44 in the name, else in the folders, nearest first; 0 if it is in none */
    int time_code;      /* 7 of tc07; 0 if there is none */
};
void gg_path_read(struct gg_path_words *p, const char *path);

/* What the configuration itself says. */
struct gg_path_facts {
    int dim;
    double temperature;
    int64_t step, frame, count; /* frame: of its file, count: of the whole run, from 0 */
};

/* A template with {system} (KA, in two dimensions KA2D) {stem} {folder} {part} {number} {T} {step} {frame} {count}; empty
 * parts of the path vanish ("KA/T0.44//1" -> "KA/T0.44/1"). GG_USAGE for another word in braces, GG_INPUT if the id
 * has more than 95 characters. */
int gg_path_id(char *id, size_t room, const char *template, const struct gg_path_words *p,
               const struct gg_path_facts *facts, struct gg_err *err);

/* The published times of the BOTAN and GlassBench sets at a temperature, in order: tc01 is the first.  NULL
 * if there is no such set. */
const double *gg_published_times(int dim, double temperature, int *n);

#endif
