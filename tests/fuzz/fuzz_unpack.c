/* fuzz_unpack.c -- what is packed by gzip, xz or zstd, and the lines in it */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gg_input in;
    struct gg_err err = {0};
    char *line;
    int got = gg_input_open_memory(&in, data, size, &err);
    if (got) {
        fuzz_message(&err);
        return 0;
    }
    for (int k = 0; k < 1000 && (got = gg_input_line(&in, &line, &err)) == 1; k++)
        must(strlen(line) < GG_MAX_LINE);
    if (got < 0)
        fuzz_message(&err);
    gg_input_close(&in);
    return 0;
}
