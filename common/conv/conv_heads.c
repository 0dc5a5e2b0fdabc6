/* conv_heads.c -- see conv_heads.h */
#include "conv/conv_heads.h"
#include "nn/inputs.h"
#include "nn/lanes.h"

#include <string.h>

int gg_conv_heads_init(const struct gg_layer *l, bool full, int *n_head, struct gg_err *err)
{
    *n_head = gg_heads(l, full ? &l->out.irreps : &l->in[0].irreps, full ? "output" : "input", err);
    return *n_head < 0 ? -1 : 0;
}

/* ---- channelwise ---- */

bool gg_conv_heads_open(const struct gg_conv_plan *p, int path)
{
    return p->n_head && (path == 0 || p->path[path - 1].in_offset != p->path[path].in_offset);
}

bool gg_conv_heads_close(const struct gg_conv_plan *p, int path)
{
    return p->n_head && (path == p->n_path - 1 || p->path[path + 1].in_offset != p->path[path].in_offset);
}

#ifdef GG_REAL_DOUBLE
typedef int64_t places __attribute__((vector_size(8 * sizeof(int64_t))));
#else
typedef int32_t places __attribute__((vector_size(8 * sizeof(int32_t))));
#endif

/* y = x[at[0]], x[at[1]], ...: one instruction with gcc; clang's shuffles have places known when compiling. */
static inline void pick(gg_lanes *y, const gg_lanes *x, const places *at)
{
#ifdef __clang__
    for (int k = 0; k < 8; k++)
        (*y)[k] = (*x)[(*at)[k]];
#else
    *y = __builtin_shuffle(*x, *at);
#endif
}

/* Eight channels of every edge: the factor of each stands in one of eight numbers of its row. */
GG_CLONES static void spread_lanes(int64_t n_edge, const gg_real *alpha, int stride, const places *at,
                                   const gg_lanes *mask, gg_real *to, int pad)
{
    for (int64_t e = 0; e < n_edge; e++) {
        gg_lanes factor;
        pick(&factor, (const gg_lanes *)(alpha + e * stride), at);
        *(gg_lanes *)(to + e * pad) = *mask * factor;
    }
}

void gg_conv_heads_spread(const struct gg_call *call, const struct gg_conv_route *r, struct gg_conv_work *k)
{
    const struct gg_conv_plan *p = call->l->plan;
    static const gg_real ones[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    int stride = call->x[1] ? call->l->in[1].stride : 0, each = r->mul / p->n_head;
    const gg_real *alpha = call->x[1] ? call->x[1] + call->g->ptr[k->k.first] * stride : ones;
    for (int c0 = 0; c0 < r->pad; c0 += 8) {
        int first = stride ? c0 / each : 0; /* head of the first channel; eight from there are in the row */
        gg_lanes mask = {0};
        places at = {0};
        first = first > stride - 8 && stride ? stride - 8 : first;
        for (int c = 0; c < 8 && c0 + c < r->mul; c++) {
            mask[c] = 1;
            at[c] = stride ? (c0 + c) / each - first : 0;
        }
        spread_lanes(k->k.n_edge, alpha + first, stride, &at, &mask, k->alpha + c0, r->pad);
    }
    if (k->dalpha)
        memset(k->dalpha, 0, (size_t)k->k.n_edge * (size_t)r->pad * sizeof *k->dalpha);
}

void gg_conv_heads_collect(const struct gg_call *call, const struct gg_conv_route *r,
                           const struct gg_conv_work *k)
{
    const struct gg_conv_plan *p = call->l->plan;
    int stride = call->l->in[1].stride, each = r->mul / p->n_head;
    if (!call->dx[1])
        return;
    gg_real *dalpha = call->dx[1] + call->g->ptr[k->k.first] * stride;
    for (int64_t e = 0; e < k->k.n_edge; e++)
        for (int h = 0; h < p->n_head; h++) {
            gg_real sum = 0;
            for (int c = h * each; c < (h + 1) * each; c++)
                sum += k->dalpha[e * r->pad + c];
            dalpha[e * stride + h] += sum;
        }
}

/* ---- full mixing ---- */

bool gg_conv_slice_opens(const struct gg_conv_plan *p, const struct gg_conv_slice *s)
{
    return p->n_head && (s == p->full->slice || s[-1].head != s->head);
}

bool gg_conv_slice_closes(const struct gg_conv_plan *p, const struct gg_conv_slice *s)
{
    return p->n_head && (s == p->full->slice + p->full->n_slice - 1 || s[1].head != s->head);
}

void gg_conv_heads_weigh(const struct gg_call *call, int head, const struct gg_conv_full_work *k)
{
    const struct gg_conv_plan *p = call->l->plan;
    int stride = call->l->in[1].stride, lane = p->full->lane;
    const gg_real *alpha = call->x[1] + call->g->ptr[k->k.first] * stride + head;
    for (int64_t e = 0; e < k->k.n_edge; e++)
        for (int u = 0; u < lane; u++)
            k->weighed[e * lane + u] = alpha[k->edge[e] * stride] * k->a[e * lane + u];
    if (k->dweighed)
        memset(k->dweighed, 0, (size_t)k->k.n_edge * (size_t)lane * sizeof *k->dweighed);
}

void gg_conv_heads_unweigh(const struct gg_call *call, int head, const struct gg_conv_full_work *k)
{
    const struct gg_conv_plan *p = call->l->plan;
    int stride = call->l->in[1].stride, lane = p->full->lane;
    int64_t first = call->g->ptr[k->k.first] * stride + head;
    for (int64_t e = 0; e < k->k.n_edge; e++) {
        const gg_real *a = k->a + e * lane, *d = k->dweighed + e * lane;
        gg_real alpha = call->x[1][first + k->edge[e] * stride], sum = 0;
        for (int u = 0; u < lane; u++) {
            sum += a[u] * d[u];
            k->da[e * lane + u] += alpha * d[u];
        }
        if (call->dx[1])
            call->dx[1][first + k->edge[e] * stride] += sum;
    }
}
