/* pt.h -- PyTorch's archives (torch.save of version 1.6 and later): a zip of a pickle and the numbers of its tensors */
#ifndef GG_PT_H
#define GG_PT_H

#include "formats/foreign.h"

/* A dictionary of tensors, a Data of PyTorch Geometric, or a list of those: each is a configuration.  Keys are the names
 * of the fields; pos, type (or species, z) and cell (or box) make up the configuration. */
int gg_pt_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

#endif
