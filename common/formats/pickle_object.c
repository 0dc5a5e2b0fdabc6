/* pickle_object.c -- numpy arrays and plain records as pickles describe them, read as data
 *
 *     _reconstruct(ndarray, (0,), b'b')                 an array without contents
 *     dtype('f8', False, True)                          a type, then BUILD (3, '<', None, None, None, -1, -1, 0)
 *     BUILD (1, shape, dtype, fortran_order, bytes)     the contents
 *     scalar(dtype, bytes)                              one number
 *     _frombuffer(bytes, dtype, shape, order)           an array of protocol 5
 *     _codecs.encode(text, 'latin1')                    bytes as Python 3 writes them with protocol 2
 *
 * numpy 2 calls numpy.core numpy._core. */
#include "formats/pickle_object.h"
#include "formats/npy.h"

#include <string.h>

enum { RECONSTRUCT, NDARRAY, DTYPE, SCALAR, FROMBUFFER, ENCODE, ORDERED, TENSOR, PARAMETER, STORAGE, RECORD };

static const struct global {
    const char *module, *name;
    int which;
    bool torch;
} globals[] = {{"numpy.core.multiarray", "_reconstruct", RECONSTRUCT, false},
               {"numpy._core.multiarray", "_reconstruct", RECONSTRUCT, false},
               {"numpy", "ndarray", NDARRAY, false},
               {"numpy", "dtype", DTYPE, false},
               {"numpy.core.multiarray", "scalar", SCALAR, false},
               {"numpy._core.multiarray", "scalar", SCALAR, false},
               {"numpy.core.numeric", "_frombuffer", FROMBUFFER, false},
               {"numpy._core.numeric", "_frombuffer", FROMBUFFER, false},
               {"_codecs", "encode", ENCODE, false},
               {"collections", "OrderedDict", ORDERED, false},
               {"torch._utils", "_rebuild_tensor_v2", TENSOR, true},
               {"torch._utils", "_rebuild_parameter", PARAMETER, true},
               {"torch_geometric.data.data", "Data", RECORD, true},
               {"torch_geometric.data.data", "DataEdgeAttr", RECORD, true},
               {"torch_geometric.data.data", "DataTensorAttr", RECORD, true},
               {"torch_geometric.data.storage", "GlobalStorage", RECORD, true}};

int gg_pickle_global(const struct gg_pickle_maker *m, const char *module, const char *name)
{
    for (size_t k = 0; k < sizeof globals / sizeof globals[0]; k++)
        if (!strcmp(module, globals[k].module) && !strcmp(name, globals[k].name) &&
            (m->storages || !globals[k].torch))
            return globals[k].which;
    int type = m->storages && !strcmp(module, "torch") ? gg_pickle_storage_type(name) : 0;
    return type ? STORAGE + 256 * type : -1;
}

static bool is(const struct gg_pickle *v, int kind)
{
    return v->kind == kind;
}

static bool is_global(const struct gg_pickle *v, int which)
{
    return is(v, GG_PICKLE_GLOBAL) && v->whole % 256 == which;
}

/* ---- arrays ---- */

/* Fills dimensions from the tuple `shape`. */
static bool get_shape(struct gg_field *x, const struct gg_pickle *shape)
{
    if (!is(shape, GG_PICKLE_TUPLE) || shape->n > GG_MAX_DIM)
        return false;
    for (size_t d = 0; d < shape->n; d++) {
        if (!is(shape->item[d], GG_PICKLE_INT) || shape->item[d]->whole < 0)
            return false;
        x->shape[d] = (uint64_t)shape->item[d]->whole;
    }
    x->ndim = (uint8_t)shape->n;
    return true;
}

/* Copies the bytes of an array whose shape is known. */
static int fill_array(struct gg_pickle_maker *m, struct gg_pickle *object, const struct gg_pickle *dtype,
                      bool fortran, const struct gg_pickle *bytes)
{
    struct gg_field *x = object->array;
    size_t size = gg_dtype_size((int)dtype->whole);
    if (!gg_npy_bytes(x->ndim, x->shape, size, &x->nbytes) || x->nbytes != bytes->n)
        return gg_fail(m->err, GG_INPUT, "numpy array of %zu bytes whose shape wants %llu", bytes->n,
                       (unsigned long long)x->nbytes);
    if (x->nbytes > m->budget)
        return gg_fail(m->err, GG_INPUT, "arrays have more bytes than the file");
    m->budget -= x->nbytes;
    x->dtype = (uint8_t)dtype->whole;
    x->data = memcpy(gg_arena_alloc(m->arena, x->nbytes + 1), bytes->text, x->nbytes);
    if (dtype->swap)
        gg_npy_swap(x->data, x->nbytes / size, size);
    if (fortran && x->ndim > 1 && x->nbytes)
        x->data = gg_npy_from_fortran(m->arena, x->data, x->ndim, x->shape, size);
    object->built = true;
    return 0;
}

