/* opt_line.c -- option tables on the command line: getopt_long over them */
#include "util/arena.h"
#include "util/opt.h"

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 128, NO = 0x10000, FIRST = 0x100 };

/* What getopt_long is given: one entry a row, and one more for the --no- form of a flag. */
struct line {
    int n_row, n_entry;
    const struct gg_opt *row[MOST];
    void *options[MOST];
    bool given[MOST];
    struct option entry[2 * MOST + 1];
    char letters[2 * MOST + 4], names[MOST][64];
};

static bool takes_argument(const struct gg_opt *o)
{
    return o->type != GG_OPT_FLAG;
}

static void add_row(struct line *l, const struct gg_opt *o, void *options)
{
    assert(l->n_row < MOST);
    int k = l->n_row++;
    l->row[k] = o;
    l->options[k] = options;
    l->entry[l->n_entry++] = (struct option){o->name, takes_argument(o), NULL, FIRST + k};
    if (!takes_argument(o)) {
        snprintf(l->names[k], sizeof l->names[k], "no-%s", o->name);
        l->entry[l->n_entry++] = (struct option){l->names[k], no_argument, NULL, NO + k};
    }
    if (o->letter != 0) {
        size_t end = strlen(l->letters);
        l->letters[end] = o->letter;
        l->letters[end + 1] = takes_argument(o) ? ':' : '\0';
    }
}

static void build(struct line *l, const struct gg_opt_set_of *sets)
{
    l->letters[0] = ':'; /* a missing argument is told apart from an unknown option */
    for (; sets->table != NULL; sets++)
        for (const struct gg_opt *o = sets->table; o->name != NULL; o++)
            add_row(l, o, sets->options);
}

/* The row that getopt's return value means, and whether in its --no- form. */
static int row_of(const struct line *l, int code, bool *no)
{
    *no = code >= NO;
    if (code >= FIRST)
        return code - (*no ? NO : FIRST);
    for (int k = 0; k < l->n_row; k++)
        if (l->row[k]->letter == code)
            return k;
    return -1;
}

static int refuse_unknown(const struct line *l, const char *word, struct gg_err *err)
{
    const char *names[2 * MOST];
    for (int k = 0; k < l->n_entry; k++)
        names[k] = l->entry[k].name;
    if (strncmp(word, "--", 2) != 0)
        return gg_fail(err, GG_USAGE, "unknown option '-%c' (see --help)", optopt);
    size_t length = strcspn(word, "=");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(length - 2), word + 2);
    int begins = 0;
    for (int k = 0; k < l->n_entry; k++)
        begins += strncmp(names[k], name, strlen(name)) == 0;
    if (optopt != 0)
        return gg_fail(err, GG_USAGE, "--%s takes no argument", name);
    if (begins > 1)
        return gg_fail(err, GG_USAGE, "option '--%s' is ambiguous (see --help)", name);
    const char *near = gg_nearest(name, names, l->n_entry);
    if (near != NULL)
        return gg_fail(err, GG_USAGE, "unknown option '--%s' (did you mean --%s?)", name, near);
    return gg_fail(err, GG_USAGE, "unknown option '--%s' (see --help)", name);
}

static int take(struct line *l, int code, struct gg_err *err)
{
    bool no;
    int k = row_of(l, code, &no);
    const struct gg_opt *o = l->row[k];
    char where[72];
    snprintf(where, sizeof where, "--%s", o->name);
    l->given[k] = true;
    return gg_opt_set(o, l->options[k], takes_argument(o) ? optarg : no ? "false" : "true", where, err);
}

static int refuse_missing(const struct line *l, const char *word, struct gg_err *err)
{
    bool no;
    int k = row_of(l, optopt, &no);
    if (k < 0)
        return gg_fail(err, GG_USAGE, "option '%.80s' needs an argument", word);
    const struct gg_opt *o = l->row[k];
    return gg_fail(err, GG_USAGE, "--%s needs an argument%s%s", o->name, o->arg != NULL ? ": " : "",
                   o->arg != NULL ? o->arg : "");
}

static int parse(struct line *l, int argc, char **argv, struct gg_err *err)
{
    optind = 0; /* GNU: start afresh */
    opterr = 0;
    for (;;) {
        int at = optind > 0 ? optind : 1; /* the word under the cursor, for messages */
        int code = getopt_long(argc, argv, l->letters, l->entry, NULL);
        const char *word = argv[optind > at ? optind - 1 : at];
        if (code == -1)
            break;
        int status = code == '?'   ? refuse_unknown(l, word, err)
                     : code == ':' ? refuse_missing(l, word, err)
                                   : take(l, code, err);
        if (status < 0)
            return -1;
    }
    for (int k = 0; k < l->n_row; k++)
        if (l->row[k]->required && !l->given[k])
            return gg_fail(err, GG_USAGE, "--%s is required: %s", l->row[k]->name, l->row[k]->help);
    return 0;
}

int gg_opt_parse(const struct gg_opt_set_of *sets, int argc, char **argv, char ***operands, int *n_operand,
                 struct gg_err *err)
{
    struct line *l = gg_xalloc(1, sizeof *l);
    build(l, sets);
    int status = parse(l, argc, argv, err);
    *operands = argv + optind;
    *n_operand = argc - optind;
    free(l);
    return status;
}
