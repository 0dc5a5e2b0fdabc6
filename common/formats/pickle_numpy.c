/* pickle_numpy.c -- numpy arrays as pickles describe them, read as data
 *
 *     _reconstruct(ndarray, (0,), b'b')                an array without contents
 *     dtype('f8', False, True)                         a type, then BUILD (3, '<', None, None, None, -1, -1, 0)
 *     BUILD (1, shape, dtype, fortran_order, bytes)    the contents */
#include "formats/npy.h"
#include "formats/pickle_machine.h"

#include <string.h>

int gg_pickle_global(const char *module, const char *name)
{
    static const char *const allowed[GG_N_GLOBAL][2] = {{"numpy.core.multiarray", "_reconstruct"},
                                                        {"numpy", "ndarray"},
                                                        {"numpy", "dtype"}};
    for (int k = 0; k < GG_N_GLOBAL; k++)
        if (!strcmp(module, allowed[k][0]) && !strcmp(name, allowed[k][1]))
            return k;
    return -1;
}

static bool is(const struct gg_pickle *v, int kind)
{
    return v->kind == kind;
}

int gg_pickle_reduce(struct gg_arena *a, const struct gg_pickle *callable, const struct gg_pickle *arguments,
                     struct gg_pickle *out, struct gg_err *err)
{
    if (!is(callable, GG_PICKLE_GLOBAL) || !is(arguments, GG_PICKLE_TUPLE) || arguments->n != 3)
        return gg_fail(err, GG_INPUT, "REDUCE of something that is no numpy array or type");
    const struct gg_pickle *first = arguments->item[0];
    if (callable->whole == GG_RECONSTRUCT && is(first, GG_PICKLE_GLOBAL) && first->whole == GG_NDARRAY) {
        out->kind = GG_PICKLE_ARRAY;
        out->array = GG_NEW(a, struct gg_field, 1);
        return 0;
    }
    if (callable->whole == GG_DTYPE && is(first, GG_PICKLE_TEXT)) {
        int dtype;
        if (gg_npy_dtype(first->text, &dtype, &out->swap, err))
            return -1;
        out->kind = GG_PICKLE_DTYPE;
        out->whole = dtype;
        return 0;
    }
    return gg_fail(err, GG_INPUT, "REDUCE of something that is no numpy array or type");
}

static int build_dtype(struct gg_pickle *object, const struct gg_pickle *state, struct gg_err *err)
{
    bool fits = is(state, GG_PICKLE_TUPLE) && state->n == 8 && is(state->item[0], GG_PICKLE_INT) &&
                state->item[0]->whole == 3 && is(state->item[1], GG_PICKLE_TEXT) && state->item[1]->n == 1 &&
                strchr("<>|=", state->item[1]->text[0]);
    for (int k = 2; fits && k < 5; k++)
        fits = is(state->item[k], GG_PICKLE_NONE);
    if (!fits)
        return gg_fail(err, GG_INPUT,
                       "numpy type with an unknown state (records and subarrays are not read)");
    object->swap = state->item[1]->text[0] == '>';
    return 0;
}

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

static int build_array(struct gg_arena *a, struct gg_pickle *object, const struct gg_pickle *state,
                       size_t *budget, struct gg_err *err)
{
    struct gg_field *x = object->array;
    if (object->built || !is(state, GG_PICKLE_TUPLE) || state->n != 5 || !get_shape(x, state->item[1]) ||
        !is(state->item[2], GG_PICKLE_DTYPE) || !is(state->item[3], GG_PICKLE_BOOL) ||
        !is(state->item[4], GG_PICKLE_BYTES))
        return gg_fail(err, GG_INPUT, "numpy array with an unknown state");
    const struct gg_pickle *bytes = state->item[4];
    size_t size = gg_dtype_size((int)state->item[2]->whole);
    if (!gg_npy_bytes(x->ndim, x->shape, size, &x->nbytes) || x->nbytes != bytes->n)
        return gg_fail(err, GG_INPUT, "numpy array of %zu bytes whose shape wants %llu", bytes->n,
                       (unsigned long long)x->nbytes);
    if (x->nbytes > *budget)
        return gg_fail(err, GG_INPUT, "arrays have more bytes than the file");
    *budget -= x->nbytes;
    x->dtype = (uint8_t)state->item[2]->whole;
    x->data = memcpy(gg_arena_alloc(a, x->nbytes), bytes->text, x->nbytes);
    if (state->item[2]->swap)
        gg_npy_swap(x->data, x->nbytes / size, size);
    if (state->item[3]->whole && x->ndim > 1 && x->nbytes)
        x->data = gg_npy_from_fortran(a, x->data, x->ndim, x->shape, size);
    object->built = true;
    return 0;
}

int gg_pickle_build(struct gg_arena *a, struct gg_pickle *object, const struct gg_pickle *state,
                    size_t *budget, struct gg_err *err)
{
    if (is(object, GG_PICKLE_DTYPE))
        return build_dtype(object, state, err);
    if (is(object, GG_PICKLE_ARRAY))
        return build_array(a, object, state, budget, err);
    return gg_fail(err, GG_INPUT, "BUILD of something that is no numpy array or type");
}
