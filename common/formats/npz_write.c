/* npz_write.c -- numpy's archives, stored: a zip of .npy members */
/* PKWARE APPNOTE 6.3, sections 4.3.7 to 4.3.16, always in the zip64 form, so that there is one path; NEP 1 for .npy.
 * Equal arrays give equal bytes: the date is the first that a zip can hold. */
#include "formats/npz_write.h"

#include "util/arena.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { VERSION = 45, DATE = 0x0021, IN_ZIP64 = -1 };

/* Little-endian numbers one behind the other. */
struct record {
    unsigned char byte[128];
    size_t n;
};

static void put(struct record *r, int size, uint64_t value)
{
    for (int k = 0; k < size; k++)
        r->byte[r->n++] = (unsigned char)(value >> 8 * k);
}

/* What local header and directory share: versions to name length. */
static void put_entry(struct record *r, uint32_t crc, size_t name, size_t extra)
{
    put(r, 2, VERSION);
    put(r, 2, 0); /* flags */
    put(r, 2, 0); /* stored */
    put(r, 2, 0); /* time */
    put(r, 2, DATE);
    put(r, 4, crc);
    put(r, 4, (uint64_t)IN_ZIP64);
    put(r, 4, (uint64_t)IN_ZIP64);
    put(r, 2, name);
    put(r, 2, extra);
}

int gg_npz_create(struct gg_npz_writer *z, const char *path, struct gg_err *err)
{
    *z = (struct gg_npz_writer){0};
    if (gg_sink_open(&z->sink, path, err) < 0)
        return -1;
    z->directory = gg_text_open(&z->directory_text, &z->directory_bytes);
    return 0;
}

