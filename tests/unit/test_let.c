/* test_let.c -- names for numbers: what `let:` makes of a configuration is what would have been written out */
#include "config/config.h"
#include "util/rng.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct gg_err err;
static const char *const words[] = {"layer", "in", "out", NULL};

static int resolve(struct gg_config *c, const char *text, const char *set)
{
    *c = (struct gg_config){0};
    if (gg_config_from_text(c, text, strlen(text), "m", &err) ||
        (set && gg_config_set(c, set, "--set", &err)))
        return -1;
    return gg_config_resolve(c, words, &err);
}

/* Both texts have the same meaning, hence the same digest. */
static void same(const char *text, const char *set, const char *plain)
{
    struct gg_config a, b;
    char x[9], y[9];
    if (resolve(&a, text, set) || resolve(&b, plain, NULL))
        fail_msg("%s: %s", text, err.text);
    char *got = gg_config_print(&a, false), *want = gg_config_print(&b, false);
    assert_string_equal(got, want);
    gg_config_digest(&a, NULL, NULL, x);
    gg_config_digest(&b, NULL, NULL, y);
    assert_string_equal(x, y);
    free(got);
    free(want);
    gg_config_free(&a);
    gg_config_free(&b);
}

static void test_values(void **state)
{
    (void)state;
    same("let: {C: 8}\na: C\nb: [C, 4, C]\nc: {d: C}", NULL, "a: 8\nb: [8, 4, 8]\nc: {d: 8}");
    same("a: C\nlet: {C: 8}", "let.C=16", "a: 16");
    same("{a: net, let: {net: [C, 2], C: D, D: 1e-3}}", NULL, "a: [1e-3, 2]");
    same("{a: net, let: {net: 4}}", "let.net=[1, 2]", "a: [1, 2]");
    same("{let: {act: silu}, mlp: {act: act}}", NULL, "{mlp: {act: silu}}");
    /* products */
    same("{let: {C: 8, n: 2}, a: 2*C, b: [n * C, C*C], c: n*3*C}", NULL, "{a: 16, b: [16, 64], c: 48}");
    same("{let: {C: 8, D: 2*C}, a: D, b: 3*D}", NULL, "{a: 16, b: 48}");
    same("{let: {C: 8, act: silu}, a: C, b: act*2, c: 2*x, d: '*.ggm', e: C*1.5, f: act}", NULL,
         "{a: 8, b: act*2, c: 2*x, d: '*.ggm', e: C*1.5, f: silu}");
    /* keys, parts of words and the values of words are not names */
    same("{let: {h: 8}, h: h, in: h, out: [h, m], layer: h, x: hh}", NULL,
         "{h: 8, in: h, out: [h, m], layer: h, x: hh}");
    same("a: C\nb: 8*0e\nfrom: foo.ggm", NULL, "a: C\nb: 8*0e\nfrom: foo.ggm");
}

static const struct {
    const char *text, *plain;
} irreps[] = {
    {"C*all(lmax)", "8x0e+8x1o+8x2e"},
    {"gate(C*all(lmax))", "gate(8x0e+8x1o+8x2e)"},
    {"gate(2*C*all(lmax))", "gate(16x0e+16x1o+16x2e)"},
    {"2 * C*3x1o + D*0e", "48x1o+24x0e"},
    {"all(0)", "1x0e"},
    {"4*both(1)", "4x0e+4x0o+4x1e+4x1o"},
    {"C*0e+C*both(1..lmax)", "8x0e+8x1e+8x1o+8x2e+8x2o"},
    {"C*all(lmax..3)", "8x2e+8x3o"},
    {"2*3x1o+0e", "6x1o+1x0e"},
    {"w", "8x0e+8x1o+8x2e+3x0o"},
    {"gate(2*w)", "gate(16x0e+16x1o+16x2e+6x0o)"},
    {"8x0e+0e", "8x0e+0e"}, /* as it was written */
    {"8x0e + 4x1o", "8x0e+4x1o"},
    {"gate( C*all( lmax ) + 2 * 0o )", "gate(8x0e+8x1o+8x2e+2x0o)"},
    {"C * both(1 .. lmax)+ w", "8x1e+8x1o+8x2e+8x2o+8x0e+8x1o+8x2e+3x0o"},
    {"8y0e", "8y0e"},
};

