/* picture.c -- the history that a picture carries: SVG as metadata, PNG as a text chunk */
#include "formats/picture.h"
#include "util/arena.h"
#include "util/escape.h"
#include "util/file.h"
#include "util/text_stream.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PICTURE = 1 << 28, PNG_HEAD = 33 }; /* bytes; signature and the chunk IHDR */
static const char png_signature[8] = "\x89PNG\r\n\x1a\n", svg_signature[] = "<?xml";
static const char open_tag[] = "<metadata id=\"gg-history\">\n", close_tag[] = "</metadata>\n";
/* Keyword, no compression, no language, no translation of the keyword. */
static const char chunk_head[] = "gg history\0\0\0\0";
enum { CHUNK_HEAD = 15 };

enum kind { NONE, SVG, PNG };
static enum kind kind_of(const char *bytes, size_t n)
{
    if (n >= PNG_HEAD && memcmp(bytes, png_signature, 8) == 0)
        return PNG;
    return n >= 5 && memcmp(bytes, svg_signature, 5) == 0 && strstr(bytes, "<svg") ? SVG : NONE;
}

/* ---- text ---- */

/* XML has no place for most controls, and none for U+FFFE, U+FFFF: DEL in their place, which no script is made of. */
static void clean(char *text)
{
    char *to = text;
    for (size_t n = strlen(text), length; n > 0; text += length, n -= length) {
        uint32_t code;
        length = gg_utf8(text, n, &code);
        if ((code < 32 && code != '\n' && code != '\t') || code == 0xFFFE || code == 0xFFFF) {
            *to++ = 127;
        } else {
            memmove(to, text, length);
            to += length;
        }
    }
    *to = 0;
}

/* ---- SVG ---- */

/* Controls and marks of direction by their numbers: whoever looks at the file sees it as it is. */
static void put_xml(FILE *to, const char *text)
{
    for (size_t n = strlen(text), length; n > 0; text += length, n -= length) {
        uint32_t code;
        length = gg_utf8(text, n, &code);
        if (code == '<' || code == '>' || code == '&' ||
            (gg_is_control(code) && code != '\n' && code != '\t'))
            fprintf(to, "&#x%X;", (unsigned)code);
        else
            fwrite(text, 1, length, to);
    }
}

/* The UTF-8 of a code below 0x10000; returns the end. */
static char *put_code(char *to, unsigned code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code >= 0x800)
        *to++ = (char)(0xE0 | code >> 12);
    *to++ = (char)(code >= 0x800 ? 0x80 | (code >> 6 & 0x3F) : 0xC0 | code >> 6);
    *to++ = (char)(0x80 | (code & 0x3F));
    return to;
}

/* In place; false for what is not written above. */
static bool from_xml(char *text)
{
    char *to = text;
    while (*text) {
        unsigned code;
        int length = 0;
        if (*text != '&') {
            *to++ = *text++;
            continue;
        }
        if (sscanf(text, "&#x%4X;%n", &code, &length) != 1 || length == 0 || code == 0)
            return false;
        to = put_code(to, code);
        text += length;
    }
    *to = 0;
    return true;
}

/* Behind the line that ends the tag <svg ...>. */
static size_t svg_place(const char *bytes)
{
    const char *end = strchr(strstr(bytes, "<svg"), '>');
    return end ? (size_t)(end - bytes) + 1 + (end[1] == '\n') : strlen(bytes);
}

static int svg_history(struct gg_prov *history, char *bytes, struct gg_err *err)
{
    char *from = strstr(bytes, open_tag), *end = from ? strstr(from, close_tag) : NULL;
    if (!from)
        return 0;
    if (!end)
        return gg_fail(err, GG_TRUNCATED, "its history does not end");
    *end = 0;
    from += strlen(open_tag);
    return from_xml(from) ? gg_prov_parse(history, from, err)
                          : gg_fail(err, GG_INPUT, "its history is not as gg-plot writes it");
}

/* ---- PNG ---- */

/* CRC-32 of ISO 3309, as PNG has it. */
static uint32_t crc32_of(const char *bytes, size_t n)
{
    uint32_t crc = 0xFFFFFFFF;
    for (size_t k = 0; k < n; k++) {
        crc ^= (unsigned char)bytes[k];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return crc ^ 0xFFFFFFFF;
}

static void put_word(FILE *to, uint32_t x)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        fputc((int)(x >> shift & 255), to);
}

