/* presets.c -- sets of descriptors that papers use, each by one name */
#include "descriptors/presets.h"

#include <string.h>

static double fifteen[] = {0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5};

static int add_all(struct gg_features *x, const struct gg_descriptor_options *o, const char *const *name,
                   struct gg_arena *a, struct gg_err *err)
{
    for (; *name; name++)
        if (gg_features_add_with(x, o, *name, a, err) < 0)
            return -1;
    return 0;
}

static void coarse(struct gg_descriptor_options *o)
{
    o->lengths = (struct gg_reals){15, fifteen};
    o->classes = GG_CLASSES_BOTH;
    o->field = "energy_inherent";
}

/* Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023). */
static int glassmlp(struct gg_features *x, struct gg_descriptor_options *o, struct gg_arena *a,
                    struct gg_err *err)
{
    struct gg_descriptor_options *surface = GG_NEW(a, struct gg_descriptor_options, 1);
    coarse(o);
    *surface = *o;
    surface->field = "surface";
    if (add_all(x, o, (const char *const[]){"energy_inherent", "mean", "variance", "density", NULL}, a, err) <
        0)
        return -1;
    return add_all(x, surface, (const char *const[]){"surface", "mean", NULL}, a, err);
}

/* The same without surfaces, and |r_IS - r| of arXiv 2310.20252. */
static int inherent(struct gg_features *x, struct gg_descriptor_options *o, struct gg_arena *a,
                    struct gg_err *err)
{
    coarse(o);
    return add_all(x, o,
                   (const char *const[]){"energy_inherent", "mean", "variance", "density",
                                         "displacement_norm", NULL},
                   a, err);
}

/* Boattini, Smallenburg, Filion, Phys. Rev. Lett. 127, 088007 (2021). */
static int cage(struct gg_features *x, struct gg_descriptor_options *o, struct gg_arena *a,
                struct gg_err *err)
{
    o->levels = o->levels ? o->levels : 3;
    return add_all(x, o, (const char *const[]){"radial", "angular", NULL}, a, err);
}

/* Cubuk et al., Phys. Rev. Lett. 114, 108001 (2015); Schoenholz et al., Nature Physics 12, 469 (2016). */
static int softness(struct gg_features *x, struct gg_descriptor_options *o, struct gg_arena *a,
                    struct gg_err *err)
{
    return add_all(x, o, (const char *const[]){"bp_radial", "bp_angular", NULL}, a, err);
}

const struct gg_preset gg_preset_table[] = {
    {"glassmlp",
     "energy, surface of the cell, coarse-grained density, mean energy, variance of the energy, mean surface "
     "at 15 lengths: 182 columns for two species",
     "pos_inherent", glassmlp},
    {"inherent",
     "energy, coarse-grained density, mean and variance of the energy at 15 lengths, length of the "
     "displacement: 137 columns for two species",
     "pos_inherent", inherent},
    {"cage", "radial, angular and two averages of them: 780 columns for two species, 924 with --lmax 12",
     "pos", cage},
    {"softness", "bp_radial and bp_angular: 166 columns for two species", "pos_inherent", softness},
    {0}};

static const struct gg_preset *find(const char *name, struct gg_err *err)
{
    const char *names[sizeof gg_preset_table / sizeof *gg_preset_table];
    int n = 0;
    for (; gg_preset_table[n].name; n++) {
        names[n] = gg_preset_table[n].name;
        if (!strcmp(names[n], name))
            return &gg_preset_table[n];
    }
    const char *near = gg_nearest(name, names, n);
    gg_fail(err, GG_USAGE, "no preset '%s'%s%s%s", name, near ? " (did you mean '" : " (--list shows them)",
            near ? near : "", near ? "'?)" : "");
    return NULL;
}

int gg_features_add_preset(struct gg_features *x, const char *name, const char *positions, struct gg_arena *a,
                           struct gg_err *err)
{
    const struct gg_preset *preset = find(name, err);
    if (!preset)
        return -1;
    struct gg_descriptor_options *o = GG_NEW(a, struct gg_descriptor_options, 1);
    *o = *x->options;
    o->positions = positions ? positions : preset->positions;
    if (preset->add(x, o, a, err) < 0)
        return gg_err_prefix(err, "preset '%s': ", name);
    return 0;
}