static void test_irreps(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof irreps / sizeof *irreps; k++) {
        char text[256], plain[256];
        snprintf(text, sizeof text,
                 "{let: {C: 8, lmax: 2, w: C*all(lmax)+3x0o, D: C*3}, use: [C, lmax, w, D], out_irreps: %s}",
                 irreps[k].text);
        snprintf(plain, sizeof plain, "{use: [8, 2, C*all(lmax)+3x0o, 24], out_irreps: %s}", irreps[k].plain);
        same(text, NULL, plain);
    }
}

static void test_origins(void **state)
{
    (void)state;
    struct gg_config c;
    assert_int_equal(resolve(&c, "let: {C: 8, l: 1}\na: C\nb: [C, 2, l]\nirreps: C*all(l)\nc: 3", "let.C=4"),
                     0);
    char *text = gg_config_print(&c, true);
    assert_string_equal(text, "a: 4  # m:2, C: --set\nb: [4, 2, 1]  # m:3, C: --set, l: m:1\n"
                              "irreps: 4x0e+4x1o  # m:4, C: --set, l: m:1\nc: 3  # m:5\n");
    free(text);
    gg_config_free(&c);
}

static const struct {
    const char *text, *want;
} bad[] = {
    {"{let: {width: 8}, a: width, out_irreps: widh*0e}",
     "m:1:29: out_irreps: 'widh' is no name of let (did you mean 'width'?)"},
    {"{let: {C: 8, l: 2}, a: [C, l], irreps: D*0e}", "m:1:32: irreps: 'D' is no name of let (there is C, l)"},
    {"{irreps: D*0e}", "m:1:2: irreps: 'D' is no name of let"},
    {"{let: {C: 8, depth: 2}, a: C, b: dept}", "m:1:14: let: nothing is written with the name 'depth'"},
    {"{let: {C: D, D: C}, a: C}", "is made of itself"},
    {"{let: {C: D, D: C}, irreps: C*0e}", "is made of itself"},
    {"{let: {C: 2*D, D: C*2}, a: 3*C}", "is made of itself"},
    {"{let: {C: 4000000000}, a: C*C*C}", "a product beyond 2^63: C*C*C"},
    {"{let: {C: 4000000000}, a: [C*C*C]}", "a product beyond 2^63: C*C*C"},
    {"{let: {C: [C]}, a: C}", "let: 'C' is made of itself"},
    {"{let: {C: [1, D], D: [2, C]}, a: C}", "is made of itself"},
    {"{let: {a: 1*1*1*1*1*1*1*1*1*1, b: a*a*a*a*a*a*a*a*a*a, c: b*b*b*b*b*b*b*b*b*b, d: "
     "c*c*c*c*c*c*c*c*c*c, e: d*d*d*d*d*d*d*d*d*d, f: e*e*e*e*e*e*e*e*e*e}, x: f*f}",
     "let: more than 100000 names would have to be put in"},
    {"{let: {a: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], b: [a, a, a, a, a, a, a, a, a, a], c: [b, b, b, b, b, b, b, "
     "b, b, b], d: [c, c, c, c, c, c, c, c, c, c], e: [d, d, d, d, d, d, d, d, d, d], f: [e, e, e, e, e, e, "
     "e, "
     "e, e, e]}, x: [f, f, f, f, f, f, f, f, f, f]}",
     "let: more than 100000 names would have to be put in"},
    {"{let: {a: 1x0e, b: a+a+a+a, c: b+b+b+b, d: c+c+c+c}, irreps: d}", "more than 32 blocks"},
    {"{let: {C: 4000000}, irreps: C*2*0e}", "wanted a number from 0 to"},
    {"{let: {C: C+C}, irreps: 2*C}", "a name made of itself: 'C'"},
    {"{let: {C: 1.5}, irreps: C*0e}", "irreps: 'C' is 1.5: wanted a number from 0 to 1048576"},
    {"{let: {C: [4]}, irreps: C*0e}", "'C' stands for a list"},
    {"{let: {C: {a: 1}}, a: C}", "let.C: a value or a list is wanted, not a map"},
    {"{let: {C: [[1]]}, a: C}", "C: a value is wanted, not a list"},
    {"{let: [C], a: C}", "let: a map is wanted, not a list"},
    {"{let: {2C: 1}, a: C}", "'2C' is no name"},
    {"{let: {gate: 1}, a: gate}", "'gate' is no name"},
    {"irreps: 0*1o+8x0e", "wanted 1 to 1048576 channels"},
    {"irreps: 1025*1024x0e", "wanted 1 to 1048576 channels"},
    {"irreps: 1048577*0e", "wanted a number from 0 to 1048576"},
    {"irreps: 8*all(13)", "wanted a number from 0 to 12"},
    {"irreps: 8*all(2..1)", "wanted degrees such as (3) or (1..3)"},
    {"irreps: 8*all(2", "wanted degrees such as"},
    {"irreps: 8*all()", "wanted a number"},
    {"irreps: 8*every(2)", "wanted all(L) or both(L), not 'every'"},
    {"irreps: all(2)all(2)", "wanted '+' or the end, not 'all(2)'"},
    {"irreps: 8*all(2)+", "wanted irreps such as"},
    {"irreps: 8x0e + 8X1o", "wanted irreps such as 8x0e, C*1o, C*all(lmax) or C*both(1..lmax), not '8X1o'"},
    {"irreps: '*0e'", "'*0e': wanted a number from 0 to 1048576"},
    {"irreps: both(12)+both(12)", "more than 32 blocks"},
    {"{irreps: 'all(1, 2)'}", "wanted degrees such as (3) or (1..3) in 'all(1, 2)'"},
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct gg_config c;
        int status = resolve(&c, bad[k].text, NULL);
        if (!status || err.status != GG_USAGE || !strstr(err.text, bad[k].want))
            fail_msg("'%s': '%s', wanted '%s'", bad[k].text, status ? err.text : "accepted", bad[k].want);
        gg_config_free(&c);
    }
}