static void new_array(struct gg_pickle_maker *m, struct gg_pickle *out)
{
    out->kind = GG_PICKLE_ARRAY;
    out->array = GG_NEW(m->arena, struct gg_field, 1);
}

static int make_dtype(struct gg_pickle_maker *m, const struct gg_pickle *name, struct gg_pickle *out)
{
    char text[16] = "";
    int dtype;
    if (name->n < sizeof text)
        memcpy(text, name->text, name->n);
    if (gg_npy_dtype(text, &dtype, &out->swap, m->err))
        return -1;
    out->kind = GG_PICKLE_DTYPE;
    out->whole = dtype;
    return 0;
}

/* One number as it is, so that it may stand wherever Python's own may. */
static int make_scalar(struct gg_pickle_maker *m, const struct gg_pickle *dtype,
                       const struct gg_pickle *bytes, struct gg_pickle *out)
{
    size_t size = gg_dtype_size((int)dtype->whole);
    struct gg_field x = {.dtype = (uint8_t)dtype->whole, .nbytes = size};
    unsigned char number[8] = {0};
    if (bytes->n != size)
        return gg_fail(m->err, GG_INPUT, "numpy number of %zu bytes; %zu are wanted", bytes->n, size);
    memcpy(number, bytes->text, size);
    if (dtype->swap)
        gg_npy_swap(number, 1, size);
    x.data = number;
    out->number = gg_field_get(&x, 0);
    bool whole = x.dtype < GG_F16 && out->number > -0x1p62 && out->number < 0x1p62;
    out->kind = whole ? GG_PICKLE_INT : GG_PICKLE_FLOAT;
    out->whole = whole ? (int64_t)out->number : 0;
    return 0;
}

/* Text of code points up to 255, in UTF-8, as bytes. */
static int make_bytes(struct gg_pickle_maker *m, const struct gg_pickle *text, struct gg_pickle *out)
{
    if (text->n > m->budget)
        return gg_fail(m->err, GG_INPUT, "arrays have more bytes than the file");
    m->budget -= text->n;
    unsigned char *to = gg_arena_alloc(m->arena, text->n + 1);
    const unsigned char *from = (const unsigned char *)text->text, *end = from + text->n;
    size_t n = 0;
    for (; from < end; n++) {
        if (*from < 0x80)
            to[n] = *from++;
        else if ((*from == 0xc2 || *from == 0xc3) && from + 1 < end && from[1] >> 6 == 2) {
            to[n] = (unsigned char)((*from & 3) << 6 | (from[1] & 63));
            from += 2;
        } else
            return gg_fail(m->err, GG_INPUT, "text that is no latin1 where bytes are wanted");
    }
    *out = (struct gg_pickle){.kind = GG_PICKLE_BYTES, .text = (char *)to, .n = n};
    return 0;
}

static int from_buffer(struct gg_pickle_maker *m, struct gg_pickle *const *item, struct gg_pickle *out)
{
    new_array(m, out);
    if (!is(item[0], GG_PICKLE_BYTES) || !is(item[1], GG_PICKLE_DTYPE) || !get_shape(out->array, item[2]) ||
        (!gg_pickle_is(item[3], "C") && !gg_pickle_is(item[3], "F")))
        return gg_fail(m->err, GG_INPUT, "numpy array from an unknown buffer");
    return fill_array(m, out, item[1], gg_pickle_is(item[3], "F"), item[0]);
}

