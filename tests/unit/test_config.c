/* test_config.c -- files, --set and options folded into one tree; its canonical text and digest */
#include "config/config.h"
#include "util/file.h"
#include "util/rng.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct gg_err err;

static void load(struct gg_config *c, const char *text, const char *name)
{
    if (gg_config_from_text(c, text, strlen(text), name, &err))
        fail_msg("%s", err.text);
}

static void set(struct gg_config *c, const char *assignment)
{
    if (gg_config_set(c, assignment, "--set", &err))
        fail_msg("%s: %s", assignment, err.text);
}

static void prints(const struct gg_config *c, bool comments, const char *want)
{
    char *text = gg_config_print(c, comments);
    assert_string_equal(text, want);
    free(text);
}

static const char base[] = "layers:\n"
                           "  - {layer: embed, out: h}\n"
                           "  - repeat: 4\n"
                           "    layers:\n"
                           "      - {layer: conv, lmax: 3, radial: {n: 10}}\n"
                           "      - {layer: gate}\n"
                           "heads:\n"
                           "  - {target: propensity, layer: mlp, hidden: [32, 32]}\n"
                           "train: {lr: 1e-3, about: 'two words: \"x\"'}\n";

static void test_print(void **state)
{
    (void)state;
    struct gg_config c = {0};
    prints(&c, true, "{}\n");
    load(&c, base, "se3.yaml");
    set(&c, "train.seeds=[1, 2]");
    set(&c, "heads.0.hidden.1=64");
    set(&c, "nested=[[1, 2], [{a: [], b: {}}, x]]");
    prints(&c, true,
           "layers:\n"
           "  - layer: embed  # se3.yaml:2\n"
           "    out: h  # se3.yaml:2\n"
           "  - repeat: 4  # se3.yaml:3\n"
           "    layers:\n"
           "      - layer: conv  # se3.yaml:5\n"
           "        lmax: 3  # se3.yaml:5\n"
           "        radial:\n"
           "          n: 10  # se3.yaml:5\n"
           "      - layer: gate  # se3.yaml:6\n"
           "heads:\n"
           "  - target: propensity  # se3.yaml:8\n"
           "    layer: mlp  # se3.yaml:8\n"
           "    hidden: [32, 64]  # se3.yaml:8, --set\n"
           "train:\n"
           "  lr: 1e-3  # se3.yaml:9\n"
           "  about: \"two words: \\\"x\\\"\"  # se3.yaml:9\n"
           "  seeds: [1, 2]  # --set\n"
           "nested:\n"
           "  - [1, 2]  # --set\n"
           "  - - a: []  # --set\n"
           "      b: {}  # --set\n"
           "    - x  # --set\n");
    gg_config_free(&c);
}

static void test_merge(void **state)
{
    (void)state;
    struct gg_config c = {0};
    load(&c, "{a: {x: 1, y: [1, 2, 3], z: {deep: 1}}, b: 1}", "one");
    load(&c, "{a: {y: [9], z: {more: 2}, w: 0}, b: {now: a map}, c: 3}", "two");
    prints(&c, false,
           "a:\n  x: 1\n  y: [9]\n  z:\n    deep: 1\n    more: 2\n  w: 0\nb:\n  now: \"a map\"\nc: 3\n");
    load(&c, "b: 2", "three");
    prints(&c, true,
           "a:\n  x: 1  # one:1\n  y: [9]  # two:1\n  z:\n    deep: 1  # one:1\n    more: 2  # two:1\n"
           "  w: 0  # two:1\nb: 2  # three:1\nc: 3  # two:1\n");
    gg_config_free(&c);
}