static uint32_t word_at(const char *bytes)
{
    uint32_t x = 0;
    for (int k = 0; k < 4; k++)
        x = x << 8 | (unsigned char)bytes[k];
    return x;
}

static void put_chunk(FILE *to, const char *text)
{
    char *chunk;
    size_t bytes;
    FILE *in = gg_text_open(&chunk, &bytes);
    fputs("iTXt", in);
    fwrite(chunk_head, 1, CHUNK_HEAD, in);
    fputs(text, in);
    fclose(in);
    put_word(to, (uint32_t)(bytes - 4));
    fwrite(chunk, 1, bytes, to);
    put_word(to, crc32_of(chunk, bytes));
    free(chunk);
}

/* Chunks: length, type, data, CRC of type and data. */
static int png_history(struct gg_prov *history, const char *bytes, size_t n, struct gg_err *err)
{
    for (size_t at = 8; at < n;) {
        size_t left = n - at, length = left >= 12 ? word_at(bytes + at) : 0;
        if (left < 12 || length > left - 12)
            return gg_fail(err, GG_TRUNCATED, "a chunk of it does not end");
        const char *chunk = bytes + at + 4;
        at += length + 12;
        if (memcmp(chunk, "iTXt", 4) != 0 || length < CHUNK_HEAD ||
            memcmp(chunk + 4, chunk_head, CHUNK_HEAD) != 0)
            continue;
        if (crc32_of(chunk, length + 4) != word_at(chunk + 4 + length))
            return gg_fail(err, GG_INPUT, "its history is damaged: the checksum is another");
        char *text = gg_xprintf("%.*s", (int)(length - CHUNK_HEAD), chunk + 4 + CHUNK_HEAD);
        int status = gg_prov_parse(history, text, err);
        free(text);
        return status;
    }
    return 0;
}

/* ---- files ---- */

int gg_picture_history(struct gg_prov *history, const char *path, struct gg_err *err)
{
    char head[8] = "";
    int fd = strcmp(path, "-") == 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t got =
        fd < 0 ? 0 : pread(fd, head, sizeof head, 0); /* a pipe has no places: it is left as it is */
    if (fd >= 0)
        close(fd);
    if (got < (ssize_t)sizeof head || (memcmp(head, png_signature, 8) && memcmp(head, svg_signature, 5)))
        return 0;
    size_t n;
    char *bytes = gg_read_file(path, MAX_PICTURE, &n, err);
    if (!bytes)
        return -1;
    enum kind kind = kind_of(bytes, n);
    int status = kind == SVG   ? svg_history(history, bytes, err)
                 : kind == PNG ? png_history(history, bytes, n, err)
                               : 0;
    free(bytes);
    return status ? gg_err_prefix(err, "%s: ", path) : kind != NONE;
}

static int put(const char *path, const char *bytes, size_t n, struct gg_err *err)
{
    struct gg_sink s;
    int status = gg_sink_open(&s, path, err);
    if (status == 0) {
        status = gg_sink_write(&s, bytes, n, err);
        status = status < 0 ? -1 : gg_sink_commit(&s, err);
        gg_sink_discard(&s); /* what has no name yet */
    }
    return status;
}

int gg_picture_sign(const char *path, const struct gg_prov *history, struct gg_err *err)
{
    size_t n, n_out;
    char *bytes = gg_read_file(path, MAX_PICTURE, &n, err), *out;
    if (!bytes)
        return -1;
    enum kind kind = kind_of(bytes, n);
    size_t place = kind == SVG ? svg_place(bytes) : PNG_HEAD;
    FILE *to = gg_text_open(&out, &n_out);
    char *text = gg_prov_text(history);
    clean(text);
    fwrite(bytes, 1, kind == NONE ? n : place, to);
    if (kind == SVG) {
        fputs(open_tag, to);
        put_xml(to, text);
        fputs(close_tag, to);
    } else if (kind == PNG) {
        put_chunk(to, text);
    }
    fwrite(bytes + place, 1, kind == NONE ? 0 : n - place, to);
    fclose(to);
    int status = kind == NONE ? 0 : put(path, out, n_out, err);
    free(text);
    free(out);
    free(bytes);
    return status;
}
