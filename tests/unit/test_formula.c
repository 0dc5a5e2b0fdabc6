/* test_formula.c -- numbers worked out from text */
#include "util/formula.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static bool find(void *of, const char *name, double *value)
{
    (void)of;
    *value = !strcmp(name, "C") ? 8 : !strcmp(name, "layers.0.<k>.bias") ? 3 : 0;
    return *value > 0;
}
static const struct gg_formula_names names = {find, NULL};

static void values(void **state)
{
    static const struct {
        const char *text;
        double value;
    } table[] = {{"2*C+1", 17},
                 {"2 - 3 - 4", -5},
                 {"24/2/3", 4},
                 {"-(C - 3)*2", -10},
                 {"--2", 2},
                 {"sqrt((C+8)/C)", M_SQRT2},
                 {"layers.0.<k>.bias*1.5e1", 45},
                 {".5", 0.5}};
    struct gg_err err;
    (void)state;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        double x = 0;
        if (gg_formula(table[k].text, &names, &x, &err))
            fail_msg("%s", err.text);
        assert_true(fabs(x - table[k].value) < 1e-14);
    }
}

static void refusals(void **state)
{
    static const char *const table[][2] = {
        {"2*D", "nothing is called 'D'"},        {"", "a number or a name is wanted at 'its end'"},
        {"2*", "a number or a name is wanted"},  {"(2", "')' is wanted"},
        {"2 C", "an operator is wanted at 'C'"}, {"1/0", "is not finite"},
        {"sqrt(-1)", "is not finite"},           {"sqrt", "nothing is called 'sqrt'"}};
    struct gg_err err;
    (void)state;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        double x;
        assert_int_equal(gg_formula(table[k][0], &names, &x, &err), -1);
        assert_int_equal(err.status, GG_USAGE);
        if (!strstr(err.text, table[k][1]))
            fail_msg("%s: %s", table[k][0], err.text);
    }
    char deep[200];
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    double x;
    assert_int_equal(gg_formula(deep, NULL, &x, &err), -1);
    assert_non_null(strstr(err.text, "brackets in each other"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(refusals)};
    return cmocka_run_group_tests_name("formulas", tests, NULL, NULL);
}
