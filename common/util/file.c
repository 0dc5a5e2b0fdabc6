/* file.c -- reading and writing that loses nothing */
#include "util/file.h"
#include "util/arena.h"
#include "util/folder.h"
#include "util/text_stream.h"
#include "util/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SINK_BUFFER = 256 << 10, LARGEST_CALL = 1 << 30 };

/* ---- in ---- */

/* Room doubles as bytes arrive: no size is believed in advance. */
static char *read_all(struct gg_unpack *from, size_t limit, size_t *bytes, struct gg_err *err)
{
    size_t room = 64 << 10, have = 0;
    char *text = gg_xmalloc(room + 1);
    ptrdiff_t n;
    while ((n = gg_unpack_full(from, text + have, room - have, err)) >= 0) {
        have += (size_t)n;
        if (have > limit) {
            gg_fail(err, GG_INPUT, "more than %zu bytes", limit);
            break;
        }
        if (have < room) {
            text[have] = '\0';
            *bytes = have;
            return text;
        }
        room *= 2;
        text = gg_xrealloc(text, room + 1);
    }
    free(text);
    return NULL;
}

char *gg_read_file(const char *path, size_t limit, size_t *bytes, struct gg_err *err)
{
    struct gg_unpack from;
    if (gg_unpack_open_path(&from, path, err))
        return NULL;
    char *text = read_all(&from, limit, bytes, err);
    if (text == NULL)
        gg_err_prefix(err, "%s: ", strcmp(path, "-") ? path : "standard input");
    gg_unpack_close(&from);
    return text;
}

/* ---- out ---- */

static const char *sink_name(const struct gg_sink *s)
{
    return s->is_stdout ? "standard output" : s->path;
}

/* A file without a name in the folder of s->path, of which a kill leaves nothing; -1 where the system has none. */
static int open_nameless(const struct gg_sink *s)
{
    if (access("/proc/self/fd", X_OK) != 0) /* the way to its name */
        return -1;
    char *folder = gg_folder_of(s->path);
    int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    free(folder);
    return fd;
}

/* Opens what will become the file that `path` leads to; a file that is there keeps its permissions. */
static int open_temporary(struct gg_sink *s, const char *path, const struct stat *old)
{
    char *behind_links = old != NULL ? realpath(path, NULL) : NULL;
    s->path = gg_xstrdup(behind_links != NULL ? behind_links : path);
    free(behind_links);
    size_t room = strlen(s->path) + 32;
    s->temporary = gg_xmalloc(room);
    snprintf(s->temporary, room, "%s.tmp.%ld", s->path, (long)getpid());
    s->fd = open_nameless(s);
    s->nameless = s->fd >= 0;
    if (s->fd < 0)
        s->fd = open(s->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (s->fd >= 0 && old != NULL && fchmod(s->fd, old->st_mode & 0777) != 0)
        return -1;
    return s->fd;
}

/* Gives a nameless file its temporary name: a link cannot take the place of another file, a rename can. */
static int name_temporary(struct gg_sink *s)
{
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", s->fd);
    if (s->nameless && linkat(AT_FDCWD, self, AT_FDCWD, s->temporary, AT_SYMLINK_FOLLOW) != 0)
        return -1;
    s->nameless = false;
    return 0;
}

int gg_sink_open(struct gg_sink *s, const char *path, struct gg_err *err)
{
    *s = (struct gg_sink){.fd = STDOUT_FILENO};
    struct stat st;
    s->is_stdout = path == NULL || strcmp(path, "-") == 0;
    bool exists = !s->is_stdout && stat(path, &st) == 0;
    s->in_place = s->is_stdout || (exists && !S_ISREG(st.st_mode));
    if (!s->in_place && gg_folder_make_for(path, err)) {
        s->fd = -1;
        return -1;
    }
    if (s->in_place && !s->is_stdout) {
        s->path = gg_xstrdup(path);
        s->fd = open(path, O_WRONLY | O_CLOEXEC);
    } else if (!s->in_place) {
        open_temporary(s, path, exists ? &st : NULL);
    }
    if (s->fd < 0 || fstat(s->fd, &st) != 0) {
        gg_fail_errno(err, "%s: cannot write", s->is_stdout ? "standard output" : path);
        gg_sink_discard(s);
        return -1;
    }
    s->is_pipe = S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
    s->buffer = gg_xmalloc(SINK_BUFFER);
    return 0;
}

int gg_write_all(int fd, const void *data, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        size_t ask = bytes - done < LARGEST_CALL ? bytes - done : LARGEST_CALL;
        ssize_t n = write(fd, (const char *)data + done, ask);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            return -1;
    }
    return 0;
}

