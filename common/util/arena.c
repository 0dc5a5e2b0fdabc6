/* arena.c -- blocks that only grow, given back all at once; and malloc that cannot fail */
#include "util/arena.h"
#include "util/err.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef __SANITIZE_ADDRESS__
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif
#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define GAP 64 /* bytes left poisoned behind every piece, so that an overrun is seen */
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP 0
#endif

enum { ALIGN = 64, FIRST_BLOCK = 1 << 16, LARGEST_STEP = 1 << 28, HUGE_PAGE = 1 << 21 };

/* The header takes one aligned unit, so that `data` is aligned when the block is. */
struct gg_arena_block {
    struct gg_arena_block *next;
    size_t room;
    _Alignas(ALIGN) unsigned char data[];
};

static size_t round_up(size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        gg_out_of_memory(bytes);
    return (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static void *aligned(size_t bytes)
{
    void *p = aligned_alloc(ALIGN, bytes);
    if (p == NULL)
        gg_out_of_memory(bytes);
    return p;
}

/* Large blocks are read in any order: with pages of 2 MB, where the system has them, addresses cost less than numbers. */
static void prefer_huge_pages(void *p, size_t bytes)
{
    uintptr_t first = ((uintptr_t)p + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1),
              last = ((uintptr_t)p + bytes) & ~(uintptr_t)(HUGE_PAGE - 1);
#ifdef MADV_HUGEPAGE
    if (first + HUGE_PAGE < last)
        madvise((char *)p + (first - (uintptr_t)p), last - first, MADV_HUGEPAGE); /* refused: as before */
#endif
    (void)first, (void)last;
}

static struct gg_arena_block *block_new(size_t room)
{
    struct gg_arena_block *b = aligned(sizeof *b + room);
    prefer_huge_pages(b, sizeof *b + room);
    b->next = NULL;
    b->room = room;
    POISON(b->data, room);
    return b;
}

/* Blocks double, so that a frame of any size needs few of them. */
static size_t next_room(const struct gg_arena *a, size_t wanted)
{
    size_t room = a->current != NULL ? 2 * a->current->room : FIRST_BLOCK;
    if (room > LARGEST_STEP)
        room = LARGEST_STEP;
    return room > wanted ? room : wanted;
}

/* Makes `current` a block with `bytes` free at its start: the next of the list if it is large enough, else a new one
 * put in before it. */
static void advance(struct gg_arena *a, size_t bytes)
{
    struct gg_arena_block **link = a->current != NULL ? &a->current->next : &a->first;
    if (*link == NULL || (*link)->room < bytes) {
        struct gg_arena_block *b = block_new(next_room(a, bytes));
        b->next = *link;
        *link = b;
    }
    a->current = *link;
    a->used = 0;
}

void *gg_arena_alloc(struct gg_arena *a, size_t bytes)
{
    size_t need = round_up(bytes == 0 ? 1 : bytes) + GAP;
    if (a->current == NULL || a->current->room - a->used < need)
        advance(a, need);
    unsigned char *p = a->current->data + a->used;
    a->used += need;
    UNPOISON(p, bytes);
    return p;
}

static size_t product(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        gg_out_of_memory(SIZE_MAX);
    return bytes;
}

void *gg_arena_calloc(struct gg_arena *a, size_t count, size_t size)
{
    size_t bytes = product(count, size);
    return memset(gg_arena_alloc(a, bytes), 0, bytes);
}

char *gg_arena_strdup(struct gg_arena *a, const char *s)
{
    size_t bytes = strlen(s) + 1;
    return memcpy(gg_arena_alloc(a, bytes), s, bytes);
}

char *gg_arena_printf(struct gg_arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *text = gg_arena_alloc(a, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    return text;
}

void gg_arena_reset(struct gg_arena *a)
{
    for (struct gg_arena_block *b = a->first; b != NULL; b = b->next)
        POISON(b->data, b->room);
    a->current = a->first;
    a->used = 0;
}

void gg_arena_free(struct gg_arena *a)
{
    for (struct gg_arena_block *b = a->first, *next; b != NULL; b = next) {
        next = b->next;
        UNPOISON(b->data, b->room);
        free(b);
    }
    *a = (struct gg_arena){0};
}

void *gg_xmalloc(size_t bytes)
{
    void *p = malloc(bytes == 0 ? 1 : bytes);
    if (p == NULL)
        gg_out_of_memory(bytes);
    return p;
}

void *gg_xrealloc(void *p, size_t bytes)
{
    void *q = realloc(p, bytes == 0 ? 1 : bytes);
    if (q == NULL)
        gg_out_of_memory(bytes);
    return q;
}

void *gg_xalloc(size_t count, size_t size)
{
    size_t bytes = round_up(product(count, size) + (product(count, size) == 0));
    return memset(aligned(bytes), 0, bytes);
}

char *gg_xstrdup(const char *s)
{
    size_t bytes = strlen(s) + 1;
    return memcpy(gg_xmalloc(bytes), s, bytes);
}
