/* test_util_opt.c -- option tables: every type, ranges, the nearest name, the command line */
#include "util/opt.h"

#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct options {
    bool flag, on;
    int64_t count;
    double cutoff, free;
    const char *name;
    int basis;
    struct gg_reals lengths;
    struct gg_texts ids;
};
static const struct gg_opt table[] = {
    {"flag", GG_OPT_FLAG, offsetof(struct options, flag), "a switch", .letter = 'f'},
    {"on", GG_OPT_FLAG, offsetof(struct options, on), "a switch that is on"},
    {"count", GG_OPT_INT, offsetof(struct options, count), "how many", "N", NULL, 1, 10, NULL, 'n'},
    {"cut-off", GG_OPT_REAL, offsetof(struct options, cutoff), "longest bond", "LENGTH", "sigma", 0, INFINITY,
     NULL, 'c'},
    {"free", GG_OPT_REAL, offsetof(struct options, free), "any number", "X"},
    {"name", GG_OPT_TEXT, offsetof(struct options, name), "what it is called", "TEXT"},
    {"basis", GG_OPT_CHOICE, offsetof(struct options, basis), "radial functions",
     .choices = "bessel|gaussian|cosine"},
    {"lengths", GG_OPT_REALS, offsetof(struct options, lengths), "several", "LIST", "sigma", .min = 0,
     .max = 5},
    {"id", GG_OPT_TEXTS, offsetof(struct options, ids), "patterns", "PATTERN"},
    {0}};
static const struct options defaults = {.on = true, .count = 3, .cutoff = 2, .basis = 1};

static struct gg_err err;

static int set(struct options *o, const char *name, const char *text)
{
    return gg_opt_set(gg_opt_find(table, name), o, text, "here", &err);
}

static void refused(const char *name, const char *text, const char *message)
{
    struct options o = defaults, before = o;
    err = (struct gg_err){0};
    assert_int_equal(set(&o, name, text), -1);
    assert_int_equal(err.status, GG_USAGE);
    assert_string_equal(err.text, message);
    assert_memory_equal(&o, &before, sizeof o.lengths);
}

static void each_type(void **state)
{
    (void)state;
    struct options o = defaults;
    assert_int_equal(set(&o, "flag", "true"), 0);
    assert_true(o.flag);
    assert_int_equal(set(&o, "count", "10"), 0);
    assert_int_equal(o.count, 10);
    const struct gg_opt knots = {"knots", GG_OPT_INT, offsetof(struct options, count), .max = 99,
                                 .choices = "exact"};
    assert_int_equal(gg_opt_set(&knots, &o, "exact", "here", &err), 0);
    assert_int_equal(o.count, 0);
    assert_int_equal(gg_opt_set(&knots, &o, "exac", "here", &err), -1);
    assert_string_equal(err.text, "here: 'exac' is not a whole number, nor exact");
    assert_int_equal(set(&o, "cut-off", "1e-3"), 0);
    assert_true(o.cutoff == 1e-3);
    assert_int_equal(set(&o, "free", "-7.5"), 0);
    assert_true(o.free == -7.5);
    assert_int_equal(set(&o, "name", "no"), 0);
    assert_string_equal(o.name, "no");
    assert_int_equal(set(&o, "basis", "cosine"), 0);
    assert_int_equal(o.basis, 2);
    assert_int_equal(set(&o, "lengths", "1,2.5,0"), 0);
    assert_int_equal(o.lengths.n, 3);
    assert_true(o.lengths.v[1] == 2.5 && o.lengths.v[2] == 0);
    assert_int_equal(set(&o, "id", "a"), 0);
    assert_int_equal(set(&o, "id", "b"), 0);
    assert_int_equal(o.ids.n, 2);
    assert_string_equal(o.ids.v[0], "a");
    assert_string_equal(o.ids.v[1], "b");
}

