/* escape.c -- text from outside on its way to something that reads it: one function a destination */
#include "util/escape.h"

#include <string.h>

/* Bytes that continue a character of `lead`, and the least code that needs so many; -1: no lead byte. */
static int continues(unsigned char lead, uint32_t *least)
{
    static const uint32_t from[] = {0, 0x80, 0x800, 0x10000};
    int n = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : -1;
    *least = n < 0 ? 0 : from[n];
    return n;
}

size_t gg_utf8(const char *text, size_t n, uint32_t *code)
{
    unsigned char lead = (unsigned char)*text;
    uint32_t least, c;
    int more = continues(lead, &least);
    bool good = more >= 0 && (size_t)more < n;
    c = more > 0 ? lead & (0x3FU >> more) : lead;
    for (int k = 1; good && k <= more; k++) {
        good = ((unsigned char)text[k] & 0xC0) == 0x80;
        c = c << 6 | ((unsigned char)text[k] & 0x3FU);
    }
    good = good && c >= least && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
    *code = good ? c : 0xFFFD;
    return good ? (size_t)more + 1 : 1;
}

bool gg_is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x61C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* The next character; *shown: it is UTF-8 and no control. */
static size_t next(const char *text, uint32_t *code, bool *shown)
{
    size_t length = gg_utf8(text, strlen(text), code);
    *shown = !gg_is_control(*code) && !(*code == 0xFFFD && length == 1);
    return length;
}

void gg_escape_line(char *text)
{
    char *to = text;
    uint32_t code;
    bool shown;
    for (size_t length; *text; text += length) {
        length = next(text, &code, &shown);
        if (!shown) {
            *to++ = '?';
            continue;
        }
        memmove(to, text, length);
        to += length;
    }
    *to = '\0';
}

void gg_escape_shell(FILE *to, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^";
    if (*word && word[strspn(word, plain)] == '\0') {
        fputs(word, to);
        return;
    }
    fputc('\'', to);
    for (; *word; word++)
        fprintf(to, *word == '\'' ? "'\\''" : "%c", *word);
    fputc('\'', to);
}

void gg_escape_json(FILE *to, const char *text)
{
    uint32_t code;
    bool shown;
    for (size_t length; *text; text += length) {
        length = next(text, &code, &shown);
        if (code == '"' || code == '\\')
            fprintf(to, "\\%c", (int)code);
        else if (code == '\n' || code == '\t')
            fputs(code == '\n' ? "\\n" : "\\t", to);
        else if (!shown)
            fprintf(to, "\\u%04x", (unsigned)code);
        else
            fwrite(text, 1, length, to);
    }
}

/* In single quotes gnuplot runs nothing and knows two specials: the quote, and what its enhanced text reads.  A backtick
 * becomes a look-alike all the same, for those who paste a line of the script elsewhere. */
void gg_escape_gnuplot(FILE *to, const char *text)
{
    uint32_t code;
    bool shown;
    fputc('\'', to);
    for (size_t length; *text; text += length) {
        length = next(text, &code, &shown);
        if (!shown)
            fputc(gg_is_control(code) ? ' ' : '?', to);
        else if (code == '\'')
            fputs("''", to);
        else if (code == '`')
            fputs("\xCB\x8B", to);
        else
            fprintf(to, "%s%.*s", code < 128 && strchr("\\@{}_^&~", (int)code) ? "\\" : "", (int)length,
                    text);
    }
    fputc('\'', to);
}
