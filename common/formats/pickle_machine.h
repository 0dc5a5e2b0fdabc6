/* pickle_machine.h -- the stack machine that pickle.c drives, and the numpy objects of pickle_numpy.c */
#ifndef GG_PICKLE_MACHINE_H
#define GG_PICKLE_MACHINE_H

#include "formats/pickle.h"

/* Bounds on what a file may make us keep. */
enum {
    GG_PICKLE_DEPTH = 64,
    GG_PICKLE_STACK = 1 << 16,
    GG_PICKLE_VALUES = 1 << 22,
    GG_PICKLE_MEMO = 1 << 20
};

struct gg_pickle_machine {
    const unsigned char *bytes;
    size_t n, at;
    size_t budget; /* bytes that arrays may still have: no more than the file */
    struct gg_pickle **stack, **memo;
    size_t n_stack, room_stack, n_memo, n_set, n_value; /* n_set: filled places of the memo */
    size_t mark[GG_PICKLE_DEPTH];
    int n_mark, op;
    bool stopped;
    struct gg_arena *arena;
    struct gg_err *err;
};
const char *gg_pickle_opcode(int code);

/* Refuses what the present opcode met; returns -1. */
int gg_pickle_damaged(struct gg_pickle_machine *m, const char *what);
/* n bytes of argument, NULL at the end of the input; an unsigned little-endian argument of 1 to 8 bytes. */
const unsigned char *gg_pickle_take(struct gg_pickle_machine *m, size_t n);
int gg_pickle_take_size(struct gg_pickle_machine *m, int width, size_t *x);
/* A new value, NULL with a refusal; onto the stack (NULL: -1); the topmost value above the last mark, NULL
 * with a refusal. */
struct gg_pickle *gg_pickle_new(struct gg_pickle_machine *m, int kind);
int gg_pickle_push(struct gg_pickle_machine *m, struct gg_pickle *v);
struct gg_pickle *gg_pickle_pop(struct gg_pickle_machine *m);
/* All values above the last mark, which goes, too.  They stay readable until the next push. */
int gg_pickle_pop_mark(struct gg_pickle_machine *m, struct gg_pickle ***items, size_t *n);
int gg_pickle_set_memo(struct gg_pickle_machine *m, size_t k);
int gg_pickle_get_memo(struct gg_pickle_machine *m, size_t k);
void gg_pickle_add(struct gg_pickle_machine *m, struct gg_pickle *container, struct gg_pickle *item);

enum { GG_RECONSTRUCT, GG_NDARRAY, GG_DTYPE, GG_N_GLOBAL };

/* `which` for "module name", -1 if it is not allowed. */
int gg_pickle_global(const char *module, const char *name);

/* REDUCE: callable(arguments) for the three names, as data.  Fills `out`. */
int gg_pickle_reduce(struct gg_arena *a, const struct gg_pickle *callable, const struct gg_pickle *arguments,
                     struct gg_pickle *out, struct gg_err *err);
/* BUILD: gives a dtype its byte order or an array its data.  *budget: bytes that arrays may still have. */
int gg_pickle_build(struct gg_arena *a, struct gg_pickle *object, const struct gg_pickle *state,
                    size_t *budget, struct gg_err *err);

#endif