static void what_is_refused(void **state)
{
    (void)state;
    refused("flag", "yes", "here: 'yes' is neither true nor false");
    refused("count", "1.5", "here: '1.5' is not a whole number");
    refused("count", "", "here: the value is empty");
    refused("count", "0", "here: 0 is out of range (1 to 10)");
    refused("count", "99999999999999999999", "here: '99999999999999999999' is not a whole number");
    refused("cut-off", "-1", "here: -1 is out of range (at least 0)");
    refused("cut-off", "nan", "here: 'nan' is not a number");
    refused("cut-off", "inf", "here: 'inf' is not a number");
    refused("free", "1e999", "here: '1e999' is not a number");
    refused("free", "2x", "here: '2x' is not a number");
    refused("name", "", "here: the value is empty");
    refused("basis", "besel", "here: 'besel' is not one of bessel|gaussian|cosine (did you mean bessel?)");
    refused("basis", "zzzzzz", "here: 'zzzzzz' is not one of bessel|gaussian|cosine");
    refused("lengths", "1,,2", "here: '' is not a number");
    refused("lengths", "1,7", "here: 7 is out of range (0 to 5)");
    refused("lengths", "1,", "here: '' is not a number");
}

static void get_reads_back(void **state)
{
    (void)state;
    struct options o = defaults, p = defaults;
    assert_int_equal(set(&o, "cut-off", "0.1"), 0);
    assert_int_equal(set(&o, "lengths", "0.1,3e-07,2"), 0);
    assert_int_equal(set(&o, "name", "x y"), 0);
    for (const struct gg_opt *x = table; x->name != NULL; x++) {
        char *text = gg_opt_get(x, &o);
        if (*text != '\0')
            assert_int_equal(gg_opt_set(x, &p, text, "here", &err), 0);
        char *again = gg_opt_get(x, &p);
        assert_string_equal(text, again);
        free(text);
        free(again);
    }
}

static void names(void **state)
{
    (void)state;
    assert_ptr_equal(gg_opt_find(table, "cut_off"), gg_opt_find(table, "cut-off"));
    assert_null(gg_opt_find(table, "cut"));
    assert_null(gg_opt_find(table, "cut-off-"));
    const char *const list[] = {"cutoff", "channels", "epochs", "lr"};
    assert_string_equal(gg_nearest("cuttoff", list, 4), "cutoff");
    assert_string_equal(gg_nearest("chanels", list, 4), "channels");
    assert_string_equal(gg_nearest("l", list, 4) == NULL ? "none" : "some", "none");
    assert_null(gg_nearest("temperature", list, 4));
    assert_null(gg_nearest("", list, 4));
}

/* Parses a command line of words separated by spaces, in a copy that getopt may permute. */
static int line(struct options *o, const char *text, char ***operands, int *n)
{
    static char words[256], *argv[32];
    const struct gg_opt_set_of sets[] = {{table, o}, {0}};
    int argc = 0;
    snprintf(words, sizeof words, "gg-test %s", text);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    *o = defaults;
    err = (struct gg_err){0};
    return gg_opt_parse(sets, argc, argv, operands, n, &err);
}

static void command_line(void **state)
{
    (void)state;
    struct options o;
    char **operands;
    int n;
    assert_int_equal(line(&o, "a -n4 b --cut-off=7 --no-on -f --id x --id=y - --lengths 1,2 -- --flag",
                          &operands, &n),
                     0);
    assert_int_equal(n, 4);
    assert_string_equal(operands[0], "a");
    assert_string_equal(operands[2], "-");
    assert_string_equal(operands[3], "--flag");
    assert_true(o.count == 4 && o.cutoff == 7 && !o.on && o.flag && o.ids.n == 2 && o.lengths.n == 2);
    assert_int_equal(line(&o, "--count 2 --count 5 --count 7", &operands, &n), 0);
    assert_int_equal(o.count, 7);
    assert_int_equal(line(&o, "", &operands, &n), 0);
    assert_int_equal(n, 0);
    assert_int_equal(o.count, 3);
}

static void line_refused(const char *text, const char *message)
{
    struct options o;
    char **operands;
    int n;
    assert_int_equal(line(&o, text, &operands, &n), -1);
    assert_int_equal(err.status, GG_USAGE);
    assert_string_equal(err.text, message);
}

