/* conv_avx2.c -- the kernels of conv with 8 float lanes and fused multiply-add; the Makefile adds -mavx2 -mfma */
#if defined(__AVX2__) && defined(__FMA__) && !defined(GG_REAL_DOUBLE)
#define LEVEL avx2
#include "kernel/conv_kernel.inc"
#else
typedef int gg_no_avx2;
#endif
