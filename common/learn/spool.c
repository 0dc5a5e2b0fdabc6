/* spool.c -- the training set on disk */
#include "learn/spool.h"
#include "stream/crc32c.h"
#include "util/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int gg_spool_open(struct gg_spool *s, struct gg_err *err)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    *s = (struct gg_spool){.fd = -1};
    snprintf(path, sizeof path, "%s/gg-spool.XXXXXX", folder && *folder ? folder : "/tmp");
    if ((s->fd = mkstemp(path)) < 0)
        return gg_fail_errno(err, "cannot make a temporary file '%s' (TMPDIR says where)", path);
    unlink(path);
    return 0;
}

/* The arrays of a sample, in the order in which they are stored. */
struct piece {
    void *where; /* the pointer in the sample */
    size_t bytes;
};
enum { PIECES = GG_MAX_GEOMETRIES + 8 + 3 * GG_MAX_HEADS };

static int pieces_of(const struct gg_model *m, struct gg_sample *s, struct piece *p)
{
    size_t n = (size_t)s->n_node, e = (size_t)s->n_edge;
    int count = 0;
    for (int k = 0; k < m->n_geometry; k++)
        p[count++] = (struct piece){&s->pos[k], n * sizeof *s->pos[k]};
    p[count++] = (struct piece){&s->type, n * sizeof *s->type};
    for (int base = 0; base < 3; base++)
        p[count++] = (struct piece){&s->input[base], (size_t)gg_sample_rows(s, base) *
                                                         (size_t)gg_model_input_numbers(m, base) *
                                                         sizeof *s->input[base]};
    if (s->edge_ptr) {
        p[count++] = (struct piece){&s->edge_ptr, (n + 1) * sizeof *s->edge_ptr};
        p[count++] = (struct piece){&s->edge_nbr, e * sizeof *s->edge_nbr};
    }
    if (s->edge_shift)
        p[count++] = (struct piece){&s->edge_shift, e * sizeof *s->edge_shift};
    if (s->weight)
        p[count++] = (struct piece){&s->weight, n * sizeof *s->weight};
    for (int h = 0; h < m->n_head; h++) {
        struct gg_truth *y = &s->target[h];
        if (s->noise[h])
            p[count++] = (struct piece){&s->noise[h], (size_t)(y->n_row * y->n_time) * sizeof *s->noise[h]};
        if (!y->value)
            continue;
        p[count++] = (struct piece){&y->value, (size_t)(y->n_row * y->n_time * y->dim) * sizeof *y->value};
        if (y->time)
            p[count++] = (struct piece){&y->time, (size_t)y->n_time * sizeof *y->time};
    }
    return count;
}

static const void *pointer_at(const void *where)
{
    const void *p;
    memcpy(&p, where, sizeof p);
    return p;
}

static int append(struct gg_spool *s, const void *data, size_t bytes, struct gg_err *err)
{
    static const char zeros[64];
    size_t padding = (64 - bytes % 64) % 64;
    s->digest = gg_crc32c(s->digest, data, bytes);
    if (gg_write_all(s->fd, data, bytes) || gg_write_all(s->fd, zeros, padding))
        return gg_fail_errno(err, "cannot write the temporary copy of the training set (TMPDIR says where)");
    s->bytes += (int64_t)(bytes + padding);
    return 0;
}

int gg_spool_add(struct gg_spool *s, const struct gg_model *m, const struct gg_sample *sample,
                 struct gg_err *err)
{
    struct piece piece[PIECES];
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->sample = gg_xrealloc(s->sample, (size_t)s->room * sizeof *s->sample);
        s->offset = gg_xrealloc(s->offset, (size_t)s->room * sizeof *s->offset);
    }
    s->sample[s->n] = *sample;
    s->offset[s->n] = s->bytes;
    s->digest = gg_crc32c(s->digest, sample->id, sizeof sample->id);
    s->digest = gg_crc32c(s->digest, sample->cell, sizeof sample->cell);
    const int about[] = {sample->dim, sample->pbc, sample->split};
    s->digest = gg_crc32c(s->digest, about, sizeof about);
    if (sample->worth != 1)
        s->digest = gg_crc32c(s->digest, &sample->worth, sizeof sample->worth);
    int count = pieces_of(m, &s->sample[s->n], piece);
    for (int k = 0; k < count; k++)
        if (append(s, pointer_at(piece[k].where), piece[k].bytes, err))
            return -1;
    s->n++;
    return 0;
}

int gg_spool_map(struct gg_spool *s, const struct gg_model *m, struct gg_err *err)
{
    struct piece piece[PIECES];
    if (s->bytes == 0)
        return 0;
    s->map = mmap(NULL, (size_t)s->bytes, PROT_READ, MAP_SHARED, s->fd, 0);
    if (s->map == MAP_FAILED) {
        s->map = NULL;
        return gg_fail_errno(err, "cannot map the temporary copy of the training set");
    }
    for (int k = 0; k < s->n; k++) {
        const char *at = (const char *)s->map + s->offset[k];
        int count = pieces_of(m, &s->sample[k], piece);
        for (int q = 0; q < count; q++) {
            memcpy(piece[q].where, &at, sizeof at);
            at += (piece[q].bytes + 63) / 64 * 64;
        }
    }
    return 0;
}

void gg_spool_bind(struct gg_spool *s, struct gg_model *m)
{
    for (int k = 0; k < s->n; k++)
        gg_sample_bind(&s->sample[k], m, &m->arena);
}

void gg_spool_close(struct gg_spool *s)
{
    if (s->map)
        munmap(s->map, (size_t)s->bytes);
    if (s->fd >= 0)
        close(s->fd);
    free(s->sample);
    free(s->offset);
    *s = (struct gg_spool){.fd = -1};
}
