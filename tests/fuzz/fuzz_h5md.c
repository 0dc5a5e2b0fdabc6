/* fuzz_h5md.c -- what may stand in an HDF5 file, as text, and that text as a file: the layer between the library and the readers */
#include "formats/h5md_text.h"
#include "formats/xyz.h"
#include "fuzz_foreign.h"
#include "util/text_stream.h"

#include <math.h>

struct input {
    const uint8_t *data;
    size_t size;
};

static unsigned take(struct input *in)
{
    return in->size ? (in->size--, *in->data++) : 0;
}

/* Up to three axes of 0 to 4, as the library's layer gives them: one number for each place; sometimes absent. */
static struct gg_hdf5_data numbers(struct input *in, int n_node)
{
    static const double special[] = {0, 1, -1, 0.5, 1e300, -1e-300, NAN, INFINITY};
    struct gg_hdf5_data x = {.count = 1};
    unsigned what = take(in);
    if (what % 4 == 0)
        return x;
    x.ndim = (int)(what / 4 % 4);
    for (int k = 0; k < x.ndim; k++)
        x.count *= x.shape[k] = k == 0 && what & 64 ? (uint64_t)n_node : take(in) % 5;
    x.value = malloc((x.count + 1) * sizeof *x.value);
    for (uint64_t k = 0; k < x.count; k++) {
        unsigned b = take(in);
        x.value[k] = b >= 248 ? special[b - 248] : (int)(b & 7) - 3 + (b & 64 ? 0.25 : 0);
    }
    return x;
}

static void names(struct input *in, char (*name)[GG_NAME], int n)
{
    for (int k = 0; k < n; k++)
        for (unsigned c = 0, most = take(in) % (GG_NAME - 1); c < most && in->size; c++)
            name[k][c] = (char)take(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    char name[3][GG_NAME] = {{0}}, *text = NULL;
    struct gg_hdf5_data own[3] = {{.ndim = 0}};
    struct gg_hdf5_frame f = {.dim = 2 + (int)take(&in) % 2,
                              .pbc = (int)take(&in) % 8,
                              .own_name = name,
                              .own = own};
    struct gg_foreign_options o = {.dim = f.dim, .max_bytes = 1 << 24, .first_type = (int)take(&in) % 3};
    int n_node = (int)take(&in) % 5;
    for (int k = 0; k < 2; k++)
        f.when[k] = take(&in) % 2 ? NAN : take(&in) * 0.5;
    f.n_own = (int)take(&in) % 4;
    names(&in, name, f.n_own);
    f.box = numbers(&in, n_node);
    for (int e = 0; e < GG_HDF5_ELEMENTS; e++)
        f.element[e] = numbers(&in, n_node);
    for (int k = 0; k < f.n_own; k++)
        own[k] = numbers(&in, n_node);
    struct gg_err err = {0};
    size_t n;
    FILE *to = gg_text_open(&text, &n);
    int failed = gg_hdf5_put(to, &f, &err);
    fclose(to);
    for (int k = 0; gg_foreign_formats[k].name; k++)
        if (gg_foreign_formats[k].next == gg_extxyz_next)
            o.format = k + 1;
    if (failed)
        fuzz_message(&err);
    else
        fuzz_file("a.h5", text, n, &o);
    free(text);
    gg_hdf5_frame_free(&f);
    return 0;
}
