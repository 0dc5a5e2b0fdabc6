/* conv_plain.c -- the kernels of conv for any processor */
#define LEVEL plain
#include "kernel/conv_kernel.inc"
