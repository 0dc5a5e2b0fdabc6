/* pickle.h -- Python pickles of plain data, numpy arrays and PyTorch tensors; nothing in them is ever executed */
#ifndef GG_PICKLE_H
#define GG_PICKLE_H

#include "formats/pickle_value.h"

/* The one value in a pickle of protocol 2 to 5.  Known are the opcodes that plain data, numpy arrays (of numpy 1 and 2) and
 * scalars need, and their names; with `storages` also those of tensors and of PyTorch Geometric's Data.  GG_INPUT "opcode X
 * not allowed", "global Y not allowed"; GG_TRUNCATED if bytes are missing.  `bytes` must stay as long as the value. */
const struct gg_pickle *gg_pickle_parse(const void *bytes, size_t n_byte,
                                        const struct gg_pickle_storages *storages, struct gg_arena *a,
                                        struct gg_err *err);

#endif
