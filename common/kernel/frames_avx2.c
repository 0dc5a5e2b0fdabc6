/* frames_avx2.c -- in and out of the frames of bonds with 8 float lanes and fma; the Makefile adds -mavx2 -mfma */
#if defined(__AVX2__) && defined(__FMA__) && !defined(GG_REAL_DOUBLE)
#define LEVEL avx2
#include "kernel/frames_kernel.inc"
#else
typedef int gg_no_avx2;
#endif
