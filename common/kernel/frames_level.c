/* frames_level.c -- which of the loops of frames.h this processor runs */
#include "kernel/conv_kernel.h"
#include "kernel/frames.h"

const struct gg_frame_level *gg_frame_best(void)
{
#if defined(__x86_64__) && !defined(GG_REAL_DOUBLE)
    const struct gg_conv_level *level = gg_conv_best();
    if (level == &gg_conv_avx512)
        return &gg_frame_avx512;
    if (level == &gg_conv_avx2)
        return &gg_frame_avx2;
#endif
    return &gg_frame_plain;
}
