/* export_arrays.h -- named arrays into files of others */
#ifndef GG_EXPORT_ARRAYS_H
#define GG_EXPORT_ARRAYS_H

#include "stream/frame.h"
#include "stream/meta.h"

struct gg_npz_writer;
/* One array of an archive under that name; bf16, which numpy lacks, as the same numbers in f4. */
int gg_npz_add_field(struct gg_npz_writer *z, const char *name, const struct gg_field *x, struct gg_err *err);
/* All of a safetensors file, in this order, under the names (NULL: the fields'); META as its metadata. */
int gg_safetensors_write(const char *path, const struct gg_meta *meta, int n,
                         const struct gg_field *const *field, const char *const *name, struct gg_err *err);

#endif
