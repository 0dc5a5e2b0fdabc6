/* path.c -- what the name of a data file says: temperature, configuration, time code, part
 *
 * Published times: BOTAN (Shiba et al., J. Chem. Phys. 158, 084503, 2023) and GlassBench (Zenodo 10118191). */
#include "formats/path.h"
#include "util/same.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "T0.44" where T is no letter of a longer word; 0 if there is none. */
static double temperature_in(const char *text, size_t n)
{
    for (size_t k = 0; k + 3 < n; k++) {
        if (text[k] != 'T' || !isdigit((unsigned char)text[k + 1]) ||
            (k && isalpha((unsigned char)text[k - 1])))
            continue;
        char number[16] = "";
        size_t m = 0, dots = 0;
        for (size_t p = k + 1; p < n && m + 1 < sizeof number; p++) {
            if (text[p] == '.' && (dots++ || p + 1 >= n || !isdigit((unsigned char)text[p + 1])))
                break;
            if (text[p] != '.' && !isdigit((unsigned char)text[p]))
                break;
            number[m++] = text[p];
        }
        if (strchr(number, '.'))
            return atof(number);
    }
    return 0;
}

static double temperature_of(const char *path)
{
    size_t end = strlen(path);
    while (end > 0) { /* the file's name, then the folders from the inside out */
        size_t begin = end;
        while (begin > 0 && path[begin - 1] != '/')
            begin--;
        double t = temperature_in(path + begin, end - begin);
        if (t > 0)
            return t;
        end = begin ? begin - 1 : 0;
    }
    return 0;
}

