/* test_trajectory.c -- runs cut into starts and what follows: ways known beforehand, times, cells that change, refusals */
#include "near.h"
#include "physics/trajectory.h"
#include "util/cell.h"
#include "util/rng.h"

#include <stdio.h>
#include <string.h>

enum { N = 40, MOST = 80 };

static struct gg_arena scratch;
static struct gg_err err;

/* One walk, with what each frame says of it. */
struct walk {
    int n;
    double time[MOST], h[MOST][3][3], pos[MOST][N][3]; /* unwrapped */
    bool images;
    int dim;
};

static void make_walk(struct walk *w, int n, const double *time, uint64_t seed)
{
    const double h[3][3] = {{4, 0, 0}, {0.7, 3.8, 0}, {-0.4, 0.6, 4.1}};
    struct gg_rng r = gg_rng_at(seed, 0, 0, 0);
    *w = (struct walk){.n = n, .dim = 3};
    for (int k = 0; k < n; k++) {
        w->time[k] = time[k];
        memcpy(w->h[k], h, sizeof h);
        for (int i = 0; i < N; i++)
            for (int c = 0; c < 3; c++)
                w->pos[k][i][c] = k ? w->pos[k - 1][i][c] + 0.3 * gg_rng_normal(&r) : 4 * gg_rng_uniform(&r);
    }
}

/* Frame k of the walk, wrapped. */
static void make_frame(const struct walk *w, int k, const char *run, struct gg_frame *f, struct gg_arena *a)
{
    struct gg_cell cell;
    gg_frame_clear(f);
    f->n_node = N;
    f->dim = w->dim;
    f->pbc = w->dim == 2 ? 3 : 7;
    memcpy(f->cell, w->h[k], sizeof f->cell);
    snprintf(f->id, sizeof f->id, "%s/%d", run, k);
    assert_int_equal(gg_cell_init(&cell, f->dim, f->pbc, f->cell, &err), 0);
    double(*pos)[3] = gg_frame_add(f, a, "pos", NULL)->data;
    int32_t *type = gg_frame_add(f, a, "type", NULL)->data;
    int32_t(*image)[3] = w->images ? gg_frame_add(f, a, "image", NULL)->data : NULL;
    *(double *)gg_frame_add(f, a, "run_time", NULL)->data = w->time[k];
    for (int i = 0; i < N; i++) {
        int64_t shift[3];
        memcpy(pos[i], w->pos[k][i], sizeof pos[i]);
        gg_cell_wrap(&cell, pos[i], shift);
        for (int c = 0; c < 3 && image; c++)
            image[i][c] = (int32_t)-shift[c];
        type[i] = i % 2;
    }
}

/* Checks one start against the walk: which frame it is follows from its id. */
static void check_start(const struct walk *w, const struct gg_trajectory *t, const struct gg_frame *f)
{
    int from = -1;
    assert_int_equal(sscanf(strrchr(f->id, '/'), "/%d", &from), 1);
    const double(*pos)[3] = gg_frame_find(f, "pos")->data;
    const double(*end)[3] = gg_frame_find(f, "pos_replicas")->data, *time = gg_frame_find(f, "time")->data;
    for (int k = 0; k < t->n_time; k++) {
        int to = from;
        while (fabs(w->time[to] - w->time[from] - t->time[k]) > 1e-9)
            assert_true(++to < w->n);
        close_to(time[k], t->time[k], 0);
        for (int i = 0; i < N; i++)
            for (int c = 0; c < 3; c++)
                close_to(end[k * N + i][c] - pos[i][c], w->pos[to][i][c] - w->pos[from][i][c], 1e-9);
    }
}

/* Takes the starts that there are; returns how many. */
static int take(const struct walk *w, struct gg_trajectory *t, bool ended)
{
    int n = 0;
    struct gg_frame f = {0};
    for (; gg_trajectory_next(t, ended, &f, &scratch); n++) {
        check_start(w, t, &f);
        gg_arena_reset(&scratch);
    }
    gg_frame_free(&f);
    return n;
}

/* The whole walk; returns the starts, and the longest the window was. */
static int run_walk(const struct walk *w, const char *run, struct gg_trajectory *t, int *window)
{
    int n = 0, longest = 0;
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    for (int k = 0; k < w->n; k++) {
        make_frame(w, k, run, &f, &a);
        assert_true(gg_track_goes_on(&t->track, &f));
        if (gg_trajectory_add(t, &f, &err) < 0)
            fail_msg("%s", err.text);
        longest = t->track.n > longest ? t->track.n : longest;
        gg_arena_reset(&a);
        n += take(w, t, false);
    }
    n += take(w, t, true);
    gg_frame_free(&f);
    gg_arena_free(&a);
    if (window)
        *window = longest;
    return n;
}

