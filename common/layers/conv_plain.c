/* conv_plain.c -- the kernels of conv for any processor */
#define LEVEL plain
#include "layers/conv_kernel.inc"
