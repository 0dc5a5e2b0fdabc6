/* arena.h -- memory that is given back all at once */
#ifndef GG_ARENA_H
#define GG_ARENA_H

#include <stddef.h>

/* A list of blocks that only grows; pieces are 64-byte aligned.  Functions that take an arena return memory that lives
 * until its next reset.  The blocks are kept across resets, so a loop over frames allocates nothing after the first.
 * Under AddressSanitizer, memory behind a reset is poisoned. */
struct gg_arena {
    struct gg_arena_block *first, *current;
    size_t used; /* bytes taken in `current` */
};

/* A zeroed struct is an empty arena.  Out of memory ends the process by gg_out_of_memory() (err.c): no caller can go
 * on from there, and sizes that come from a file have been bounded before they get here. */
void *gg_arena_alloc(struct gg_arena *a, size_t bytes);               /* not cleared */
void *gg_arena_calloc(struct gg_arena *a, size_t count, size_t size); /* cleared; the product is checked */
char *gg_arena_strdup(struct gg_arena *a, const char *s);
char *gg_arena_printf(struct gg_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void gg_arena_reset(struct gg_arena *a);
void gg_arena_free(struct gg_arena *a);

#define GG_NEW(arena, type, count) ((type *)gg_arena_calloc((arena), (count), sizeof(type)))

/* malloc family that cannot fail (see above); free() gives back.  gg_xalloc: 64-byte aligned, cleared. */
void *gg_xmalloc(size_t bytes);
void *gg_xrealloc(void *p, size_t bytes);
void *gg_xalloc(size_t count, size_t size);
char *gg_xstrdup(const char *s);

#endif
