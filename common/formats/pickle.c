/* pickle.c -- Python pickles as data: nothing is looked up, imported or called
 *
 * The format is a stack machine (Python's pickletools.py names the opcodes).  Here is the subset that
 * dictionaries, lists, numbers, text, numpy arrays and tensors need; what is missing from the table is refused by
 * name. */
#include "formats/pickle.h"
#include "formats/pickle_machine.h"
#include "formats/pickle_object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- opcodes ---- */

static int run_proto(struct gg_pickle_machine *m)
{
    size_t version;
    if (gg_pickle_take_size(m, 1, &version))
        return -1;
    return version >= 2 && version <= 5 ? 0 : gg_pickle_damaged(m, "protocols 2 to 5 are read");
}

static int run_frame(struct gg_pickle_machine *m)
{
    size_t length;
    return gg_pickle_take_size(m, 8, &length); /* says nothing that the opcodes do not */
}

static int run_stop(struct gg_pickle_machine *m)
{
    m->stopped = true;
    return m->n_stack == 1 && !m->n_mark ? 0 : gg_pickle_damaged(m, "more or less than one value is left");
}

/* A new value on the stack, or NULL. */
static struct gg_pickle *push_new(struct gg_pickle_machine *m, int kind)
{
    struct gg_pickle *v = gg_pickle_new(m, kind);
    return gg_pickle_push(m, v) ? NULL : v;
}

static int run_empty(struct gg_pickle_machine *m)
{
    int kind = m->op == '}' ? GG_PICKLE_DICT : m->op == ']' ? GG_PICKLE_LIST : GG_PICKLE_TUPLE;
    return gg_pickle_push(m, gg_pickle_new(m, kind));
}

static int run_constant(struct gg_pickle_machine *m)
{
    struct gg_pickle *v = push_new(m, m->op == 'N' ? GG_PICKLE_NONE : GG_PICKLE_BOOL);
    if (v)
        v->whole = m->op == 0x88;
    return v ? 0 : -1;
}

static int run_mark(struct gg_pickle_machine *m)
{
    if (m->n_mark == GG_PICKLE_DEPTH)
        return gg_pickle_damaged(m, "nested more than 64 deep");
    m->mark[m->n_mark++] = m->n_stack;
    return 0;
}

/* Two's complement of 0 to 8 bytes, lowest first. */
static int push_whole(struct gg_pickle_machine *m, const unsigned char *p, size_t width, bool is_signed)
{
    struct gg_pickle *v = p ? push_new(m, GG_PICKLE_INT) : NULL;
    if (!v)
        return -1;
    uint64_t x = is_signed && width && p[width - 1] & 0x80 ? UINT64_MAX : 0;
    for (size_t k = width; k-- > 0;)
        x = x << 8 | p[k];
    v->whole = (int64_t)x;
    v->number = (double)v->whole;
    return 0;
}

static int run_int(struct gg_pickle_machine *m)
{
    size_t width = m->op == 'J' ? 4 : m->op == 'M' ? 2 : 1;
    return push_whole(m, gg_pickle_take(m, width), width, m->op == 'J');
}

static int run_long1(struct gg_pickle_machine *m)
{
    size_t width;
    if (gg_pickle_take_size(m, 1, &width))
        return -1;
    if (width > 8)
        return gg_pickle_damaged(m, "more than 64 bits");
    return push_whole(m, gg_pickle_take(m, width), width, true);
}

static int run_float(struct gg_pickle_machine *m)
{
    const unsigned char *p = gg_pickle_take(m, 8);
    struct gg_pickle *v = p ? push_new(m, GG_PICKLE_FLOAT) : NULL;
    if (!v)
        return -1;
    uint64_t bits = 0;
    for (int k = 0; k < 8; k++) /* big-endian, alone in the format */
        bits = bits << 8 | p[k];
    memcpy(&v->number, &bits, 8);
    return 0;
}

