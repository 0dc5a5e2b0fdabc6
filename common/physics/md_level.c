/* md_level.c -- which loops of molecular dynamics this processor runs */
#include "physics/md_kernel.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && !defined(GG_REAL_DOUBLE)
static bool can_run(const struct gg_md_level *level)
{
    __builtin_cpu_init();
    if (level == &gg_md_avx512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq");
    return level == &gg_md_plain || (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
}
static const struct gg_md_level *const levels[] = {&gg_md_avx512, &gg_md_avx2, &gg_md_plain};
#else
static bool can_run(const struct gg_md_level *level)
{
    return level == &gg_md_plain;
}
static const struct gg_md_level *const levels[] = {&gg_md_plain};
#endif

const struct gg_md_level *gg_md_best(void)
{
    const char *wanted = getenv("GG_KERNEL");
    for (size_t k = 0; k < sizeof levels / sizeof *levels; k++)
        if (can_run(levels[k]) && (!wanted || !strcmp(wanted, levels[k]->name)))
            return levels[k];
    return &gg_md_plain;
}
