/* choose.c -- ranges, ids, species and shares from the command line */
#include "stream/choose.h"

#include "stream/column.h"
#include "stream/cut.h"
#include "util/rng.h"
#include "util/words.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits up to `end`; `otherwise` if there are none. */
static bool index_at(const char *text, char **end, int64_t otherwise, int64_t *value)
{
    *end = (char *)text;
    *value = otherwise;
    if (*text < '0' || *text > '9')
        return true;
    errno = 0;
    *value = strtoll(text, end, 10);
    return errno == 0;
}

int gg_range_parse(struct gg_range *r, const char *text, const char *where, struct gg_err *err)
{
    *r = (struct gg_range){0, INT64_MAX};
    if (text == NULL)
        return 0;
    char *end;
    bool good = index_at(text, &end, 0, &r->first), single = end != text && *end == '\0';
    if (single)
        r->last = r->first + (r->first < INT64_MAX);
    else
        good = good && *end == ':' && index_at(end + 1, &end, INT64_MAX, &r->last) && *end == '\0';
    if (!good)
        return gg_fail(err, GG_USAGE, "%s: '%.80s' is not a range such as 5:10, 5:, :10 or 5", where, text);
    if (r->last < r->first)
        return gg_fail(err, GG_USAGE, "%s: '%.80s' ends before it begins", where, text);
    return 0;
}

static int add_species(void *context, const char *word, struct gg_err *err)
{
    struct gg_species_set *s = context;
    char *end;
    long number = word[0] >= 'A' && word[0] <= 'Z' && word[1] == '\0' ? word[0] - 'A' : -1;
    if (word[0] >= '0' && word[0] <= '9') {
        number = strtol(word, &end, 10);
        number = *end == '\0' ? number : -1;
    }
    if (number < 0 || number >= (long)sizeof s->has)
        return gg_fail(err, GG_USAGE, "'%.80s' is no species: A, B ... or 0 ... %zu", word,
                       sizeof s->has - 1);
    s->has[number] = true;
    return 0;
}

int gg_species_set_parse(struct gg_species_set *s, const struct gg_texts *names, const char *where,
                         struct gg_err *err)
{
    *s = (struct gg_species_set){0};
    return gg_words_each(names, where, add_species, s, err);
}

int gg_frame_cut_species(struct gg_frame *f, const struct gg_species_set *s, struct gg_arena *a,
                         struct gg_err *err)
{
    const struct gg_field *x = gg_frame_need(f, "type", err);
    if (x == NULL)
        return -1;
    const int32_t *type = x->data;
    bool *keep = GG_NEW(a, bool, f->n_node);
    for (uint64_t i = 0; i < f->n_node; i++)
        keep[i] = type[i] < (int32_t)sizeof s->has && s->has[type[i]];
    return gg_frame_cut(f, keep, a, err);
}

bool gg_id_matches(const char *id, const struct gg_texts *patterns)
{
    for (int k = 0; k < patterns->n; k++)
        if (fnmatch(patterns->v[k], id, 0) == 0)
            return true;
    return patterns->n == 0;
}

int gg_shares_parse(double share[3], const char *text, const char *where, struct gg_err *err)
{
    const char *p = text;
    char *end = NULL;
    for (int k = 0; k < 3; k++) {
        share[k] = strtod(p, &end);
        if (end == p || !(share[k] >= 0 && share[k] <= 1e9) || *end != (k < 2 ? ':' : '\0'))
            return gg_fail(err, GG_USAGE, "%s: '%.80s' is not three shares such as 8:1:1", where, text);
        p = end + 1;
    }
    if (!(share[0] + share[1] + share[2] > 0))
        return gg_fail(err, GG_USAGE, "%s: all shares are 0", where);
    return 0;
}

void gg_shuffled_order(int64_t *order, int64_t n, int64_t seed)
{
    struct gg_rng random = gg_rng_at((uint64_t)seed, 0, 0, 0);
    for (int64_t k = 0; k < n; k++)
        order[k] = k;
    gg_rng_shuffle(&random, order, n);
}

void gg_meta_rename_columns(struct gg_meta *m, const struct gg_texts *renames)
{
    for (int k = 0; k < renames->n; k++)
        for (const char *word = renames->v[k]; word != NULL; word = strchr(word, ',')) {
            word += *word == ',';
            const char *equals = strchr(word, '=');
            char old[GG_NAME + 16], name[GG_NAME + 16];
            if (equals == NULL)
                break;
            gg_columns_key(old, word, (size_t)(equals - word));
            gg_columns_key(name, equals + 1, strcspn(equals + 1, ","));
            for (int line = 0; line < m->n; line++)
                if (strcmp(m->pair[line].key, old) == 0)
                    gg_meta_rename(m, line, name);
        }
}
