/* test_yaml.c -- what a configuration may hold, what is refused and in which words, and typed values from tables */
#include "arena_fixture.h"
#include "config/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct gg_yaml *parse(const char *text)
{
    err = (struct gg_err){0};
    return gg_yaml_parse(&arena, text, strlen(text), "m.yaml", &err);
}

static struct gg_yaml *must_parse(const char *text)
{
    struct gg_yaml *y = parse(text);
    if (!y)
        fail_msg("%s: %s", text, err.text);
    return y;
}

static void test_tree(void **state)
{
    (void)state;
    struct gg_yaml *y =
        must_parse("a: 1\nlayers:\n  - {layer: conv, in: [h, \"e \\\"q\\\"\"]}\n  - no\nempty: ''\n");
    assert_int_equal(y->kind, GG_YAML_MAP);
    assert_int_equal(y->n, 3);
    struct gg_yaml *layers = gg_yaml_get(y, "layers"), *conv = gg_yaml_at(layers, 0);
    assert_int_equal(layers->kind, GG_YAML_LIST);
    assert_int_equal(layers->line, 2);
    assert_string_equal(gg_yaml_get(conv, "layer")->text, "conv");
    assert_int_equal(gg_yaml_get(conv, "in")->line, 3);
    assert_int_equal(gg_yaml_get(conv, "in")->column, 19);
    assert_string_equal(gg_yaml_at(gg_yaml_get(conv, "in"), 1)->text, "e \"q\"");
    assert_string_equal(gg_yaml_at(layers, 1)->text, "no");
    assert_string_equal(gg_yaml_get(y, "empty")->text, "");
    assert_null(gg_yaml_at(layers, 2));
    assert_null(gg_yaml_get(y, "b"));
    assert_null(gg_yaml_get(layers, "b"));
}

/* ---- refusals of the document ---- */

static const struct {
    const char *text, *want; /* a part of the message */
} bad[] = {
    {"", "m.yaml: empty: no YAML in it"},
    {"# nothing\n", "m.yaml: empty: no YAML in it"},
    {"---\n", "m.yaml:2:1: a value is missing here"},
    {"a: 1\n---\nb: 2\n", "m.yaml:2:1: a second document"},
    {"a: 1\n...\n---\nb\n", "m.yaml:3:1: a second document"},
    {"a: &x 1\n", "m.yaml:1:4: anchors (&name) are not allowed"},
    {"&x a: 1\n", "anchors (&name)"},
    {"a: &x [1]\n", "m.yaml:1:4: anchors (&name)"},
    {"a: &x {b: 1}\n", "m.yaml:1:4: anchors (&name)"},
    {"a: 1\nb: *a\n", "m.yaml:2:4: aliases (*name) are not allowed"},
    {"*a : 1\n", "m.yaml:1:1: aliases (*name)"},
    {"a: !!int 1\n", "m.yaml:1:4: tags (!name) are not allowed"},
    {"a: !mine {b: 1}\n", "m.yaml:1:4: tags"},
    {"a: !!python/object:os.system [x]\n", "m.yaml:1:4: tags"},
    {"!!str a: 1\n", "tags (!name)"},
    {"a: ! x\n", "m.yaml:1:4: tags"},
    {"a: 1\nb: 2\na: 3\n", "m.yaml:3:1: key 'a' stands here twice (before in line 1)"},
    {"x: {lr: 1, lr: 2}\n", "m.yaml:1:12: key 'lr' stands here twice"},
    {"max-frame: 1\nmax_frame: 2\n", "m.yaml:2:1: key 'max_frame' stands here twice"},
    {"\"a\": 1\na: 2\n", "m.yaml:2:1: key 'a' stands here twice"},
    {"{}: 1\n", "m.yaml:1:1: a key must be text"},
    {"? [a, b]\n: 1\n", "m.yaml:1:3: a key must be text"},
    {"a:\n  ? {b: 1}\n  : 2\n", "m.yaml:2:5: a key must be text"},
    {"'': 1\n", "m.yaml:1:1: a key has 1 to 128 bytes"},
    {": 1\n", "m.yaml:1:1: not YAML: did not find expected key"},
    {"lr:\n", "m.yaml:1:1: key 'lr' has no value"},
    {"a: 1\ntrain:\n\nb: 2\n", "m.yaml:2:1: key 'train' has no value"},
    {"{a, b}\n", "m.yaml:1:2: key 'a' has no value"},
    {"a: [1, , 2]\n", "m.yaml:1:8: not YAML"},
    {"a:\n  - 1\n  -\n", "m.yaml:3:4: a value is missing here"},
    {"a: [1, 2\n", "m.yaml:2:1: not YAML: did not find expected ',' or ']'"},
    {"a: {b: 1\n", "not YAML: did not find expected ',' or '}'"},
    {"a: 1\n b: 2\n", "m.yaml:2:3: not YAML: mapping values are not allowed"},
    {"a: \"x\n", "not YAML: found unexpected end of stream"},
    {"a: 'x\n", "not YAML: found unexpected end of stream"},
    {"a: |\n  one\n  two\n", "m.yaml:1:4: text of several lines"},
    {"a: \"x\\ny\"\n", "m.yaml:1:4: text of several lines"},
    {"a: \"x\\ty\"\n", "m.yaml:1:4: a control character"},
    {"a: \"x\\0y\"\n", "m.yaml:1:4: a control character"},
    {"a: \"\\e[31m\"\n", "m.yaml:1:4: a control character"},
    {"a: \"\\x85\"\n", "m.yaml:1:4: a control character"},
    {"a: \"\\L\"\n", "m.yaml:1:4: a control character"},
    {"a: \"\\uFEFF\"\n", "m.yaml:1:4: a control character"},
    {"\"a\\tb\": 1\n", "m.yaml:1:1: a control character"},
    {"a: \x01\n", "m.yaml:1:4: not YAML: control characters are not allowed"},
    {"ok: 1\na: \xff\xfe\n", "m.yaml:2:4: not YAML: invalid"},
    {"a: \xc3\n", "m.yaml:1:5: not YAML: invalid trailing UTF-8"},
    {"a:\tb: 1\n", "not YAML"},
    {"a: %b\n", "not YAML"},
    {"a: `b`\n", "not YAML"},
    {"a: @b\n", "not YAML"},
    {"%TAG ! x\n---\na: 1\n", "m.yaml:1:1: tags (%TAG)"},
    {"[[[[[[[[[[[[[[[[[", "m.yaml:1:17: more than 16 levels"},
    {"a: \"\\q\"\n", "m.yaml:1:5: not YAML: found unknown escape character"},
};

