/* md_avx2.c -- the loops of molecular dynamics with 8 float lanes and fused multiply-add; the Makefile adds the flags */
#if defined(__AVX2__) && defined(__FMA__) && !defined(GG_REAL_DOUBLE)
#define LEVEL avx2
#include "physics/md_kernel.inc"
#else
typedef int gg_md_no_avx2;
#endif
