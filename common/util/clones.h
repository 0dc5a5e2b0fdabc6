/* clones.h -- a function compiled for several CPUs and chosen when the program starts */
#ifndef GG_CLONES_H
#define GG_CLONES_H

/* For static functions with plain loops.  The same bits whatever is chosen, since nothing is contracted to fma.
 * (clang 14 cannot link clones across files: it gets the plain loops.) */
#if defined(__x86_64__) && !defined(__clang__)
#define GG_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define GG_CLONES
#endif

#endif
