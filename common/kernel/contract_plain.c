/* contract_plain.c -- the loops of contract for any processor */
#define LEVEL plain
enum { GROUP = 1, BACK = 1 };
#include "kernel/contract_kernel.inc"