static void wrong_command_lines(void **state)
{
    (void)state;
    line_refused("--cutt-off 2", "unknown option '--cutt-off' (did you mean --cut-off?)");
    line_refused("a b --lenghts=2", "unknown option '--lenghts' (did you mean --lengths?)");
    line_refused("--temperature", "unknown option '--temperature' (see --help)");
    line_refused("a -x b", "unknown option '-x' (see --help)");
    line_refused("--flag -fx", "unknown option '-x' (see --help)");
    line_refused("--count", "--count needs an argument: N");
    line_refused("-n", "--count needs an argument: N");
    line_refused("--flag=3", "--flag takes no argument");
    line_refused("--n 3", "option '--n' is ambiguous (see --help)");
    line_refused("--count 12", "--count: 12 is out of range (1 to 10)");
    line_refused("-n 12", "--count: 12 is out of range (1 to 10)");
}

static void required(void **state)
{
    (void)state;
    static const struct gg_opt needs[] = {{"cutoff", GG_OPT_REAL, offsetof(struct options, cutoff),
                                           "longest bond", .required = true},
                                          {0}};
    struct options o = {0};
    const struct gg_opt_set_of sets[] = {{needs, &o}, {0}};
    char program[] = "p", **operands, *argv[] = {program, NULL};
    int n;
    assert_int_equal(gg_opt_parse(sets, 1, argv, &operands, &n, &err), -1);
    assert_string_equal(err.text, "--cutoff is required: longest bond");
}

/* A copy keeps what the options were when they are set again. */
static void copies(void **state)
{
    (void)state;
    struct options o = defaults;
    void *before = gg_opt_copy(table, &o);
    for (const struct gg_opt *row = table; row->name != NULL; row++) {
        char *was = gg_opt_get(row, &defaults), *kept = gg_opt_get(row, before);
        assert_string_equal(kept, was);
        free(was);
        free(kept);
    }
    assert_int_equal(gg_opt_set(gg_opt_find(table, "count"), &o, "4", "--count", &err), 0);
    char *kept = gg_opt_get(gg_opt_find(table, "count"), before);
    assert_string_equal(kept, "3");
    free(kept);
    free(before);
}

static void help(void **state)
{
    (void)state;
    char *text;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    gg_opt_print(to, table, &defaults);
    fclose(to);
    assert_non_null(strstr(text, "  -f, --flag                a switch\n"));
    assert_non_null(strstr(text, "      --[no-]on             a switch that is on (default: yes)\n"));
    assert_non_null(strstr(text, "  -n, --count N             how many (default: 3)\n"));
    assert_non_null(strstr(text, "  -c, --cut-off LENGTH      longest bond, in sigma (default: 2)\n"));
    assert_non_null(strstr(text, "      --basis bessel|gaussian|cosine\n"
                                 "                            radial functions (default: gaussian)\n"));
    assert_non_null(strstr(text, "      --name TEXT           what it is called\n"));
    free(text);
}

/* Lines end in front of a space or behind a bar, and never beyond 79 columns unless a word is longer than that. */
static void wrapped(void **state)
{
    (void)state;
    char *text;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    fprintf(to, "%70s", "");
    gg_print_wrapped(to, 70, 4, "one three two|four|\nnext line");
    fclose(to);
    assert_string_equal(text + 70, "one three\n    two|four|\nnext line");
    free(text);
    to = open_memstream(&text, &bytes);
    gg_print_wrapped(to, 75, 2, "a|bcd|e");
    fclose(to);
    assert_string_equal(text, "a|\n  bcd|e");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type), cmocka_unit_test(what_is_refused), cmocka_unit_test(get_reads_back),
        cmocka_unit_test(names),     cmocka_unit_test(command_line),    cmocka_unit_test(wrong_command_lines),
        cmocka_unit_test(required),  cmocka_unit_test(copies),          cmocka_unit_test(help),
        cmocka_unit_test(wrapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