/* The header of an .npy: a multiple of 64 bytes, so the data are aligned if the member is.  Returns its length. */
static size_t npy_header(char header[512], const char *descr, int ndim, const uint64_t *shape)
{
    size_t n =
        10 + (size_t)snprintf(header + 10, 480, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
    for (int k = 0; k < ndim; k++)
        n += (size_t)snprintf(header + n, 490 - n, "%llu,%s", (unsigned long long)shape[k],
                              k + 1 < ndim ? " " : "");
    n += (size_t)snprintf(header + n, 490 - n, "), }");
    size_t total = (n + 1 + 63) / 64 * 64;
    memset(header + n, ' ', total - n - 1);
    header[total - 1] = '\n';
    memcpy(header, "\x93NUMPY\x01\x00", 8);
    header[8] = (char)((total - 10) & 255);
    header[9] = (char)((total - 10) >> 8);
    return total;
}

/* zlib counts in unsigned int. */
static uint32_t crc_of(uint32_t crc, const void *data, uint64_t bytes)
{
    const unsigned char *p = data;
    for (uint64_t n; bytes > 0; bytes -= n, p += n) {
        n = bytes < 1u << 30 ? bytes : 1u << 30;
        crc = (uint32_t)crc32(crc, p, (uInt)n);
    }
    return crc;
}

static void add_to_directory(struct gg_npz_writer *z, const char *name, uint32_t crc, uint64_t size,
                             uint64_t offset)
{
    struct record r = {.n = 0};
    put(&r, 4, 0x02014B50);
    put(&r, 2, VERSION);
    put_entry(&r, crc, strlen(name), 28);
    put(&r, 2, 0); /* comment */
    put(&r, 2, 0); /* disk */
    put(&r, 2, 0); /* internal attributes */
    put(&r, 4, 0); /* external attributes */
    put(&r, 4, (uint64_t)IN_ZIP64);
    fwrite(r.byte, 1, r.n, z->directory);
    fputs(name, z->directory);
    r.n = 0;
    put(&r, 2, 1); /* the zip64 field */
    put(&r, 2, 24);
    put(&r, 8, size);
    put(&r, 8, size);
    put(&r, 8, offset);
    fwrite(r.byte, 1, r.n, z->directory);
    z->n_entry++;
}

/* A member of two pieces, one behind the other. */
static int put_member(struct gg_npz_writer *z, const char *member, const char *header, size_t n_header,
                      const void *data, uint64_t nbytes, struct gg_err *err)
{
    uint64_t size = n_header + nbytes, offset = z->sink.written;
    uint32_t crc = crc_of(crc_of(0, header, n_header), data, nbytes);
    struct record r = {.n = 0};
    put(&r, 4, 0x04034B50);
    put_entry(&r, crc, strlen(member), 20);
    struct record extra = {.n = 0};
    put(&extra, 2, 1);
    put(&extra, 2, 16);
    put(&extra, 8, size);
    put(&extra, 8, size);
    if (gg_sink_write(&z->sink, r.byte, r.n, err) < 0 ||
        gg_sink_write(&z->sink, member, strlen(member), err) < 0 ||
        gg_sink_write(&z->sink, extra.byte, extra.n, err) < 0 ||
        gg_sink_write(&z->sink, header, n_header, err) < 0 || gg_sink_write(&z->sink, data, nbytes, err) < 0)
        return -1;
    add_to_directory(z, member, crc, size, offset);
    return 0;
}

/* A zip counts the characters of a name in 16 bits. */
static int add_member(struct gg_npz_writer *z, const char *name, const char *header, size_t n_header,
                      const void *data, uint64_t nbytes, struct gg_err *err)
{
    size_t n = strlen(name) + sizeof ".npy";
    if (n > UINT16_MAX)
        return gg_fail(err, GG_INPUT, "array '%.40s...': a name of %zu characters, a zip takes 65535", name,
                       n - 1);
    char *member = gg_xalloc(n, 1);
    snprintf(member, n, "%s.npy", name);
    int status = put_member(z, member, header, n_header, data, nbytes, err);
    free(member);
    return status;
}

int gg_npz_add(struct gg_npz_writer *z, const char *name, const char *descr, int ndim, const uint64_t *shape,
               const void *data, uint64_t nbytes, struct gg_err *err)
{
    char header[512];
    size_t n_header = npy_header(header, descr, ndim, shape);
    return add_member(z, name, header, n_header, data, nbytes, err);
}

int gg_npz_add_raw(struct gg_npz_writer *z, const char *name, const void *npy, uint64_t n, struct gg_err *err)
{
    return add_member(z, name, "", 0, npy, n, err);
}

static int put_end(struct gg_npz_writer *z, struct gg_err *err)
{
    uint64_t at = z->sink.written, bytes = z->directory_bytes;
    struct record r = {.n = 0};
    put(&r, 4, 0x06064B50); /* zip64 end of central directory */
    put(&r, 8, 44);
    put(&r, 2, VERSION);
    put(&r, 2, VERSION);
    put(&r, 8, 0); /* disks */
    put(&r, 8, z->n_entry);
    put(&r, 8, z->n_entry);
    put(&r, 8, bytes);
    put(&r, 8, at);
    put(&r, 4, 0x07064B50); /* where that is */
    put(&r, 4, 0);
    put(&r, 8, at + bytes);
    put(&r, 4, 1);
    put(&r, 4, 0x06054B50); /* the old end record */
    put(&r, 4, 0);
    put(&r, 2, (uint64_t)IN_ZIP64);
    put(&r, 2, (uint64_t)IN_ZIP64);
    put(&r, 4, (uint64_t)IN_ZIP64);
    put(&r, 4, (uint64_t)IN_ZIP64);
    put(&r, 2, 0);
    return gg_sink_write(&z->sink, z->directory_text, bytes, err) < 0
               ? -1
               : gg_sink_write(&z->sink, r.byte, r.n, err);
}

int gg_npz_commit(struct gg_npz_writer *z, struct gg_err *err)
{
    int status = fclose(z->directory) == 0 ? 0 : gg_fail_errno(err, "no memory for the directory");
    z->directory = NULL;
    if (status == 0 && (status = put_end(z, err)) == 0)
        status = gg_sink_commit(&z->sink, err);
    gg_npz_discard(z);
    return status;
}

void gg_npz_discard(struct gg_npz_writer *z)
{
    if (z->directory)
        fclose(z->directory);
    free(z->directory_text);
    z->directory = NULL;
    z->directory_text = NULL;
    gg_sink_discard(&z->sink);
}