static void test_set(void **state)
{
    (void)state;
    struct gg_config c = {0};
    set(&c, "train.lr=1e-3");
    set(&c, "train.ema={decay: 0.9}");
    set(&c, "train.ema.bias-correction=true");
    assert_int_equal(gg_config_set_text(&c, "seed", "[not yaml", "command line", &err), 0);
    prints(
        &c, true,
        "train:\n  lr: 1e-3  # --set\n  ema:\n    decay: 0.9  # --set\n    bias_correction: true  # --set\n"
        "seed: \"[not yaml\"  # command line\n");
    assert_int_equal(gg_config_set_text(&c, "seed", "a\xff", "command line", &err), -1);
    assert_int_equal(gg_config_set_text(&c, "seed", "a\nb", "command line", &err), -1);
    assert_int_equal(gg_config_set_text(&c, "seed", "\\ \" a", "command line", &err), 0);
    assert_string_equal(gg_yaml_get(c.root, "seed")->text, "\\ \" a");
    gg_config_free(&c);
    load(&c, base, "m");
    set(&c, "layers.1.repeat=6");
    set(&c, "conv.lmax=2");
    set(&c, "conv.radial.hidden=[8]");
    set(&c, "mlp.hidden=[4]");
    struct gg_yaml *block = gg_yaml_at(gg_yaml_get(c.root, "layers"), 1);
    struct gg_yaml *conv = gg_yaml_at(gg_yaml_get(block, "layers"), 0);
    assert_string_equal(gg_yaml_get(block, "repeat")->text, "6");
    assert_string_equal(gg_yaml_get(conv, "lmax")->text, "2");
    assert_int_equal(gg_yaml_get(conv, "lmax")->line, 0);
    assert_int_equal(gg_yaml_get(conv, "radial")->n, 2);
    assert_int_equal(gg_yaml_get(gg_yaml_at(gg_yaml_get(c.root, "heads"), 0), "hidden")->n, 1);
    gg_config_free(&c);
}

/* Every layer of a kind gets a value of its own: a later change of one leaves the others. */
static void test_set_all_layers(void **state)
{
    (void)state;
    struct gg_config c = {0};
    load(&c, "layers: [{layer: conv}, {layer: gate}, {layer: conv}]", "m");
    set(&c, "conv.radial={n: 4}");
    set(&c, "layers.0.radial.n=5");
    prints(&c, false,
           "layers:\n  - layer: conv\n    radial:\n      n: 5\n  - layer: gate\n"
           "  - layer: conv\n    radial:\n      n: 4\n");
    load(&c, "conv: {x: 1}", "m");
    set(&c, "conv.x=2"); /* a key of the root comes first */
    assert_string_equal(gg_yaml_get(gg_yaml_get(c.root, "conv"), "x")->text, "2");
    assert_null(gg_yaml_get(gg_yaml_at(gg_yaml_get(c.root, "layers"), 0), "x"));
    gg_config_free(&c);
}

