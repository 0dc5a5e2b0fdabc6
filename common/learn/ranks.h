/* ranks.h -- several processes that train one model, each on some of the frames of every batch
 *
 * All ranks read the same data and run the same code; they part where a loop goes over frames, and meet behind it.  What is shared out is
 * put together by place, never by arrival, and added up by everyone in the order of one process: bytes do not depend on the number
 * of ranks.  Rank 0 alone writes files and speaks.
 *
 * Calls that are marked (all) are made by every rank, in the same order.  So whatever can fail on one rank and not on another is followed by
 * gg_ranks_agree before the next such call. */
#ifndef GG_LEARN_RANKS_H
#define GG_LEARN_RANKS_H

#include "optim/shards.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

/* What carries the messages: MPI (ranks_mpi.c).  All (all). */
struct gg_ranks_by {
    /* Who one is, and of how many. */
    void (*start)(int *rank, int *n);
    void (*stop)(void);
    /* The least of the ranks' x. */
    int64_t (*least)(int64_t x);
    /* x [bytes] of rank `from`, to all. */
    void (*share)(void *x, size_t bytes, int from);
    /* Piece r of x, bytes[r] long, is rank r's; all get all, the pieces one behind the other.  One's own lies in its place.
     * All pieces together are at most `most` bytes, 0: INT_MAX. */
    void (*gather)(void *x, const int *bytes);
    int most;
    /* To rank r n_out[r] numbers of `out`, from it n_in[r] into `in`; pieces one behind the other. */
    void (*exchange)(const gg_real *out, const int *n_out, gg_real *in, const int *n_in);
};

/* A zeroed struct is one process alone: nothing is sent. */
struct gg_ranks {
    int rank, n;
    const struct gg_ranks_by *by;
};

/* by NULL: alone. */
void gg_ranks_start(struct gg_ranks *r, const struct gg_ranks_by *by);
void gg_ranks_stop(const struct gg_ranks *r);

static inline bool gg_ranks_speaks(const struct gg_ranks *r)
{
    return r->rank == 0;
}
/* Does this rank do the k-th piece of work, of those shared out by turns? */
static inline bool gg_ranks_mine(const struct gg_ranks *r, int64_t k)
{
    return r->n < 2 || k % r->n == r->rank;
}

/* (all) -1 on all ranks, with the error of the first that failed, if `status` is -1 on any. */
int gg_ranks_agree(const struct gg_ranks *r, int status, struct gg_err *err);
/* (all) The same where places in a common order failed, place < 0 being none: the first place's error counts, as for one process. */
int gg_ranks_fault(const struct gg_ranks *r, int64_t place, struct gg_err *err);
/* (all) Is it true on any rank? */
bool gg_ranks_any(const struct gg_ranks *r, bool x);
/* (all) GG_USAGE on all ranks if `text` is not everywhere what rank 0 has; `what`: "data". */
int gg_ranks_same(const struct gg_ranks *r, const char *what, const char *text, struct gg_err *err);
/* (all) x [bytes] of rank 0, to all. */
void gg_ranks_share(const struct gg_ranks *r, void *x, size_t bytes);
/* (all) x [n][bytes]: row k is of the rank with gg_ranks_mine(r, k mod period); all get all.  No row is longer than one gather; all of
 * them together may be. */
void gg_ranks_gather(const struct gg_ranks *r, void *x, size_t bytes, int64_t n, int64_t period);
/* (all) The sum of all gradients into dw [n_weight] on every rank, and the sum of losses: the bytes of gg_shards_sum.  Each rank adds up a
 * part of the parameters, of all shards in their order. */
double gg_ranks_sum(const struct gg_ranks *r, struct gg_shards *s, gg_real *dw);
/* (all) Standard input, which rank 0 alone has, becomes that of all: by a copy in TMPDIR, where no name stays. */
int gg_ranks_share_input(const struct gg_ranks *r, struct gg_err *err);
/* (by one alone) CRC of the program that runs, 0 where that is not known. */
uint32_t gg_ranks_program(void);

#endif
