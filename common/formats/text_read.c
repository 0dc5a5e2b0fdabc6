/* text_read.c -- from the text form back to a stream (the form: text.c) */
/* Sizes are claims here as everywhere: a field gets its memory when its numbers have been read. */
#include "formats/export.h"
#include "formats/text.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 16 };

/* One run. */
struct text {
    struct gg_unpack *from;
    char *block; /* what was read last; `begin` to `end` is unused */
    size_t begin, end;
    char *line; /* the present one, without its LF or CR LF */
    size_t room;
    uint64_t n_line;
    bool at_end, crlf; /* crlf: as the first line ends, so that a CR elsewhere is one */
    struct gg_arena arena;
    unsigned char *number; /* of the field being read */
    size_t used, number_room;
};

/* Puts `n` bytes behind the `have` ones of the line. */
static void add_to_line(struct text *t, size_t have, const char *bytes, size_t n)
{
    while (have + n >= t->room)
        t->line = gg_xrealloc(t->line, t->room = t->room ? 2 * t->room : 1024);
    memcpy(t->line + have, bytes, n);
    t->line[have + n] = '\0';
}

/* Bytes of the line, with its LF; 0 at the end of the text. */
static ptrdiff_t take_line(struct text *t, struct gg_err *err)
{
    size_t have = 0;
    do {
        if (t->begin == t->end) {
            ptrdiff_t got = gg_unpack_full(t->from, t->block, BLOCK, err);
            if (got <= 0)
                return got < 0 ? -1 : (ptrdiff_t)have;
            t->begin = t->n_line == 0 && got >= 3 && !memcmp(t->block, "\xef\xbb\xbf", 3) ? 3 : 0;
            t->end = (size_t)got;
        }
        char *start = t->block + t->begin, *stop = memchr(start, '\n', t->end - t->begin);
        size_t n = stop ? (size_t)(stop - start) + 1 : t->end - t->begin;
        add_to_line(t, have, start, n);
        have += n;
        t->begin += n;
    } while (have == 0 || t->line[have - 1] != '\n');
    return (ptrdiff_t)have;
}

static int next_line(struct text *t, struct gg_err *err)
{
    ptrdiff_t n = take_line(t, err);
    if (n < 0)
        return -1;
    t->at_end = n == 0;
    t->n_line++;
    if (n > 0 && strlen(t->line) != (size_t)n)
        return gg_fail(err, GG_INPUT, "a NUL in the text");
    if (n > 0 && t->line[n - 1] == '\n')
        t->line[--n] = '\0';
    bool cr = n > 0 && t->line[n - 1] == '\r';
    if (t->n_line == 1)
        t->crlf = cr;
    if (t->crlf && cr)
        t->line[n - 1] = '\0';
    return 0;
}

/* What follows `word` and a blank on the present line, or NULL if it begins otherwise. */
static char *after(const struct text *t, const char *word)
{
    size_t n = strlen(word);
    if (t->at_end || strncmp(t->line, word, n) != 0)
        return NULL;
    if (t->line[n] == '\0')
        return t->line + n;
    return t->line[n] == ' ' ? t->line + n + 1 : NULL;
}

static int wanted(const struct text *t, const char *what, struct gg_err *err)
{
    if (t->at_end)
        return gg_fail(err, GG_TRUNCATED, "the text ends early: wanted %s", what);
    return gg_fail(err, GG_INPUT, "'%.60s': wanted %s", t->line, what);
}

/* The lines that begin with a tab, as META. */
static int read_lines(struct text *t, struct gg_meta *m, struct gg_err *err)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = gg_text_open(&text, &bytes);
    int status = next_line(t, err);
    while (status == 0 && !t->at_end && t->line[0] == '\t') {
        fprintf(to, "%s\n", t->line + 1);
        status = next_line(t, err);
    }
    fclose(to);
    if (status == 0)
        status = gg_meta_parse(m, text, bytes, err);
    free(text);
    return status;
}

static void add_number(struct text *t, uint64_t bits, size_t size)
{
    if (t->used + size > t->number_room) {
        t->number_room = t->number_room ? 2 * t->number_room : 4096;
        t->number = gg_xrealloc(t->number, t->number_room);
    }
    memcpy(t->number + t->used, &bits, size);
    t->used += size;
}

/* The rows of a field, to the first line that is none. */
static int read_numbers(struct text *t, int dtype, struct gg_err *err)
{
    t->used = 0;
    for (;;) {
        if (next_line(t, err) < 0)
            return -1;
        if (t->at_end || t->line[0] != '\t')
            return 0;
        for (char *rest = t->line + 1, *word; (word = strsep(&rest, " "));) {
            uint64_t bits;
            if (!gg_text_parse(word, dtype, &bits))
                return gg_fail(err, GG_INPUT, "'%.40s' is no %s", word, gg_dtype_name(dtype));
            add_number(t, bits, gg_dtype_size(dtype));
        }
    }
}