static int push_text(struct gg_pickle_machine *m, int kind, int width)
{
    size_t n;
    if (gg_pickle_take_size(m, width, &n))
        return -1;
    const unsigned char *p = gg_pickle_take(m, n);
    struct gg_pickle *v = p ? push_new(m, kind) : NULL;
    if (!v)
        return -1;
    v->n = n;
    v->text = (const char *)p;
    if (kind == GG_PICKLE_TEXT) {
        char *copy = gg_arena_calloc(m->arena, n + 1, 1);
        v->text = memcpy(copy, p, n);
    }
    return 0;
}

static int run_text(struct gg_pickle_machine *m)
{
    return push_text(m, GG_PICKLE_TEXT, m->op == 'X' ? 4 : m->op == 0x8d ? 8 : 1);
}

static int run_bytes(struct gg_pickle_machine *m)
{
    bool shorter = m->op == 'C' || m->op == 'U';
    return push_text(m, GG_PICKLE_BYTES, m->op == 'B' || m->op == 'T' ? 4 : shorter ? 1 : 8);
}

/* ---- containers */

static int run_tuple(struct gg_pickle_machine *m)
{
    size_t n = m->op == 't' ? 0 : (size_t)(m->op - 0x84), floor = m->n_mark ? m->mark[m->n_mark - 1] : 0;
    if (m->n_stack - floor < n)
        return gg_pickle_damaged(m, "nothing on the stack");
    m->n_stack -= n;
    struct gg_pickle **items = m->stack + m->n_stack, *v = NULL;
    if ((m->op == 't' && gg_pickle_pop_mark(m, &items, &n)) || !(v = gg_pickle_new(m, GG_PICKLE_TUPLE)))
        return -1;
    for (size_t k = 0; k < n; k++)
        gg_pickle_add(m, v, items[k]);
    return gg_pickle_push(m, v);
}

/* The container below what was popped, which stays where it is. */
static struct gg_pickle *top(struct gg_pickle_machine *m, int kind)
{
    size_t floor = m->n_mark ? m->mark[m->n_mark - 1] : 0;
    struct gg_pickle *v = m->n_stack > floor ? m->stack[m->n_stack - 1] : NULL;
    if (v && v->kind == kind)
        return v;
    gg_pickle_damaged(m, kind == GG_PICKLE_LIST ? "no list on the stack" : "no dictionary on the stack");
    return NULL;
}

static int add_items(struct gg_pickle_machine *m, int kind, struct gg_pickle **items, size_t n)
{
    struct gg_pickle *to = top(m, kind);
    if (!to)
        return -1;
    if (kind == GG_PICKLE_DICT && n % 2)
        return gg_pickle_damaged(m, "a key without a value");
    for (size_t k = 0; k < n; k++)
        gg_pickle_add(m, to, items[k]);
    return 0;
}

static int run_append(struct gg_pickle_machine *m)
{
    struct gg_pickle *item = gg_pickle_pop(m);
    return item ? add_items(m, GG_PICKLE_LIST, &item, 1) : -1;
}

static int run_setitem(struct gg_pickle_machine *m)
{
    struct gg_pickle *value = gg_pickle_pop(m), *key = value ? gg_pickle_pop(m) : NULL,
                     *pair[] = {key, value};
    return key ? add_items(m, GG_PICKLE_DICT, pair, 2) : -1;
}

static int run_items(struct gg_pickle_machine *m)
{
    struct gg_pickle **items;
    size_t n;
    return gg_pickle_pop_mark(m, &items, &n)
               ? -1
               : add_items(m, m->op == 'e' ? GG_PICKLE_LIST : GG_PICKLE_DICT, items, n);
}

/* ---- memo */

static int run_memo(struct gg_pickle_machine *m)
{
    size_t k = m->n_set; /* MEMOIZE */
    if (m->op != 0x94 && gg_pickle_take_size(m, m->op == 'r' || m->op == 'j' ? 4 : 1, &k))
        return -1;
    return m->op == 'h' || m->op == 'j' ? gg_pickle_get_memo(m, k) : gg_pickle_set_memo(m, k);
}

/* ---- names and objects */

