/* frames_plain.c -- in and out of the frames of bonds on any processor */
#define LEVEL plain
#include "kernel/frames_kernel.inc"