static void linear(double *time, int n, double dt)
{
    for (int k = 0; k < n; k++)
        time[k] = 1000 + dt * k;
}

/* Every frame of a run at equal distances is a start while there are later ones; with images and without. */
static void equal_distances(void **state)
{
    (void)state;
    static struct walk w;
    double time[MOST];
    const double after[] = {0.1, 0.3, 1.7};
    linear(time, 60, 0.1);
    for (int images = 0; images < 2; images++) {
        struct gg_trajectory t;
        int window;
        make_walk(&w, 60, time, 1);
        w.images = images;
        gg_trajectory_init(&t, 3, after);
        assert_int_equal(run_walk(&w, "run", &t, &window), 43);
        assert_int_equal(window, 18); /* not longer than the last time */
        assert_int_equal(t.n_absent[0] + t.n_absent[1] + t.n_absent[2], 17);
        assert_int_equal(t.n_absent[0], 1);
        assert_string_equal(
            gg_trajectory_said(&t, &scratch),
            "60 frames, 43 starts; left out: 1 without a frame 0.1 later, 2 without a frame 0.3 "
            "later, 14 without a frame 1.7 later");
        assert_int_equal(images ? 0 : t.track.longest > 0, !images);
        gg_trajectory_free(&t);
    }
}

/* Blocks of logarithmic times, one behind the other in one run: the beginnings of the blocks are starts. */
static void log_blocks(void **state)
{
    (void)state;
    static struct walk w;
    double time[MOST];
    const double after[] = {1, 4, 16};
    int n = 0;
    for (int block = 0; block < 4; block++)
        for (int k = -1; k < 5; k++)
            time[n++] = 32 * block + (k < 0 ? 0 : 1 << k);
    struct gg_trajectory t;
    make_walk(&w, n, time, 2);
    w.images = true;
    gg_trajectory_init(&t, 3, after);
    assert_int_equal(run_walk(&w, "run", &t, NULL), 4);
    assert_int_equal(t.n_start, 4);
    /* the block of a start that is not complete does not hide the next start */
    t.apart = 20;
    assert_int_equal(run_walk(&w, "again", &t, NULL), 4);
    t.apart = 40;
    assert_int_equal(run_walk(&w, "third", &t, NULL), 2);
    gg_trajectory_free(&t);
}

static void every_and_apart(void **state)
{
    (void)state;
    static struct walk w;
    double time[MOST];
    const double after[] = {0.2};
    struct gg_trajectory t;
    linear(time, 32, 0.1);
    make_walk(&w, 32, time, 3);
    gg_trajectory_init(&t, 1, after);
    t.every = 4;
    assert_int_equal(run_walk(&w, "a", &t, NULL), 8); /* 0, 4 ... 28 */
    t.every = 1;
    t.apart = 0.3; /* which 0.1 k is up to rounding */
    assert_int_equal(run_walk(&w, "b", &t, NULL), 10);
    assert_int_equal(t.n_skipped + t.n_absent[0] + t.n_start, t.n_frame);
    gg_trajectory_free(&t);
}

/* A cell that grows or shears is no motion: fractional coordinates stay. */
static void changing_cell(void **state)
{
    (void)state;
    static struct walk w;
    double time[MOST];
    const double after[] = {0.1, 0.5};
    linear(time, 20, 0.1);
    for (int images = 0; images < 2; images++) {
        struct gg_trajectory t;
        struct gg_frame f = {0};
        struct gg_arena a = {0};
        make_walk(&w, 20, time, 4);
        w.images = images;
        for (int k = 1; k < w.n; k++) {
            struct gg_cell cell;
            for (int c = 0; c < 3; c++)
                w.h[k][c][c] *= 1 + 0.01 * k * (c + 1);
            w.h[k][2][0] += 0.02 * k;
            assert_int_equal(gg_cell_init(&cell, 3, 7, (const double(*)[3])w.h[0], &err), 0);
            for (int i = 0; i < N; i++) { /* the first positions, taken along */
                double s[3];
                gg_cell_fractional(&cell, w.pos[0][i], s);
                for (int c = 0; c < 3; c++)
                    w.pos[k][i][c] = s[0] * w.h[k][0][c] + s[1] * w.h[k][1][c] + s[2] * w.h[k][2][c];
            }
        }
        gg_trajectory_init(&t, 2, after);
        for (int k = 0; k < w.n; k++) {
            make_frame(&w, k, "npt", &f, &a);
            assert_int_equal(gg_trajectory_add(&t, &f, &err), 0);
            gg_arena_reset(&a);
        }
        int n = 0;
        for (; gg_trajectory_next(&t, true, &f, &scratch); n++) {
            const double *pos = gg_frame_find(&f, "pos")->data,
                         *end = gg_frame_find(&f, "pos_replicas")->data;
            for (int x = 0; x < 2 * 3 * N; x++)
                close_to(end[x], pos[x % (3 * N)], 1e-9);
        }
        assert_int_equal(n, 15);
        gg_trajectory_free(&t);
        gg_frame_free(&f);
        gg_arena_free(&a);
    }
}

