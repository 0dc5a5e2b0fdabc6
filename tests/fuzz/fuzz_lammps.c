/* fuzz_lammps.c -- LAMMPS dumps, binary dumps and data files; the first byte chooses */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"lammps-dump", "lammps-binary", "lammps-data"};
    struct gg_foreign_options o = {.timestep = 0.005, .max_bytes = 1 << 24};
    if (!size)
        return 0;
    o.dim = 2 + data[0] / 3 % 2;
    for (int k = 0; gg_foreign_formats[k].name; k++)
        if (!strcmp(gg_foreign_formats[k].name, names[data[0] % 3]))
            o.format = k + 1;
    fuzz_file("a", data + 1, size - 1, &o);
    return 0;
}
