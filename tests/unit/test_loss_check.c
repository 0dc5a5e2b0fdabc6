/* test_loss_check.c -- every law of the losses catches the fault it is there for, and any flipped sign */
#include "laws/loss_laws.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A right term, sum |p - y|^2 / (n dim), and what can be wrong with it. */
enum fault {
    NONE,
    WRONG_GRADIENT,
    NAN_IN_THE_GRADIENT,
    UPSIDE_DOWN,
    NOT_ZERO_AT_THE_TARGET,
    SLOPE_AT_THE_TARGET,
    HALF_AS_LARGE,
    NAN_FOR_ALL,
    COUNTS_ROWS,
    READS_MISSING_ROWS,
    GRADIENT_OF_MISSING_ROWS,
    ASSIGNS,
    NO_FACTOR,
    NEEDS_DP,
    TOUCHES_WHEN_UNDEFINED,
    INFINITE_WHEN_CONSTANT,
    ONE_AXIS_IS_SPECIAL,
    NEEDS_THE_ORIGIN,
    COUNTS_CALLS,
    COUNTS_THREADS
};
static enum fault fault;

static bool is(enum fault f)
{
    return fault == f;
}

/* What the value is multiplied by. */
static double extra(const struct gg_loss_call *call)
{
    static int calls;
    const struct gg_loss_column *c = call->c;
    calls++;
    return is(UPSIDE_DOWN)                          ? -1
           : is(HALF_AS_LARGE)                      ? 0.5
           : is(NEEDS_DP)                           ? 1 + (call->dp != NULL)
           : is(NEEDS_THE_ORIGIN) && c->pos != NULL ? 1 + 0.1 * fabs(c->pos[0][0])
           : is(COUNTS_CALLS)                       ? 1 + 1e-3 * calls
           : is(COUNTS_THREADS)                     ? 1 + 1e-3 * (gg_threads() - 1)
                                                    : 1;
}

static double weight_of(const struct gg_loss_column *c, int64_t k, int z)
{
    return is(COUNTS_ROWS) ? 1 + 0.01 * (double)k : is(ONE_AXIS_IS_SPECIAL) && z < c->dim - 1 ? 0.5 : 1;
}

static bool constant(const struct gg_loss_column *c, const double *x)
{
    for (int64_t k = 1; k < c->n; k++)
        if (c->there[k] && c->there[0] && x[k * c->dim] != x[0])
            return false;
    return true;
}

static void add_gradient(const struct gg_loss_call *call, double factor)
{
    const struct gg_loss_column *c = call->c;
    for (int64_t k = 0; k < c->n * c->dim; k++) {
        double d = factor * weight_of(c, k / c->dim, (int)(k % c->dim)) * 2 * (c->p[k] - c->y[k]);
        if (!c->there[k / c->dim]) {
            call->dp[k] += is(GRADIENT_OF_MISSING_ROWS);
            continue;
        }
        call->dp[k] = (is(ASSIGNS) ? 0 : call->dp[k]) + d * (is(WRONG_GRADIENT) && k == 6 ? 1.01 : 1) +
                      (is(SLOPE_AT_THE_TARGET) ? factor : 0);
        if (is(NAN_IN_THE_GRADIENT) && k == 6)
            call->dp[k] = NAN;
    }
}

static double value(const struct gg_loss_call *call)
{
    const struct gg_loss_column *c = call->c;
    double each = extra(call) / ((double)c->count * c->dim), sum = is(NOT_ZERO_AT_THE_TARGET) ? 1e-6 : 0;
    for (int64_t k = 0; k < c->n * c->dim; k++)
        if (c->there[k / c->dim] || is(READS_MISSING_ROWS))
            sum += each * weight_of(c, k / c->dim, (int)(k % c->dim)) * pow(c->p[k] - c->y[k], 2);
    if (call->dp != NULL)
        add_gradient(call, each * (is(NO_FACTOR) ? 1 : call->factor));
    return is(NAN_FOR_ALL) || (is(TOUCHES_WHEN_UNDEFINED) && c->count == 1) ? NAN
           : is(INFINITE_WHEN_CONSTANT) && constant(c, c->y)                ? INFINITY
                                                                            : sum;
}

/* 1 - rho with a sign in front of every piece, +1 unless flipped. */
enum { PIECES = 8 };
static int sign[PIECES];

static double correlation(const struct gg_loss_call *call)
{
    const struct gg_loss_column *c = call->c;
    double mean_p = 0, mean_y = 0, pp = 0, yy = 0, py = 0, n = (double)c->n;
    for (int64_t k = 0; k < c->n; k++) {
        mean_p += c->p[k] / n;
        mean_y += c->y[k] / n;
    }
    for (int64_t k = 0; k < c->n; k++) {
        double p = c->p[k] - sign[0] * mean_p, y = c->y[k] - mean_y;
        pp += p * p / n;
        yy += y * y / n;
        py += sign[1] * p * y / n;
    }
    if (!(pp > 1e-20 && yy > 1e-20))
        return NAN;
    double rho = py / sqrt(pp * yy);
    for (int64_t k = 0; call->dp != NULL && k < c->n; k++) {
        double p = (c->p[k] - sign[2] * mean_p) / sqrt(pp), y = (c->y[k] - mean_y) / sqrt(yy);
        call->dp[k] -= sign[3] * call->factor * (sign[4] * y - sign[5] * rho * p) / (n * sqrt(pp));
    }
    return sign[6] * 1 - sign[7] * rho;
}

static const struct gg_opt hypers[] = {{0}};
static const struct gg_loss_case scalars[] = {{"scalars", "", 20, 1, .missing = true}, {0}},
                                 vectors[] = {{"vectors", "", 20, 3, .missing = true}, {0}},
                                 whole[] = {{"whole", "", 20, 1, .no_unit = true}, {0}};
