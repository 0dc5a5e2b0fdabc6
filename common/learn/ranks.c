/* ranks.c -- what several processes that train one model say to each other, whatever carries it */
#include "learn/ranks.h"
#include "stream/crc32c.h"
#include "util/arena.h"
#include "util/file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool alone(const struct gg_ranks *r)
{
    return r->n < 2;
}

void gg_ranks_start(struct gg_ranks *r, const struct gg_ranks_by *by)
{
    *r = (struct gg_ranks){.by = by};
    if (by)
        by->start(&r->rank, &r->n);
}

void gg_ranks_stop(const struct gg_ranks *r)
{
    if (r->by)
        r->by->stop();
}

/* ---- faults ---- */

/* The error of one rank becomes that of all. */
static int share_fault(const struct gg_ranks *r, int from, struct gg_err *err)
{
    r->by->share(err, sizeof *err, from);
    return -1;
}

int gg_ranks_agree(const struct gg_ranks *r, int status, struct gg_err *err)
{
    if (alone(r))
        return status;
    int64_t first = r->by->least(status < 0 ? r->rank : INT64_MAX);
    if (first == INT64_MAX)
        return status;
    if (first == r->rank && first > 0)
        gg_err_prefix(err, "rank %d: ", r->rank);
    return share_fault(r, (int)first, err);
}

int gg_ranks_fault(const struct gg_ranks *r, int64_t place, struct gg_err *err)
{
    if (alone(r))
        return place < 0 ? 0 : -1;
    int64_t first = r->by->least(place < 0 ? INT64_MAX : place);
    if (first == INT64_MAX)
        return 0;
    int64_t who = r->by->least(first == place ? r->rank : INT64_MAX);
    return share_fault(r, (int)who, err);
}

bool gg_ranks_any(const struct gg_ranks *r, bool x)
{
    return alone(r) ? x : r->by->least(!x) == 0;
}

int gg_ranks_same(const struct gg_ranks *r, const char *what, const char *text, struct gg_err *err)
{
    enum { CARD = 64 };
    int status = 0;
    if (alone(r))
        return 0;
    char *card = gg_xalloc((size_t)r->n, CARD);
    snprintf(card + (size_t)r->rank * CARD, CARD, "%s", text);
    gg_ranks_gather(r, card, CARD, r->n, r->n);
    for (int k = 1; k < r->n && !status; k++)
        if (strcmp(card, card + (size_t)k * CARD))
            status = gg_fail(err, GG_USAGE,
                             "rank %d of %d has another %s than rank 0 (%s, not %s): all ranks must be the "
                             "same program, with the same command line and the same data",
                             k, r->n, what, card + (size_t)k * CARD, card);
    free(card);
    return status;
}

uint32_t gg_ranks_program(void)
{
    struct gg_err none;
    size_t n = 0;
    char *bytes = gg_read_file("/proc/self/exe", (size_t)1 << 30, &n, &none);
    uint32_t crc = bytes ? gg_crc32c(0, bytes, n) : 0;
    free(bytes);
    return crc;
}

/* ---- pieces put together ---- */

void gg_ranks_share(const struct gg_ranks *r, void *x, size_t bytes)
{
    if (!alone(r))
        r->by->share(x, bytes, 0);
}

struct rows {
    char *x;
    size_t bytes;
    int64_t period;
};

static int owner(const struct gg_ranks *r, const struct rows *rows, int64_t k)
{
    return (int)(k % rows->period % r->n);
}

/* Rows first to last - 1, which fit into one message, packed rank by rank. */
static void gather_some(const struct gg_ranks *r, const struct rows *rows, int64_t first, int64_t last)
{
    size_t bytes = rows->bytes, *at = gg_xalloc((size_t)r->n + 1, sizeof *at);
    int *of = gg_xalloc((size_t)r->n, sizeof *of);
    char *packed = gg_xmalloc((size_t)(last - first) * bytes + 1);
    for (int64_t k = first; k < last; k++)
        of[owner(r, rows, k)] += (int)bytes;
    for (int p = 0; p < r->n; p++)
        at[p + 1] = at[p] + (size_t)of[p];
    char *mine = packed + at[r->rank];
    for (int64_t k = first; k < last; k++)
        if (owner(r, rows, k) == r->rank) {
            memcpy(mine, rows->x + (size_t)k * bytes, bytes);
            mine += bytes;
        }
    r->by->gather(packed, of);
    for (int64_t k = first; k < last; k++) {
        size_t *from = &at[owner(r, rows, k)];
        memcpy(rows->x + (size_t)k * bytes, packed + *from, bytes);
        *from += bytes;
    }
    free(at);
    free(packed);
    free(of);
}

void gg_ranks_gather(const struct gg_ranks *r, void *x, size_t bytes, int64_t n, int64_t period)
{
    if (alone(r) || !bytes)
        return;
    const struct rows rows = {x, bytes, period};
    const int64_t fit = (int64_t)((size_t)(r->by->most ? r->by->most : INT_MAX) / bytes),
                  many = fit > 1 ? fit : 1;
    for (int64_t k = 0; k < n; k += many)
        gather_some(r, &rows, k, n - k < many ? n : k + many);
}

