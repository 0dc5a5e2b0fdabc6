/* md_avx512.c -- the loops of molecular dynamics with 16 float lanes; the Makefile adds the -mavx512 flags */
#if defined(__AVX512F__) && defined(__AVX512DQ__) && !defined(GG_REAL_DOUBLE)
#define LEVEL avx512
#include "physics/md_kernel.inc"
#else
typedef int gg_md_no_avx512;
#endif
