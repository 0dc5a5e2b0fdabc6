/* weight_names.c -- sizes and rounds of a map of weights */
#include "model/weight_names.h"
#include "util/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t gg_weight_round(const char *pattern, const char *name)
{
    int64_t round = -2;
    for (; *pattern; pattern++) {
        if (strncmp(pattern, "<k>", 3)) {
            if (*pattern != *name++)
                return -1;
            continue;
        }
        char *end;
        long k = isdigit((unsigned char)*name) ? strtol(name, &end, 10) : -1;
        if (k < 0 || (round >= 0 && round != k))
            return -1;
        round = k;
        name = end;
        pattern += 2;
    }
    return *name ? -1 : round;
}

static int64_t count_numbers(const struct gg_weight *w)
{
    int64_t n = 1;
    for (int d = 0; d < w->ndim; d++)
        n *= w->shape[d];
    return n;
}

/* A parameter of that name has so many numbers; of a name with <k> there are so many. */
static bool measure(const struct gg_model *m, const char *word, double *value)
{
    char name[GG_NAME];
    struct gg_weight piece;
    int64_t rounds = 0;
    for (int64_t n = 0; gg_model_weight(m, n, name, &piece); n++) {
        int64_t k = gg_weight_round(word, name);
        if (k == -2) {
            *value = (double)count_numbers(&piece);
            return true;
        }
        rounds += k >= 0;
    }
    *value = (double)rounds;
    return strstr(word, "<k>") != NULL;
}

static bool find(void *of, const char *name, double *value)
{
    const struct gg_weight_reading *r = of;
    if (!strcmp(name, "k") && r->round >= 0) {
        *value = (double)r->round;
        return true;
    }
    for (int k = 0; k < r->n_size; k++)
        if (!strcmp(name, r->size[k].name)) {
            *value = r->size[k].value;
            return true;
        }
    return strchr(name, '.') && measure(r->m, name, value);
}

static int work_out(const struct gg_weight_reading *r, const struct gg_yaml *y, const char *text, double *out,
                    struct gg_err *err)
{
    struct gg_err why;
    const struct gg_formula_names names = {find, (void *)(uintptr_t)r};
    return gg_formula(text, &names, out, &why) ? gg_yaml_fail(y, err, "%s", why.text) : 0;
}

int gg_weight_number(const struct gg_weight_reading *r, const struct gg_yaml *y, double *out,
                     struct gg_err *err)
{
    const char *text;
    return gg_yaml_text(y, &text, err) || work_out(r, y, text, out, err) ? -1 : 0;
}

int gg_weight_sizes(struct gg_weight_reading *r, const struct gg_yaml *map, struct gg_err *err)
{
    const struct gg_yaml *sizes = gg_yaml_get(map, "sizes");
    if (!sizes)
        return 0;
    if (gg_yaml_expect(sizes, GG_YAML_MAP, "sizes", err))
        return -1;
    r->size = GG_NEW(r->a, struct gg_weight_size, (size_t)sizes->n + 1);
    for (const struct gg_yaml *y = sizes->first; y; y = y->next) {
        double value;
        if (gg_weight_number(r, y, &value, err))
            return -1;
        r->size[r->n_size++] = (struct gg_weight_size){y->key, value};
    }
    return 0;
}

const char *gg_weight_text(const struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err)
{
    const char *text, *open, *close;
    if (gg_yaml_text(y, &text, err))
        return NULL;
    while ((open = strchr(text, '<')) && (close = strchr(open, '>'))) {
        double value;
        if (work_out(r, y, gg_arena_printf(r->a, "%.*s", (int)(close - open - 1), open + 1), &value, err))
            return NULL;
        if (value != floor(value) || fabs(value) > 1e9) {
            gg_yaml_fail(y, err, "<%.*s> is %g, a whole number is wanted", (int)(close - open - 1), open + 1,
                         value);
            return NULL;
        }
        text = gg_arena_printf(r->a, "%.*s%lld%s", (int)(open - text), text, (long long)value, close + 1);
    }
    return text;
}
