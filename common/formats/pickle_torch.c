/* pickle_torch.c -- PyTorch's tensors: a view with offset and strides on numbers that lie in a member of their own */
#include "formats/npy.h"
#include "formats/pickle_object.h"

#include <string.h>

int gg_pickle_storage_type(const char *name)
{
    static const struct {
        const char *name;
        int dtype;
    } types[] = {{"FloatStorage", GG_F32},     {"DoubleStorage", GG_F64}, {"HalfStorage", GG_F16},
                 {"BFloat16Storage", GG_BF16}, {"LongStorage", GG_I64},   {"IntStorage", GG_I32},
                 {"ShortStorage", GG_I16},     {"CharStorage", GG_I8},    {"ByteStorage", GG_U8},
                 {"BoolStorage", GG_BOOL}};
    for (size_t k = 0; k < sizeof types / sizeof types[0]; k++)
        if (!strcmp(name, types[k].name))
            return types[k].dtype;
    return 0;
}

/* n whole numbers >= 0 */
static bool whole_numbers(const struct gg_pickle *v, uint64_t *x)
{
    if (v->kind != GG_PICKLE_TUPLE || v->n > GG_MAX_DIM)
        return false;
    for (size_t k = 0; k < v->n; k++) {
        if (v->item[k]->kind != GG_PICKLE_INT || v->item[k]->whole < 0 ||
            v->item[k]->whole > INT64_C(1) << 40)
            return false;
        x[k] = (uint64_t)v->item[k]->whole;
    }
    return true;
}

/* The last number that offset, sizes and strides reach lies in the storage. */
static bool inside(const struct gg_field *x, const uint64_t *stride, uint64_t offset, uint64_t count)
{
    uint64_t last = offset, step;
    for (int d = 0; d < x->ndim; d++)
        if (__builtin_mul_overflow(x->shape[d] - 1, stride[d], &step) ||
            __builtin_add_overflow(last, step, &last))
            return false;
    return last < count;
}

static void gather(struct gg_field *x, const uint64_t *stride, const char *from, size_t size)
{
    uint64_t index[GG_MAX_DIM] = {0}, at = 0;
    for (uint64_t k = 0, n = x->nbytes / size; k < n; k++) {
        memcpy((char *)x->data + k * size, from + at * size, size);
        for (int d = x->ndim - 1; d >= 0; d--) {
            at += stride[d];
            if (++index[d] < x->shape[d])
                break;
            at -= x->shape[d] * stride[d];
            index[d] = 0;
        }
    }
}

int gg_pickle_tensor(struct gg_pickle_maker *m, const struct gg_pickle *arguments, struct gg_pickle *out)
{
    const struct gg_pickle *storage = arguments->item[0], *offset = arguments->item[1],
                           *size = arguments->item[2];
    struct gg_field *x = GG_NEW(m->arena, struct gg_field, 1);
    uint64_t stride[GG_MAX_DIM], have;
    const void *bytes;
    if (storage->kind != GG_PICKLE_STORAGE || offset->kind != GG_PICKLE_INT || offset->whole < 0 ||
        !whole_numbers(size, x->shape) || !whole_numbers(arguments->item[3], stride) ||
        arguments->item[3]->n != size->n)
        return gg_fail(m->err, GG_INPUT, "tensor with an unknown state");
    x->ndim = (uint8_t)size->n;
    x->dtype = (uint8_t)storage->whole;
    size_t width = gg_dtype_size(x->dtype);
    if (!gg_npy_bytes(x->ndim, x->shape, width, &x->nbytes) || x->nbytes > m->budget)
        return gg_fail(m->err, GG_INPUT, "tensors have more bytes than the file");
    m->budget -= x->nbytes;
    if (m->storages->read(m->storages->context, storage->text, m->arena, &bytes, &have, m->err))
        return -1;
    if (have / width < storage->n || (x->nbytes && !inside(x, stride, (uint64_t)offset->whole, storage->n)))
        return gg_fail(m->err, GG_INPUT, "tensor reaches beyond its storage '%.40s'", storage->text);
    x->data = gg_arena_alloc(m->arena, x->nbytes + 1);
    gather(x, stride, (const char *)bytes + (uint64_t)offset->whole * width, width);
    if (m->storages->swap)
        gg_npy_swap(x->data, x->nbytes / width, width);
    *out = (struct gg_pickle){.kind = GG_PICKLE_ARRAY, .array = x, .built = true};
    return 0;
}