static void test_refusals(void **state)
{
    (void)state;
    int n_wrong = 0;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct gg_yaml *y = parse(bad[k].text);
        if (y || err.status != GG_USAGE || !strstr(err.text, bad[k].want) || strchr(err.text, '\n')) {
            print_error("'%s': '%s', wanted '%s'\n", bad[k].text, y ? "accepted" : err.text, bad[k].want);
            n_wrong++;
        }
        gg_arena_reset(&arena);
    }
    assert_int_equal(n_wrong, 0);
}

/* What editors put in front, in the three encodings of YAML 1.2, section 5.2. */
static void test_byte_order_marks(void **state)
{
    (void)state;
    static const char utf8[] = "\xef\xbb\xbf"
                               "a: 1\nb: 2\n",
                      low[] = "\xff\xfe"
                              "a\0:\0 \0001\0\n\0b\0:\0 \0002\0\n",
                      high[] = "\xfe\xff"
                               "\0a\0:\0 \0001\0\n\0b\0:\0 \0002\0\n";
    const struct {
        const char *text;
        size_t bytes;
    } files[] = {{utf8, sizeof utf8 - 1}, {low, sizeof low}, {high, sizeof high - 1}};
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        struct gg_yaml *y = gg_yaml_parse(&arena, files[k].text, files[k].bytes, "m.yaml", &err);
        if (!y)
            fail_msg("file %zu: %s", k, err.text);
        assert_string_equal(gg_yaml_get(y, "a")->text, "1");
        assert_int_equal(gg_yaml_get(y, "b")->line, 2);
        gg_arena_reset(&arena);
    }
}

static char *repeated(const char *begin, const char *part, int n, const char *end)
{
    char *text = malloc(strlen(begin) + (size_t)n * (strlen(part) + 16) + strlen(end) + 1), *at = text;
    at += sprintf(at, "%s", begin);
    for (int k = 0; k < n; k++)
        at += sprintf(at, part, k);
    strcpy(at, end);
    return text;
}

static void limit(const char *begin, const char *part, int n, const char *end, const char *want)
{
    char *text = repeated(begin, part, n, end);
    struct gg_yaml *y = parse(text);
    if (want ? y || !strstr(err.text, want) : !y)
        fail_msg("%s x %d: '%s', wanted '%s'", part, n, err.text, want ? want : "accepted");
    free(text);
    gg_arena_reset(&arena);
}