static int push_global(struct gg_pickle_machine *m, const char *module, const char *name)
{
    int which = gg_pickle_global(&m->make, module, name);
    if (which < 0)
        return gg_fail(m->err, GG_INPUT, "byte %zu: global '%.60s %.60s' not allowed", m->at, module, name);
    struct gg_pickle *v = push_new(m, GG_PICKLE_GLOBAL);
    if (v)
        v->whole = which;
    return v ? 0 : -1;
}

static int take_line(struct gg_pickle_machine *m, char line[64])
{
    const unsigned char *start = m->bytes + m->at, *stop = memchr(start, '\n', m->n - m->at);
    size_t n = stop ? (size_t)(stop - start) : m->n - m->at;
    snprintf(line, 64, "%.*s", (int)(n < 63 ? n : 63), (const char *)start);
    if (n > 63)
        return gg_fail(m->err, GG_INPUT, "byte %zu: global '%s...' not allowed", m->at, line);
    return gg_pickle_take(m, n + 1) ? 0 : -1;
}

static int run_global(struct gg_pickle_machine *m)
{
    char module[64], name[64];
    return take_line(m, module) || take_line(m, name) ? -1 : push_global(m, module, name);
}

static int run_stack_global(struct gg_pickle_machine *m)
{
    const struct gg_pickle *name = gg_pickle_pop(m), *module = name ? gg_pickle_pop(m) : NULL;
    if (!module)
        return -1;
    if (name->kind != GG_PICKLE_TEXT || module->kind != GG_PICKLE_TEXT)
        return gg_pickle_damaged(m, "no names on the stack");
    return push_global(m, module->text, name->text);
}

static int run_reduce(struct gg_pickle_machine *m)
{
    const struct gg_pickle *arguments = gg_pickle_pop(m), *callable = arguments ? gg_pickle_pop(m) : NULL;
    struct gg_pickle *v = callable ? push_new(m, GG_PICKLE_NONE) : NULL;
    return v ? gg_pickle_reduce(&m->make, callable, arguments, v) : -1;
}

/* NEWOBJ: the arguments (none in what is known) are not looked at. */
static int run_new_object(struct gg_pickle_machine *m)
{
    const struct gg_pickle *arguments = gg_pickle_pop(m), *class = arguments ? gg_pickle_pop(m) : NULL;
    struct gg_pickle *v = class ? push_new(m, GG_PICKLE_NONE) : NULL;
    return v ? gg_pickle_new_object(&m->make, class, v) : -1;
}

static int run_persistent(struct gg_pickle_machine *m)
{
    const struct gg_pickle *id = gg_pickle_pop(m);
    struct gg_pickle *v = id ? push_new(m, GG_PICKLE_NONE) : NULL;
    return v ? gg_pickle_persistent(&m->make, id, v) : -1;
}

static int run_build(struct gg_pickle_machine *m)
{
    struct gg_pickle *state = gg_pickle_pop(m), *object = state ? gg_pickle_pop(m) : NULL;
    if (!object)
        return -1;
    m->n_stack++; /* it stays */
    return gg_pickle_build(&m->make, object, state);
}

/* ---- the table ---- */

