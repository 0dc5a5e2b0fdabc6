/* events.c -- the numbers of metrics.jsonl as an event file that TensorBoard reads */
#include "learn/events.h"
#include "stream/crc32c.h"
#include "util/arena.h"
#include "util/file.h"
#include "util/folder.h"
#include "util/jsonline.h"
#include "util/text_stream.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- protocol buffers: fields by number and wire type ---- */

enum { VARINT = 0, DOUBLE = 1, BYTES = 2, FLOAT = 5 };

static void put_varint(FILE *to, uint64_t x)
{
    for (; x >= 128; x >>= 7)
        fputc((int)(x & 127) | 128, to);
    fputc((int)x, to);
}

static void put_key(FILE *to, int field, int type)
{
    put_varint(to, (uint64_t)(field << 3 | type));
}

/* Little-endian, whatever the machine. */
static void put_bits(FILE *to, uint64_t bits, int bytes)
{
    for (int k = 0; k < bytes; k++)
        fputc((int)(bits >> 8 * k & 255), to);
}

static void put_double(FILE *to, int field, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    put_key(to, field, DOUBLE);
    put_bits(to, bits, 8);
}

static void put_float(FILE *to, int field, float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    put_key(to, field, FLOAT);
    put_bits(to, bits, 4);
}

static void put_bytes(FILE *to, int field, const char *data, size_t n)
{
    put_key(to, field, BYTES);
    put_varint(to, n);
    fwrite(data, 1, n, to);
}

/* ---- messages ---- */

/* A message in the making. */
struct message {
    FILE *to;
    char *bytes;
    size_t n;
};

static struct message *begin(struct message *m)
{
    m->to = gg_text_open(&m->bytes, &m->n);
    return m;
}

static void put_message(FILE *to, int field, struct message *m)
{
    fclose(m->to);
    put_bytes(to, field, m->bytes, m->n);
    free(m->bytes);
}

uint32_t gg_events_masked(uint32_t crc)
{
    return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

/* The record around an event. */
static void put_record(FILE *to, struct message *event)
{
    fclose(event->to);
    unsigned char length[8];
    for (int k = 0; k < 8; k++)
        length[k] = (unsigned char)((uint64_t)event->n >> 8 * k & 255);
    fwrite(length, 1, sizeof length, to);
    put_bits(to, gg_events_masked(gg_crc32c(0, length, sizeof length)), 4);
    fwrite(event->bytes, 1, event->n, to);
    put_bits(to, gg_events_masked(gg_crc32c(0, event->bytes, event->n)), 4);
    free(event->bytes);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void put_scalar(FILE *to, int64_t step, const char *tag, double x)
{
    struct message event, summary, value;
    begin(&event);
    put_double(event.to, 1, now());
    put_key(event.to, 2, VARINT);
    put_varint(event.to, (uint64_t)step);
    put_bytes(begin(&value)->to, 1, tag, strlen(tag));
    put_float(value.to, 2, (float)x);
    put_message(begin(&summary)->to, 1, &value);
    put_message(event.to, 5, &summary);
    put_record(to, &event);
}

/* ---- the file ---- */

static int append(struct gg_events *e, const struct message *m, struct gg_err *err)
{
    return gg_write_all(e->fd, m->bytes, m->n) ? gg_fail_errno(err, "%s", e->path) : 0;
}

int gg_events_open(struct gg_events *e, const char *folder, struct gg_err *err)
{
    static const char version[] = "brain.Event:2";
    struct message event, file;
    *e = (struct gg_events){.fd = -1};
    if (gg_folder_make(folder, err))
        return -1;
    e->path = gg_xprintf("%s/events.out.tfevents.%lld.%d", folder, (long long)time(NULL), (int)getpid());
    e->fd = open(e->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (e->fd < 0)
        return gg_fail_errno(err, "%s", e->path);
    put_double(begin(&event)->to, 1, now());
    put_bytes(event.to, 3, version, sizeof version - 1);
    put_record(begin(&file)->to, &event);
    fclose(file.to);
    int status = append(e, &file, err);
    free(file.bytes);
    return status;
}

/* What the numbers of a line are of: "/validation/propensity/A/t=10", or "". */
static char *subject(const char *line)
{
    static const char *const names[] = {"split", "target", "species", "layer", "irrep"};
    enum { N = sizeof names / sizeof names[0] };
    char *all = gg_xstrdup(""), text[300];
    double t;
    for (int k = 0; k < N; k++)
        if (gg_jsonline_text(line, names[k], text, sizeof text)) {
            char *more = gg_xprintf("%s/%s", all, text);
            free(all);
            all = more;
        }
    if (!gg_jsonline_number(line, "t", &t))
        return all;
    char *more = gg_xprintf("%s/t=%g", all, t);
    free(all);
    return more;
}

static bool is_measured(const char *key)
{
    static const char *const counts[] = {"step", "epoch", "t", "channels"};
    for (int k = 0; k < 4; k++)
        if (strcmp(key, counts[k]) == 0)
            return false;
    return true;
}

int gg_events_line(struct gg_events *e, const char *line, struct gg_err *err)
{
    struct message all;
    char key[80], *of;
    double step, x;
    int status = 0;
    if (!gg_jsonline_number(line, "step", &step))
        return 0;
    of = subject(line);
    begin(&all);
    for (const char *at = gg_jsonline_first(line); at; at = gg_jsonline_next(at)) {
        gg_jsonline_key(at, key, sizeof key);
        if (!is_measured(key) || !gg_jsonline_number(line, key, &x) || isnan(x))
            continue;
        char *tag = gg_xprintf("%s%s", key, of);
        put_scalar(all.to, (int64_t)step, tag, x);
        free(tag);
    }
    fclose(all.to);
    status = append(e, &all, err);
    free(all.bytes);
    free(of);
    return status;
}

void gg_events_close(struct gg_events *e)
{
    if (e->path && e->fd >= 0)
        close(e->fd);
    free(e->path);
    *e = (struct gg_events){.fd = -1};
}