static void test_limits(void **state)
{
    (void)state;
    limit("", "[", 16, "]]]]]]]]]]]]]]]]", NULL);
    limit("", "[", 1000000, "", "m.yaml:1:17: more than 16 levels");
    limit("", "{a: ", 1 << 17, "", "more than 16 levels");
    limit("", "- ", 1 << 18, "x", "more than 16 levels");
    limit("", "? ", 1 << 18, "x", "a key must be text");
    limit("", "k%d: 1\n", 256, "", NULL);
    limit("", "k%d: 1\n", 257, "", "m.yaml:257:1: more than 256 keys");
    limit("a: ", "x", (1 << 20) - 4, "\n", NULL);
    limit("a: ", "x", (1 << 20) - 3, "\n", "1048577 bytes; at most 1048576");
    limit("", "x", 128, ": 1", NULL);
    limit("", "x", 129, ": 1", "a key has 1 to 128 bytes");
    limit("[", "1, ", 300000, "]", NULL);
}

/* ---- values ---- */

static void test_values(void **state)
{
    (void)state;
    struct gg_yaml *y =
        must_parse("i: 12\nx: 1e-3\nyes: true\nno: no\nt: [a, b]\nr: [1, 2.5]\none: h\nbad: [1, {a: 1}]\n");
    int64_t i;
    double x;
    bool b;
    const char *t;
    struct gg_texts texts;
    struct gg_reals reals;
    assert_int_equal(gg_yaml_int(gg_yaml_get(y, "i"), 0, 20, &i, &err), 0);
    assert_int_equal(i, 12);
    assert_int_equal(gg_yaml_int(gg_yaml_get(y, "i"), 0, 10, &i, &err), -1);
    assert_non_null(strstr(err.text, "m.yaml:1:1: i: 12 is out of range"));
    assert_int_equal(gg_yaml_int(gg_yaml_get(y, "x"), 0, 0, &i, &err), -1);
    assert_int_equal(gg_yaml_real(gg_yaml_get(y, "x"), &x, &err), 0);
    assert_true(x == 1e-3);
    assert_int_equal(gg_yaml_bool(gg_yaml_get(y, "yes"), &b, &err), 0);
    assert_true(b);
    assert_int_equal(gg_yaml_bool(gg_yaml_get(y, "no"), &b, &err), -1);
    assert_non_null(strstr(err.text, "'no' is neither true nor false"));
    assert_int_equal(gg_yaml_text(gg_yaml_get(y, "no"), &t, &err), 0);
    assert_string_equal(t, "no");
    assert_int_equal(gg_yaml_texts(gg_yaml_get(y, "t"), &arena, &texts, &err), 0);
    assert_int_equal(texts.n, 2);
    assert_string_equal(texts.v[1], "b");
    assert_int_equal(gg_yaml_texts(gg_yaml_get(y, "one"), &arena, &texts, &err), 0);
    assert_int_equal(texts.n, 1);
    assert_int_equal(gg_yaml_reals(gg_yaml_get(y, "r"), &arena, &reals, &err), 0);
    assert_int_equal(reals.n, 2);
    assert_true(reals.v[1] == 2.5);
    assert_int_equal(gg_yaml_reals(gg_yaml_get(y, "bad"), &arena, &reals, &err), -1);
    assert_non_null(strstr(err.text, "item: a value is wanted, not a map"));
    assert_int_equal(gg_yaml_text(gg_yaml_get(y, "t"), &t, &err), -1);
    assert_non_null(strstr(err.text, "m.yaml:5:1: t: a value is wanted, not a list"));
    assert_null(gg_yaml_need(y, "lmax", &err));
    assert_string_equal(err.text, "m.yaml:1:1: key 'lmax' is missing");
    gg_arena_reset(&arena);
}

/* ---- a map through a table ---- */

