/* fuzz_extxyz.c -- extended XYZ */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double side = 4;
    struct gg_foreign_options o = {.dim = 3, .max_bytes = 1 << 24};
    fuzz_file("a.xyz", data, size, &o);
    o = (struct gg_foreign_options){.dim = 2, .max_bytes = 1 << 24, .species = "Ni,P", .box = {1, &side}};
    fuzz_file("a.xyz", data, size, &o);
    return 0;
}
