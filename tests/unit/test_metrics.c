/* test_metrics.c -- metrics.jsonl: whole lines, known length, cut back on resume */
#include "learn/metrics.h"
#include "util/file.h"
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct gg_err err;
static char folder[] = "/tmp/gg-test-metrics-XXXXXX", path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/metrics.jsonl", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static int64_t size_of_file(void)
{
    struct stat st;
    return stat(path, &st) ? -1 : st.st_size;
}

static void add(struct gg_metrics *m, int step, double loss)
{
    struct gg_json *j = gg_metrics_begin(m, "eval");
    gg_json_int(j, "step", step);
    gg_json_double(j, "loss", loss);
    assert_int_equal(gg_metrics_end(m, &err), 0);
}

static void test_events(void **state)
{
    (void)state;
    struct gg_metrics m;
    char *argv[] = {(char[]){"gg-train"}, (char[]){"a \"b\"\n.yaml"}};
    assert_int_equal(gg_metrics_open(&m, path, 0, &err), 0);
    assert_int_equal(gg_metrics_start(&m, "0badcafe", 7, 2, argv, &err), 0);
    add(&m, 1, NAN);
    assert_int_equal(gg_metrics_stop(&m, 0, &(struct gg_run_cost){3, 1.5, NAN}, &err), 0);
    assert_int_equal(gg_metrics_sync(&m, &err), 0);
    assert_int_equal(m.bytes, size_of_file());
    gg_metrics_close(&m);
    gg_metrics_close(&m);
    size_t bytes;
    char *text = gg_read_file(path, 1 << 20, &bytes, &err), *line = text;
    const char *events[] = {"start", "eval", "end"};
    for (int k = 0; k < 3; k++) {
        json_error_t why;
        json_t *o = json_loads(strsep(&line, "\n"), 0, &why);
        if (!o)
            fail_msg("line %d: %s", k, why.text);
        assert_string_equal(json_string_value(json_object_get(o, "event")), events[k]);
        if (k == 0)
            assert_string_equal(json_string_value(json_array_get(json_object_get(o, "argv"), 1)), argv[1]);
        if (k == 1)
            assert_true(json_is_null(json_object_get(o, "loss")));
        if (k == 2)
            assert_true(json_real_value(json_object_get(o, "seconds")) == 1.5 &&
                        json_number_value(json_object_get(o, "gflop")) == 3 &&
                        json_is_null(json_object_get(o, "processor")));
        json_decref(o);
    }
    assert_string_equal(line, "");
    free(text);
}

/* A run that was cut and resumed leaves the bytes of one that was not. */
static void test_resume(void **state)
{
    (void)state;
    struct gg_metrics m;
    size_t bytes, again;
    assert_int_equal(gg_metrics_open(&m, path, 0, &err), 0);
    add(&m, 1, 0.5);
    int64_t kept = m.bytes;
    add(&m, 2, 0.25);
    gg_metrics_close(&m);
    char *whole = gg_read_file(path, 1 << 20, &bytes, &err);

    FILE *f = fopen(path, "a");
    fputs("{\"event\":\"ev", f); /* what a killed run leaves */
    fclose(f);
    assert_int_equal(gg_metrics_open(&m, path, kept, &err), 0);
    assert_int_equal(size_of_file(), kept);
    add(&m, 2, 0.25);
    gg_metrics_close(&m);
    char *resumed = gg_read_file(path, 1 << 20, &again, &err);
    assert_int_equal(bytes, again);
    assert_memory_equal(whole, resumed, bytes);
    free(whole);
    free(resumed);
}

static void refuse(const char *where, int64_t keep, int status, const char *want)
{
    struct gg_metrics m;
    assert_int_equal(gg_metrics_open(&m, where, keep, &err), -1);
    assert_int_equal(err.status, status);
    if (!strstr(err.text, want))
        fail_msg("'%s', wanted '%s'", err.text, want);
}

static void test_refusals(void **state)
{
    (void)state;
    struct gg_metrics m;
    assert_int_equal(gg_metrics_open(&m, path, 0, &err), 0);
    add(&m, 1, 0.5);
    int64_t kept = m.bytes;
    gg_metrics_close(&m);
    refuse(path, kept + 1, GG_INPUT, "but the checkpoint was written behind byte");
    refuse(path, kept - 1, GG_INPUT, "does not end a line");
    assert_int_equal(size_of_file(), kept);
    refuse("/nonexistent/metrics.jsonl", 0, GG_SYSTEM, "/nonexistent/metrics.jsonl: No such file");
    refuse("/dev/null", 5, GG_INPUT, "not a regular file");
    assert_int_equal(gg_metrics_open(&m, "/dev/full", 0, &err), 0);
    gg_metrics_begin(&m, "eval");
    assert_int_equal(gg_metrics_end(&m, &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
    assert_non_null(strstr(err.text, "/dev/full: No space"));
    gg_metrics_begin(&m, "left open");
    gg_metrics_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