struct hyper {
    int64_t lmax, n;
    double scale;
    bool share;
    const char *about;
    int basis;
    struct gg_reals hidden;
    struct gg_texts names;
};
static const struct gg_opt table[] = {
    {.name = "lmax",
     .type = GG_OPT_INT,
     .offset = offsetof(struct hyper, lmax),
     .min = 0,
     .max = 12,
     .help = "degree",
     .required = true},
    {.name = "scale", .type = GG_OPT_REAL, .offset = offsetof(struct hyper, scale), .help = "scale"},
    {.name = "share-all", .type = GG_OPT_FLAG, .offset = offsetof(struct hyper, share), .help = "share"},
    {.name = "about", .type = GG_OPT_TEXT, .offset = offsetof(struct hyper, about), .help = "about"},
    {.name = "radial.basis",
     .type = GG_OPT_CHOICE,
     .offset = offsetof(struct hyper, basis),
     .help = "basis",
     .choices = "bessel|gaussian"},
    {.name = "radial.n",
     .type = GG_OPT_INT,
     .offset = offsetof(struct hyper, n),
     .min = 1,
     .max = 64,
     .help = "n"},
    {.name = "radial.hidden",
     .type = GG_OPT_REALS,
     .offset = offsetof(struct hyper, hidden),
     .min = 1,
     .max = 999,
     .help = "hidden"},
    {.name = "names", .type = GG_OPT_TEXTS, .offset = offsetof(struct hyper, names), .help = "names"},
    {0},
};
static const char *const others[] = {"layer", "in", "out", NULL};

static struct hyper hyper_defaults(void)
{
    static double hidden[] = {16};
    return (struct hyper){.lmax = 1, .n = 8, .scale = 1, .hidden = {1, hidden}};
}

static void test_fill(void **state)
{
    (void)state;
    struct hyper h = hyper_defaults();
    struct gg_yaml *y = must_parse("{layer: conv, lmax: 3, scale: 0.5, share_all: true, names: [x, y],\n"
                                   " radial: {basis: gaussian, hidden: [32, 64]}, about: no}\n");
    if (gg_yaml_fill(y, &arena, table, &h, others, "conv", &err))
        fail_msg("%s", err.text);
    assert_int_equal(h.lmax, 3);
    assert_true(h.scale == 0.5 && h.share);
    assert_int_equal(h.basis, 1);
    assert_int_equal(h.n, 8);
    assert_int_equal(h.hidden.n, 2);
    assert_true(h.hidden.v[0] == 32 && h.hidden.v[1] == 64);
    assert_int_equal(h.names.n, 2);
    assert_string_equal(h.names.v[1], "y");
    assert_string_equal(h.about, "no");
    y = must_parse("lmax: 2\nradial_n: 5\nradial: {hidden: []}\nnames: z\n");
    if (gg_yaml_fill(y, &arena, table, &h, NULL, NULL, &err))
        fail_msg("%s", err.text);
    assert_int_equal(h.n, 5);
    assert_int_equal(h.hidden.n, 0);
    assert_int_equal(h.names.n, 1);
    gg_arena_reset(&arena);
}

static const struct {
    const char *text, *want;
} bad_fill[] = {
    {"lmx: 1\n", "m.yaml:1:1: conv: unknown key 'lmx' (did you mean lmax?)"},
    {"lmax: 1\nshare-al: true\n", "m.yaml:2:1: conv: unknown key 'share-al' (did you mean share_all?)"},
    {"lmax: 1\nlayr: conv\n", "m.yaml:2:1: conv: unknown key 'layr' (did you mean layer?)"},
    {"lmax: 1\nzzzzzz: conv\n", "m.yaml:2:1: conv: unknown key 'zzzzzz'"},
    {"lmax: 1\nradial: {hiden: 1}\n", "m.yaml:2:10: conv.radial: unknown key 'hiden' (did you mean hidden?)"},
    {"lmax: 1\nradial: {layer: 1}\n", "m.yaml:2:10: conv.radial: unknown key 'layer'"},
    {"lmax: 1\nradial: 5\n", "m.yaml:2:1: conv.radial: a map of its keys is wanted"},
    {"lmax: 13\n", "m.yaml:1:1: conv.lmax: 13 is out of range (0 to 12)"},
    {"lmax: 99999999999999999999\n", "m.yaml:1:1: conv.lmax: '99999999999999999999' is not a whole number"},
    {"lmax: 1.5\n", "m.yaml:1:1: conv.lmax: '1.5' is not a whole number"},
    {"lmax: ''\n", "m.yaml:1:1: conv.lmax: the value is empty"},
    {"lmax: [1]\n", "m.yaml:1:1: lmax: a value is wanted, not a list"},
    {"lmax: {a: 1}\n", "m.yaml:1:1: lmax: a value is wanted, not a map"},
    {"lmax: 1\nscale: nan\n", "m.yaml:2:1: conv.scale: 'nan' is not a number"},
    {"lmax: 1\nscale: 1e999\n", "m.yaml:2:1: conv.scale: '1e999' is not a number"},
    {"lmax: 1\nshare_all: yes\n", "m.yaml:2:1: conv.share_all: 'yes' is neither true nor false"},
    {"lmax: 1\nradial: {basis: besel}\n",
     "m.yaml:2:10: conv.radial.basis: 'besel' is not one of bessel|gaussian"},
    {"lmax: 1\nradial: {hidden: [1, x]}\n", "m.yaml:2:10: conv.radial.hidden: 'x' is not a number"},
    {"lmax: 1\nradial: {hidden: [1, 0]}\n", "m.yaml:2:10: conv.radial.hidden: 0 is out of range"},
    {"lmax: 1\nradial: {hidden: [1, [2]]}\n", "a value is wanted, not a list"},
    {"lmax: 1\nradial: {hidden: [\"1,2\"]}\n", "'1,2' is not a number"},
    {"lmax: 1\nradial: {n: 1}\nradial_n: 2\n", "m.yaml:3:1: conv.radial_n is given twice, in two spellings"},
    {"lmax: 1\nnames: {a: b}\n", "m.yaml:2:1: names: a list is wanted, not a map"},
    {"lmax: 1\nnames: [a, [b]]\n", "a value is wanted, not a list"},
    {"scale: 1\n", "m.yaml:1:1: conv: key 'lmax' is missing: degree"},
    {"[lmax, 1]\n", "m.yaml:1:1: conv: a map is wanted, not a list"},
    {"lmax\n", "m.yaml:1:1: conv: a map is wanted, not a value"},
};

