/* fuzz_xyz.c -- the relatives of XYZ and the tables of gg-dump; the first byte chooses */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"rumd", "atooms", "extxyz", "xyz", "csv"},
                             *irreps[] = {"s=0e+2e", "v=1o"};
    struct gg_foreign_options o = {.timestep = 0.005, .max_bytes = 1 << 24, .irreps = {2, irreps}};
    if (!size)
        return 0;
    o.dim = 2 + data[0] / 5 % 2;
    o.first_type = data[0] / 10 % 3;
    for (int k = 0; gg_foreign_formats[k].name; k++)
        if (!strcmp(gg_foreign_formats[k].name, names[data[0] % 5]))
            o.format = k + 1;
    fuzz_file("a", data + 1, size - 1, &o);
    return 0;
}