int gg_pickle_reduce(struct gg_pickle_maker *m, const struct gg_pickle *f, const struct gg_pickle *arguments,
                     struct gg_pickle *out)
{
    struct gg_pickle *const *item = arguments->item;
    size_t n = is(arguments, GG_PICKLE_TUPLE) ? arguments->n : 99;
    if (is_global(f, RECONSTRUCT) && n == 3 && is_global(item[0], NDARRAY)) {
        new_array(m, out);
        return 0;
    }
    if (is_global(f, DTYPE) && n == 3 && (is(item[0], GG_PICKLE_TEXT) || is(item[0], GG_PICKLE_BYTES)))
        return make_dtype(m, item[0], out);
    if (is_global(f, SCALAR) && n == 2 && is(item[0], GG_PICKLE_DTYPE) && is(item[1], GG_PICKLE_BYTES))
        return make_scalar(m, item[0], item[1], out);
    if (is_global(f, FROMBUFFER) && n == 4)
        return from_buffer(m, item, out);
    if (is_global(f, ENCODE) && n == 2 && is(item[0], GG_PICKLE_TEXT) && gg_pickle_is(item[1], "latin1"))
        return make_bytes(m, item[0], out);
    if (is_global(f, ORDERED) && n == 0) {
        out->kind = GG_PICKLE_DICT;
        return 0;
    }
    if (is_global(f, TENSOR) && n >= 4 && n < 99)
        return gg_pickle_tensor(m, arguments, out);
    if (is_global(f, PARAMETER) && n >= 1 && n < 99 && is(item[0], GG_PICKLE_ARRAY)) {
        *out = *item[0];
        return 0;
    }
    return gg_fail(m->err, GG_INPUT, "REDUCE of something that is no numpy array or type%s",
                   m->storages ? " and no tensor" : "");
}

int gg_pickle_new_object(struct gg_pickle_maker *m, const struct gg_pickle *class, struct gg_pickle *out)
{
    if (!is_global(class, RECORD))
        return gg_fail(m->err, GG_INPUT, "NEWOBJ of something that is no known record");
    out->kind = GG_PICKLE_RECORD;
    return 0;
}

static int build_dtype(struct gg_pickle_maker *m, struct gg_pickle *object, const struct gg_pickle *state)
{
    bool fits = is(state, GG_PICKLE_TUPLE) && state->n >= 8 && is(state->item[0], GG_PICKLE_INT) &&
                state->item[0]->whole >= 3 && state->item[1]->n == 1 &&
                (is(state->item[1], GG_PICKLE_TEXT) || is(state->item[1], GG_PICKLE_BYTES)) &&
                strchr("<>|=", state->item[1]->text[0]);
    for (int k = 2; fits && k < 5; k++)
        fits = is(state->item[k], GG_PICKLE_NONE);
    if (!fits)
        return gg_fail(m->err, GG_INPUT,
                       "numpy type with an unknown state (records and subarrays are not read)");
    object->swap = state->item[1]->text[0] == '>';
    return 0;
}

static int build_array(struct gg_pickle_maker *m, struct gg_pickle *object, const struct gg_pickle *state)
{
    if (object->built || !is(state, GG_PICKLE_TUPLE) || state->n != 5 ||
        !get_shape(object->array, state->item[1]) || !is(state->item[2], GG_PICKLE_DTYPE) ||
        !is(state->item[3], GG_PICKLE_BOOL) || !is(state->item[4], GG_PICKLE_BYTES))
        return gg_fail(m->err, GG_INPUT, "numpy array with an unknown state");
    return fill_array(m, object, state->item[2], state->item[3]->whole, state->item[4]);
}

int gg_pickle_build(struct gg_pickle_maker *m, struct gg_pickle *object, struct gg_pickle *state)
{
    if (is(object, GG_PICKLE_DTYPE))
        return build_dtype(m, object, state);
    if (is(object, GG_PICKLE_ARRAY))
        return build_array(m, object, state);
    if (is(object, GG_PICKLE_RECORD) && !object->n) {
        object->item = GG_NEW(m->arena, struct gg_pickle *, 1);
        object->item[object->n++] = state;
        return 0;
    }
    if (is(object, GG_PICKLE_DICT) && m->storages) /* attributes of an OrderedDict: nothing in them is data */
        return 0;
    return gg_fail(m->err, GG_INPUT, "BUILD of something that is no numpy array or type");
}

int gg_pickle_persistent(struct gg_pickle_maker *m, const struct gg_pickle *id, struct gg_pickle *out)
{
    if (!m->storages || !is(id, GG_PICKLE_TUPLE) || id->n != 5 || !gg_pickle_is(id->item[0], "storage") ||
        !is_global(id->item[1], STORAGE) || !is(id->item[2], GG_PICKLE_TEXT) ||
        !is(id->item[4], GG_PICKLE_INT) || id->item[4]->whole < 0)
        return gg_fail(m->err, GG_INPUT, "persistent id that is no storage of numbers");
    *out = (struct gg_pickle){.kind = GG_PICKLE_STORAGE,
                              .whole = id->item[1]->whole / 256,
                              .text = id->item[2]->text,
                              .n = (size_t)id->item[4]->whole};
    return 0;
}
