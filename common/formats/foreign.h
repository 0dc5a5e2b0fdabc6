/* foreign.h -- files of other programs, one configuration after the other */
#ifndef GG_FOREIGN_H
#define GG_FOREIGN_H

#include "formats/draft.h"
#include "formats/input.h"
#include "formats/npz.h"
#include "formats/path.h"

/* What the user says of the source.  Where the source says it, too, a contradiction is refused. */
struct gg_foreign_options {
    int format;             /* 0: by content; else 1 + index into gg_foreign_formats */
    const char *id;         /* template of gg_path_id; NULL: the format's own */
    double temperature;     /* 0: as the file or its name has it */
    struct gg_reals time;   /* the source's times; n = 0: as the file or its name has it */
    struct gg_reals box;    /* 1 or `dim` lengths, or dim x dim numbers; n = 0: as the file has it */
    struct gg_reals cell;   /* the same under its other name; one of the two is given at most */
    struct gg_texts map;    /* "FIELD=KEY" */
    const char *species;    /* names of species 0, 1, ..., separated by commas; NULL: A, B or numbers */
    struct gg_texts irreps; /* "FIELD=IRREPS" of columns */
    int first_type;         /* 0: found; else 1 + the code of species A */
    const char *style;      /* of LAMMPS data files that do not name it; NULL */
    int64_t dim;            /* of LAMMPS, XYZ and RUMD files: 2 or 3 */
    double timestep;        /* of files with steps without times */
    uint64_t max_bytes;     /* of one configuration or array */
};

struct gg_foreign {
    const char *path;
    struct gg_path_words says; /* what the path says */
    const struct gg_foreign_options *options;
    const struct gg_foreign_format *format;
    struct gg_input input;
    struct gg_npz npz;     /* opened if the content is a zip */
    struct gg_arena arena; /* of the whole file's bytes */
    int64_t n_done;        /* configurations returned so far */
    int64_t n_before;      /* of files before this one, for {count}; 0 after the opening */
    int64_t n_skipped;     /* frames of the source before the first here, for {frame}; 0 after the opening */
    void *state;           /* a reader's own, of `arena`; NULL at first */
};

/* Options of a source that not every format has a use for; one that is given and not read is refused. */
enum gg_foreign_reads {
    GG_READS_TIME = 1,
    GG_READS_BOX = 2,
    GG_READS_MAP = 4,
    GG_READS_IRREPS = 8,
    GG_READS_SPECIES = 16,
    GG_READS_FIRST_TYPE = 32,
    GG_READS_STYLE = 64,
    GG_READS_DIM = 128,
    GG_READS_TIMESTEP = 256
};

enum gg_container { GG_TEXT, GG_ZIP, GG_PICKLE, GG_LAMMPS_BINARY, GG_GSD, GG_PT };

struct gg_foreign_format {
    const char *name; /* of --format */
    const char *id;   /* template of sample ids */
    int container;
    unsigned reads; /* GG_READS_ bits */
    /* Is it this one?  Given the first bytes of a text, or the opened zip. */
    bool (*looks)(const struct gg_foreign *f, const char *head);
    /* 1: `draft` is filled; 0: no more; -1 */
    int (*next)(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *draft, struct gg_err *err);
};
/* In order of preference: the first that looks right is taken; ends with name NULL.  Their names, in order: */
extern const struct gg_foreign_format gg_foreign_formats[];
#define GG_FOREIGN_CHOICES                                                               \
    "auto|ka-md|botan|glassbench|npz|pt|deepmind|lammps-dump|lammps-binary|lammps-data|" \
    "gsd|rumd|extxyz|atooms|xyz|csv"

int gg_foreign_open(struct gg_foreign *f, const char *path, const struct gg_foreign_options *o,
                    struct gg_err *err);
/* From memory, for tests; `path` is the name that facts are taken from. */
int gg_foreign_open_memory(struct gg_foreign *f, const char *path, const void *bytes, size_t n,
                           const struct gg_foreign_options *o, struct gg_err *err);
/* The next configuration, with its id.  1, 0 at the end, -1; messages begin with the file's name. A file
 * without any configuration is refused (GG_TRUNCATED). */
int gg_foreign_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *draft, struct gg_err *err);
void gg_foreign_close(struct gg_foreign *f);

/* ---- for the readers: options, content and names held against each other ---- */

/* draft->temperature from --temperature, the file's own (0: none) and the path. `needed`: refuse if none
 * says it. */
int gg_foreign_temperature(const struct gg_foreign *f, struct gg_draft *d, double in_file, bool needed,
                           struct gg_err *err);
/* The source's times: from the file (may be NULL), --time, or the published grid by time code (n = 1) or as
 * a whole. */
int gg_foreign_times(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d,
                     const double *in_file, int n, struct gg_err *err);
/* Cell from the file (may be NULL, rows), --box, or `density` (0: refuse without). Wants dim and n_node; all
 * directions periodic. */
int gg_foreign_cell(const struct gg_foreign *f, struct gg_draft *d, const double in_file[3][3],
                    double density, struct gg_err *err);
/* The same where a file may have none: open boundaries then. */
int gg_foreign_open_cell(const struct gg_foreign *f, struct gg_draft *d, const double in_file[3][3],
                         struct gg_err *err);
/* Step and time in the run: of the file (NaN: it does not say), else step x --timestep. */
int gg_foreign_now(const struct gg_foreign *f, struct gg_draft *d, int64_t step, double in_file,
                   struct gg_err *err);
/* A column [node] or [node, k] of the source: a quantity over the times of --time if it is called (`name`, by --map, or
 * itself) as one, else gg_extra_add. */
int gg_foreign_column(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, const char *source,
                      const char *name, const struct gg_field *x, struct gg_err *err);

/* options.c: every option given must be one that the format reads, and must have met what it is about.  GG_USAGE. */
int gg_foreign_check_options(const struct gg_foreign_format *format, const struct gg_foreign_options *o,
                             struct gg_err *err);
int gg_foreign_check_met(const struct gg_foreign *f, const struct gg_draft *d, struct gg_err *err);

/* deepmind.c */
int gg_deepmind_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

#endif