static const struct gg_loss_type squared = {.name = "squared",
                                            .hypers = hypers,
                                            .hyper_defaults = "",
                                            .value = value,
                                            .cases = vectors},
                                 pieces = {.name = "pieces",
                                           .hypers = hypers,
                                           .hyper_defaults = "",
                                           .scalars = true,
                                           .value = correlation,
                                           .cases = whole};

/* What the check prints: malloc'd. */
static char *complaints(const struct gg_loss_type *t, int *n_failed)
{
    char *text;
    size_t size;
    int n_checked;
    FILE *to = open_memstream(&text, &size);
    *n_failed = gg_check_loss(t, 3, to, &n_checked);
    fclose(to);
    assert_true(n_checked > 20);
    return text;
}

static void expect(const struct gg_loss_type *t, const char *law)
{
    int n_failed;
    char *text = complaints(t, &n_failed);
    if (law != NULL ? strstr(text, law) == NULL : *text != '\0')
        print_message("fault %d: wanted '%s' in:\n%s", (int)fault, law, text);
    assert_int_equal(n_failed > 0, law != NULL);
    assert_true(law != NULL ? strstr(text, law) != NULL : *text == '\0');
    free(text);
}

static void passes_without_a_fault(void **state)
{
    (void)state;
    struct gg_loss_type t = squared;
    fault = NONE;
    for (int k = 0; k < PIECES; k++)
        sign[k] = 1;
    expect(&pieces, NULL);
    expect(&squared, NULL);
    t.cases = scalars;
    t.positions = true;
    expect(&t, NULL);
}

static void every_fault_is_caught_by_its_law(void **state)
{
    (void)state;
    static const struct {
        enum fault fault;
        const char *law;
    } table[] = {{WRONG_GRADIENT, ": gradient: "},
                 {NAN_IN_THE_GRADIENT, ": gradient: nan"},
                 {NAN_IN_THE_GRADIENT, ": gradient after relabelling: nan"},
                 {NAN_IN_THE_GRADIENT, ": adds factor times the gradient into dp: nan"},
                 {NAN_IN_THE_GRADIENT, ": undefined: "},
                 {UPSIDE_DOWN, ": lower than at p = y: "},
                 {UPSIDE_DOWN, ": not higher away from p = y: "},
                 {NOT_ZERO_AT_THE_TARGET, ": value at p = y: "},
                 {SLOPE_AT_THE_TARGET, ": gradient at p = y: "},
                 {HALF_AS_LARGE, ": 1 for the mean predictor: "},
                 {NAN_FOR_ALL, ": the value is finite: "},
                 {NAN_FOR_ALL, ": no normaliser: "},
                 {COUNTS_ROWS, ": relabelling: "},
                 {COUNTS_ROWS, ": gradient after relabelling: "},
                 {READS_MISSING_ROWS, ": rows without a target have an influence: "},
                 {GRADIENT_OF_MISSING_ROWS, ": rows without a target get a gradient: "},
                 {ASSIGNS, ": adds factor times the gradient into dp: "},
                 {NO_FACTOR, ": adds factor times the gradient into dp: "},
                 {NEEDS_DP, ": another value without dp: "},
                 {TOUCHES_WHEN_UNDEFINED, ": undefined: one target: "},
                 {INFINITE_WHEN_CONSTANT, ": undefined: target constant: "},
                 {ONE_AXIS_IS_SPECIAL, ": rotation: "},
                 {ONE_AXIS_IS_SPECIAL, ": reflection: "},
                 {COUNTS_CALLS, ": other bytes the second time: "},
                 {COUNTS_THREADS, ": other bytes with other threads: "}};
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        fault = table[k].fault;
        expect(&squared, table[k].law);
    }
    struct gg_loss_type t = squared;
    t.cases = scalars;
    t.positions = true;
    fault = NEEDS_THE_ORIGIN;
    expect(&t, ": images and origin: ");
    expect(&t, ": rotation: ");
}

static void every_flipped_sign_is_caught(void **state)
{
    (void)state;
    for (int flipped = 0; flipped < PIECES; flipped++) {
        int n_failed;
        for (int k = 0; k < PIECES; k++)
            sign[k] = k == flipped ? -1 : 1;
        char *text = complaints(&pieces, &n_failed);
        if (n_failed == 0)
            print_message("sign %d\n", flipped);
        assert_true(n_failed > 0);
        free(text);
    }
}

/* What a term or a case says of itself is tried, too. */
static void words_that_are_not_true(void **state)
{
    (void)state;
    static const struct gg_loss_case wrong[] = {{"no such key", "colour=blue", 20, 1},
                                                {"vectors", "", 20, 3},
                                                {0}};
    static const struct gg_loss_case no_unit[] = {{"it has", "", 20, 3, .no_unit = true}, {0}};
    struct gg_loss_type t = squared;
    int n_checked;
    FILE *nowhere = fopen("/dev/null", "w");
    fault = NONE;
    t.scalars = true;
    t.cases = wrong;
    assert_int_equal(gg_check_loss(&t, 1, nowhere, &n_checked), 2);
    fclose(nowhere);
    t = squared;
    t.cases = no_unit;
    expect(&t, ": no_unit, but 1 for the mean predictor: ");
    t = squared;
    t.fixed_axes = true;
    expect(&t, ": fixed_axes, but it turns along: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(passes_without_a_fault),
                                       cmocka_unit_test(every_fault_is_caught_by_its_law),
                                       cmocka_unit_test(every_flipped_sign_is_caught),
                                       cmocka_unit_test(words_that_are_not_true)};
    struct gg_err err;
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("loss check", tests, NULL, NULL);
}
