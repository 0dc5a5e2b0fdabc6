/* fit_file.c -- the numbers of a fit in a model file (gg_model(5)) */
#include "learn/fit.h"

#include <stdio.h>
#include <string.h>

/* Its numbers as named tensors. */
struct tensor {
    const char *name;
    enum {
        REPORTED,
        FINITE,
        OR_NAN
    } read; /* not read back; finite, or refused; NaN where nothing was fitted */
    int ndim;
    int64_t shape[3];
    double *data;
};
enum { TENSORS = 8 };

static void list(const struct gg_fit *x, struct tensor t[TENSORS])
{
    int64_t g = x->n_group, o = x->n_output, f = x->n_feature, p = x->n_path;
    const struct tensor all[TENSORS] = {{"fit.mean", FINITE, 2, {g, f}, x->mean},
                                        {"fit.scale", FINITE, 2, {g, f}, x->scale},
                                        {"fit.coefficients", FINITE, 3, {g, o, f}, x->w},
                                        {"fit.intercept", FINITE, 2, {g, o}, x->b},
                                        {"fit.penalty", OR_NAN, 2, {g, o}, x->penalty},
                                        {"fit.path", REPORTED, 1, {p}, x->path},
                                        {"fit.path.error", REPORTED, 3, {g, o, p}, x->error},
                                        {"fit.path.correlation", REPORTED, 3, {g, o, p}, x->rho}};
    memcpy(t, all, sizeof all);
}

int gg_fit_save(const struct gg_model *m, const gg_real *w, struct gg_meta *meta, struct gg_frame *f,
                struct gg_arena *a, struct gg_err *err)
{
    const struct gg_fit *x = m->own;
    struct tensor t[TENSORS];
    (void)w;
    gg_meta_set(meta, "digest.config", x->config);
    gg_meta_set(meta, "digest.data", x->data);
    list(x, t);
    for (int k = 0; k < TENSORS; k++)
        if (gg_model_put(f, a, t[k].name, t[k].ndim, t[k].shape, t[k].data, true, err))
            return -1;
    return 0;
}

int gg_fit_load(struct gg_model *m, const struct gg_meta *meta, const struct gg_frame *f, struct gg_err *err)
{
    struct gg_fit *x = m->own;
    struct tensor t[TENSORS];
    const char *config = gg_meta_get(meta, "digest.config"), *data = gg_meta_get(meta, "digest.data");
    snprintf(x->config, sizeof x->config, "%s", config ? config : "");
    snprintf(x->data, sizeof x->data, "%s", data ? data : "");
    list(x, t);
    for (int k = 0; k < TENSORS; k++) {
        bool nan = t[k].read == OR_NAN;
        if (t[k].read != REPORTED && gg_model_take(f, t[k].name, t[k].ndim, t[k].shape, t[k].data, nan, err))
            return -1;
    }
    for (int64_t k = 0; k < (int64_t)x->n_group * x->n_feature; k++)
        if (!(x->scale[k] > 0))
            return gg_fail(err, GG_INPUT, "tensor 'fit.scale': number %lld is not above 0", (long long)k);
    return 0;
}