/* What a frame may not be, one after the other, behind the first frames of a run. */
static void refuses(const struct walk *w, const char *id, const char *drop, const char *add, const char *text)
{
    const double after[] = {1};
    struct gg_trajectory t;
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    gg_trajectory_init(&t, 1, after);
    make_frame(w, 1, "run", &f, &a);
    assert_int_equal(gg_trajectory_add(&t, &f, &err), 0);
    make_frame(w, 0, "run", &f, &a);
    snprintf(f.id, sizeof f.id, "%s", id);
    *(double *)gg_frame_find(&f, "run_time")->data = w->time[2];
    if (drop)
        gg_frame_remove(&f, drop);
    if (add && !strcmp(add, "type"))
        ((int32_t *)gg_frame_find(&f, "type")->data)[3] = 0;
    else if (add && !strcmp(add, "run_time"))
        *(double *)gg_frame_find(&f, "run_time")->data = w->time[1];
    else if (add && !strcmp(add, "pbc"))
        f.pbc = 3;
    else if (add)
        gg_frame_add(&f, &a, add, (uint64_t[]){1, 1});
    assert_int_equal(gg_trajectory_add(&t, &f, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
    if (!strstr(err.text, text))
        fail_msg("'%s' is not in '%s'", text, err.text);
    gg_trajectory_free(&t);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void refusals(void **state)
{
    (void)state;
    static struct walk w;
    double time[MOST];
    linear(time, 3, 1);
    make_walk(&w, 3, time, 5);
    refuses(&w, "run/2", "run_time", NULL, "--timestep");
    refuses(&w, "run/2", NULL, "run_time", "later ones are wanted");
    refuses(&w, "run/2", NULL, "type", "'type' differs");
    refuses(&w, "run/2", NULL, "pbc", "boundaries");
    refuses(&w, "run/2", NULL, "image", "'image' is in some frames");
    refuses(&w, "run/2", NULL, "time", "'time' is there");
    refuses(&w, "run/2", NULL, "pos_replicas", "'pos_replicas' is there");
    refuses(&w, "run/2", "pos", NULL, "'pos'");
}

/* A run that comes again behind another. */
static void runs_in_turn(void **state)
{
    (void)state;
    static struct walk w;
    double time[MOST];
    const double after[] = {1};
    struct gg_trajectory t;
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    linear(time, 3, 1);
    make_walk(&w, 3, time, 6);
    gg_trajectory_init(&t, 1, after);
    assert_int_equal(run_walk(&w, "one", &t, NULL), 2);
    assert_int_equal(run_walk(&w, "two", &t, NULL), 2);
    make_frame(&w, 2, "one", &f, &a);
    assert_int_equal(gg_trajectory_add(&t, &f, &err), -1);
    assert_non_null(strstr(err.text, "run 'one' comes again"));
    snprintf(f.id, sizeof f.id, "lone"); /* an id without parts is of the run without a name */
    assert_int_equal(gg_trajectory_add(&t, &f, &err), 0);
    make_frame(&w, 2, "lone", &f, &a);
    assert_false(gg_track_goes_on(&t.track, &f));
    gg_trajectory_free(&t);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static int teardown(void **state)
{
    (void)state;
    gg_arena_free(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(equal_distances), cmocka_unit_test(log_blocks),
                                       cmocka_unit_test(every_and_apart), cmocka_unit_test(changing_cell),
                                       cmocka_unit_test(refusals),        cmocka_unit_test(runs_in_turn)};
    return cmocka_run_group_tests(tests, NULL, teardown);
}
