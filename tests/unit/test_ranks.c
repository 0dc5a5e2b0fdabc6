/* test_ranks.c -- what ranks say to each other, with threads of one process in their place and shared memory as messages */
#include "optim_fixture.h"
#include "learn/ranks.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* ---- threads as ranks ---- */

enum { MOST = 5 };
static _Thread_local int me;
static int n_rank;
static pthread_barrier_t all_here;
static void *posted[MOST];
static const int *counts[MOST];
static int64_t numbers[MOST];
static size_t longest[MOST]; /* gathered at once */

static void wait_for_all(void)
{
    pthread_barrier_wait(&all_here);
}

static int64_t least(int64_t x)
{
    int64_t min = x;
    numbers[me] = x;
    wait_for_all();
    for (int p = 0; p < n_rank; p++)
        min = numbers[p] < min ? numbers[p] : min;
    wait_for_all();
    return min;
}

static void share(void *x, size_t bytes, int from)
{
    posted[me] = x;
    wait_for_all();
    if (me != from)
        memcpy(x, posted[from], bytes);
    wait_for_all();
}

static void gather(void *x, const int *bytes)
{
    size_t at = 0;
    posted[me] = x;
    wait_for_all();
    for (int p = 0; p < n_rank; at += (size_t)bytes[p++])
        if (p != me)
            memcpy((char *)x + at, (char *)posted[p] + at, (size_t)bytes[p]);
    if (at > longest[me])
        longest[me] = at;
    wait_for_all();
}

static void exchange(const gg_real *out, const int *n_out, gg_real *in, const int *n_in)
{
    posted[me] = (void *)(uintptr_t)out;
    counts[me] = n_out;
    wait_for_all();
    for (int p = 0; p < n_rank; in += n_in[p++]) {
        const gg_real *from = posted[p];
        for (int q = 0; q < me; q++)
            from += counts[p][q];
        memcpy(in, from, (size_t)n_in[p] * sizeof *in);
    }
    wait_for_all();
}

static struct gg_ranks_by threads = {.least = least, .share = share, .gather = gather, .exchange = exchange};

/* What each rank does, and what it came to: nothing may be asserted beside the first thread. */
struct job {
    int rank;
    void (*work)(const struct gg_ranks *r, struct job *j);
    int n_sample, place;
    gg_real dw[N];
    double loss, row[16];
    int status;
    bool any;
    struct gg_err err;
};

static void *run(void *context)
{
    struct job *j = context;
    me = j->rank;
    const struct gg_ranks r = {.rank = me, .n = n_rank, .by = &threads};
    j->work(&r, j);
    return NULL;
}

static void run_all(struct job *j, int n)
{
    pthread_t id[MOST];
    n_rank = n;
    assert_int_equal(pthread_barrier_init(&all_here, NULL, (unsigned)n), 0);
    for (int p = 0; p < n; p++) {
        j[p].rank = p;
        assert_int_equal(pthread_create(&id[p], NULL, run, &j[p]), 0);
    }
    for (int p = 0; p < n; p++)
        pthread_join(id[p], NULL);
    pthread_barrier_destroy(&all_here);
}

/* ---- gradients ---- */

enum { SHARDS = 7, SAMPLES = 11 };

static void add_gradients(const struct gg_ranks *r, struct job *j)
{
    struct gg_shards s;
    gg_real g[N];
    gg_shards_init(&s, SHARDS, SAMPLES, N, r->rank, r->n ? r->n : 1);
    gg_shards_begin(&s, j->n_sample);
    for (int k = 0; k < j->n_sample; k++)
        if (gg_shards_hold(&s, k)) {
            fill_normal(g, N, 5, (uint32_t)k);
            gg_real *sum = gg_shards_add(&s, k, 1.0 / (k + 1));
            for (int p = 0; p < N; p++)
                sum[p] += g[p];
        }
    j->loss = gg_ranks_sum(r, &s, j->dw);
    gg_shards_free(&s);
}

/* For every number of ranks and samples, also fewer samples than ranks: the bytes of one process, on all of them. */
static void gradients_do_not_know_the_ranks(void **state)
{
    (void)state;
    for (int n_sample = 1; n_sample <= SAMPLES; n_sample++) {
        struct job alone = {.n_sample = n_sample};
        add_gradients(&(struct gg_ranks){0}, &alone);
        for (int n = 2; n <= MOST; n++) {
            struct job j[MOST];
            for (int p = 0; p < n; p++)
                j[p] = (struct job){.work = add_gradients, .n_sample = n_sample};
            run_all(j, n);
            for (int p = 0; p < n; p++) {
                assert_memory_equal(j[p].dw, alone.dw, sizeof alone.dw);
                assert_memory_equal(&j[p].loss, &alone.loss, sizeof alone.loss);
            }
        }
    }
}

/* ---- rows ---- */

enum { ROWS = 13, PERIOD = 6 };

