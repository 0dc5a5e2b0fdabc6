/* extra_key.c -- a key of a header line as a field of the frame: numbers, flags, arrays of them */
#include "formats/extra_key.h"
#include "formats/extra.h"
#include "formats/words.h"

#include <string.h>
#include <strings.h>

static int count_items(const char *text)
{
    static const char *const blank = " \t,";
    int n = 0;
    for (text += strspn(text, blank); *text; text += strspn(text, blank), n++)
        text += strcspn(text, blank);
    return n;
}

/* n items that are all T or F. */
static bool all_flags(const char *text, int n, struct gg_arena *a, bool *flag)
{
    char *rest = gg_arena_strdup(a, text), *word;
    for (int k = 0; k < n; k++) {
        do
            word = strsep(&rest, " \t,");
        while (word && !*word);
        if (!word || !gg_word_bool(word, &flag[k]))
            return false;
    }
    return true;
}

/* n items that are all numbers, NaN and infinity too. */
static bool all_numbers(const char *text, int n, struct gg_arena *a, double *x)
{
    char *rest = gg_arena_strdup(a, text), *word;
    for (int k = 0; k < n; k++) {
        do
            word = strsep(&rest, " \t,");
        while (word && !*word);
        if (!word || !gg_word_number(word, &x[k]))
            return false;
    }
    return true;
}

/* "_JSON [[1, 2], [3, 4]]": how ASE writes arrays that are no 3 by 3; NULL if it is none. */
static const struct gg_key *from_json(const struct gg_key *key, struct gg_arena *a)
{
    struct gg_keys *inner = GG_NEW(a, struct gg_keys, 1);
    struct gg_err err;
    if (!key->quoted || strncmp(key->value, "_JSON [", 7) ||
        gg_keys_parse(inner, a, gg_arena_printf(a, "x=%s", key->value + 6), '=', &err) || inner->n != 1)
        return NULL;
    inner->key[0].key = key->key;
    return &inner->key[0];
}

int gg_extra_key(struct gg_draft *d, struct gg_arena *a, const struct gg_key *key, struct gg_err *err)
{
    const struct gg_key *json = from_json(key, a);
    if (json)
        return gg_extra_key(d, a, json, err);
    int64_t whole;
    int n = count_items(key->value);
    double *x = gg_arena_alloc(a, (size_t)n * sizeof *x + 1);
    bool numbers = n && all_numbers(key->value, n, a, x), word = n == 1 && !key->quoted && !key->rows;
    bool *flag = gg_arena_alloc(a, (size_t)n + 1);
    bool flags = !numbers && n && (n > 1 || word) && all_flags(key->value, n, a, flag);
    if (!numbers && !flags) {
        gg_extra_left_out(d, key->key, "text");
        return 0;
    }
    if (n == 1)
        return gg_extra_number(d, a, key->key, numbers ? x[0] : flag[0],
                               flags || gg_word_int(key->value, &whole), err);
    struct gg_field f = {.dtype = numbers ? GG_F64 : GG_BOOL, .ndim = 1, .shape = {(uint64_t)n}};
    if (key->rows > 1 && n % key->rows == 0) {
        f.ndim = 2;
        f.shape[0] = (uint64_t)key->rows;
        f.shape[1] = (uint64_t)(n / key->rows);
    }
    f.nbytes = (uint64_t)n * gg_dtype_size(f.dtype);
    f.data = numbers ? (void *)x : flag;
    return gg_extra_add(d, a, key->key, NULL, &f, err);
}

int gg_extra_keys(struct gg_draft *d, struct gg_arena *a, const struct gg_keys *keys,
                  const char *const *known, struct gg_err *err)
{
    for (int k = 0; k < keys->n; k++) {
        bool is_known = false;
        for (int n = 0; known[n]; n++)
            is_known |= !strcasecmp(known[n], keys->key[k].key);
        if (!is_known && gg_extra_key(d, a, &keys->key[k], err))
            return -1;
    }
    return 0;
}