/* The code whose name is `word`, -1 if there is none. */
static int code_of(const char *(*name)(int), const char *word)
{
    for (int k = 0; word && k < 16; k++)
        if (strcmp(name(k), word) == 0 && strcmp(word, "?") != 0)
            return k;
    return -1;
}

/* What a field's line says: "pos f64 [2 node, 3 free] structure irreps=1x1o nan unit=sigma". */
struct head {
    char *name;
    int dtype, ndim, role, axis[GG_MAX_DIM];
    uint64_t shape[GG_MAX_DIM];
    char *irreps, *unit;
    uint8_t flags;
};

static int parse_axes(struct head *h, char *text, struct gg_err *err)
{
    for (char *one; text && *text && (one = strsep(&text, ","));) {
        char *word = strsep(&one, " ");
        if (*word == '\0') /* the blank behind a comma */
            word = strsep(&one, " ");
        uint64_t length;
        if (h->ndim == GG_MAX_DIM || !word || !gg_text_parse(word, GG_U64, &length) ||
            code_of(gg_axis_name, one) < 0)
            return gg_fail(err, GG_INPUT, "the axes of field '%.63s': wanted [2 node, 3 free], at most %d",
                           h->name, GG_MAX_DIM);
        h->shape[h->ndim] = length;
        h->axis[h->ndim++] = code_of(gg_axis_name, one);
    }
    return 0;
}

static int parse_head(struct head *h, char *text, struct gg_err *err)
{
    *h = (struct head){.irreps = text + strlen(text), .unit = text + strlen(text)};
    h->name = strsep(&text, " ");
    h->dtype = code_of(gg_dtype_name, text ? strsep(&text, " ") : NULL);
    char *close = text && *text == '[' ? strchr(text, ']') : NULL;
    if (h->dtype < 0 || !close || close[1] != ' ')
        return gg_fail(err, GG_INPUT, "field '%.63s': wanted NAME TYPE [AXES] ROLE", h->name);
    *close = '\0';
    if (parse_axes(h, text + 1, err) < 0)
        return -1;
    text = close + 2;
    h->role = code_of(gg_role_name, strsep(&text, " "));
    if (h->role < 0)
        return gg_fail(err, GG_INPUT, "field '%.63s': unknown role", h->name);
    while (text && *text) {
        if (strncmp(text, "unit=", 5) == 0) {
            h->unit = text + 5;
            return 0;
        }
        char *word = strsep(&text, " ");
        if (strncmp(word, "irreps=", 7) == 0)
            h->irreps = word + 7;
        else if (strcmp(word, "nan") == 0)
            h->flags = GG_NAN_ALLOWED;
        else
            return gg_fail(err, GG_INPUT, "field '%.63s': '%.40s' is not irreps=, nan or unit=", h->name,
                           word);
    }
    return 0;
}

static int read_field(struct text *t, struct gg_frame *f, struct gg_err *err)
{
    struct head h;
    char *kept = gg_arena_strdup(&t->arena, after(t, "field"));
    if (parse_head(&h, kept, err) < 0 || read_numbers(t, h.dtype, err) < 0)
        return -1;
    uint64_t bytes = gg_dtype_size(h.dtype);
    for (int k = 0; k < h.ndim; k++)
        if (__builtin_mul_overflow(bytes, h.shape[k], &bytes))
            bytes = UINT64_MAX;
    if (bytes != t->used)
        return gg_fail(err, GG_INPUT, "field '%.63s': %zu numbers do not fill its shape", h.name,
                       t->used / gg_dtype_size(h.dtype));
    if (gg_frame_find(f, h.name))
        return gg_fail(err, GG_INPUT, "field '%.63s' is there twice", h.name);
    struct gg_field *x = gg_frame_add_as(f, &t->arena, h.name, h.dtype, h.ndim, h.shape, h.axis, h.role,
                                         h.irreps, h.unit, err);
    if (!x) {
        err->status = GG_INPUT;
        return -1;
    }
    x->flags = h.flags;
    if (bytes > 0)
        memcpy(x->data, t->number, bytes);
    return 0;
}

static int read_cell(struct text *t, struct gg_frame *f, struct gg_err *err)
{
    char *rest = after(t, "\tcell"), *word = NULL;
    for (int k = 0; k < 9; k++) {
        uint64_t bits;
        word = rest ? strsep(&rest, " ") : NULL;
        if (!word || !gg_text_parse(word, GG_F64, &bits))
            return wanted(t, "a cell of 9 numbers", err);
        memcpy(&f->cell[k / 3][k % 3], &bits, sizeof bits);
    }
    return rest ? wanted(t, "a cell of 9 numbers", err) : 0;
}

