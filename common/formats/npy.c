/* npy.c -- numpy's array files: a header that is a Python dictionary, then the numbers
 *
 * numpy.lib.format, versions 1.0 to 3.0:
 *     "\x93NUMPY"  major  minor  length (u16, from version 2 u32)
 *     "{'descr': '<f8', 'fortran_order': False, 'shape': (4096, 3), }"
 * The dictionary is read by hand, never evaluated; its three keys may come in any order. */
#include "formats/npy.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HEADER = 10000 }; /* numpy's own cap */

struct header {
    char descr[16];
    bool has_descr, has_order, has_shape, fortran;
    int ndim;
    uint64_t shape[GG_MAX_DIM];
};

/* ---- numbers ---- */

bool gg_npy_bytes(int ndim, const uint64_t *shape, size_t size, uint64_t *nbytes)
{
    uint64_t n = size;
    bool empty = false;
    for (int d = 0; d < ndim; d++) {
        if (shape[d] > (UINT64_C(1) << 40))
            return false;
        empty |= shape[d] == 0;
        if (shape[d] && __builtin_mul_overflow(n, shape[d], &n))
            return false;
    }
    *nbytes = empty ? 0 : n;
    return n <= UINT64_C(1) << 47;
}

int gg_npy_dtype(const char *descr, int *dtype, bool *swap, struct gg_err *err)
{
    static const struct {
        char name[3];
        int dtype;
    } known[] = {{"i1", GG_I8},  {"u1", GG_U8},  {"i2", GG_I16}, {"u2", GG_U16},
                 {"i4", GG_I32}, {"u4", GG_U32}, {"i8", GG_I64}, {"u8", GG_U64},
                 {"f2", GG_F16}, {"f4", GG_F32}, {"f8", GG_F64}, {"b1", GG_BOOL}};
    const char *name = strchr("<>=|", descr[0]) && descr[0] ? descr + 1 : descr;
    *swap = descr[0] == '>';
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
        if (!strcmp(name, known[k].name)) {
            *dtype = known[k].dtype;
            return 0;
        }
    return gg_fail(err, GG_INPUT, "numpy type '%.15s' not allowed; plain numbers are (such as <f8, |i1)",
                   descr);
}

void gg_npy_swap(void *data, uint64_t count, size_t size)
{
    unsigned char *p = data;
    for (uint64_t k = 0; k < count; k++, p += size)
        for (size_t a = 0; a < size / 2; a++) {
            unsigned char held = p[a];
            p[a] = p[size - 1 - a];
            p[size - 1 - a] = held;
        }
}

void *gg_npy_from_fortran(struct gg_arena *a, const void *data, int ndim, const uint64_t *shape, size_t size)
{
    uint64_t stride[GG_MAX_DIM], index[GG_MAX_DIM] = {0}, count = 1, from = 0;
    for (int d = 0; d < ndim; d++) {
        stride[d] = count;
        count *= shape[d];
    }
    char *out = gg_arena_alloc(a, count * size);
    for (uint64_t k = 0; k < count; k++) {
        memcpy(out + k * size, (const char *)data + from * size, size);
        for (int d = ndim - 1; d >= 0; d--) { /* the next index in C order */
            from += stride[d];
            if (++index[d] < shape[d])
                break;
            from -= shape[d] * stride[d];
            index[d] = 0;
        }
    }
    return out;
}

/* ---- the dictionary ---- */

struct text {
    const char *p, *end;
};

static void skip_space(struct text *t)
{
    while (t->p < t->end && (*t->p == ' ' || *t->p == '\n' || *t->p == '\t'))
        t->p++;
}

static bool take(struct text *t, char c)
{
    skip_space(t);
    if (t->p >= t->end || *t->p != c)
        return false;
    t->p++;
    return true;
}

static bool take_word(struct text *t, const char *word)
{
    size_t n = strlen(word);
    skip_space(t);
    if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n))
        return false;
    t->p += n;
    return true;
}

