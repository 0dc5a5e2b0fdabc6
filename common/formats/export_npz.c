/* export_npz.c -- one npz a frame: fields under their names, cell, pbc, id, and PyTorch Geometric's edge_index */
#include "formats/export.h"
#include "formats/export_arrays.h"
#include "formats/npz_write.h"
#include "formats/own.h"
#include "util/text_stream.h"
#include "util/folder.h"

#include <stdlib.h>
#include <string.h>

static const char *const descr[] = {[GG_I8] = "|i1",  [GG_U8] = "|u1",  [GG_I16] = "<i2", [GG_U16] = "<u2",
                                    [GG_I32] = "<i4", [GG_U32] = "<u4", [GG_I64] = "<i8", [GG_U64] = "<u8",
                                    [GG_F16] = "<f2", [GG_F32] = "<f4", [GG_F64] = "<f8", [GG_BOOL] = "|b1"};

/* numpy has no bf16: the same numbers as float. */
static int add_bf16(struct gg_npz_writer *z, const char *name, const struct gg_field *x, struct gg_err *err)
{
    uint64_t n = gg_field_count(x);
    float *wide = gg_xmalloc(n * sizeof *wide);
    for (uint64_t i = 0; i < n; i++)
        wide[i] = (float)gg_field_get(x, i);
    int status = gg_npz_add(z, name, "<f4", x->ndim, x->shape, wide, n * sizeof *wide, err);
    free(wide);
    return status;
}

int gg_npz_add_field(struct gg_npz_writer *z, const char *name, const struct gg_field *x, struct gg_err *err)
{
    if (x->dtype == GG_BF16)
        return add_bf16(z, name, x, err);
    return gg_npz_add(z, name, descr[x->dtype], x->ndim, x->shape, x->data, x->nbytes, err);
}

/* [2, edge]: the neighbour over the receiver. */
static int add_edge_index(struct gg_npz_writer *z, const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *ptr_field = gg_frame_find(f, "edge_ptr"),
                          *nbr_field = gg_frame_find(f, "edge_nbr");
    if (!ptr_field || !nbr_field || f->dim == 0 || gg_frame_find(f, "edge_index"))
        return 0;
    const int64_t *ptr = ptr_field->data;
    const int32_t *nbr = nbr_field->data;
    int64_t *index = gg_xmalloc(2 * f->n_edge * sizeof *index);
    for (uint64_t i = 0; i < f->n_node; i++)
        for (int64_t e = ptr[i]; e < ptr[i + 1]; e++) {
            index[e] = nbr[e];
            index[f->n_edge + (uint64_t)e] = (int64_t)i;
        }
    const uint64_t shape[] = {2, f->n_edge};
    int status = gg_npz_add(z, "edge_index", "<i8", 2, shape, index, 2 * f->n_edge * sizeof *index, err);
    free(index);
    return status;
}

static int add_info(struct gg_npz_writer *z, const struct gg_frame *f, struct gg_err *err)
{
    const uint8_t pbc[3] = {f->pbc & 1, f->pbc >> 1 & 1, f->pbc >> 2 & 1};
    char word[32];
    size_t n = strlen(f->id);
    snprintf(word, sizeof word, "|S%zu", n ? n : 1);
    int status = 0;
    if (!gg_frame_find(f, "cell"))
        status = gg_npz_add(z, "cell", "<f8", 2, (const uint64_t[]){3, 3}, f->cell, sizeof f->cell, err);
    if (status == 0 && !gg_frame_find(f, "pbc"))
        status = gg_npz_add(z, "pbc", "|b1", 1, (const uint64_t[]){3}, pbc, sizeof pbc, err);
    if (status == 0 && !gg_frame_find(f, "id"))
        status = gg_npz_add(z, "id", word, 0, NULL, f->id, n ? n : 1, err);
    return status;
}

static int add_text(struct gg_npz_writer *z, const char *name, const char *text, size_t n, struct gg_err *err)
{
    char type[32];
    snprintf(type, sizeof type, "|S%zu", n ? n : 1);
    return gg_npz_add(z, name, type, 0, NULL, text, n ? n : 1, err);
}

/* What gg-import needs to find the fields again (own.h). */
static int add_description(struct gg_npz_writer *z, const struct gg_frame *f, const struct gg_meta *meta,
                           struct gg_err *err)
{
    char *text[2] = {NULL, NULL};
    size_t n[2] = {0};
    const int64_t dim = f->dim;
    for (int k = 0; k < 2; k++) {
        FILE *to = gg_text_open(&text[k], &n[k]);
        if (k == 0)
            gg_export_fields(to, f, true);
        else
            gg_own_write_meta(to, meta);
        fclose(to);
    }
    int status = add_text(z, "gg_fields", text[0], n[0], err) < 0 ||
                 add_text(z, "gg_meta", text[1], n[1], err) < 0 ||
                 gg_npz_add(z, "gg_dim", "<i8", 0, NULL, &dim, sizeof dim, err) < 0;
    free(text[0]);
    free(text[1]);
    return status ? -1 : 0;
}

static int fill(struct gg_npz_writer *z, const struct gg_frame *f, const struct gg_meta *meta,
                struct gg_err *err)
{
    int status = add_info(z, f, err);
    if (status == 0 && f->dim)
        status = add_description(z, f, meta, err);
    for (int k = 0; k < f->n_field && status == 0; k++)
        status = gg_npz_add_field(z, f->field[k].name, &f->field[k], err);
    return status < 0 ? -1 : add_edge_index(z, f, err);
}

static int frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    struct gg_npz_writer z;
    if (gg_folder_make(x->path, err))
        return -1;
    char *path = gg_xprintf("%s/frame-%06llu.npz", x->path, (unsigned long long)x->number);
    int status = gg_npz_create(&z, path, err);
    if (status == 0) {
        status = fill(&z, f, &x->from->meta, err);
        status = status < 0 ? -1 : gg_npz_commit(&z, err);
        gg_npz_discard(&z); /* what has no name yet */
    }
    free(path);
    return status;
}

const struct gg_export_type gg_export_npz = {.reads = GG_EXPORT_FRAMES, .frame = frame};
