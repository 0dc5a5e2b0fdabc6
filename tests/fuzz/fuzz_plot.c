/* fuzz_plot.c -- any bytes as what gg-plot reads: metrics.jsonl, tables of gg-corr and of gg-learncurve
 *
 * The bits of the first byte choose: two for the kind of picture, then one file or two, the average, a species, a reference. */
#include "fuzz.h"
#include "plot/plot.h"
#include "util/tsv.h"

#include <math.h>

static int table(const char *path, struct gg_err *err)
{
    struct gg_tsv t = {0};
    struct gg_sink to;
    int status = gg_tsv_read(&t, path, err);
    if (status == 0) {
        must(gg_sink_open(&to, "/dev/null", err) == 0);
        for (int k = 0; k < t.n_row * t.n_col; k++)
            (void)gg_tsv_value(&t, k / t.n_col, k % t.n_col);
        must(gg_tsv_print(&t, &to, err) == 0);
        gg_sink_discard(&to);
    }
    gg_tsv_free(&t);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gg_err err;
    struct gg_plot p;
    if (size < 2)
        return 0;
    char path[64], *files[2] = {path, path};
    snprintf(path, sizeof path, "%s", fuzz_path(data + 1, size - 1));
    const struct gg_plot_options o = {.time = NAN,
                                      .at = 0.5,
                                      .thickness = 1,
                                      .average = data[0] >> 3 & 1,
                                      .species = data[0] & 16 ? "all" : NULL,
                                      .reference = data[0] & 32 ? path : NULL};
    int n = 1 + (data[0] >> 2 & 1);
    gg_plot_init(&p, &o);
    int status = data[0] % 4 == 0   ? gg_plot_loss(&p, n, files, &err)
                 : data[0] % 4 == 1 ? gg_plot_corr_time(&p, n, files, &err)
                 : data[0] % 4 == 2 ? gg_plot_learncurve(&p, n, files, &err)
                                    : table(path, &err);
    if (status)
        fuzz_message(&err);
    gg_plot_free(&p);
    return 0;
}