static const struct {
    const char *set, *want;
} bad[] = {
    {"", "--set: '' is not PATH=VALUE"},
    {"train.lr", "--set: 'train.lr' is not PATH=VALUE"},
    {"=1", "is not PATH=VALUE"},
    {"train.lr=", "is not PATH=VALUE"},
    {"train.lr= ", "--set train.lr: empty: no YAML"},
    {"train..lr=1", "--set: 'train..lr' is not a path"},
    {".lr=1", "is not a path"},
    {"train.=1", "is not a path"},
    {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1", "more than 16 words"},
    {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=[[1]]", "more than 16 levels"},
    {"layers.2=1", "--set: layers.2: '2' is not an item of a list of 2 (the first is 0)"},
    {"layers.-1=1", "is not an item of a list"},
    {"layers.1x=1", "'1x' is not an item"},
    {"layers.99999999999999999999=1", "is not an item"},
    {"layers.layer.x=1", "--set: layers.layer.x: 'layer' is a value"},
    {"train.lr.x=1", "--set: train.lr.x: 'lr' is a value; nothing can stand below it"},
    {"conv.lmax.x=1", "--set: conv.lmax.x: 'lmax' is a value"},
    {"train.lr=[1", "--set train.lr:2:1: not YAML"},
    {"train.lr=&x 1", "--set train.lr:1:1: anchors"},
    {"two\nlines", "'two?lines' is not PATH=VALUE"},
    {"train.\xff=1", "--set:1:2: not YAML: invalid leading UTF-8"},
    {"a\nb=1", "text of several lines"},
    {"train.a\tb=1", "a control character in text"},
    {"train.lr=1\n---\n2", "--set train.lr:2:1: a second document"},
};

static void test_bad_sets(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct gg_config c = {0};
        load(&c, base, "m");
        int status = gg_config_set(&c, bad[k].set, "--set", &err);
        if (!status || err.status != GG_USAGE || !strstr(err.text, bad[k].want))
            fail_msg("'%s': '%s', wanted '%s'", bad[k].set, status ? err.text : "accepted", bad[k].want);
        gg_config_free(&c);
    }
}

static void test_load(void **state)
{
    (void)state;
    struct gg_config c = {0};
    char name[] = "/tmp/gg-test-config-XXXXXX";
    FILE *f = fdopen(mkstemp(name), "w");
    fputs("a: 1\n", f);
    fclose(f);
    assert_int_equal(gg_config_load(&c, name, &err), 0);
    assert_string_equal(gg_yaml_get(c.root, "a")->origin, name);
    f = fopen(name, "w");
    fputs("- a\n", f);
    fclose(f);
    assert_int_equal(gg_config_load(&c, name, &err), -1);
    assert_non_null(strstr(err.text, ":1:1: a map of keys is wanted at the top, not a list"));
    assert_int_equal(truncate(name, GG_YAML_BYTES + 1), 0);
    assert_int_equal(gg_config_load(&c, name, &err), -1);
    assert_int_equal(err.status, GG_USAGE);
    unlink(name);
    assert_int_equal(gg_config_load(&c, name, &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
    assert_non_null(strstr(err.text, name));
    gg_config_free(&c);
}

/* The digest sees values and structure, not comments, spacing, quotes or origin. */
static void test_digest(void **state)
{
    (void)state;
    struct gg_config a = {0}, b = {0};
    char x[9], y[9];
    load(&a, "train: {lr: 1e-3, kind: 'mse'} # tuned\n", "a");
    load(&b, "train:\n    lr: 1\n    kind: mse", "b");
    gg_config_digest(&a, NULL, NULL, x);
    gg_config_digest(&b, NULL, NULL, y);
    assert_string_not_equal(x, y);
    set(&b, "train.lr=1e-3");
    gg_config_digest(&b, NULL, NULL, y);
    assert_string_equal(x, y);
    assert_int_equal(strspn(x, "0123456789abcdef"), 8);
    gg_config_free(&a);
    gg_config_free(&b);
}

/* ---- any tree, printed and read again, prints the same ---- */

static const char *const words[] = {"a",  "-",   "--- ", "...",      "no",        "~",
                                    "",   "'",   "\"\\", "# x",      "a: b",      "- a",
                                    "[x", "{",   "1e-3", " lead",    "trail ",    "*x",
                                    "&x", "!t",  "%",    "\xc3\xa9", "8x0e+4x1o", "gate(8x0e)",
                                    "?",  "? a", "=",    "<<",       "`",         "@",
                                    "|",  ">-",  "key,", "a#b",      "a #b",      ".5"};

static void fill_random(struct gg_yaml *y, struct gg_arena *a, struct gg_rng *r, int depth)
{
    int n = (int)gg_rng_below(r, 4);
    if (y->kind == GG_YAML_SCALAR)
        y->text = words[gg_rng_below(r, sizeof words / sizeof *words)];
    for (int k = 0; k < n && y->kind != GG_YAML_SCALAR; k++) {
        const char *word = words[gg_rng_below(r, sizeof words / sizeof *words)];
        enum gg_yaml_kind kind = depth ? (enum gg_yaml_kind)gg_rng_below(r, 3) : GG_YAML_SCALAR;
        if (y->kind == GG_YAML_MAP && (!*word || gg_yaml_get(y, word)))
            continue;
        fill_random(gg_yaml_add(y, a, kind, y->kind == GG_YAML_MAP ? word : NULL), a, r, depth - 1);
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    for (uint32_t k = 0; k < 3000; k++) {
        struct gg_config c = {0}, again = {0};
        struct gg_rng r = gg_rng_at(7, k, 0, 0);
        c.root = GG_NEW(&c.arena, struct gg_yaml, 1);
        c.root->kind = GG_YAML_MAP;
        c.root->origin = "made: up #";
        fill_random(c.root, &c.arena, &r, 5);
        char *plain = gg_config_print(&c, false), *commented = gg_config_print(&c, true);
        load(&again, k % 2 ? plain : commented, "again");
        prints(&again, false, plain);
        free(plain);
        free(commented);
        gg_config_free(&c);
        gg_config_free(&again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print),          cmocka_unit_test(test_merge),      cmocka_unit_test(test_set),
        cmocka_unit_test(test_set_all_layers), cmocka_unit_test(test_bad_sets),   cmocka_unit_test(test_load),
        cmocka_unit_test(test_digest),         cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
