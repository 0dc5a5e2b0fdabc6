/* fuzz_text.c -- any bytes as the text form: refused, or a stream whose own text gives the same bytes */
#include "formats/export.h"
#include "fuzz.h"
#include "fuzz_checksum.h"

static int read_text(const void *data, size_t size, struct gg_writer *w)
{
    struct gg_err err;
    struct gg_unpack in;
    gg_unpack_open_memory(&in, data, size, &err);
    gg_writer_open_memory(w);
    int status = gg_text_read(&in, "fuzz", w, &err);
    gg_unpack_close(&in);
    if (status)
        fuzz_message(&err);
    return status;
}

static char *print(const struct gg_writer *w, size_t *bytes)
{
    size_t n;
    const void *stream = gg_writer_memory(w, &n);
    struct gg_reader r;
    struct gg_frame f = {0};
    struct gg_err err;
    char *text;
    int event, status = 0;
    struct gg_export x = {.to = open_memstream(&text, bytes), .from = &r};
    gg_reader_open_memory(&r, stream, n);
    while (status == 0 && (event = gg_reader_next(&r, &f, &err)) > 0)
        status = event == GG_EVENT_MEMBER  ? gg_export_text.member(&x, &err)
                 : event == GG_EVENT_FRAME ? gg_export_text.frame(&x, &f, &err)
                                           : gg_export_text.member_end(&x, &err);
    must(status == 0 && event == 0);
    fclose(x.to);
    free(x.state);
    gg_reader_close(&r);
    gg_frame_free(&f);
    return text;
}

static void release(struct gg_writer *w)
{
    struct gg_err err;
    w->in_member = false;
    gg_writer_commit(w, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gg_writer first = {0}, second = {0};
    if (!size)
        return 0;
    if (read_text(data, size, &first) == 0) {
        size_t bytes, n, again;
        char *text = print(&first, &bytes);
        must(read_text(text, bytes, &second) == 0);
        const void *a = gg_writer_memory(&first, &n), *b = gg_writer_memory(&second, &again);
        must(n == again && memcmp(a, b, n) == 0);
        release(&second);
        free(text);
    }
    release(&first);
    return 0;
}
