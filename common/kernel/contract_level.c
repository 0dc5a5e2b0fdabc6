/* contract_level.c -- which loops of contract this processor runs */
#include "kernel/contract_kernel.h"
#include "kernel/conv_kernel.h"

const struct gg_contract_level *gg_contract_best(void)
{
#if defined(__x86_64__) && !defined(GG_REAL_DOUBLE)
    const struct gg_conv_level *level = gg_conv_best();
    if (level == &gg_conv_avx512)
        return &gg_contract_avx512;
    if (level == &gg_conv_avx2)
        return &gg_contract_avx2;
#endif
    return &gg_contract_plain;
}
