/* export_safetensors.c -- the parameters of a gg.model/1 for PyTorch */
/* safetensors: u64 length of a JSON header, the header padded with blanks to 8, the arrays without gaps.  Keys are sorted;
 * META goes into __metadata__, whose values are strings. */
#include "formats/export.h"
#include "formats/export_arrays.h"
#include "util/json.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>

static const char *const word[] = {
    [GG_I8] = "I8",   [GG_U8] = "U8",   [GG_I16] = "I16",  [GG_U16] = "U16", [GG_I32] = "I32",
    [GG_U32] = "U32", [GG_I64] = "I64", [GG_U64] = "U64",  [GG_F16] = "F16", [GG_BF16] = "BF16",
    [GG_F32] = "F32", [GG_F64] = "F64", [GG_BOOL] = "BOOL"};

static int by_name(const void *a, const void *b)
{
    const struct gg_field *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static void metadata(struct gg_json *j, const struct gg_meta *m)
{
    gg_json_begin(j, "__metadata__", '{');
    for (int k = 0; k < m->n; k++) /* a key that is there twice: its first value */
        if (gg_meta_get(m, m->pair[k].key) == m->pair[k].value)
            gg_json_text(j, m->pair[k].key, m->pair[k].value);
    gg_json_end(j, '}');
}

static char *header(const struct gg_meta *m, const struct gg_field *const *field, const char *const *name,
                    int n, size_t *bytes)
{
    char *text = NULL;
    struct gg_json j = {.to = gg_text_open(&text, bytes)};
    uint64_t at = 0;
    gg_json_begin(&j, NULL, '{');
    metadata(&j, m);
    for (int k = 0; k < n; k++) {
        gg_json_begin(&j, name ? name[k] : field[k]->name, '{');
        gg_json_text(&j, "dtype", word[field[k]->dtype]);
        gg_json_begin(&j, "shape", '[');
        for (int i = 0; i < field[k]->ndim; i++)
            gg_json_int(&j, NULL, (int64_t)field[k]->shape[i]);
        gg_json_end(&j, ']');
        gg_json_begin(&j, "data_offsets", '[');
        gg_json_int(&j, NULL, (int64_t)at);
        gg_json_int(&j, NULL, (int64_t)(at += field[k]->nbytes));
        gg_json_end(&j, ']');
        gg_json_end(&j, '}');
    }
    gg_json_end(&j, '}');
    while (ftell(j.to) % 8 != 0)
        fputc(' ', j.to);
    fclose(j.to);
    return text;
}

static int write_all(struct gg_sink *to, const char *text, size_t bytes, const struct gg_field *const *field,
                     int n, struct gg_err *err)
{
    uint64_t length = bytes;
    int status = gg_sink_write(to, &length, sizeof length, err);
    if (status == 0)
        status = gg_sink_write(to, text, bytes, err);
    for (int k = 0; k < n && status == 0; k++)
        status = gg_sink_write(to, field[k]->data, field[k]->nbytes, err);
    return status < 0 ? -1 : gg_sink_commit(to, err);
}

int gg_safetensors_write(const char *path, const struct gg_meta *meta, int n,
                         const struct gg_field *const *field, const char *const *name, struct gg_err *err)
{
    struct gg_sink to;
    size_t bytes;
    if (gg_sink_open(&to, path, err) < 0)
        return -1;
    char *text = header(meta, field, name, n, &bytes);
    int status = write_all(&to, text, bytes, field, n, err);
    gg_sink_discard(&to);
    free(text);
    return status;
}

static int frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    if (strcmp(x->from->schema, "gg.model/1") != 0)
        return gg_fail(err, GG_USAGE, "schema %s, safetensors hold a gg.model/1", x->from->schema);
    if (x->n_done > 0)
        return gg_fail(err, GG_USAGE,
                       "a second frame does not fit into one safetensors file: choose one with -n");
    const struct gg_field **field = gg_xmalloc((size_t)f->n_field * sizeof *field);
    for (int k = 0; k < f->n_field; k++)
        field[k] = &f->field[k];
    qsort(field, (size_t)f->n_field, sizeof *field, by_name);
    int status = gg_safetensors_write(x->path, &x->from->meta, f->n_field, field, NULL, err);
    free(field);
    return status;
}

const struct gg_export_type gg_export_safetensors = {.reads = GG_EXPORT_FRAMES, .frame = frame};