static int read_frame(struct text *t, struct gg_frame *f, struct gg_err *err)
{
    unsigned long long n_node, n_edge;
    gg_arena_reset(&t->arena);
    gg_frame_clear(f);
    const char *id = after(t, "frame");
    if (strlen(id) >= GG_ID)
        return gg_fail(err, GG_INPUT, "a sample id of more than %d characters", GG_ID - 1);
    strcpy(f->id, id);
    if (next_line(t, err) < 0)
        return -1;
    if (t->at_end ||
        sscanf(t->line, "\tnodes %llu, edges %llu, dim %d, pbc %d", &n_node, &n_edge, &f->dim, &f->pbc) != 4)
        return wanted(t, "nodes N, edges N, dim N, pbc N", err);
    f->n_node = n_node;
    f->n_edge = n_edge;
    if (next_line(t, err) < 0 || read_cell(t, f, err) < 0 || next_line(t, err) < 0)
        return -1;
    while (after(t, "field"))
        if (read_field(t, f, err) < 0)
            return -1;
    return 0;
}

/* META and PROV, to the first frame. */
static int read_preface(struct text *t, struct gg_meta *meta, struct gg_prov *prov, struct gg_err *err)
{
    if (after(t, "meta") && read_lines(t, meta, err) < 0)
        return -1;
    while (after(t, "prov")) {
        struct gg_meta entry = {0};
        int status = read_lines(t, &entry, err);
        if (status == 0 && !gg_meta_get(&entry, "id"))
            status = gg_fail(err, GG_INPUT, "a prov without id");
        if (status == 0)
            status = gg_prov_merge(prov, &(struct gg_prov){.n = 1, .entry = &entry}, err);
        gg_meta_clear(&entry);
        if (status < 0)
            return -1;
    }
    return 0;
}

static int begin_member(struct text *t, struct gg_writer *w, struct gg_err *err)
{
    char schema[32];
    struct gg_meta meta = {0};
    struct gg_prov prov = {0};
    const char *name = after(t, "member");
    if (!name || !*name || strlen(name) >= sizeof schema)
        return wanted(t, "member and a schema", err);
    strcpy(schema, name);
    int status = next_line(t, err) < 0 || read_preface(t, &meta, &prov, err) < 0 ? -1 : 0;
    if (status == 0)
        status = gg_writer_begin(w, schema, &meta, &prov, err);
    gg_meta_clear(&meta);
    gg_prov_clear(&prov);
    return status;
}

static int end_member(struct text *t, struct gg_writer *w, struct gg_err *err)
{
    struct gg_meta trailer = {0};
    int status = after(t, "trailer") ? read_lines(t, &trailer, err) : 0;
    const char *end = status == 0 ? after(t, "end") : NULL;
    if (status == 0 && (!end || (*end && strcmp(end, "indexed") != 0)))
        status = wanted(t, "field, frame, trailer or end", err);
    if (status == 0) {
        w->no_index = *end == '\0';
        status = gg_writer_end(w, &trailer, err);
    }
    gg_meta_clear(&trailer);
    return status < 0 ? -1 : next_line(t, err);
}

static int read_members(struct text *t, struct gg_frame *f, struct gg_writer *w, struct gg_err *err)
{
    if (next_line(t, err) < 0)
        return -1;
    if (t->at_end)
        return gg_fail(err, GG_TRUNCATED, "empty input");
    if (strcmp(t->line, "#gg-text 1") != 0)
        return wanted(t, "#gg-text 1", err);
    if (next_line(t, err) < 0)
        return -1;
    do {
        if (begin_member(t, w, err) < 0)
            return -1;
        while (after(t, "frame"))
            if (read_frame(t, f, err) < 0 || gg_writer_frame(w, f, err) < 0)
                return -1;
        if (end_member(t, w, err) < 0)
            return -1;
    } while (!t->at_end);
    return 0;
}

int gg_text_read(struct gg_unpack *from, const char *name, struct gg_writer *w, struct gg_err *err)
{
    struct text t = {.from = from, .block = gg_xmalloc(BLOCK)};
    struct gg_frame f = {0};
    int status = read_members(&t, &f, w, err);
    if (status < 0)
        gg_err_prefix(err, "%s:%llu: ", name, (unsigned long long)t.n_line);
    free(t.block);
    free(t.line);
    free(t.number);
    gg_frame_free(&f);
    gg_arena_free(&t.arena);
    return status;
}
