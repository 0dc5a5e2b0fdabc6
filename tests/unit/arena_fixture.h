/* arena_fixture.h -- one arena and one error for a whole test program: emptied before a test, freed at the end */
#ifndef ARENA_FIXTURE_H
#define ARENA_FIXTURE_H

#include "util/arena.h"
#include "util/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct gg_arena arena;
static struct gg_err err;

static inline int empty_arena(void **state)
{
    (void)state;
    gg_arena_reset(&arena);
    return 0;
}

static inline int free_arena(void **state)
{
    (void)state;
    gg_arena_free(&arena);
    return 0;
}

#endif