static const struct opcode {
    unsigned char code;
    const char *name;
    int (*run)(struct gg_pickle_machine *m); /* NULL: not allowed */
    bool torch;                              /* allowed in PyTorch's archives only */
} opcodes[] = {
    {'(', "MARK", run_mark},
    {'.', "STOP", run_stop},
    {0x80, "PROTO", run_proto},
    {0x95, "FRAME", run_frame},
    {'N', "NONE", run_constant},
    {0x88, "NEWTRUE", run_constant},
    {0x89, "NEWFALSE", run_constant},
    {'J', "BININT", run_int},
    {'K', "BININT1", run_int},
    {'M', "BININT2", run_int},
    {0x8a, "LONG1", run_long1},
    {'G', "BINFLOAT", run_float},
    {'X', "BINUNICODE", run_text},
    {0x8c, "SHORT_BINUNICODE", run_text},
    {'B', "BINBYTES", run_bytes},
    {'C', "SHORT_BINBYTES", run_bytes},
    {'}', "EMPTY_DICT", run_empty},
    {']', "EMPTY_LIST", run_empty},
    {')', "EMPTY_TUPLE", run_empty},
    {'t', "TUPLE", run_tuple},
    {0x85, "TUPLE1", run_tuple},
    {0x86, "TUPLE2", run_tuple},
    {0x87, "TUPLE3", run_tuple},
    {'a', "APPEND", run_append},
    {'e', "APPENDS", run_items},
    {'s', "SETITEM", run_setitem},
    {'u', "SETITEMS", run_items},
    {'q', "BINPUT", run_memo},
    {'r', "LONG_BINPUT", run_memo},
    {'h', "BINGET", run_memo},
    {'j', "LONG_BINGET", run_memo},
    {0x94, "MEMOIZE", run_memo},
    {'c', "GLOBAL", run_global},
    {0x93, "STACK_GLOBAL", run_stack_global},
    {'R', "REDUCE", run_reduce},
    {'b', "BUILD", run_build},
    {'U', "SHORT_BINSTRING", run_bytes},
    {'T', "BINSTRING", run_bytes},
    {0x8d, "BINUNICODE8", run_text},
    {0x8e, "BINBYTES8", run_bytes},
    {0x96, "BYTEARRAY8", run_bytes},
    {0x81, "NEWOBJ", run_new_object, true},
    {'Q', "BINPERSID", run_persistent, true},
    /* known by name only */
    {'0', "POP", NULL},
    {'1', "POP_MARK", NULL},
    {'2', "DUP", NULL},
    {'F', "FLOAT", NULL},
    {'I', "INT", NULL},
    {'L', "LONG", NULL},
    {0x8b, "LONG4", NULL},
    {'P', "PERSID", NULL},
    {'S', "STRING", NULL},
    {'V', "UNICODE", NULL},
    {0x8f, "EMPTY_SET", NULL},
    {0x90, "ADDITEMS", NULL},
    {0x91, "FROZENSET", NULL},
    {'d', "DICT", NULL},
    {'g', "GET", NULL},
    {'i', "INST", NULL},
    {'l', "LIST", NULL},
    {'o', "OBJ", NULL},
    {'p', "PUT", NULL},
    {0x82, "EXT1", NULL},
    {0x83, "EXT2", NULL},
    {0x84, "EXT4", NULL},
    {0x92, "NEWOBJ_EX", NULL},
    {0x97, "NEXT_BUFFER", NULL},
    {0x98, "READONLY_BUFFER", NULL},
};

static const struct opcode *find_opcode(int code)
{
    for (size_t k = 0; k < sizeof opcodes / sizeof opcodes[0]; k++)
        if (opcodes[k].code == code)
            return &opcodes[k];
    return NULL;
}

static int run(struct gg_pickle_machine *m)
{
    while (!m->stopped) {
        const unsigned char *code = gg_pickle_take(m, 1);
        if (!code)
            return -1;
        const struct opcode *o = find_opcode(m->op = *code);
        if (!o)
            return gg_fail(m->err, GG_INPUT, "byte %zu: 0x%02x is no opcode", m->at - 1, m->op);
        m->op_name = o->name;
        if (!o->run || (o->torch && !m->make.storages))
            return gg_fail(m->err, GG_INPUT, "byte %zu: opcode %s not allowed", m->at - 1, o->name);
        if (o->run(m))
            return -1;
    }
    if (m->at != m->n)
        return gg_fail(m->err, GG_INPUT, "%zu bytes behind the end of the pickle", m->n - m->at);
    return 0;
}

const struct gg_pickle *gg_pickle_parse(const void *bytes, size_t n_byte,
                                        const struct gg_pickle_storages *storages, struct gg_arena *a,
                                        struct gg_err *err)
{
    struct gg_pickle_machine m = {.bytes = bytes, .n = n_byte, .arena = a, .err = err};
    m.make = (struct gg_pickle_maker){a, storages ? storages->budget : 2 * n_byte, storages, err};
    m.room_stack = 64;
    m.stack = gg_xmalloc(m.room_stack * sizeof *m.stack);
    const struct gg_pickle *value = run(&m) ? NULL : m.stack[0];
    free(m.stack);
    free(m.memo);
    return value;
}
