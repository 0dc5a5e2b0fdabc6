/* pickle_object.h -- objects in pickles: numpy's arrays and scalars, PyTorch's tensors, records */
#ifndef GG_PICKLE_OBJECT_H
#define GG_PICKLE_OBJECT_H

#include "formats/pickle_value.h"

/* What REDUCE, BUILD and BINPERSID need to make numbers of. */
struct gg_pickle_maker {
    struct gg_arena *arena;
    size_t budget; /* bytes that arrays may still have: no more than twice the file */
    const struct gg_pickle_storages *storages; /* NULL: no tensors */
    struct gg_err *err;
};

/* `which` for "module name", -1 if it is not allowed. */
int gg_pickle_global(const struct gg_pickle_maker *m, const char *module, const char *name);

/* REDUCE: callable(arguments), as data.  Fills `out`. */
int gg_pickle_reduce(struct gg_pickle_maker *m, const struct gg_pickle *callable,
                     const struct gg_pickle *arguments, struct gg_pickle *out);
/* NEWOBJ: an empty object of a class. */
int gg_pickle_new_object(struct gg_pickle_maker *m, const struct gg_pickle *class, struct gg_pickle *out);
/* BUILD: gives a dtype its byte order, an array its data, a record its state. */
int gg_pickle_build(struct gg_pickle_maker *m, struct gg_pickle *object, struct gg_pickle *state);
/* BINPERSID: ('storage', class, key, device, count). */
int gg_pickle_persistent(struct gg_pickle_maker *m, const struct gg_pickle *id, struct gg_pickle *out);

/* pickle_torch.c: _rebuild_tensor_v2(storage, offset, size, stride, ...). */
int gg_pickle_tensor(struct gg_pickle_maker *m, const struct gg_pickle *arguments, struct gg_pickle *out);
/* Type of the numbers in a class of storages, 0 if it is none. */
int gg_pickle_storage_type(const char *name);

#endif
