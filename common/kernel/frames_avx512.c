/* frames_avx512.c -- in and out of the frames of bonds with 16 float lanes; the Makefile adds the -mavx512 flags */
#if defined(__AVX512F__) && defined(__AVX512VL__) && !defined(GG_REAL_DOUBLE)
#define LEVEL avx512
#include "kernel/frames_kernel.inc"
#else
typedef int gg_no_avx512;
#endif
