/* md_plain.c -- the loops of molecular dynamics for any processor */
#define LEVEL plain
#include "physics/md_kernel.inc"