/* What is not one's own is rubbish before. */
static void gather_rows(const struct gg_ranks *r, struct job *j)
{
    for (int k = 0; k < ROWS; k++)
        j->row[k] = gg_ranks_mine(r, k % PERIOD) ? 100 + k : -1;
    gg_ranks_gather(r, j->row, sizeof *j->row, ROWS, PERIOD);
}

static void rows_come_to_their_places(void **state)
{
    (void)state;
    for (int n = 1; n <= MOST; n++) {
        struct job j[MOST];
        for (int p = 0; p < n; p++)
            j[p] = (struct job){.work = gather_rows};
        run_all(j, n);
        for (int p = 0; p < n; p++)
            for (int k = 0; k < ROWS; k++)
                assert_true(j[p].row[k] == 100 + k);
    }
}

/* Rows that are more than one message holds come in several, none of them longer. */
static void long_rows_come_in_pieces(void **state)
{
    (void)state;
    for (int fit = 1; fit <= ROWS; fit++) {
        threads.most = fit * (int)sizeof(double) + 1;
        memset(longest, 0, sizeof longest);
        rows_come_to_their_places(NULL);
        for (int p = 0; p < MOST; p++)
            assert_int_equal(longest[p], (size_t)fit * sizeof(double));
    }
    threads.most = 0;
}

/* ---- faults ---- */

static void fail_at_place(const struct gg_ranks *r, struct job *j)
{
    if (j->place >= 0)
        gg_fail(&j->err, GG_NUMERICS, "sample %d", j->place);
    j->status = gg_ranks_fault(r, j->place, &j->err);
    j->any = gg_ranks_any(r, j->place == 2);
}

/* The first in the order of one process, whoever met it. */
static void the_first_fault_counts(void **state)
{
    (void)state;
    const int place[][3] = {{7, 2, 5}, {-1, 8, 3}, {-1, -1, -1}};
    const int first[] = {2, 3, -1};
    for (int k = 0; k < 3; k++) {
        struct job j[3];
        for (int p = 0; p < 3; p++)
            j[p] = (struct job){.work = fail_at_place, .place = place[k][p]};
        run_all(j, 3);
        for (int p = 0; p < 3; p++) {
            char want[32];
            snprintf(want, sizeof want, "sample %d", first[k]);
            assert_int_equal(j[p].status, first[k] < 0 ? 0 : -1);
            assert_int_equal(j[p].any, k == 0);
            if (first[k] >= 0) {
                assert_string_equal(j[p].err.text, want);
                assert_int_equal(j[p].err.status, GG_NUMERICS);
            }
        }
    }
}

static void fail_by_rank(const struct gg_ranks *r, struct job *j)
{
    int status = j->place ? gg_fail(&j->err, GG_SYSTEM, "disk of %d", r->rank) : 0;
    j->status = gg_ranks_agree(r, status, &j->err);
}

/* All get the error of the first rank that has one, which says whose it is. */
static void one_error_is_that_of_all(void **state)
{
    (void)state;
    struct job j[3] = {{.work = fail_by_rank},
                       {.work = fail_by_rank, .place = 1},
                       {.work = fail_by_rank, .place = 1}};
    run_all(j, 3);
    for (int p = 0; p < 3; p++) {
        assert_int_equal(j[p].status, -1);
        assert_string_equal(j[p].err.text, "rank 1: disk of 1");
        assert_int_equal(j[p].err.status, GG_SYSTEM);
    }
    struct job none[3] = {{.work = fail_by_rank}, {.work = fail_by_rank}, {.work = fail_by_rank}};
    run_all(none, 3);
    for (int p = 0; p < 3; p++)
        assert_int_equal(none[p].status, 0);
}

static void compare(const struct gg_ranks *r, struct job *j)
{
    j->status = gg_ranks_same(r, "data", j->place == r->rank ? "other" : "this", &j->err);
}

static void who_differs_is_named(void **state)
{
    (void)state;
    for (int odd = 1; odd <= 3; odd++) {
        struct job j[3];
        for (int p = 0; p < 3; p++)
            j[p] = (struct job){.work = compare, .place = odd};
        run_all(j, 3);
        for (int p = 0; p < 3; p++) {
            char want[64];
            snprintf(want, sizeof want, "rank %d of 3 has another data than rank 0 (other, not this)", odd);
            assert_int_equal(j[p].status, odd < 3 ? -1 : 0);
            if (odd < 3)
                assert_memory_equal(j[p].err.text, want, strlen(want));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gradients_do_not_know_the_ranks),
                                       cmocka_unit_test(rows_come_to_their_places),
                                       cmocka_unit_test(long_rows_come_in_pieces),
                                       cmocka_unit_test(the_first_fault_counts),
                                       cmocka_unit_test(one_error_is_that_of_all),
                                       cmocka_unit_test(who_differs_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
