/* gg-features.c -- descriptors of one's choice as the columns of node_features
 *
 * Every descriptor is a file of common/descriptors; which columns it gives follows from the options alone, so that
 * training and test sets get the same ones. */
#include "cli/cli.h"
#include "descriptors/presets.h"
#include "util/words.h"

#include <unistd.h>

struct options {
    struct gg_texts add, preset;
    bool list, replace;
    const char *species, *positions, *into;
    struct gg_descriptor_options descriptor;
};
#define AT(member) offsetof(struct options, member)
static const struct gg_opt opts[] = {
    {"add", GG_OPT_TEXTS, AT(add), "descriptors, separated by commas (--list shows them)", .arg = "NAME,..."},
    {"preset", GG_OPT_TEXTS, AT(preset), "sets of descriptors behind them (--list shows them)",
     .arg = "NAME,..."},
    {"list", GG_OPT_FLAG, AT(list), "explain each descriptor and preset in a line and leave"},
    {"replace", GG_OPT_FLAG, AT(replace),
     "drop the columns that are there already instead of adding to them"},
    {"species", GG_OPT_TEXT, AT(species), "names of the species 0, 1, ... (at most 8)", .arg = "NAME,..."},
    {"positions", GG_OPT_TEXT, AT(positions),
     "field with the positions (default: pos, or those of the preset)", .arg = "FIELD"},
    {"reference", GG_OPT_TEXT, AT(descriptor.reference), "positions that displacement starts from",
     .arg = "FIELD"},
    {"lengths", GG_OPT_REALS, AT(descriptor.lengths), "lengths L of coarse graining", .arg = "L,...",
     .unit = "sigma", .min = 0.01, .max = 1e6},
    {"classes", GG_OPT_CHOICE, AT(descriptor.classes), "sum over each species, over all particles, or both",
     .choices = GG_CLASSES_CHOICES},
    {"field", GG_OPT_TEXT, AT(descriptor.field),
     "field, or descriptor of one column, that mean and variance coarse-grain", .arg = "FIELD"},
    {"radii", GG_OPT_REALS, AT(descriptor.radii), "radii of the species 0, 1, ... in radical Voronoi cells",
     .arg = "R,...", .unit = "sigma", .min = 0, .max = 1e3},
    {"degrees", GG_OPT_REALS, AT(descriptor.degrees), "degrees l of bond-orientational order", .arg = "L,...",
     .min = 1, .max = 12},
    {"smearing", GG_OPT_REAL, AT(descriptor.smearing), "width of the Gaussians of s2", .arg = "LENGTH",
     .unit = "sigma", .min = 0.01, .max = 10},
    {"cutoff", GG_OPT_REAL, AT(descriptor.cutoff),
     "neighbours are nearer than this (default: that of the descriptor)", .arg = "LENGTH", .unit = "sigma",
     .min = 1e-3, .max = 1e3},
    {"lmax", GG_OPT_INT, AT(descriptor.lmax), "largest degree (default: that of the descriptor)", .arg = "L",
     .min = 1, .max = GG_L_MAX},
    {"nmax", GG_OPT_INT, AT(descriptor.nmax), "radial functions of soap (default: 6)", .arg = "N", .min = 1,
     .max = 32},
    {"radial-shells", GG_OPT_REALS, AT(descriptor.radial_shells),
     "grids of Gaussian shells of radial (default: 0.55,1.9,0.05,0.05,2.1,5,0.1,0.1)",
     .arg = "FIRST,LAST,STEP,WIDTH,...", .unit = "sigma", .min = 1e-3, .max = 1e3},
    {"angular-shells", GG_OPT_REALS, AT(descriptor.angular_shells),
     "those of angular (default: 1.1,2.6,0.1,0.1)", .arg = "FIRST,LAST,STEP,WIDTH,...", .unit = "sigma",
     .min = 1e-3, .max = 1e3},
    {"levels", GG_OPT_INT, AT(descriptor.levels),
     "the columns, their averages over neighbours, averages of "
     "those, ...",
     .arg = "N", .min = 1, .max = 9},
    {"average-length", GG_OPT_REAL, AT(descriptor.average_length), "averages have weights exp(-r/LENGTH)",
     .arg = "LENGTH", .unit = "sigma", .min = 1e-3, .max = 1e3},
    {"average-cutoff", GG_OPT_REAL, AT(descriptor.average_cutoff),
     "averages reach so far (default: --average-length); 0 = over the whole box", .arg = "LENGTH",
     .unit = "sigma", .min = 0, .max = 1e3},
    {"into", GG_OPT_TEXT, AT(into), "field that gets the columns", .arg = "FIELD"},
    {0}};