/* ---- gradients ---- */

/* Rank p adds up the parameters from first_of(p) to first_of(p + 1). */
static int64_t first_of(const struct gg_ranks *r, const struct gg_shards *s, int p)
{
    return s->n_weight * p / r->n;
}

static int64_t length_of(const struct gg_ranks *r, const struct gg_shards *s, int p)
{
    return first_of(r, s, p + 1) - first_of(r, s, p);
}

static int64_t shards_of(const struct gg_ranks *r, const struct gg_shards *s, int p)
{
    return (s->n_used - p + r->n - 1) / r->n;
}

/* What one holds, for each rank its parameters: [rank][shard held][parameter]. */
static gg_real *pack(const struct gg_ranks *r, const struct gg_shards *s, int *n_out)
{
    gg_real *out = gg_xmalloc((size_t)(shards_of(r, s, r->rank) * s->n_weight + 1) * sizeof *out), *at = out;
    for (int p = 0; p < r->n; p++) {
        int64_t length = length_of(r, s, p);
        n_out[p] = (int)(shards_of(r, s, r->rank) * length);
        for (int64_t q = r->rank; q < s->n_used; q += r->n, at += length)
            memcpy(at, gg_shards_row(s, q) + first_of(r, s, p), (size_t)length * sizeof *at);
    }
    return out;
}

/* One's own parameters of all shards: [rank][shard held there][parameter]; row[q] is where shard q lies. */
static gg_real *receive(const struct gg_ranks *r, const struct gg_shards *s, const gg_real **row)
{
    int *n_out = gg_xalloc((size_t)r->n, sizeof *n_out), *n_in = gg_xalloc((size_t)r->n, sizeof *n_in);
    int64_t length = length_of(r, s, r->rank);
    gg_real *out = pack(r, s, n_out), *in = gg_xmalloc((size_t)(s->n_used * length + 1) * sizeof *in),
            *at = in;
    for (int p = 0; p < r->n; p++) {
        n_in[p] = (int)(shards_of(r, s, p) * length);
        for (int64_t q = p; q < s->n_used; q += r->n, at += length)
            row[q] = at;
    }
    r->by->exchange(out, n_out, in, n_in);
    free(out);
    free(n_out);
    free(n_in);
    return in;
}

double gg_ranks_sum(const struct gg_ranks *r, struct gg_shards *s, gg_real *dw)
{
    if (alone(r))
        return gg_shards_sum(s, dw);
    const gg_real **row = gg_xalloc((size_t)s->n_used + 1, sizeof *row);
    int *bytes = gg_xalloc((size_t)r->n, sizeof *bytes);
    gg_real *in = receive(r, s, row);
    gg_shards_add_up(row, s->n_used, length_of(r, s, r->rank), dw + first_of(r, s, r->rank));
    for (int p = 0; p < r->n; p++)
        bytes[p] = (int)(length_of(r, s, p) * (int64_t)sizeof *dw);
    r->by->gather(dw, bytes);
    gg_ranks_gather(r, s->loss, sizeof *s->loss, s->n_used, s->n);
    free(in);
    free(bytes);
    free(row);
    return gg_shards_loss(s);
}

/* ---- standard input ---- */

static int temporary(struct gg_err *err)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/gg-input.XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0)
        return gg_fail_errno(err, "cannot make a temporary file '%s' (TMPDIR says where)", path);
    unlink(path);
    return fd;
}

static ssize_t read_some(char *to, size_t n)
{
    ssize_t got;
    do
        got = read(STDIN_FILENO, to, n);
    while (got < 0 && errno == EINTR);
    return got;
}

static int write_all(int fd, const char *from, size_t n, struct gg_err *err)
{
    while (n) {
        ssize_t done = write(fd, from, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return gg_fail_errno(err,
                                 "cannot write the temporary copy of standard input (TMPDIR says where)");
        from += done;
        n -= (size_t)done;
    }
    return 0;
}

/* Who cannot write goes on listening: the others do not know yet. */
static int copy_input(const struct gg_ranks *r, int fd, struct gg_err *err)
{
    enum { CHUNK = 1 << 20 };
    char *chunk = gg_xmalloc(CHUNK);
    int64_t n = 1;
    int status = fd < 0 ? -1 : 0;
    while (n > 0) {
        if (gg_ranks_speaks(r) && (n = read_some(chunk, CHUNK)) < 0)
            status = gg_fail_errno(err, "standard input");
        gg_ranks_share(r, &n, sizeof n);
        if (n <= 0)
            break;
        gg_ranks_share(r, chunk, (size_t)n);
        if (!status)
            status = write_all(fd, chunk, (size_t)n, err);
    }
    free(chunk);
    return status;
}

int gg_ranks_share_input(const struct gg_ranks *r, struct gg_err *err)
{
    if (alone(r))
        return 0;
    int fd = temporary(err), status = copy_input(r, fd, err);
    if (!status && (lseek(fd, 0, SEEK_SET) || dup2(fd, STDIN_FILENO) < 0))
        status = gg_fail_errno(err, "the temporary copy of standard input");
    if (fd >= 0)
        close(fd);
    return gg_ranks_agree(r, status, err);
}
