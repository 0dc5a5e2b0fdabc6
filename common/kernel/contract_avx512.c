/* contract_avx512.c -- the loops of contract with 16 float lanes; the Makefile adds the -mavx512 flags */
#if defined(__AVX512F__) && defined(__AVX512VL__) && !defined(GG_REAL_DOUBLE)
#define LEVEL avx512
enum { GROUP = 8, BACK = 4 };
#include "kernel/contract_kernel.inc"
#else
typedef int gg_no_avx512;
#endif
