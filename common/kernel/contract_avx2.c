/* contract_avx2.c -- the loops of contract with 8 float lanes and fma; the Makefile adds -mavx2 -mfma */
#if defined(__AVX2__) && !defined(GG_REAL_DOUBLE)
#define LEVEL avx2
enum { GROUP = 4, BACK = 2 };
#include "kernel/contract_kernel.inc"
#else
typedef int gg_no_avx2;
#endif
