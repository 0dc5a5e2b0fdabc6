/* lammps_style.c -- atom styles of LAMMPS data files: which columns the sections Atoms and Velocities have
 *
 * https://docs.lammps.org/read_data.html and atom_style.html; each line of Atoms may end with three image flags. */
#include "formats/lammps_style.h"
#include "formats/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct style {
    const char *name, *columns, *velocities;
} styles[] = {{"amoeba", "id mol type q x y z", ""},
              {"angle", "id mol type x y z", ""},
              {"apip", "id type x y z", ""}, /* conservative, thermostat: the same */
              {"atomic", "id type x y z", ""},
              {"body", "id type bodyflag mass x y z", "angmomx angmomy angmomz"},
              {"bond", "id mol type x y z", ""},
              {"bpm/sphere", "id mol type diameter density x y z", "omegax omegay omegaz"},
              {"charge", "id type q x y z", ""},
              {"dielectric", "id type q x y z mux muy muz area ed em epsilon curvature", ""},
              {"dipole", "id type q x y z mux muy muz", ""},
              {"dpd", "id type theta x y z", ""},
              {"edpd", "id type edpd_temp edpd_cv x y z", ""},
              {"electron", "id type q espin eradius x y z", "ervel"},
              {"ellipsoid", "id type ellipsoidflag density x y z", "angmomx angmomy angmomz"},
              {"full", "id mol type q x y z", ""},
              {"line", "id mol type lineflag density x y z", "omegax omegay omegaz"},
              {"mdpd", "id type rho x y z", ""},
              {"mesont", "id mol type bond_nt mass mradius mlength buckling x y z", ""},
              {"molecular", "id mol type x y z", ""},
              {"peri", "id type volume density x y z", ""},
              {"rheo", "id type status rho x y z", ""},
              {"rheo/thermal", "id type status rho energy x y z", ""},
              {"smd", "id type mol volume mass kradius cradius x0 y0 z0 x y z", ""},
              {"sph", "id type rho esph cv x y z", ""},
              {"sphere", "id type diameter density x y z", "omegax omegay omegaz"},
              {"spin", "id type x y z spx spy spz sp", ""},
              {"tdpd", "id type x y z", ""}, /* and cc[1] ... */
              {"template", "id type mol template_index template_atom x y z", ""},
              {"tri", "id mol type triangleflag density x y z", "angmomx angmomy angmomz"},
              {"wavepacket", "id type q espin eradius etag cs_re cs_im x y z", "ervel"}};

static const struct style *find(const char *name)
{
    for (size_t k = 0; k < sizeof styles / sizeof styles[0]; k++)
        if (!strcmp(name, styles[k].name))
            return &styles[k];
    return NULL;
}

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += n)
        if ((at == list || at[-1] == ' ') && (!at[n] || at[n] == ' '))
            return true;
    return false;
}

/* `list` and the words that it does not have yet. */
static const char *joined(struct gg_arena *a, const char *list, const char *words)
{
    char *rest = gg_arena_strdup(a, words), *word;
    while ((word = gg_word(&rest)))
        if (!has_word(list, word))
            list = gg_arena_printf(a, "%s%s%s", list, *list ? " " : "", word);
    return list;
}

/* "cc[1] cc[2] ...": the N concentrations of tdpd. */
static int concentrations(struct gg_arena *a, const char *word, const char **columns, struct gg_err *err)
{
    int64_t n = 0;
    if (!word || !gg_word_int(word, &n) || n < 1 || n > 100)
        return gg_fail(err, GG_INPUT, "atom style tdpd: --atom-style 'tdpd N' says how many species it has");
    for (int64_t k = 1; k <= n; k++)
        *columns = gg_arena_printf(a, "%s cc[%lld]", *columns, (long long)k);
    return 0;
}

const char *gg_lammps_style(struct gg_arena *a, const char *style, const char **more, struct gg_err *err)
{
    char *rest = gg_arena_strdup(a, style), *word = gg_word(&rest);
    bool hybrid = word && !strcmp(word, "hybrid"), arguments = false;
    const char *columns = hybrid ? "id type x y z" : "";
    int n = 0;
    *more = "";
    for (word = hybrid ? gg_word(&rest) : word; word; word = gg_word(&rest)) {
        const struct style *s = n && !hybrid ? NULL : find(word);
        if (!s && !arguments) {
            gg_fail(err, GG_INPUT,
                    "atom style '%.40s' is not known; --atom-style names another of the same columns", word);
            return NULL;
        }
        if (!s)
            continue;
        n++;
        arguments = !strcmp(s->name, "body") || !strcmp(s->name, "template") || !strcmp(s->name, "apip");
        columns = joined(a, columns, s->columns);
        *more = joined(a, *more, s->velocities);
        if (!strcmp(s->name, "tdpd") && concentrations(a, gg_word(&rest), &columns, err) < 0)
            return NULL;
    }
    if (n)
        return columns;
    gg_fail(err, GG_INPUT, "atom style hybrid: --atom-style 'hybrid STYLE STYLE' says of which");
    return NULL;
}

const char *gg_lammps_styles_of(struct gg_arena *a, int n_column)
{
    const char *names = "";
    for (size_t k = 0; k < sizeof styles / sizeof styles[0]; k++) {
        int n = 1;
        for (const char *c = styles[k].columns; *c; c++)
            n += *c == ' ';
        if (strcmp(styles[k].name, "tdpd") && (n == n_column || n + 3 == n_column))
            names = gg_arena_printf(a, "%s%s%s", names, *names ? ", " : "", styles[k].name);
    }
    return names;
}
