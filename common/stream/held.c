/* held.c -- frames kept in memory until all have come: to reorder, join, and share them out */
#include "stream/held.h"
#include "stream/boxes.h"
#include "stream/choose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int gg_held_member(struct gg_held *h, const struct gg_meta *meta, const struct gg_prov *prov,
                   struct gg_err *err)
{
    gg_meta_merge(&h->meta, meta);
    return gg_prov_merge(&h->prov, prov, err);
}

void gg_held_add(struct gg_held *h, const struct gg_frame *f)
{
    if (h->n == h->room) {
        h->room = h->room == 0 ? 64 : 2 * h->room;
        h->frame = gg_xrealloc(h->frame, (size_t)h->room * sizeof *h->frame);
        h->order = gg_xrealloc(h->order, (size_t)h->room * sizeof *h->order);
    }
    h->frame[h->n] = (struct gg_frame){0};
    gg_frame_copy(&h->frame[h->n], f, &h->arena);
    h->order[h->n] = h->n;
    h->n++;
}

void gg_held_free(struct gg_held *h)
{
    for (int64_t k = 0; k < h->n; k++)
        gg_frame_free(&h->frame[k]);
    free(h->frame);
    free(h->order);
    gg_arena_free(&h->arena);
    gg_meta_clear(&h->meta);
    gg_meta_clear(&h->trailer);
    gg_prov_clear(&h->prov);
    *h = (struct gg_held){0};
}

static int largest(const double x[3])
{
    int best = 0;
    for (int k = 1; k < 3; k++)
        if (x[k] > x[best])
            best = k;
    return best;
}

/* Largest remainders; then a part that came out empty takes one from the largest. */
void gg_share_out(int64_t n, const double share[3], int64_t count[3])
{
    double total = share[0] + share[1] + share[2], remainder[3], size[3];
    int64_t left = n, parts = 0;
    for (int k = 0; k < 3; k++) {
        double exact = (double)n * (share[k] / total);
        count[k] = (int64_t)floor(exact);
        remainder[k] = exact - floor(exact);
        left -= count[k];
        parts += share[k] > 0;
    }
    for (; left > 0; left--) {
        int k = largest(remainder);
        count[k]++;
        remainder[k] = -1;
    }
    for (int k = 0; k < 3 && n >= parts; k++)
        if (share[k] > 0 && count[k] == 0) {
            for (int j = 0; j < 3; j++)
                size[j] = (double)count[j];
            count[largest(size)]--;
            count[k]++;
        }
}

/* A table from id to the number of its configuration, in order of appearance. */
static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int gg_held_split(struct gg_held *h, const double share[3], struct gg_err *err)
{
    static const char *const set[] = {"training", "validation", "test"};
    const char **ids = gg_xalloc((size_t)h->n, sizeof *ids);
    char(*config)[GG_ID] = gg_xalloc((size_t)h->n, sizeof *config);
    int64_t *number = gg_xalloc((size_t)h->n, sizeof *number), count[3], n_id = 0, n_seen = 0;
    for (int64_t k = 0; k < h->n; k++) {
        gg_frame_configuration(&h->frame[k], config[k]);
        ids[k] = config[k];
    }
    qsort(ids, (size_t)h->n, sizeof *ids, compare_ids);
    for (int64_t k = 0; k < h->n; k++)
        if (k == 0 || strcmp(ids[k], ids[n_id - 1]) != 0)
            ids[n_id++] = ids[k];
    gg_share_out(n_id, share, count);
    for (int64_t k = 0; k < h->n; k++) {
        struct gg_frame *f = &h->frame[h->order[k]];
        const char *id = config[h->order[k]];
        const char **at = bsearch(&id, ids, (size_t)n_id, sizeof *ids, compare_ids);
        int64_t *mine = &number[at - ids]; /* 1, 2 ... once it has appeared */
        if (*mine == 0)
            *mine = ++n_seen;
        int32_t *split = gg_frame_add(f, &h->arena, "split", NULL)->data;
        *split = *mine <= count[0] ? 0 : *mine <= count[0] + count[1] ? 1 : 2;
    }
    free(ids);
    free(config);
    free(number);
    for (int k = 0; k < 3; k++)
        if (share[k] > 0 && count[k] == 0)
            return gg_fail(
                err, GG_INPUT,
                "--split: %lld configurations leave none for %s: more of them are wanted, or a share of 0",
                (long long)n_id, set[k]);
    return 0;
}