static int write_full(struct gg_sink *s, const void *data, size_t bytes, struct gg_err *err)
{
    return gg_write_all(s->fd, data, bytes) ? gg_fail_errno(err, "%s: cannot write", sink_name(s)) : 0;
}

int gg_sink_flush(struct gg_sink *s, struct gg_err *err)
{
    size_t n = s->filled;
    s->filled = 0; /* also after a failure: the bytes are lost, and discard must not try again */
    return write_full(s, s->buffer, n, err);
}

int gg_sink_write(struct gg_sink *s, const void *data, size_t bytes, struct gg_err *err)
{
    s->written += bytes;
    if (bytes > SINK_BUFFER - s->filled && gg_sink_flush(s, err) < 0)
        return -1;
    if (bytes >= SINK_BUFFER)
        return write_full(s, data, bytes, err);
    if (bytes > 0)
        memcpy(s->buffer + s->filled, data, bytes);
    s->filled += bytes;
    return 0;
}

int gg_sink_printf(struct gg_sink *s, struct gg_err *err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *text = gg_xvprintf(fmt, ap);
    va_end(ap);
    int status = gg_sink_write(s, text, strlen(text), err);
    free(text);
    return status;
}

/* A rename is durable only when its folder is. */
static int sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int status = fsync(fd);
    int code = errno;
    close(fd);
    errno = code;
    return status == 0 || code == EINVAL ? 0 : -1; /* EINVAL: a file system without it */
}

int gg_sink_commit(struct gg_sink *s, struct gg_err *err)
{
    int status = gg_sink_flush(s, err);
    char *folder = s->temporary != NULL ? gg_folder_of(s->path)
                                        : NULL; /* no memory is wanted once the file has its name */
    if (status == 0 && s->temporary != NULL && (fsync(s->fd) != 0 || name_temporary(s) != 0))
        status = gg_fail_errno(err, "%s: cannot write", sink_name(s));
    int fd = s->fd;
    s->fd = -1;
    if (close(fd) != 0 && status == 0)
        status = gg_fail_errno(err, "%s: cannot close", sink_name(s));
    if (status == 0 && s->temporary != NULL) {
        if (rename(s->temporary, s->path) != 0)
            status = gg_fail_errno(err, "%s: cannot rename the finished file to this name", s->path);
        else if (sync_folder(folder) != 0)
            status = gg_fail_errno(err, "%s: cannot make the folder durable", s->path);
    }
    if (status == 0 && s->temporary != NULL) {
        free(s->temporary);
        s->temporary = NULL; /* it is the file now */
    }
    free(folder);
    gg_sink_discard(s);
    return status;
}

void gg_sink_discard(struct gg_sink *s)
{
    if (s->fd >= 0 && !s->is_stdout)
        close(s->fd);
    if (s->temporary != NULL && !s->nameless)
        unlink(s->temporary);
    free(s->temporary);
    free(s->path);
    free(s->buffer);
    *s = (struct gg_sink){.fd = -1, .is_stdout = s->is_stdout};
}

/* ---- numbers ---- */

/* The suite reads denormals as zero (threads.c), in conversions and comparisons too: these look at bits. */
double gg_widen(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if ((bits & 0x7F800000) != 0)
        return (double)x;
    double size = ldexp(bits & 0x7FFFFF, -149);
    return bits >> 31 ? -size : size;
}

/* A decimal of FLT_DIG = 6 (DBL_DIG = 15) digits survives the way through the binary number, so the first precision
 * that reads back, from there on, is the shortest. */
void gg_print_float(char text[32], float x)
{
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, 32, "%.*g", digits, isnan(x) ? (double)fabsf(x) : gg_widen(x));
        float back = strtof(text, NULL);
        if (isnan(x) || memcmp(&back, &x, sizeof x) == 0)
            return;
    }
}

void gg_print_double(char text[32], double x)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, isnan(x) ? fabs(x) : x);
        double back = strtod(text, NULL);
        if (isnan(x) || memcmp(&back, &x, sizeof x) == 0)
            return;
    }
}
