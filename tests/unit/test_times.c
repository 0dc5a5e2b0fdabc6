/* test_times.c -- frames at several times -> one: order, axes, what is refused */
#include "physics/times.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { N = 4, RUNS = 2 };

static struct gg_arena arena;
static struct gg_err err;

/* A frame of `id` with the given times; every target number tells its time, particle and component. */
static void make_frame(struct gg_frame *f, const char *id, const double *time, uint64_t n_time)
{
    gg_frame_clear(f);
    f->n_node = N;
    f->dim = 3;
    f->pbc = 7;
    snprintf(f->id, sizeof f->id, "%s", id);
    for (int a = 0; a < 3; a++)
        f->cell[a][a] = 5;
    double *pos = gg_frame_add(f, &arena, "pos", NULL)->data;
    for (int k = 0; k < 3 * N; k++)
        pos[k] = 0.1 * k;
    memcpy(gg_frame_add(f, &arena, "time", &n_time)->data, time, n_time * sizeof *time);
    float *m = gg_frame_add(f, &arena, "propensity", &n_time)->data;
    float(*u)[3] = gg_frame_add(f, &arena, "displacement", &n_time)->data;
    for (uint64_t i = 0; i < N; i++)
        for (uint64_t t = 0; t < n_time; t++) {
            m[i * n_time + t] = (float)(time[t] + 1000.0 * (double)i);
            for (int c = 0; c < 3; c++)
                u[i * n_time + t][c] = m[i * n_time + t] + 0.25F * (float)c;
        }
    uint64_t shape[4] = {n_time, RUNS, N, 3};
    float *r =
        gg_frame_add_as(f, &arena, "pos_replicas", GG_F32, 4, shape,
                        (int[]){GG_TIME, GG_REPLICA, GG_NODE, GG_FREE}, GG_STRUCTURE, "1x1o", "sigma", &err)
            ->data;
    for (uint64_t t = 0; t < n_time; t++)
        for (int k = 0; k < RUNS * N * 3; k++)
            r[t * RUNS * N * 3 + (uint64_t)k] = (float)(time[t] + 0.01 * k);
}

static void add(struct gg_times *j, const char *id, const double *time, uint64_t n_time)
{
    struct gg_frame f = {0};
    make_frame(&f, id, time, n_time);
    if (gg_times_add(j, &f, &err) < 0)
        fail_msg("%s", err.text);
    gg_frame_free(&f);
}

static const float *data(const struct gg_frame *f, const char *name)
{
    return gg_frame_find(f, name)->data;
}

/* Two configurations, mixed and in no order of time. */
static void sorted(void **state)
{
    (void)state;
    struct gg_times j = {0};
    struct gg_frame f = {0};
    add(&j, "a", (double[]){10, 30}, 2);
    add(&j, "b", (double[]){7}, 1);
    add(&j, "a", (double[]){20}, 1);
    add(&j, "a", (double[]){1, 25}, 2);
    assert_int_equal(j.n, 2);
    assert_int_equal(gg_times_frame(&j, 0, &f, &arena, &err), 0);
    const double want[] = {1, 10, 20, 25, 30};
    assert_int_equal(gg_frame_find(&f, "time")->shape[0], 5);
    assert_memory_equal(gg_frame_find(&f, "time")->data, want, sizeof want);
    for (int i = 0; i < N; i++)
        for (int t = 0; t < 5; t++) {
            float m = (float)(want[t] + 1000.0 * i);
            assert_true(data(&f, "propensity")[i * 5 + t] == m);
            assert_true(data(&f, "displacement")[(i * 5 + t) * 3 + 2] == m + 0.5F);
        }
    const struct gg_field *r = gg_frame_find(&f, "pos_replicas");
    assert_int_equal(r->shape[0], 5);
    assert_true(data(&f, "pos_replicas")[3 * RUNS * N * 3 + 7] == (float)(25 + 0.07));
    assert_int_equal(gg_frame_find(&f, "pos")->shape[0], N);
    assert_int_equal(gg_times_frame(&j, 1, &f, &arena, &err), 0);
    assert_string_equal(f.id, "b");
    assert_int_equal(gg_frame_find(&f, "time")->shape[0], 1);
    gg_frame_free(&f);
    gg_times_free(&j);
}

/* A frame that was whole is given back as it came. */
static void alone(void **state)
{
    (void)state;
    struct gg_times j = {0};
    struct gg_frame f = {0}, g = {0};
    make_frame(&f, "a", (double[]){1, 2, 3}, 3);
    assert_int_equal(gg_times_add(&j, &f, &err), 0);
    assert_int_equal(gg_times_frame(&j, 0, &g, &arena, &err), 0);
    assert_int_equal(f.n_field, g.n_field);
    for (int k = 0; k < f.n_field; k++) {
        assert_string_equal(f.field[k].name, g.field[k].name);
        assert_int_equal(f.field[k].nbytes, g.field[k].nbytes);
        assert_memory_equal(f.field[k].data, g.field[k].data, f.field[k].nbytes);
    }
    gg_frame_free(&f);
    gg_frame_free(&g);
    gg_times_free(&j);
}

/* A frame at time 2 of an id that was there at time 1, with one thing wrong. */
static void refused(void (*spoil)(struct gg_frame *f), const char *message)
{
    struct gg_times j = {0};
    struct gg_frame f = {0}, g = {0};
    add(&j, "a", (double[]){1}, 1);
    make_frame(&f, "a", (double[]){2}, 1);
    spoil(&f);
    int status = gg_times_add(&j, &f, &err);
    if (status == 0)
        status = gg_times_frame(&j, 0, &g, &arena, &err);
    assert_int_equal(status, -1);
    assert_int_equal(err.status, GG_INPUT);
    if (!strstr(err.text, message))
        fail_msg("'%s' does not say '%s'", err.text, message);
    gg_frame_free(&f);
    gg_frame_free(&g);
    gg_times_free(&j);
}

static void no_time(struct gg_frame *f)
{
    gg_frame_remove(f, "time");
}
static void same_time(struct gg_frame *f)
{
    *(double *)gg_frame_find(f, "time")->data = 1;
}
static void moved(struct gg_frame *f)
{
    *(double *)gg_frame_find(f, "pos")->data = 3;
}
static void other_cell(struct gg_frame *f)
{
    f->cell[0][0] = 6;
}
static void extra(struct gg_frame *f)
{
    gg_frame_add(f, &arena, "temperature", NULL);
}
static void lacking(struct gg_frame *f)
{
    gg_frame_remove(f, "pos");
}
static void target_lacking(struct gg_frame *f)
{
    gg_frame_remove(f, "displacement");
}
static void target_extra(struct gg_frame *f)
{
    gg_frame_add(f, &arena, "overlap", (uint64_t[]){1});
}

static void refusals(void **state)
{
    (void)state;
    refused(no_time, "time");
    refused(same_time, "twice");
    refused(moved, "'pos' differs");
    refused(other_cell, "cell");
    refused(extra, "'temperature' differs");
    refused(lacking, "fields without a time axis");
    refused(target_lacking, "'displacement'");
    refused(target_extra, "'overlap'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorted),
        cmocka_unit_test(alone),
        cmocka_unit_test(refusals),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gg_arena_free(&arena);
    return failed;
}