/* 'text' or "text" without escapes */
static bool take_string(struct text *t, char *out, size_t room)
{
    skip_space(t);
    if (t->p >= t->end || (*t->p != '\'' && *t->p != '"'))
        return false;
    char quote = *t->p++;
    size_t n = 0;
    for (; t->p < t->end && *t->p != quote; t->p++) {
        if (n + 1 >= room || *t->p == '\\' || *t->p < ' ')
            return false;
        out[n++] = *t->p;
    }
    out[n] = 0;
    return take(t, quote);
}

static bool take_number(struct text *t, uint64_t *x)
{
    skip_space(t);
    if (t->p >= t->end || !isdigit((unsigned char)*t->p))
        return false;
    for (*x = 0; t->p < t->end && isdigit((unsigned char)*t->p); t->p++) {
        if (*x > UINT64_C(1) << 50)
            return false;
        *x = *x * 10 + (uint64_t)(*t->p - '0');
    }
    return true;
}

static bool take_shape(struct text *t, struct header *h)
{
    if (!take(t, '('))
        return false;
    bool comma = true;
    while (!take(t, ')')) {
        if (!comma || h->ndim == GG_MAX_DIM || !take_number(t, &h->shape[h->ndim]))
            return false;
        h->ndim++;
        comma = take(t, ',');
    }
    return h->ndim != 1 || comma; /* (5) is a number in Python, (5,) a shape */
}

static bool take_entry(struct text *t, struct header *h)
{
    char key[16];
    if (!take_string(t, key, sizeof key) || !take(t, ':'))
        return false;
    if (!strcmp(key, "descr") && !h->has_descr)
        return h->has_descr = take_string(t, h->descr, sizeof h->descr);
    if (!strcmp(key, "fortran_order") && !h->has_order)
        return h->has_order = (h->fortran = take_word(t, "True")) || take_word(t, "False");
    if (!strcmp(key, "shape") && !h->has_shape)
        return h->has_shape = take_shape(t, h);
    return false;
}

static bool parse_dictionary(struct text t, struct header *h)
{
    if (!take(&t, '{'))
        return false;
    bool comma = true;
    while (!take(&t, '}')) {
        if (!comma || !take_entry(&t, h))
            return false;
        comma = take(&t, ',');
    }
    skip_space(&t);
    return t.p == t.end && h->has_descr && h->has_order && h->has_shape;
}

/* Returns the length of everything in front of the numbers, or -1. */
static ptrdiff_t parse_header(struct header *h, const unsigned char *b, size_t n, struct gg_err *err)
{
    if (n < 10)
        return gg_fail(err, GG_TRUNCATED, "npy header ends after %zu bytes", n);
    if (memcmp(b, "\x93NUMPY", 6))
        return gg_fail(err, GG_INPUT, "not an npy array (wrong magic)");
    if (b[6] < 1 || b[6] > 3 || b[7] != 0)
        return gg_fail(err, GG_INPUT, "npy version %d.%d; 1.0, 2.0 and 3.0 are known", b[6], b[7]);
    size_t lead = b[6] == 1 ? 10 : 12;
    if (n < lead)
        return gg_fail(err, GG_TRUNCATED, "npy header ends after %zu bytes", n);
    uint64_t length = b[8] | (uint64_t)b[9] << 8;
    if (lead == 12)
        length |= (uint64_t)b[10] << 16 | (uint64_t)b[11] << 24;
    if (length > MAX_HEADER)
        return gg_fail(err, GG_INPUT, "npy header of %llu bytes; at most %d", (unsigned long long)length,
                       MAX_HEADER);
    if (n - lead < length)
        return gg_fail(err, GG_TRUNCATED, "npy header ends after %zu of %llu bytes", n - lead,
                       (unsigned long long)length);
    const char *text = (const char *)b + lead;
    if (!parse_dictionary((struct text){text, text + length}, h))
        return gg_fail(err, GG_INPUT, "npy header is not a dictionary of descr, fortran_order and shape");
    return (ptrdiff_t)(lead + length);
}

