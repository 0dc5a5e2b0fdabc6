/* pickle_machine.c -- the stack machine of pickles: bytes, stack, marks, memo, each with its bound */
#include "formats/pickle_machine.h"

#include <stdlib.h>
#include <string.h>

int gg_pickle_damaged(struct gg_pickle_machine *m, const char *what)
{
    return gg_fail(m->err, GG_INPUT, "byte %zu: opcode %s: %s", m->at, m->op_name, what);
}

const unsigned char *gg_pickle_take(struct gg_pickle_machine *m, size_t n)
{
    if (m->n - m->at < n) {
        gg_fail(m->err, GG_TRUNCATED, "pickle ends in the middle, after %zu bytes", m->n);
        return NULL;
    }
    m->at += n;
    return m->bytes + m->at - n;
}

int gg_pickle_take_size(struct gg_pickle_machine *m, int width, size_t *x)
{
    const unsigned char *p = gg_pickle_take(m, (size_t)width);
    if (!p)
        return -1;
    uint64_t value = 0;
    for (int k = width; k-- > 0;)
        value = value << 8 | p[k];
    *x = value;
    return 0;
}

struct gg_pickle *gg_pickle_new(struct gg_pickle_machine *m, int kind)
{
    if (m->n_value == GG_PICKLE_VALUES) {
        gg_pickle_damaged(m, "more than 4 million values");
        return NULL;
    }
    struct gg_pickle *v = GG_NEW(m->arena, struct gg_pickle, 1);
    v->kind = kind;
    m->n_value++;
    return v;
}

int gg_pickle_push(struct gg_pickle_machine *m, struct gg_pickle *v)
{
    if (!v)
        return -1;
    if (m->n_stack == GG_PICKLE_STACK)
        return gg_pickle_damaged(m, "more than 65536 values on the stack");
    if (m->n_stack == m->room_stack) {
        m->room_stack *= 2;
        m->stack = gg_xrealloc(m->stack, m->room_stack * sizeof *m->stack);
    }
    m->stack[m->n_stack++] = v;
    return 0;
}

struct gg_pickle *gg_pickle_pop(struct gg_pickle_machine *m)
{
    size_t floor = m->n_mark ? m->mark[m->n_mark - 1] : 0;
    if (m->n_stack == floor) {
        gg_pickle_damaged(m, "nothing on the stack");
        return NULL;
    }
    return m->stack[--m->n_stack];
}

int gg_pickle_pop_mark(struct gg_pickle_machine *m, struct gg_pickle ***items, size_t *n)
{
    if (!m->n_mark)
        return gg_pickle_damaged(m, "no mark on the stack");
    size_t floor = m->mark[--m->n_mark];
    *items = m->stack + floor;
    *n = m->n_stack - floor;
    m->n_stack = floor;
    return 0;
}

int gg_pickle_set_memo(struct gg_pickle_machine *m, size_t k)
{
    if (k >= GG_PICKLE_MEMO)
        return gg_pickle_damaged(m, "memo of more than a million entries");
    if (k >= m->n_memo) {
        size_t room = 2 * k + 64;
        m->memo = gg_xrealloc(m->memo, room * sizeof *m->memo);
        memset(m->memo + m->n_memo, 0, (room - m->n_memo) * sizeof *m->memo);
        m->n_memo = room;
    }
    if (!m->n_stack)
        return gg_pickle_damaged(m, "nothing on the stack");
    m->n_set += m->memo[k] == NULL;
    m->memo[k] = m->stack[m->n_stack - 1];
    return 0;
}

int gg_pickle_get_memo(struct gg_pickle_machine *m, size_t k)
{
    if (k >= m->n_memo || !m->memo[k])
        return gg_pickle_damaged(m, "no such memo");
    return gg_pickle_push(m, m->memo[k]);
}

void gg_pickle_add(struct gg_pickle_machine *m, struct gg_pickle *to, struct gg_pickle *item)
{
    if (to->n == to->room) {
        struct gg_pickle **old = to->item;
        to->room = to->room ? 2 * to->room : 4;
        to->item = GG_NEW(m->arena, struct gg_pickle *, to->room);
        if (to->n)
            memcpy(to->item, old, to->n * sizeof *old);
    }
    to->item[to->n++] = item;
}
