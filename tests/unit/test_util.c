/* test_util.c -- messages, random numbers, irreps, JSON, threads */
#include "util/arena.h"
#include "util/err.h"
#include "util/irreps.h"
#include "util/number.h"
#include "util/set.h"
#include "util/text_stream.h"
#include "util/json.h"
#include "util/linalg.h"
#include "util/progress.h"
#include "util/rng.h"
#include "util/threads.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jansson.h>
#include <omp.h>
#include <cmocka.h>

static struct gg_err err;

/* ---- err ---- */

static void messages(void **state)
{
    (void)state;
    assert_int_equal(gg_fail(&err, GG_INPUT, "field '%s'", "pos"), -1);
    assert_int_equal(gg_err_prefix(&err, "frame %d: ", 12), -1);
    assert_int_equal(gg_err_prefix(&err, "frame %d: ", 12), -1); /* once */
    assert_string_equal(err.text, "frame 12: field 'pos'");
    assert_int_equal(err.status, GG_INPUT);
    errno = ENOENT;
    assert_int_equal(gg_fail_errno(&err, "a.ggs"), -1);
    assert_string_equal(err.text, "a.ggs: No such file or directory");
    assert_int_equal(err.status, GG_SYSTEM);
}

static void long_messages_are_cut(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    gg_fail(&err, GG_INPUT, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    gg_err_prefix(&err, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    errno = ENOENT;
    gg_fail_errno(&err, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

/* ---- rng ---- */

/* Random123's known answers. */
static void philox(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(0, 0, 0, 0);
    const uint32_t zeros[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    for (int k = 0; k < 4; k++)
        assert_int_equal(gg_rng_u32(&r), zeros[k]);
    struct gg_rng pi = {.counter = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                        .key = {0xa4093822, 0x299f31d0}};
    const uint32_t digits[4] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    for (int k = 0; k < 4; k++)
        assert_int_equal(gg_rng_u32(&pi), digits[k]);
}

static void names_give_different_numbers(void **state)
{
    (void)state;
    struct gg_rng r[6] = {gg_rng_at(1, 0, 0, 0), gg_rng_at(1, 1, 0, 0),          gg_rng_at(1, 0, 1, 0),
                          gg_rng_at(1, 0, 0, 1), gg_rng_at(1ull << 32, 0, 0, 0), gg_rng_at(0, 0, 0, 0)};
    uint32_t first[6];
    for (int k = 0; k < 6; k++)
        first[k] = gg_rng_u32(&r[k]);
    for (int k = 0; k < 6; k++)
        for (int j = 0; j < k; j++)
            assert_int_not_equal(first[k], first[j]);
}

/* Means and variances within five standard errors of n draws. */
static void moments(void **state)
{
    (void)state;
    enum { N = 200000 };
    struct gg_rng r = gg_rng_at(7, 0, 0, 0);
    double u = 0, z = 0, zz = 0;
    for (int k = 0; k < N; k++) {
        double x = gg_rng_uniform(&r), y = gg_rng_normal(&r);
        assert_true(x >= 0 && x < 1 && isfinite(y));
        u += x;
        z += y;
        zz += y * y;
    }
    assert_true(fabs(u / N - 0.5) < 5 * sqrt(1.0 / 12 / N));
    assert_true(fabs(z / N) < 5 / sqrt(N));
    assert_true(fabs(zz / N - 1) < 5 * sqrt(2.0 / N));
}

static void below_is_even(void **state)
{
    (void)state;
    enum { N = 70000 };
    struct gg_rng r = gg_rng_at(8, 0, 0, 0);
    int count[7] = {0};
    for (int k = 0; k < N; k++)
        count[gg_rng_below(&r, 7)]++;
    for (int k = 0; k < 7; k++)
        assert_true(abs(count[k] - N / 7) < 5 * (int)sqrt(N / 7.0));
    assert_int_equal(gg_rng_below(&r, 1), 0);
}

/* Each of the 24 orders of four things comes up. */
static void shuffle(void **state)
{
    (void)state;
    int seen[256] = {0}, orders = 0;
    for (uint32_t k = 0; k < 2000; k++) {
        struct gg_rng r = gg_rng_at(9, k, 0, 0);
        int64_t v[4] = {0, 1, 2, 3};
        gg_rng_shuffle(&r, v, 4);
        assert_int_equal(v[0] + v[1] + v[2] + v[3], 6);
        int order = (int)(v[0] | v[1] << 2 | v[2] << 4 | v[3] << 6);
        orders += seen[order]++ == 0;
    }
    assert_int_equal(orders, 24);
    struct gg_rng r = gg_rng_at(9, 0, 0, 0);
    gg_rng_shuffle(&r, NULL, 0);
}

/* ---- irreps ---- */

static void irreps_text(void **state)
{
    (void)state;
    struct gg_irreps x;
    char text[GG_IRREPS_TEXT];
    assert_int_equal(gg_irreps_parse(&x, "8x0e+4x1o+12o", &err), 0);
    gg_irreps_print(&x, text);
    assert_string_equal(text, "8x0e+4x1o+1x12o");
    assert_int_equal(gg_irreps_dim(&x), 8 + 12 + 25);
    assert_int_equal(gg_irreps_lmax(&x), 12);
    struct gg_irreps again;
    assert_int_equal(gg_irreps_parse(&again, text, &err), 0);
    assert_true(gg_irreps_equal(&x, &again));
    assert_int_equal(gg_irreps_parse(&x, "2x0e+3x0e+1x0o+1x0e", &err), 0);
    gg_irreps_simplify(&x);
    gg_irreps_print(&x, text);
    assert_string_equal(text, "5x0e+1x0o+1x0e");
    assert_false(gg_irreps_equal(&x, &again));
}

/* Blanks as e3nn's users write them. */
static void irreps_with_blanks(void **state)
{
    (void)state;
    const char *same[] = {"8x0e + 4x1o", " 8x0e+4x1o ", "8 x 0e+ 4x 1o", "8x0e\t+\t4x1o"};
    struct gg_irreps x;
    char text[GG_IRREPS_TEXT];
    for (size_t k = 0; k < sizeof same / sizeof *same; k++) {
        assert_int_equal(gg_irreps_parse(&x, same[k], &err), 0);
        gg_irreps_print(&x, text);
        assert_string_equal(text, "8x0e+4x1o");
    }
}

/* The character that does not belong there. */
static void irreps_blamed(void **state)
{
    (void)state;
    const struct {
        const char *text, *at;
    } wrong[] = {
        {"", "character 1:"},           {"8x0e+", "character 6:"},       {"8x0E", "character 4:"},
        {"8X0e", "character 2:"},       {"4x0e + 4y1o", "character 9:"}, {"4x0e 4x1o", "character 6:"},
        {"1x0e+8x13e", "character 8:"}, {"1x0e+0x1o", "character 6:"},   {"8 x0e", NULL},
        {"8x0 e", "character 4:"},      {"2x-1e", "character 3:"}};
    struct gg_irreps x;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        int status = gg_irreps_parse(&x, wrong[k].text, &err);
        if (status != (wrong[k].at ? -1 : 0) || (wrong[k].at && !strstr(err.text, wrong[k].at)))
            fail_msg("'%s': %s", wrong[k].text, status ? err.text : "accepted");
    }
}

static void irreps_refused(void **state)
{
    (void)state;
    const char *wrong[] = {"",          "8x0",  "x0e",   "0x0e",  "8x13e", "8x0e+", "+8x0e",
                           "8x0e 4x1o", "8 0e", "-1x0e", "8x0f",  "8xx0e", "8x0ee", "99999999999x0e",
                           "1x-1e",     "8X0e", "e",     "1.5x0e"};
    struct gg_irreps x;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        assert_int_equal(gg_irreps_parse(&x, wrong[k], &err), -1);
        assert_int_equal(err.status, GG_USAGE);
    }
    char many[1000] = "0e";
    for (int k = 0; k < GG_IRREPS_MAX; k++)
        strcat(many, "+0e");
    assert_int_equal(gg_irreps_parse(&x, many, &err), -1);
    char wide[1000] = "1000000x10e"; /* few terms whose text is too long for a descriptor */
    for (int k = 0; k < 12; k++)
        strcat(wide, "+1000000x10e");
    assert_int_equal(gg_irreps_parse(&x, wide, &err), -1);
}

/* ---- numbers ---- */

static void numbers_in_text(void **state)
{
    (void)state;
    static const char *const none[] = {"",    " 1",  "1 ", "2junk", "nan", "inf",   "0x10", "1e999",
                                       "1,5", "--1", "1e", ".",     "e5",  "1.2.3", "+"},
                             *const not_whole[] = {"1.0", "1e3", "99999999999999999999", "0x1", "", "7 "};
    double x = 7;
    int64_t n = 7;
    for (size_t k = 0; k < sizeof none / sizeof *none; k++)
        if (gg_number(none[k], &x) || x != 7)
            fail_msg("'%s' is %g", none[k], x);
    for (size_t k = 0; k < sizeof not_whole / sizeof *not_whole; k++)
        if (gg_whole(not_whole[k], &n) || n != 7)
            fail_msg("'%s' is %lld", not_whole[k], (long long)n);
    assert_true(gg_number("-1.5e3", &x) && x == -1500);
    assert_true(gg_number(".5", &x) && x == 0.5);
    assert_true(gg_whole("-12", &n) && n == -12);
}

/* ---- text and sets ---- */

static void text_in_memory(void **state)
{
    (void)state;
    char *text;
    size_t bytes;
    FILE *to = gg_text_open(&text, &bytes);
    fflush(to);
    assert_string_equal(text, "");
    for (int k = 0; k < 10000; k++)
        fprintf(to, "%d ", k % 10);
    assert_int_equal(ftell(to), 20000);
    fflush(to);
    assert_int_equal(bytes, 20000);
    assert_int_equal(strlen(text), 20000);
    rewind(to);
    fputs("9", to);
    fclose(to);
    assert_int_equal(bytes, 20000);
    assert_memory_equal(text, "9 1 2 3", 7);
    free(text);
}

static void set_of_texts(void **state)
{
    (void)state;
    struct gg_set s = {0};
    char text[16];
    for (int round = 0; round < 2; round++)
        for (int k = 0; k < 100000; k++) { /* in order: a tree that is not balanced would take minutes */
            snprintf(text, sizeof text, "%08d", k);
            assert_int_equal(gg_set_add(&s, text), round == 0);
        }
    assert_true(gg_set_has(&s, "00099999"));
    assert_false(gg_set_has(&s, "00100000"));
    gg_set_clear(&s);
    assert_false(gg_set_has(&s, "00000000"));
}

/* ---- json ---- */

static void json_is_read_by_another(void **state)
{
    (void)state;
    char *text;
    size_t bytes;
    struct gg_json j = {.to = open_memstream(&text, &bytes)};
    gg_json_begin(&j, NULL, '{');
    gg_json_text(&j, "te\"xt", "a\\b\"c\n\t\x01\xc3\xa9");
    gg_json_double(&j, "third", 1.0 / 3);
    gg_json_float(&j, "tenth", 0.1f);
    gg_json_double(&j, "nan", NAN);
    gg_json_int(&j, "int", INT64_MIN);
    gg_json_begin(&j, "list", '[');
    for (int k = 0; k < 3; k++)
        gg_json_int(&j, NULL, k);
    gg_json_begin(&j, NULL, '[');
    gg_json_end(&j, ']');
    gg_json_end(&j, ']');
    gg_json_bool(&j, "yes", 1);
    gg_json_end(&j, '}');
    fclose(j.to);
    json_t *x = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(x);
    assert_string_equal(json_string_value(json_object_get(x, "te\"xt")), "a\\b\"c\n\t\x01\xc3\xa9");
    assert_true(json_real_value(json_object_get(x, "third")) == 1.0 / 3);
    assert_non_null(strstr(text, "\"tenth\":0.1,"));
    assert_true(json_is_null(json_object_get(x, "nan")));
    assert_true(json_integer_value(json_object_get(x, "int")) == INT64_MIN);
    assert_int_equal(json_array_size(json_object_get(x, "list")), 4);
    assert_true(json_is_true(json_object_get(x, "yes")));
    json_decref(x);
    free(text);
}

/* ---- progress ---- */

/* What is drawn between start and clear, with standard error in a file. */
static void drawn(enum gg_progress_mode mode, int64_t total, char text[1 << 16])
{
    FILE *file = tmpfile();
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    struct gg_progress p;
    gg_progress_start(&p, "gg-test", "step", total, mode);
    for (int k = 1; k <= 1000; k++)
        gg_progress_at(&p, k, "loss 0.5");
    gg_progress_clear(&p);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    text[fread(text, 1, (1 << 16) - 1, file)] = '\0';
    fclose(file);
}

static void progress(void **state)
{
    (void)state;
    static char text[1 << 16];
    drawn(GG_PROGRESS_AUTO, 1000, text); /* a file is no terminal */
    assert_string_equal(text, "");
    drawn(GG_PROGRESS_NEVER, 1000, text);
    assert_string_equal(text, "");
    drawn(GG_PROGRESS_ALWAYS, 1000, text);
    assert_non_null(strstr(text, "gg-test: step 1000/1000"));
    assert_non_null(strstr(text, "0 s left  loss 0.5"));
    assert_string_equal(text + strlen(text) - 4, "\r\033[K");
}

/* ---- threads ---- */

static void threads(void **state)
{
    (void)state;
    assert_int_equal(gg_threads_init(3, &err), 0);
    assert_int_equal(gg_threads(), 3);
    volatile float least = 1.2e-38f;
    int denormal[3] = {1, 1, 1};
#pragma omp parallel num_threads(3)
    denormal[omp_get_thread_num()] = least * 0.25f != 0;
    for (int k = 0; k < 3; k++)
        assert_int_equal(denormal[k], 0);
    setenv("GG_THREADS", "2", 1);
    assert_int_equal(gg_threads_init(0, &err), 0);
    assert_int_equal(gg_threads(), 2);
    for (int k = 0; k < 3; k++) {
        setenv("GG_THREADS", (const char *[]){"0", "two", "2x"}[k], 1);
        assert_int_equal(gg_threads_init(0, &err), -1);
        assert_int_equal(err.status, GG_USAGE);
    }
    unsetenv("GG_THREADS");
    assert_null(gg_blas_name()); /* nobody multiplied */
    assert_int_equal(gg_blas_open(&err), 0);
    assert_non_null(strstr(gg_blas_name(), "OpenBLAS 0."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(philox),
        cmocka_unit_test(names_give_different_numbers),
        cmocka_unit_test(moments),
        cmocka_unit_test(below_is_even),
        cmocka_unit_test(shuffle),
        cmocka_unit_test(irreps_text),
        cmocka_unit_test(irreps_refused),
        cmocka_unit_test(irreps_with_blanks),
        cmocka_unit_test(irreps_blamed),
        cmocka_unit_test(numbers_in_text),
        cmocka_unit_test(text_in_memory),
        cmocka_unit_test(set_of_texts),
        cmocka_unit_test(json_is_read_by_another),
        cmocka_unit_test(progress),
        cmocka_unit_test(threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