static void test_fill_refusals(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof bad_fill / sizeof *bad_fill; k++) {
        struct hyper h = hyper_defaults();
        struct gg_yaml *y = must_parse(bad_fill[k].text);
        int status = gg_yaml_fill(y, &arena, table, &h, others, "conv", &err);
        if (!status || err.status != GG_USAGE || !strstr(err.text, bad_fill[k].want))
            fail_msg("'%s': '%s', wanted '%s'", bad_fill[k].text, status ? err.text : "accepted",
                     bad_fill[k].want);
        gg_arena_reset(&arena);
    }
}

static void test_check_keys(void **state)
{
    (void)state;
    static const char *const known[] = {"inputs", "layers", "heads", NULL};
    assert_int_equal(gg_yaml_check_keys(must_parse("inputs: 1\nheads: 2\n"), NULL, known, &err), 0);
    assert_int_equal(gg_yaml_check_keys(must_parse("inputs: 1\nhead: 2\n"), NULL, known, &err), -1);
    assert_string_equal(err.text, "m.yaml:2:1: unknown key 'head' (did you mean heads?)");
    assert_int_equal(gg_yaml_check_keys(must_parse("heads: 2\nlmax: 1\nradial: {x: 1}\n"), table, known,
                                        &err),
                     0);
    gg_arena_reset(&arena);
}

/* The map with defaults added fills a fresh struct to the same values. */
static void test_defaults(void **state)
{
    (void)state;
    struct hyper h = hyper_defaults(), again = {0};
    struct gg_yaml *y = must_parse("{layer: conv, lmax: 3, radial: {n: 4}, share-all: true}\n");
    assert_int_equal(gg_yaml_fill(y, &arena, table, &h, others, "conv", &err), 0);
    gg_yaml_add_defaults(y, &arena, table, &h, NULL);
    assert_int_equal(y->n, 5); /* scale is new, about has no value and names are none */
    assert_string_equal(gg_yaml_get(y, "scale")->text, "1");
    assert_string_equal(gg_yaml_get(y, "scale")->origin, "default");
    assert_string_equal(gg_yaml_get(gg_yaml_get(y, "radial"), "basis")->text, "bessel");
    assert_null(gg_yaml_get(y, "names"));
    gg_yaml_add_defaults(y, &arena, table, &h, NULL);
    assert_int_equal(y->n, 5);
    assert_int_equal(gg_yaml_fill(y, &arena, table, &again, others, "conv", &err), 0);
    assert_int_equal(again.lmax, 3);
    assert_int_equal(again.n, 4);
    assert_true(again.share && again.scale == 1 && again.hidden.n == 1 && again.hidden.v[0] == 16);
    gg_arena_reset(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),          cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_limits),        cmocka_unit_test(test_byte_order_marks),
        cmocka_unit_test(test_values),        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_fill_refusals), cmocka_unit_test(test_check_keys),
        cmocka_unit_test(test_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
