/* pickle_machine.h -- the stack machine of pickles: bytes, stack, marks, memo, each with its bound */
#ifndef GG_PICKLE_MACHINE_H
#define GG_PICKLE_MACHINE_H

#include "formats/pickle_object.h"

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
    struct gg_pickle_maker make; /* of objects */
    struct gg_pickle **stack, **memo;
    size_t n_stack, room_stack, n_memo, n_set, n_value; /* n_set: filled places of the memo */
    size_t mark[GG_PICKLE_DEPTH];
    int n_mark, op;
    const char *op_name;
    bool stopped;
    struct gg_arena *arena;
    struct gg_err *err;
};

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

#endif
