/* export_stream.c -- an exporter's walk through a stream */
#include "formats/export.h"

static int call(int (*what)(struct gg_export *, struct gg_err *), struct gg_export *x, struct gg_err *err)
{
    if (what && what(x, err) < 0)
        return gg_err_prefix(err, "%s: ", x->from->name);
    return ferror(x->to) ? -1 : 0; /* err was filled by the sink */
}

static int one_frame(const struct gg_export_type *type, struct gg_export *x, const struct gg_frame *f,
                     struct gg_err *err)
{
    bool wanted = (int64_t)x->number >= x->frames.first && (int64_t)x->number < x->frames.last;
    if (wanted && type->frame && type->frame(x, f, err) < 0)
        return gg_frame_prefix(f, x->from->name, x->number, err);
    x->n_done += wanted;
    x->number++;
    return ferror(x->to) ? -1 : 0;
}

static int walk(const struct gg_export_type *type, struct gg_export *x, struct gg_reader *r,
                struct gg_err *err)
{
    struct gg_frame f = {0};
    int event, status = 0;
    while (status == 0 && (event = gg_reader_next(r, &f, err)) != GG_EVENT_END)
        status = event < 0                      ? -1
                 : event == GG_EVENT_MEMBER     ? call(type->member, x, err)
                 : event == GG_EVENT_MEMBER_END ? call(type->member_end, x, err)
                                                : one_frame(type, x, &f, err);
    x->complete = status == 0;
    struct gg_err at_end; /* what went wrong first is what counts */
    if (call(type->end, x, status < 0 ? &at_end : err) < 0)
        status = -1;
    gg_frame_free(&f);
    return status;
}

int gg_export_stream(const struct gg_export_type *type, struct gg_export *x, const char *path,
                     uint64_t max_frame, struct gg_err *err)
{
    struct gg_reader r;
    if (gg_reader_open(&r, path, err) < 0)
        return -1;
    r.max_frame = max_frame;
    x->from = &r;
    int status = walk(type, x, &r, err);
    gg_reader_close(&r);
    return status;
}
