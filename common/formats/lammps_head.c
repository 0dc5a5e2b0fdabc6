/* lammps_head.c -- the header of a LAMMPS data file, and the sections that may follow it
 *
 * https://docs.lammps.org/read_data.html: numbers, then what they are; which sections have how many rows. */
#include "formats/lammps_head.h"
#include "formats/words.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static int read_count(struct gg_input *in, double count, struct gg_lammps_head *h, struct gg_err *err)
{
    if (!(count >= 1 && count < 0x1p31 && count == floor(count)))
        return gg_input_fail(in, err, GG_INPUT, "%g atoms", count);
    h->atoms = (int64_t)count;
    return 0;
}

static const char *const counts[GG_LAMMPS_COUNTS] = {"atom types",     "bonds",         "angles",
                                                     "dihedrals",      "impropers",     "ellipsoids",
                                                     "lines",          "bodies",        "triangles",
                                                     "crossterms",     "bond types",    "angle types",
                                                     "dihedral types", "improper types"};

int64_t gg_lammps_head_count(const struct gg_lammps_head *h, const char *what)
{
    int k = 0;
    while (k < GG_LAMMPS_COUNTS && strcmp(counts[k], what))
        k++;
    assert(k < GG_LAMMPS_COUNTS);
    return h->has[k] ? h->count[k] : -1;
}

/* Counts of other things than atoms. */
static bool set_count(struct gg_lammps_head *h, const char *words, double count)
{
    if (!(count >= 0 && count < 0x1p53 && count == floor(count)))
        return false;
    for (int k = 0; k < GG_LAMMPS_COUNTS; k++)
        if (!strcmp(words, counts[k])) {
            h->count[k] = (int64_t)count;
            h->has[k] = true;
            return true;
        }
    return !strncmp(words, "extra ", 6) && strstr(words, " per atom");
}

/* The words behind the numbers of a line, one blank between them. */
static void rest_of(char *words, size_t room, const char *word, char *rest)
{
    size_t n = 0;
    for (words[0] = 0; word && n < room; word = gg_word(&rest))
        n += (size_t)snprintf(words + n, room - n, "%s%s", n ? " " : "", word);
}

/* General triclinic boxes: "4 0.5 0 avec", "0 0 0 abc origin" */
static bool read_general(struct gg_lammps_head *h, const char *words, const double value[3])
{
    const char *vector[] = {"avec", "bvec", "cvec"};
    bool origin = !strcmp(words, "abc origin");
    if (origin)
        memcpy(h->box.lo, value, sizeof h->box.lo);
    for (int k = 0; k < 3; k++)
        if (!strcmp(words, vector[k])) {
            memcpy(h->box.vector[k], value, sizeof h->box.vector[k]);
            h->box.general = true;
            h->bounds |= 1 << k;
            return true;
        }
    return origin;
}

/* "-2.96 2.96 xlo xhi", "0.1 0 0 xy xz yz", "250 atoms", "2 atom types" */
int gg_lammps_head_line(struct gg_input *in, char *line, struct gg_lammps_head *h, struct gg_err *err)
{
    double value[3];
    int n = 0;
    char *rest = line, *word = NULL, first[41], words[64];
    gg_word_comment(line);
    snprintf(first, sizeof first, "%s", line);
    while ((word = gg_word(&rest)) && n < 3 && gg_word_double(word, &value[n]))
        n++;
    rest_of(words, sizeof words, word, rest);
    for (int k = 0; k < 3; k++) {
        const char bounds[] = {(char)('x' + k), 'l', 'o', ' ', (char)('x' + k), 'h', 'i', 0};
        if (n != 2 || strcmp(words, bounds))
            continue;
        h->box.lo[k] = value[0];
        h->box.hi[k] = value[1];
        h->bounds |= 1 << k;
        return 0;
    }
    if (n == 3 && !strcmp(words, "xy xz yz")) {
        h->box.xy = value[0];
        h->box.xz = value[1];
        h->box.yz = value[2];
        return 0;
    }
    if (n == 1 && !strcmp(words, "atoms"))
        return read_count(in, value[0], h, err);
    if (n == 3 && read_general(h, words, value))
        return 0;
    return n == 1 && set_count(h, words, value[0])
               ? 0
               : gg_input_fail(in, err, GG_INPUT, "'%s' is no line of the header", first);
}

int gg_lammps_head_ends(struct gg_input *in, const char *line, struct gg_err *err)
{
    const unsigned char *next;
    if (!isalpha((unsigned char)*line))
        return 0;
    ptrdiff_t n = gg_input_peek(in, 2, &next, err);
    return n < 0 ? -1 : n == 0 || *next == '\n' || (*next == '\r' && n > 1) || *next == ' ' || *next == '\t';
}

/* ---- sections ---- */

static const struct gg_lammps_section sections[] = {{"Atoms", NULL, true}, /* these two are read */
                                                    {"Velocities", NULL, true},
                                                    {"Masses", "atom types", false},
                                                    {"Ellipsoids", "ellipsoids", true},
                                                    {"Lines", "lines", true},
                                                    {"Triangles", "triangles", true},
                                                    {"Bodies", NULL, true}, /* several lines each */
                                                    {"Bonds", "bonds", false},
                                                    {"Angles", "angles", false},
                                                    {"Dihedrals", "dihedrals", false},
                                                    {"Impropers", "impropers", false},
                                                    {"CMAP", "crossterms", false},
                                                    {"Atom Type Labels", "atom types", true},
                                                    {"Bond Type Labels", "bond types", false},
                                                    {"Angle Type Labels", "angle types", false},
                                                    {"Dihedral Type Labels", "dihedral types", false},
                                                    {"Improper Type Labels", "improper types", false},
                                                    {"Pair Coeffs", "atom types", false},
                                                    {"PairIJ Coeffs", NULL, false},
                                                    {"Bond Coeffs", "bond types", false},
                                                    {"Angle Coeffs", "angle types", false},
                                                    {"Dihedral Coeffs", "dihedral types", false},
                                                    {"Improper Coeffs", "improper types", false},
                                                    {"BondBond Coeffs", "angle types", false},
                                                    {"BondAngle Coeffs", "angle types", false},
                                                    {"MiddleBondTorsion Coeffs", "dihedral types", false},
                                                    {"EndBondTorsion Coeffs", "dihedral types", false},
                                                    {"AngleTorsion Coeffs", "dihedral types", false},
                                                    {"AngleAngleTorsion Coeffs", "dihedral types", false},
                                                    {"BondBond13 Coeffs", "dihedral types", false},
                                                    {"AngleAngle Coeffs", "improper types", false}};

const struct gg_lammps_section *gg_lammps_section(const char *title)
{
    for (size_t k = 0; k < sizeof sections / sizeof sections[0]; k++) {
        size_t n = strlen(sections[k].name);
        const char *behind = title + n;
        if (!strncmp(title, sections[k].name, n) && (!*behind || strchr(" \t#", *behind)) &&
            strchr("#", behind[strspn(behind, " \t")]))
            return &sections[k];
    }
    return NULL;
}