static void set_stem(struct gg_path_words *p, const char *base)
{
    static const char *const suffix[] = {".gz",     ".xz",   ".zst",       ".npz",  ".pickle",
                                         ".pkl",    ".dump", ".lammpstrj", ".data", ".atom",
                                         ".extxyz", ".xyz",  ".csv",       ".gsd",  ".pt",
                                         ".h5",     ".hdf5", ".lammpsbin", ".bin"};
    snprintf(p->stem, sizeof p->stem, "%s", base);
    for (size_t k = 0; k < sizeof suffix / sizeof suffix[0]; k++) {
        size_t n = strlen(p->stem), m = strlen(suffix[k]);
        if (n > m && !strcmp(p->stem + n - m, suffix[k]))
            p->stem[n - m] = 0;
    }
    for (char *c = p->stem; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._+-", *c))
            *c = '_';
}

/* The last word between '_', '-' and the ends that is digits only. */
static void set_number(struct gg_path_words *p)
{
    char copy[sizeof p->stem];
    snprintf(copy, sizeof copy, "%s", p->stem);
    char *rest = NULL;
    for (char *word = strtok_r(copy, "_-", &rest); word; word = strtok_r(NULL, "_-", &rest)) {
        size_t n = strspn(word, "0123456789");
        if (n && !word[n] && n < sizeof p->number) {
            while (n > 1 && word[0] == '0') {
                word++;
                n--;
            }
            memcpy(p->number, word, n + 1);
        }
    }
}

static void set_time_code(struct gg_path_words *p)
{
    const char *code = strstr(p->stem, "_tc");
    size_t n = code ? strspn(code + 3, "0123456789") : 0;
    if (n == 2 && (!code[5] || code[5] == '_'))
        p->time_code = atoi(code + 3);
}

static void set_part(struct gg_path_words *p, const char *path, const char *base)
{
    static const char *const parts[] = {"train", "valid", "test"};
    for (int k = 0; k < 3; k++) {
        size_t n = strlen(parts[k]);
        if (base > path + n && base[-1] == '/' && !memcmp(base - 1 - n, parts[k], n) &&
            (base == path + n + 1 || base[-2 - (ptrdiff_t)n] == '/'))
            snprintf(p->part, sizeof p->part, "%s", parts[k]);
    }
}

static void set_folder(struct gg_path_words *p, const char *path, const char *base)
{
    const char *end = base > path ? base - 1 : path, *start = end;
    while (start > path && start[-1] != '/')
        start--;
    snprintf(p->folder, sizeof p->folder, "%.*s", (int)(end - start), start);
    for (char *c = p->folder; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._+-", *c))
            *c = '_';
}

void gg_path_read(struct gg_path_words *p, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    *p = (struct gg_path_words){.temperature = temperature_of(path)};
    set_stem(p, base);
    set_number(p);
    set_time_code(p);
    set_part(p, path, base);
    set_folder(p, path, base);
}

/* ---- sample ids ---- */

static const char *whole_text(char number[64], int64_t x)
{
    snprintf(number, 64, "%lld", (long long)x);
    return number;
}

/* The value of the word in braces, NULL if there is no such word. */
static const char *word_value(const char *word, size_t n, const struct gg_path_words *p, char number[64],
                              const struct gg_path_facts *facts)
{
    const struct {
        const char *name, *value;
    } texts[] = {{"system", facts->dim == 2 ? "KA2D" : "KA"},
                 {"stem", p->stem},
                 {"folder", p->folder},
                 {"part", p->part},
                 {"number", p->number[0] ? p->number : p->stem}};
    const struct {
        const char *name;
        int64_t value;
    } wholes[] = {{"step", facts->step}, {"frame", facts->frame}, {"count", facts->count}};
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
        if (strlen(texts[k].name) == n && !memcmp(word, texts[k].name, n))
            return texts[k].value;
    for (size_t k = 0; k < sizeof wholes / sizeof wholes[0]; k++)
        if (strlen(wholes[k].name) == n && !memcmp(word, wholes[k].name, n))
            return whole_text(number, wholes[k].value);
    if (n == 1 && word[0] == 'T') {
        double t = facts->temperature;
        snprintf(number, 64, t == round(t * 100) / 100 ? "%.2f" : "%g", t);
        return number;
    }
    return NULL;
}

int gg_path_id(char *id, size_t room, const char *template, const struct gg_path_words *p,
               const struct gg_path_facts *facts, struct gg_err *err)
{
    size_t n = 0;
    for (const char *c = template; *c;) {
        char number[64], one[2] = {*c, 0};
        const char *piece = one, *end = *c == '{' ? strchr(c, '}') : NULL;
        if (end)
            piece = word_value(c + 1, (size_t)(end - c - 1), p, number, facts);
        if (!piece)
            return gg_fail(err, GG_USAGE,
                           "--sample-id: no word '%.*s'; there are {system} {stem} {folder} {part} {number} "
                           "{T} {step} {frame} {count}",
                           (int)(end - c + 1), c);
        for (; *piece && n < room; piece++)
            if (*piece != '/' || (n && id[n - 1] != '/'))
                id[n++] = *piece;
        c = end ? end + 1 : c + 1;
    }
    if (n && n < room && id[n - 1] == '/')
        n--;
    if (n >= room)
        return gg_fail(err, GG_INPUT, "sample id has more than %zu characters; give a shorter --sample-id",
                       room - 1);
    id[n] = 0;
    for (const char *c = id; *c; c++)
        if (*c < ' ' || *c > '~')
            return gg_fail(err, GG_USAGE, "--sample-id: printable ASCII only");
    return 0;
}

/* ---- published times ---- */

static const struct grid {
    int dim;
    double temperature;
    int n;
    double time[10];
} grids[] = {
    {3, 0.44, 10, {0.13, 1.3, 13, 130, 412, 1300, 4120, 13000, 41200, 130000}},
    {3, 0.50, 10, {0.108, 0.434, 2.17, 6.86, 21.7, 68.6, 217, 686, 2170, 6860}},
    {3, 0.56, 10, {0.104, 0.33, 0.99, 1.65, 5.2, 16.5, 52, 165, 520, 1650}},
    {3, 0.64, 10, {0.032, 0.1, 0.165, 0.52, 1.65, 5.2, 16.5, 52, 165, 520}},
    {2, 0.23, 8, {0.1, 1.1, 11.64, 122.47, 1288.41, 13554, 142587, 1.5e6}},
    {2, 0.30, 6, {0.11, 1.25, 14.14, 158.74, 1781.79, 20000}},
};

const double *gg_published_times(int dim, double temperature, int *n)
{
    for (size_t k = 0; k < sizeof grids / sizeof grids[0]; k++)
        if (grids[k].dim == dim && gg_same(grids[k].temperature, temperature)) {
            *n = grids[k].n;
            return grids[k].time;
        }
    return NULL;
}
