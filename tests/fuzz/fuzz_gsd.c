/* fuzz_gsd.c -- GSD files; the magic in front is given */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct gg_foreign_options o = {.dim = 3, .timestep = 0.005, .max_bytes = 1 << 24};
    unsigned char *file = malloc(size + 8);
    memcpy(file, "\xdf\x65\xdf\x65\xdf\x65\xdf\x65", 8);
    memcpy(file + 8, data, size);
    fuzz_file("a.gsd", file, size + 8, &o);
    free(file);
    return 0;
}
