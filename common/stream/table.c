/* table.c -- a frame's table of contents: descriptors on the wire to fields and back */
/* Layout: gg_stream(5).  Here stands what only the wire knows (padding, offsets, stored sizes); check.c judges the fields. */
#include "stream/layout.h"

#include <string.h>

/* A string in a box of `room` bytes: printable ASCII, then NUL to the end. */
static int read_string(char *to, const char *from, size_t room, const char *what, struct gg_err *err)
{
    size_t n = strnlen(from, room);
    if (n == room)
        return gg_fail(err, GG_INPUT, "%s has no NUL at its end", what);
    if (!gg_is_zero(from + n, room - n))
        return gg_fail(err, GG_INPUT, "%s is followed by bytes other than NUL", what);
    for (size_t k = 0; k < n; k++)
        if (from[k] < ' ' || from[k] > '~')
            return gg_fail(err, GG_INPUT, "%s holds byte 0x%02x, must be printable ASCII", what,
                           (unsigned char)from[k]);
    memcpy(to, from, room);
    return 0;
}

static int read_info(struct gg_frame *f, const struct gg_frame_info *info, struct gg_err *err)
{
    if (info->zero != 0)
        return gg_fail(err, GG_INPUT, "reserved bytes of the frame info are not zero");
    f->n_node = info->n_node;
    f->n_edge = info->n_edge;
    f->dim = info->dim;
    f->pbc = info->pbc;
    memcpy(f->cell, info->cell, sizeof f->cell);
    if (read_string(f->id, info->id, GG_ID, "sample id", err) < 0)
        return -1;
    return gg_frame_check_info(f, err);
}

static int read_descriptor(struct gg_field *x, const struct gg_descriptor *d, struct gg_err *err)
{
    if (read_string(x->name, d->name, GG_NAME, "name of a field", err) < 0)
        return -1;
    if (read_string(x->irreps, d->irreps, sizeof x->irreps, "irreps", err) < 0 ||
        read_string(x->unit, d->unit, GG_UNIT, "unit", err) < 0)
        return gg_err_prefix(err, "field '%s': ", x->name);
    if (d->reserved != 0)
        return gg_fail(err, GG_INPUT, "field '%s': reserved bytes of its descriptor are not zero", x->name);
    memcpy(x->shape, d->shape, sizeof x->shape);
    memcpy(x->axis, d->axis, sizeof x->axis);
    x->dtype = d->dtype;
    x->ndim = d->ndim;
    x->role = d->role;
    x->flags = d->flags;
    x->nbytes = d->nbytes;
    return 0;
}

/* Every payload begins at the next multiple of 64: the stored offset has one legal value, and so has body_len. */
static int read_fields(struct gg_frame *f, const struct gg_descriptor *d, int n, uint64_t body_len,
                       struct gg_err *err)
{
    uint64_t at = 0;
    for (int k = 0; k < n; k++) {
        struct gg_field *x = gg_frame_append(f);
        if (read_descriptor(x, &d[k], err) < 0 || gg_field_check(f, x, err) < 0)
            return -1;
        if (d[k].offset != at)
            return gg_fail(err, GG_INPUT, "field '%s': offset %llu, must be %llu", x->name,
                           (unsigned long long)d[k].offset, (unsigned long long)at);
        if (x->nbytes > body_len - at)
            return gg_fail(err, GG_INPUT,
                           "field '%s': %llu bytes at offset %llu do not fit into a body of %llu", x->name,
                           (unsigned long long)x->nbytes, (unsigned long long)at,
                           (unsigned long long)body_len);
        at += gg_padded(x->nbytes); /* body_len is a multiple of 64 too: at <= body_len */
    }
    if (at != body_len)
        return gg_fail(err, GG_INPUT, "body of %llu bytes, the fields take %llu",
                       (unsigned long long)body_len, (unsigned long long)at);
    return 0;
}

int gg_table_read(struct gg_frame *f, const void *table, uint64_t table_len, uint64_t body_len,
                  struct gg_err *err)
{
    const struct gg_frame_info *info = table;
    gg_frame_clear(f);
    if (table_len < sizeof *info)
        return gg_fail(err, GG_INPUT, "table of %llu bytes, a frame has at least %zu",
                       (unsigned long long)table_len, sizeof *info);
    if (info->n_tensor > GG_MAX_TENSOR)
        return gg_fail(err, GG_INPUT, "%u fields, the limit is %d", info->n_tensor, GG_MAX_TENSOR);
    if (table_len != sizeof *info + info->n_tensor * sizeof(struct gg_descriptor))
        return gg_fail(err, GG_INPUT, "table of %llu bytes does not fit its %u fields",
                       (unsigned long long)table_len, info->n_tensor);
    if (read_info(f, info, err) < 0 ||
        read_fields(f, (const struct gg_descriptor *)(info + 1), (int)info->n_tensor, body_len, err) < 0)
        return -1;
    return gg_frame_check_fields(f, err);
}

/* The box has been cleared. */
static void write_string(char *to, size_t room, const char *from)
{
    memcpy(to, from, strnlen(from, room - 1));
}

uint64_t gg_table_write(const struct gg_frame *f, void *table)
{
    struct gg_frame_info *info = table;
    *info = (struct gg_frame_info){.n_node = f->n_node,
                                   .n_edge = f->n_edge,
                                   .n_tensor = (uint32_t)f->n_field,
                                   .dim = (uint8_t)f->dim,
                                   .pbc = (uint8_t)f->pbc};
    memcpy(info->cell, f->cell, sizeof info->cell);
    write_string(info->id, sizeof info->id, f->id);
    struct gg_descriptor *d = (struct gg_descriptor *)(info + 1);
    uint64_t at = 0;
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k];
        d[k] = (struct gg_descriptor){.offset = at,
                                      .nbytes = x->nbytes,
                                      .dtype = x->dtype,
                                      .ndim = x->ndim,
                                      .role = x->role,
                                      .flags = x->flags};
        write_string(d[k].name, sizeof d[k].name, x->name);
        write_string(d[k].irreps, sizeof d[k].irreps, x->irreps);
        write_string(d[k].unit, sizeof d[k].unit, x->unit);
        memcpy(d[k].shape, x->shape, sizeof d[k].shape);
        memcpy(d[k].axis, x->axis, sizeof d[k].axis);
        at += gg_padded(x->nbytes);
    }
    return at;
}
