/* test_tsv.c -- tables: TSV in and out, aligned text, and what is refused */
#include "util/tsv.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char path[] = "/tmp/gg_test_tsv_XXXXXX";

static void put(const char *text, size_t bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, bytes, f), bytes);
    assert_int_equal(fclose(f), 0);
}

static int refused(const char *text, const char *why)
{
    struct gg_tsv t;
    struct gg_err err = {0};
    put(text, strlen(text));
    assert_int_equal(gg_tsv_read(&t, path, &err), -1);
    if (!strstr(err.text, why))
        fail_msg("'%s' does not say '%s'", err.text, why);
    return err.status;
}

static void reads(void **state)
{
    (void)state;
    struct gg_tsv t;
    struct gg_err err = {0};
    const char text[] =
        "# a comment\nn\trho\twho\r\n2\t0.5\tA\n\n5\tnan\t\n10\t7e-1x\tall\n# at the end"; /* no newline there */
    put(text, strlen(text));
    assert_int_equal(gg_tsv_read(&t, path, &err), 0);
    assert_int_equal(t.n_col, 3);
    assert_int_equal(t.n_row, 3);
    assert_int_equal(gg_tsv_find(&t, "who"), 2);
    assert_int_equal(gg_tsv_find(&t, "what"), -1);
    assert_true(gg_tsv_value(&t, 0, 1) == 0.5);
    assert_true(isnan(gg_tsv_value(&t, 1, 1)) && isnan(gg_tsv_value(&t, 1, 2)));
    assert_true(isnan(gg_tsv_value(&t, 2, 1)));
    assert_string_equal(gg_tsv_text(&t, 2, 2), "all");
    assert_string_equal(t.comments, "# a comment\n# at the end\n");
    assert_int_equal(gg_tsv_need(&t, "what", "x.tsv", &err), -1);
    assert_string_equal(err.text, "x.tsv: has no column 'what'; its first is 'n'");
    gg_tsv_free(&t);
}

static void refuses(void **state)
{
    (void)state;
    struct gg_tsv t;
    struct gg_err err = {0};
    assert_int_equal(refused("a\tb\n1\t2\n1\n", "line 3: only 1 cells, the header has 2"), GG_INPUT);
    assert_int_equal(refused("a\tb\n1\t2\t3\n", "line 2: more than 2 cells"), GG_INPUT);
    assert_int_equal(refused("", "is empty"), GG_TRUNCATED);
    assert_int_equal(refused("# nothing\n\n", "is empty"), GG_TRUNCATED);
    put("a\0b\n", 4);
    assert_int_equal(gg_tsv_read(&t, path, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
    assert_int_equal(gg_tsv_read(&t, "/nonexistent", &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
}

static char *written(const struct gg_tsv *t, int aligned)
{
    struct gg_sink to;
    struct gg_err err = {0};
    size_t bytes;
    assert_int_equal(gg_sink_open(&to, path, &err), 0);
    assert_int_equal(aligned ? gg_tsv_align(t, 1, &to, &err) : gg_tsv_print(t, &to, &err), 0);
    assert_int_equal(gg_sink_commit(&to, &err), 0);
    return gg_read_file(path, 1 << 20, &bytes, &err);
}

static void prints(void **state)
{
    (void)state;
    struct gg_tsv t = {0};
    gg_tsv_head(&t, "n");
    gg_tsv_head(&t, "who");
    gg_tsv_head(&t, "ρ");
    for (int k = 0; k < 2; k++) {
        gg_tsv_add(&t, "%d", k ? 10 : 2);
        gg_tsv_add(&t, k ? "βB" : "A");
        gg_tsv_number(&t, k ? NAN : 0.5, 2, "-");
    }
    char *tsv = written(&t, 0), *text = written(&t, 1);
    assert_string_equal(tsv, "n\twho\tρ\n2\tA\t0.50\n10\tβB\t-\n");
    assert_string_equal(text, "  n  who     ρ\n  2  A    0.50\n 10  βB      -\n");
    free(tsv);
    free(text);
    gg_tsv_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(refuses),
                                       cmocka_unit_test(prints)};
    int fd = mkstemp(path);
    int failed = fd < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
    close(fd);
    unlink(path);
    return failed;
}