/* A number that is no number is compared with the names, wherever it is read. */
static void test_no_name(void **state)
{
    (void)state;
    struct gg_config c;
    int64_t n;
    double x;
    assert_int_equal(resolve(&c, "{let: {width: 8}, a: width, b: widh, c: 8.5}", NULL), 0);
    assert_int_equal(gg_yaml_int(gg_yaml_get(c.root, "a"), 0, 9, &n, &err), 0);
    assert_int_equal(n, 8);
    assert_int_equal(gg_yaml_real(gg_yaml_get(c.root, "b"), &x, &err), -1);
    assert_string_equal(err.text,
                        "m:1:29: b: 'widh' is not a number, and no name of let (did you mean 'width'?)");
    assert_int_equal(gg_yaml_int(gg_yaml_get(c.root, "c"), 0, 9, &n, &err), -1);
    assert_null(strstr(err.text, "let"));
    gg_config_free(&c);
}

/* Pieces of expressions in any order: accepted or refused, never more. */
static void test_any_text(void **state)
{
    (void)state;
    static const char *const piece[] = {"C",  "*",   "+",    "(",    ")", "..", "8x0e",
                                        "1o", "all", "both", "gate", "3", "w",  "x"};
    int accepted = 0;
    for (uint32_t k = 0; k < 20000; k++) {
        struct gg_rng r = gg_rng_at(11, k, 0, 0);
        char text[512] = "{let: {C: 2, w: C*0e+w2, w2: both(1..2)}, a: [C, w], irreps: \"";
        for (int n = 1 + (int)gg_rng_below(&r, 7); n > 0; n--)
            strcat(text, piece[gg_rng_below(&r, sizeof piece / sizeof *piece)]);
        strcat(text, "\"}");
        struct gg_config c;
        accepted += !resolve(&c, text, NULL);
        gg_config_free(&c);
    }
    assert_in_range(accepted, 100, 15000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),   cmocka_unit_test(test_irreps),  cmocka_unit_test(test_origins),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_no_name), cmocka_unit_test(test_any_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