int gg_npy_parse(struct gg_field *out, struct gg_arena *a, void *bytes, size_t n_byte, struct gg_err *err)
{
    struct header h = {.ndim = 0};
    ptrdiff_t lead = parse_header(&h, bytes, n_byte, err);
    int dtype;
    bool swap;
    if (lead < 0 || gg_npy_dtype(h.descr, &dtype, &swap, err))
        return -1;
    size_t size = gg_dtype_size(dtype), there = n_byte - (size_t)lead;
    uint64_t wanted;
    if (!gg_npy_bytes(h.ndim, h.shape, size, &wanted))
        return gg_fail(err, GG_INPUT, "npy shape is too large");
    if (there < wanted)
        return gg_fail(err, GG_TRUNCATED, "npy array of %llu bytes ends after %zu",
                       (unsigned long long)wanted, there);
    if (there > wanted)
        return gg_fail(err, GG_INPUT, "npy array of %llu bytes is followed by %llu more",
                       (unsigned long long)wanted, (unsigned long long)(there - wanted));
    char *data = (char *)bytes + lead;
    if (swap)
        gg_npy_swap(data, wanted / size, size);
    if (h.fortran && h.ndim > 1 && wanted)
        data = gg_npy_from_fortran(a, data, h.ndim, h.shape, size);
    else if ((uintptr_t)data % 64)
        data = memcpy(gg_arena_alloc(a, wanted), data, wanted);
    *out =
        (struct gg_field){.ndim = (uint8_t)h.ndim, .dtype = (uint8_t)dtype, .nbytes = wanted, .data = data};
    memcpy(out->shape, h.shape, sizeof out->shape);
    return 0;
}

/* Bytes of one text of U or S: *width a letter, *letters of them.  False for any other type. */
static bool text_type(const char *descr, size_t *width, size_t *letters)
{
    const char *type = strchr("<>=|", descr[0]) && descr[0] ? descr + 1 : descr;
    if (*type != 'U' && *type != 'S')
        return false;
    long n = atol(type + 1);
    *width = *type == 'U' ? 4 : 1;
    *letters = n > 0 ? (size_t)n : 0;
    return n >= 0 && n <= 1 << 16;
}

int gg_npy_expected(const char *head, size_t n, uint64_t *bytes, struct gg_err *err)
{
    struct header h = {.ndim = 0};
    ptrdiff_t lead = parse_header(&h, (const unsigned char *)head, n, err);
    int dtype;
    bool swap;
    size_t width, letters, size;
    uint64_t numbers;
    if (lead < 0)
        return -1;
    if (text_type(h.descr, &width, &letters))
        size = width * letters;
    else if (gg_npy_dtype(h.descr, &dtype, &swap, err))
        return -1;
    else
        size = gg_dtype_size(dtype);
    if (!gg_npy_bytes(h.ndim, h.shape, size ? size : 1, &numbers))
        return gg_fail(err, GG_INPUT, "npy shape is too large");
    *bytes = (size ? numbers : 0) + (uint64_t)lead;
    return 0;
}

/* One text as printable ASCII; false if it is something else. */
static bool take_letters(char *out, const unsigned char *from, size_t width, size_t letters, bool big)
{
    for (size_t k = 0; k < letters; k++, from += width) {
        unsigned low = from[big ? width - 1 : 0], others = 0;
        for (size_t c = 0; c < width; c++)
            others += from[c];
        if (others != low || low > '~' || (low && low < ' '))
            return false;
        out[k] = (char)low;
    }
    return true;
}

const char *const *gg_npy_texts(struct gg_arena *a, const void *bytes, size_t n_byte, int *ndim, uint64_t *n)
{
    struct header h = {.ndim = 0};
    struct gg_err err;
    size_t width, letters;
    uint64_t count;
    ptrdiff_t lead = parse_header(&h, bytes, n_byte, &err);
    if (lead < 0 || !text_type(h.descr, &width, &letters) || h.ndim > 1 ||
        !gg_npy_bytes(h.ndim, h.shape, 1, &count) || count > n_byte ||
        n_byte - (size_t)lead != count * letters * width)
        return NULL;
    const unsigned char *from = (const unsigned char *)bytes + lead;
    const char **text = GG_NEW(a, const char *, count + 1);
    for (uint64_t i = 0; i < count; i++, from += letters * width) {
        char *out = gg_arena_calloc(a, letters + 1, 1);
        if (!take_letters(out, from, width, letters, *h.descr == '>'))
            return NULL;
        text[i] = out;
    }
    *ndim = h.ndim;
    *n = count;
    return text;
}
