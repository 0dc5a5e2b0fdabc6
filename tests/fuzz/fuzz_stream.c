/* fuzz_stream.c -- any bytes as a stream: refused, or exported, written again and read again
 *
 * The first byte chooses the exporter and says whether all frames are shown. */
#include "formats/export.h"
#include "fuzz.h"
#include "fuzz_checksum.h"

static const struct gg_export_type *const exporters[] = {&gg_export_head, &gg_export_prov, &gg_export_json,
                                                         &gg_export_text, &gg_export_csv,  &gg_export_extxyz,
                                                         &gg_export_vtk};
enum { EXPORTERS = sizeof exporters / sizeof *exporters, MOST = 1 << 26 };

/* The way of one stream through the house. */
struct passage {
    const struct gg_export_type *type;
    struct gg_export x;
    bool shown; /* the exporter has not refused */
    struct gg_writer w;
    bool written; /* and the writer takes what it gets */
};

static void take(struct passage *p, struct gg_reader *r, int event, struct gg_frame *f)
{
    struct gg_err err;
    int (*part)(struct gg_export *, struct gg_err *) =
        event == GG_EVENT_MEMBER ? p->type->member : p->type->member_end;
    if (event == GG_EVENT_FRAME) {
        must(gg_frame_check(f, &err) == 0);
        if (p->shown && p->type->frame && p->type->frame(&p->x, f, &err) < 0)
            p->shown = false;
        p->x.number++;
        p->x.n_done++;
        must(!p->written || gg_writer_frame(&p->w, f, &err) == 0);
        return;
    }
    if (p->shown && part && part(&p->x, &err) < 0)
        p->shown = false;
    p->w.no_index = !r->has_index;
    if (event == GG_EVENT_MEMBER)
        p->written = p->written && gg_writer_begin(&p->w, r->schema, &r->meta, &r->prov, &err) == 0;
    else
        p->written = p->written && gg_writer_end(&p->w, &r->trailer, &err) == 0;
}

static void read_again(const struct gg_writer *w)
{
    size_t bytes;
    const void *data = gg_writer_memory(w, &bytes);
    struct gg_reader r;
    struct gg_frame f = {0};
    struct gg_err err;
    int event;
    gg_reader_open_memory(&r, data, bytes);
    r.max_frame = MOST;
    while ((event = gg_reader_next(&r, &f, &err)) > 0)
        ;
    must(event == 0);
    gg_reader_close(&r);
    gg_frame_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    struct gg_err err;
    char *text;
    size_t bytes;
    int event;
    if (!size)
        return 0;
    struct passage p = {.type = exporters[data[0] % EXPORTERS], .shown = true, .written = true};
    p.x = (struct gg_export){.from = &r,
                             .to = open_memstream(&text, &bytes),
                             .rows = {0, INT64_MAX},
                             .frames = {0, INT64_MAX},
                             .all = data[0] & 128};
    gg_writer_open_memory(&p.w);
    gg_reader_open_memory(&r, data + 1, size - 1);
    r.max_frame = MOST;
    while ((event = gg_reader_next(&r, &f, &err)) > 0)
        take(&p, &r, event, &f);
    if (event < 0)
        fuzz_message(&err);
    if (p.type->end)
        p.type->end(&p.x, &err);
    fclose(p.x.to);
    free(text);
    free(p.x.state);
    if (p.written && event == 0)
        read_again(&p.w);
    p.w.in_member = false;
    gg_writer_commit(&p.w, &err);
    gg_reader_close(&r);
    gg_frame_free(&f);
    return 0;
}
