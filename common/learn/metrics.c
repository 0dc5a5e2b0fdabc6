/* metrics.c -- metrics.jsonl: one object a line, one write a line */
#include "learn/metrics.h"
#include "util/arena.h"
#include "util/file.h"
#include "util/text_stream.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Cuts the file back to `keep` bytes, which must end a line. */
static int cut_back(const struct gg_metrics *m, int64_t keep, struct gg_err *err)
{
    struct stat st;
    char last = '\n';
    if (fstat(m->fd, &st))
        return gg_fail_errno(err, "%s", m->path);
    if (!S_ISREG(st.st_mode))
        return keep ? gg_fail(err, GG_INPUT, "%s: not a regular file, cannot be resumed", m->path) : 0;
    if (st.st_size < keep)
        return gg_fail(err, GG_INPUT,
                       "%s: %" PRId64 " bytes, but the checkpoint was written behind byte %" PRId64, m->path,
                       (int64_t)st.st_size, keep);
    ssize_t n = 1;
    while (keep > 0 && (n = pread(m->fd, &last, 1, keep - 1)) < 0 && errno == EINTR)
        ;
    if (n != 1)
        return gg_fail_errno(err, "%s", m->path);
    if (last != '\n')
        return gg_fail(err, GG_INPUT, "%s: byte %" PRId64 " does not end a line; not the file of this run",
                       m->path, keep);
    if (st.st_size > keep && ftruncate(m->fd, keep))
        return gg_fail_errno(err, "%s", m->path);
    return 0;
}

int gg_metrics_open(struct gg_metrics *m, const char *path, int64_t keep, struct gg_err *err)
{
    *m = (struct gg_metrics){.path = path ? gg_xstrdup(path) : NULL, .bytes = keep, .fd = -1};
    if (!path)
        return 0;
    m->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (m->fd < 0)
        gg_fail_errno(err, "%s", path);
    else if (!cut_back(m, keep, err))
        return 0;
    gg_metrics_close(m);
    return -1;
}

int gg_metrics_show(struct gg_metrics *m, const char *folder, struct gg_err *err)
{
    return gg_events_open(&m->events, folder, err);
}

struct gg_json *gg_metrics_begin(struct gg_metrics *m, const char *event)
{
    assert(!m->line);
    m->line = gg_text_open(&m->text, &m->text_bytes);
    m->json = (struct gg_json){.to = m->line};
    gg_json_begin(&m->json, NULL, '{');
    gg_json_text(&m->json, "event", event);
    return &m->json;
}

static int append_all(struct gg_metrics *m, struct gg_err *err)
{
    if (m->path && gg_write_all(m->fd, m->text, m->text_bytes))
        return gg_fail_errno(err, "%s", m->path);
    m->bytes += (int64_t)m->text_bytes;
    return 0;
}

int gg_metrics_end(struct gg_metrics *m, struct gg_err *err)
{
    gg_json_end(&m->json, '}');
    fputc('\n', m->line);
    fclose(m->line);
    int status = append_all(m, err);
    if (status == 0 && m->events.path)
        status = gg_events_line(&m->events, m->text, err);
    free(m->text);
    m->line = NULL;
    m->text = NULL;
    return status;
}

int gg_metrics_start(struct gg_metrics *m, const char *digest, int64_t seed, int argc, char **argv,
                     struct gg_err *err)
{
    struct gg_json *j = gg_metrics_begin(m, "start");
    gg_json_text(j, "version", GG_VERSION);
    gg_json_text(j, "config", digest);
    gg_json_int(j, "seed", seed);
    gg_json_begin(j, "argv", '[');
    for (int k = 0; k < argc; k++)
        gg_json_text(j, NULL, argv[k]);
    gg_json_end(j, ']');
    return gg_metrics_end(m, err);
}

int gg_metrics_stop(struct gg_metrics *m, int status, const struct gg_run_cost *cost, struct gg_err *err)
{
    struct gg_json *j = gg_metrics_begin(m, "end");
    gg_json_int(j, "status", status);
    gg_json_double(j, "gflop", cost->gflop);
    gg_json_double(j, "seconds", cost->seconds);
    gg_json_double(j, "processor", cost->processor);
    return gg_metrics_end(m, err);
}

int gg_metrics_sync(struct gg_metrics *m, struct gg_err *err)
{
    if (m->path && fdatasync(m->fd) && errno != EINVAL) /* EINVAL: a device without storage */
        return gg_fail_errno(err, "%s", m->path);
    return 0;
}

void gg_metrics_close(struct gg_metrics *m)
{
    if (m->line)
        fclose(m->line);
    free(m->text);
    if (m->path && m->fd >= 0)
        close(m->fd);
    free(m->path);
    gg_events_close(&m->events);
    *m = (struct gg_metrics){.fd = -1};
}
