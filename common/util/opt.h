/* opt.h -- one table says what a program's options or a layer's YAML keys are */
#ifndef GG_OPT_H
#define GG_OPT_H

#include "util/err.h"
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum gg_opt_type {
    GG_OPT_FLAG, /* bool field; no argument on the command line, true | false in YAML; --no-NAME sets false */
    GG_OPT_INT,  /* int64_t field */
    GG_OPT_REAL, /* double field */
    GG_OPT_TEXT, /* const char * field, NULL = absent; empty text is refused */
    GG_OPT_CHOICE, /* int field: index into `choices` */
    GG_OPT_REALS,  /* struct gg_reals field: numbers separated by commas; a YAML list */
    GG_OPT_TEXTS   /* struct gg_texts field: option may be repeated, each adds one; a YAML list */
};

struct gg_reals {
    int n;
    double *v;
};
struct gg_texts {
    int n;
    const char **v;
};

/* One row.  `name` is the long option ("max-frame"); the YAML key is the same with '_' for '-'. */
struct gg_opt {
    const char *name;
    enum gg_opt_type type;
    size_t offset;       /* of the field in the options struct: offsetof(struct options, cutoff) */
    const char *help;    /* one line, lower case: what it means */
    const char *arg;     /* name of the argument in --help: "LENGTH"; NULL for flags and choices */
    const char *unit;    /* "sigma"; NULL if it has none */
    double min, max;     /* inclusive range of INT, REAL, REALS; both 0 = unlimited (never NaN or Inf) */
    const char *choices; /* "bessel|gaussian|smooth_finite"; INT: a word for the smallest number, or NULL */
    char letter;         /* one-letter form, or 0 */
    bool required;       /* must be given: there is no default */
    bool unrecorded;     /* no byte of the output depends on it: histories leave it out */
    bool writes;         /* more is written than the output, under this name: histories leave it out, too */
    /* When the row is read, by other rows of its table: "schedule=step|plateau", "correlation" (set: not 0, false or empty),
     * "!out_irreps" (not set), "path>1" (a list of more than one); several with blanks between: any of
     * them; with & between: all of these ("samples&!noise").  NULL: always. */
    const char *when;
};
/* The last row of a table has name NULL.  Defaults are what the caller puts into the struct before parsing; --help
 * prints them from there; a number below its own range means "not given" and is not printed. */

/* Sets one field from text.  `where` begins the message: "--cutoff", "model.yaml:12: conv.lmax".  Returned text and
 * lists point into `text` or into memory that is never freed (options live as long as the program).
 * Refuses with GG_USAGE: wrong type, out of range, not a choice (names the nearest one). */
int gg_opt_set(const struct gg_opt *o, void *options, const char *text, const char *where,
               struct gg_err *err);

/* The row called `name` ('-' and '_' are the same), or NULL. */
const struct gg_opt *gg_opt_find(const struct gg_opt *table, const char *name);

/* The value of a field as text that gg_opt_set reads back to the same value. Returned: malloc'd. */
char *gg_opt_get(const struct gg_opt *o, const void *options);

/* The fields of the rows, at their offsets, in memory of their own: what the options were before they are set again.
 * Texts and lists are shared, setting replaces them.  Returned: malloc'd. */
void *gg_opt_copy(const struct gg_opt *table, const void *options);

/* Whether the row is read, as the options are; `table` is the row's.  If not, `why` says of which row that follows. */
enum { GG_OPT_WHY = 200 };
bool gg_opt_acts(const struct gg_opt *o, const struct gg_opt *table, const void *options,
                 char why[GG_OPT_WHY]);

/* Nearest of n names by edit distance, or NULL if none is near: for "did you mean ...?". */
const char *gg_nearest(const char *word, const char *const *names, int n);

/* getopt_long over one or more tables (a NULL-terminated list: the program's own, then the common ones), each with its
 * own options struct.  Operands are moved to the end and returned in *operands, *n_operand.
 * A repeated scalar option: the last one wins.  Returns 0; -1 on wrong usage (GG_USAGE, with "did you mean"). */
struct gg_opt_set_of {
    const struct gg_opt *table;
    void *options;
};
int gg_opt_parse(const struct gg_opt_set_of *sets, int argc, char **argv, char ***operands, int *n_operand,
                 struct gg_err *err);

/* Prints the rows for --help: "  -o, --output FILE     write here ... (default: standard output)"; a flag that is on as
 * "--[no-]NAME". */
void gg_opt_print(FILE *to, const struct gg_opt *table, const void *defaults);

/* Prints text from this column on, in lines of less than 80 columns; what does not fit goes on in the next line at `indent`.
 * A line feed in the text begins a line at column 0. */
void gg_print_wrapped(FILE *to, int column, int indent, const char *text);

#endif
