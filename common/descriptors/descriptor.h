/* descriptor.h -- numbers that a physicist would write down for every particle, one file each */
#ifndef GG_DESCRIPTOR_H
#define GG_DESCRIPTOR_H

#include "util/choice.h"
#include "graph/graph.h"
#include "stream/frame.h"
#include "util/arena.h"
#include "util/cell.h"
#include "util/irreps.h"
#include "util/opt.h"

enum { GG_SPECIES_MAX = 8, GG_SPECIES_NAME = 16 };

/* Everything that a descriptor may be told.  The columns follow from it alone, never from the data, so that training
 * and test sets get the same ones. */
struct gg_descriptor_options {
    int n_species;
    char species[GG_SPECIES_MAX][GG_SPECIES_NAME]; /* names of type 0, 1, ... */
    const char *positions;                         /* field: pos, pos_inherent, ... */
    const char *reference;                         /* field that displacements start from */
    struct gg_reals lengths;                       /* L of coarse graining, sigma */
    struct gg_reals degrees;                       /* l of steinhardt */
    struct gg_reals radii;                         /* of the species in radical Voronoi cells, sigma */
    double smearing;                               /* of distances in s2, sigma */
    int classes;                                   /* enum gg_classes */
    const char *field;                             /* which number `mean` and `variance` coarse-grain */
    double cutoff;                                 /* of neighbours, sigma; 0 = each descriptor's own */
    struct gg_reals radial_shells, angular_shells; /* grids (shells.h); none = those of the paper */
    int64_t lmax, nmax;    /* largest degree, radial functions; 0 = each descriptor's own */
    int64_t levels;        /* 1 + recursive averages (average.h); 0 counts as 1 */
    double average_length; /* of their weight exp(-r/length), sigma */
    double average_cutoff; /* they reach so far, sigma; 0 = the whole box, < 0 = average_length */
};
static inline int gg_lmax(const struct gg_descriptor_options *o, int usual)
{
    return o->lmax > 0 ? (int)o->lmax : usual;
}
static inline int gg_levels(const struct gg_descriptor_options *o)
{
    return o->levels > 1 ? (int)o->levels : 1;
}
static inline double gg_cutoff(const struct gg_descriptor_options *o, double usual)
{
    return o->cutoff > 0 ? o->cutoff : usual;
}

/* Sums over neighbours are made for: each species and all together; each species; all together. */
#define GG_CLASSES_LIST(X) X(GG_CLASSES_BOTH, "both") X(GG_CLASSES_EACH, "each") X(GG_CLASSES_ALL, "all")
enum gg_classes { GG_CLASSES_LIST(GG_CHOICE_ENUM) };
#define GG_CLASSES_CHOICES GG_CHOICE_WORDS(GG_CLASSES_LIST)

/* "A,B" -> options.  GG_USAGE. */
int gg_species_parse(struct gg_descriptor_options *o, const char *text, struct gg_err *err);
/* Number of classes, and the name of class b ("A", "B", "all").  Class b holds species b if b < n_species and each
 * species is a class of its own; the class `all` is the last. */
int gg_class_count(const struct gg_descriptor_options *o);
const char *gg_class_name(const struct gg_descriptor_options *o, int b);
bool gg_class_holds(const struct gg_descriptor_options *o, int b, int32_t type);

/* The columns of node_features, in order. */
struct gg_columns {
    struct gg_arena *arena; /* of the names */
    int n, room;
    const char **name;
    struct gg_irreps irreps;
    bool too_many_blocks; /* the irreps do not fit: gg_features_columns refuses */
};
/* Adds the 2l+1 columns of one irrep (p = +1, -1).  Several columns are numbered: NAME.0, NAME.1, ... */
void gg_column_add(struct gg_columns *c, int l, int p, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* One frame as descriptors read it. */
struct gg_coarse;
struct gg_particles {
    const struct gg_frame *frame; /* for further fields */
    struct gg_arena *arena;       /* for scratch, until the next frame */
    struct gg_cell cell;
    int64_t n;
    const double (*pos)[3]; /* [n] sigma, of the kind asked for; need not lie in the cell */
    const int32_t *type;    /* [n] below n_species */
    const struct gg_edges
        *edges; /* all pairs within the longest reach of the descriptors asked for; NULL if none has one */
    const double (*edge_vec)[3];     /* [n_edge] receiver to sender, sigma */
    const struct gg_coarse **coarse; /* sums over the box that were made already (coarse.h) */
};

/* The field `name`, [n, 3] in double.  GG_INPUT: missing, or of another shape. */
const double *gg_particles_positions(const struct gg_particles *p, const char *name, struct gg_err *err);

struct gg_descriptor {
    const char *name;    /* "density": what --add says */
    const char *about;   /* one line for --list and gg_descriptors(7) */
    const char *source;  /* paper and equation */
    const char *unit;    /* of its columns */
    const char *reads;   /* fields besides positions: "type energy_inherent" */
    const char *options; /* those it looks at: "lengths classes"; "" = none */
    int dim;             /* the dimension it is for; 0 = both */
    bool products;       /* multiplies matrices: BLAS is opened before it computes */
    bool on_positions;   /* depends on positions: columns made on others than `pos` carry their name */
    /* Sees all pairs nearer than this; NULL = needs no neighbours. */
    double (*reach)(const struct gg_descriptor_options *o);
    /* Adds its columns; `name` is what they begin with ("density", "density_inherent").  Refuses options. */
    int (*columns)(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err);
    /* x[i * stride + k] = column k of particle i.  Refuses what the frame lacks. */
    int (*compute)(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err);
};

/* descriptors.def in order; ends with NULL. */
extern const struct gg_descriptor *const gg_descriptor_table[];
/* GG_USAGE with the nearest name if there is none: returns NULL. */
const struct gg_descriptor *gg_descriptor_find(const char *name, struct gg_err *err);

#endif
