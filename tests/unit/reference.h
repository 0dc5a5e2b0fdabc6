/* reference.h -- a file of numbers of a public implementation (the shared folder's reference/), and what agrees with it
 *
 * Numbers are asked for by their path, "values/train/out"; an array with a shape is a map, whose numbers are its `value`. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "util/arena.h"
#include "util/real.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Forward: of the largest number of an array; gradients: of the largest of all arrays. */
static const double forward_allowed = sizeof(gg_real) == 8 ? 1e-10 : 2e-5,
                    gradient_allowed = sizeof(gg_real) == 8 ? 1e-10 : 2e-5;

struct reference {
    json_t *root;
    struct gg_arena a;
};

/* Skips the test without the file. */
static inline struct reference reference_open(const char *name)
{
    const char *folder = getenv("GG_SHARED");
    char path[512];
    snprintf(path, sizeof path, "%s/reference/%s.json", folder ? folder : "../shared", name);
    struct reference r = {.root = json_load_file(path, 0, NULL)};
    if (!r.root)
        skip();
    return r;
}

static inline void reference_close(struct reference *r)
{
    json_decref(r->root);
    gg_arena_free(&r->a);
}

/* What stands there, NULL: nothing. */
static inline json_t *reference_at(const struct reference *r, const char *path)
{
    char copy[256], *rest = copy, *part;
    json_t *at = r->root;
    snprintf(copy, sizeof copy, "%s", path);
    while ((part = strsep(&rest, "/")) && at)
        at = json_is_array(at) ? json_array_get(at, (size_t)atoi(part)) : json_object_get(at, part);
    return at;
}

static inline double *reference_list(struct reference *r, const json_t *list, int *n)
{
    if (json_is_object(list))
        list = json_object_get(list, "value");
    assert_true(json_is_array(list));
    *n = (int)json_array_size(list);
    double *out = GG_NEW(&r->a, double, (size_t)*n + 1);
    for (int k = 0; k < *n; k++)
        out[k] = json_number_value(json_array_get(list, (size_t)k));
    return out;
}

static inline double *reference_numbers(struct reference *r, const char *path, int *n)
{
    const json_t *list = reference_at(r, path);
    if (!list)
        fail_msg("%s is not in the file", path);
    return reference_list(r, list, n);
}

static inline double reference_number(const struct reference *r, const char *path)
{
    const json_t *x = reference_at(r, path);
    if (!json_is_number(x))
        fail_msg("%s is no number of the file", path);
    return json_number_value(x);
}

/* The largest of all arrays of a member. */
static inline double reference_largest(struct reference *r, const char *member)
{
    const char *name;
    json_t *list;
    double size = 0;
    json_object_foreach(reference_at(r, member), name, list)
    {
        int n;
        const double *x = reference_list(r, list, &n);
        for (int k = 0; k < n; k++)
            size = fmax(size, fabs(x[k]));
    }
    return size;
}

/* n numbers; allowed: by how much each may be off. */
static inline void same_within(const double *have, const double *want, int n, double allowed,
                               const char *what)
{
    for (int k = 0; k < n; k++)
        if (!(fabs(have[k] - want[k]) <= allowed))
            fail_msg("%s: number %d is %.15g, reference %.15g", what, k, have[k], want[k]);
}

static inline void same_forward(const double *have, const double *want, int n, const char *what)
{
    double size = 1e-3;
    for (int k = 0; k < n; k++)
        size = fmax(size, fabs(want[k]));
    same_within(have, want, n, forward_allowed * size, what);
}

#endif