static const struct gg_program program = {
    .name = "gg-features",
    .about =
        "descriptors of every particle: energies, coarse-grained fields, shells, bond order, Voronoi cells",
    .example = "gg-quench tiny.ggs | gg-features --preset inherent -o features.ggs",
    .operands = "[FILE...]",
    .opts = opts,
    .blas = true,
    .max_operand = -1,
    .notes = "gg_descriptors(7) has the definitions.",
};

static void print_list(void)
{
    for (int k = 0; gg_descriptor_table[k]; k++) {
        const struct gg_descriptor *d = gg_descriptor_table[k];
        printf("%-17s %s\n", d->name, d->about);
    }
    for (const struct gg_preset *p = gg_preset_table; p->name; p++)
        printf("%-17s %s\n", p->name, p->about);
}

/* One run: the choice, and the memory of its columns' names. */
struct run {
    struct gg_features features;
    const char *positions;
    struct gg_arena arena;
};

static int add(void *run, const char *name, struct gg_err *err)
{
    struct run *r = run;
    return gg_features_add(&r->features, name, &r->arena, err);
}

static int add_preset(void *run, const char *name, struct gg_err *err)
{
    struct run *r = run;
    return gg_features_add_preset(&r->features, name, r->positions, &r->arena, err);
}

static int meta(void *run, struct gg_meta *m, struct gg_err *err)
{
    return gg_features_meta(&((struct run *)run)->features, m, err);
}

static int frame(void *run, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    return gg_features_compute(&((struct run *)run)->features, f, a, err) < 0 ? -1 : 1;
}

static int choose(struct run *r, struct options *o, struct gg_err *err)
{
    if (gg_species_parse(&o->descriptor, o->species, err) < 0)
        return -1;
    if (!o->add.n && !o->preset.n)
        return gg_fail(err, GG_USAGE, "--add is missing: which descriptors? (--list shows them)");
    o->descriptor.positions = o->positions ? o->positions : "pos";
    r->features.options = &o->descriptor;
    r->features.replace = o->replace;
    r->features.into = o->into;
    r->positions = o->positions;
    if (gg_words_each(&o->add, "--add", add, r, err) < 0)
        return -1;
    return gg_words_each(&o->preset, "--preset", add_preset, r, err);
}

int main(int argc, char **argv)
{
    static double lengths[] = {0.5, 1, 2}, degrees[] = {4, 6}, radii[] = {0.5, 0.44, 0.47};
    struct options options = {.species = "A,B",
                              .into = "node_features",
                              .descriptor = {.reference = "pos",
                                             .lengths = {3, lengths},
                                             .degrees = {2, degrees},
                                             .radii = {3, radii},
                                             .smearing = 0.1,
                                             .field = "energy_inherent",
                                             .average_length = 2.3,
                                             .average_cutoff = -1}};
    struct run run = {0};
    struct gg_cli cli;
    int status = gg_cli_start(&cli, &program, &options, argc, argv);
    if (status >= 0)
        return status;
    if (options.list) {
        print_list();
        return gg_cli_finish(&cli);
    }
    if (!cli.n_operand && isatty(STDIN_FILENO)) {
        gg_fail(&cli.err, GG_USAGE, "no input: usage: %s [OPTION...] %s", program.name, program.operands);
        return gg_cli_fail(&cli);
    }
    struct gg_filter filter = {.frame = frame, .meta = meta, .context = &run};
    status = choose(&run, &options, &cli.err) < 0 ? gg_cli_fail(&cli) : gg_cli_filter(&cli, &filter);
    gg_arena_free(&run.arena);
    return status;
}
