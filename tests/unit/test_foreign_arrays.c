/* test_foreign_arrays.c -- npz whose arrays are of another type, over no times or too many; arrays that gg-dump wrote, one of them changed */
#include "foreign_fixture.h"

/* ---- npz: arrays of another type; text; what is over no time; too much ---- */

static struct bytes npy_text(const char *word)
{
    struct bytes b = {0};
    char header[80];
    uint16_t n =
        (uint16_t)sprintf(header, "{'descr': '|S%zu', 'fortran_order': False, 'shape': (), }", strlen(word));
    put(&b, "\x93NUMPY\1\0", 8);
    put(&b, &n, 2);
    put_text(&b, header);
    put_text(&b, word);
    return b;
}

/* numpy's complex numbers are read nowhere: a key with them names itself. */
static void arrays_that_cannot_be_read(void **state)
{
    (void)state;
    static const char *const keys[] = {"time", "propensity", "SE3", "replicas", "temperature"};
    const uint64_t vectors[] = {2, 3}, many[] = {100001};
    const double x[6] = {0, 1, 2, 3, 4, 5}, box[3] = {9, 9, 9};
    double *times = calloc(many[0], sizeof *times);
    for (int k = 0; k < 6; k++) {
        char says[80];
        struct bytes other = k == 5   ? npy("<f8", false, 1, many, times)
                             : k == 4 ? npy_text("hot")
                                      : npy("<c16", false, 1, vectors, x);
        struct member m[] = {{"pos", npy("<f8", false, 2, vectors, x)},
                             {"type", npy("<f8", false, 1, vectors, x)},
                             {"box", npy("<f8", false, 1, vectors + 1, box)},
                             {k == 5 ? "time" : keys[k], other}};
        snprintf(says, sizeof says,
                 k == 5   ? "field 'time': 100001 times"
                 : k == 4 ? "array 'temperature': 'hot' is no number"
                          : "array '%s': numpy type '<c16' not allowed",
                 keys[k % 5]);
        must_refuse("a.npz", zip_of(m, 4, ZIP_CM_STORE), says);
    }
    free(times);
}

/* A temperature as text that is a number. */
static void temperature_as_text(void **state)
{
    (void)state;
    const uint64_t vectors[] = {2, 3};
    const double x[6] = {0, 1, 2, 3, 4, 5}, box[3] = {9, 9, 9};
    struct member m[] = {{"pos", npy("<f8", false, 2, vectors, x)},
                         {"type", npy("<f8", false, 1, vectors, x)},
                         {"box", npy("<f8", false, 1, vectors + 1, box)},
                         {"temperature", npy_text("0.5")}};
    struct bytes b = zip_of(m, 4, ZIP_CM_STORE);
    struct imported y;
    if (import_bytes(&y, "a.npz", b, plain, -1))
        fail_msg("%s", y.err.text);
    assert_true(gg_field_get(gg_frame_find(&y.frame, "temperature"), 0) == 0.5);
    forget(&y);
    free(b.p);
}

/* A plane whose vectors have a third component: z is 0 whatever it says. */
static void vectors_of_a_plane(void **state)
{
    (void)state;
    const uint64_t plane[] = {2, 2}, series[] = {1, 2, 3}, one[] = {1};
    const double x[6] = {1, 2, 7, 4, 5, 7}, box[2] = {9, 9};
    struct member m[] = {{"pos", npy("<f8", false, 2, plane, x)},
                         {"type", npy("<f8", false, 1, plane, (const double[]){0, 1})},
                         {"box", npy("<f8", false, 1, plane, box)},
                         {"time", npy("<f8", false, 1, one, x)},
                         {"displacement", npy("<f8", false, 3, series, x)}};
    struct bytes b = zip_of(m, 5, ZIP_CM_STORE);
    struct imported y;
    if (import_bytes(&y, "a.npz", b, plain, -1))
        fail_msg("%s", y.err.text);
    const float *way = gg_frame_find(&y.frame, "displacement")->data, wanted[] = {1, 2, 0, 4, 5, 0};
    assert_memory_equal(way, wanted, sizeof wanted);
    forget(&y);
    free(b.p);
}

static void too_many(void **state)
{
    (void)state;
    enum { MANY = 516 };
    static struct member m[MANY];
    static char name[MANY][8];
    const uint64_t vectors[] = {1, 3};
    const double x[3] = {9, 9, 9}, zero = 0;
    for (int k = 0; k < MANY; k++) {
        sprintf(name[k], "k%d", k);
        m[k] = (struct member){name[k], npy("<f8", false, 0, NULL, x)};
    }
    for (int k = 0; k < 3; k++)
        free(m[k].bytes.p);
    m[0] = (struct member){"pos", npy("<f8", false, 2, vectors, x)};
    m[1] = (struct member){"type", npy("<f8", false, 1, vectors, &zero)};
    m[2] = (struct member){"box", npy("<f8", false, 1, vectors + 1, x)};
    must_refuse("a.npz", zip_of(m, MANY, ZIP_CM_STORE), "more than 512 columns and numbers");
}

/* ---- npz that gg-dump wrote: one array differs ---- */

static const char *const own_fields = "pos:f64:node/3:structure:1x1o:sigma type:i32:node:structure::";

/* The frame with one array replaced, or left out; its description as `fields`. */
static struct bytes own_npz(const char *other, struct bytes value, struct bytes fields)
{
    const uint64_t vectors[] = {2, 3}, square[] = {3, 3}, one[] = {1};
    const double x[9] = {9, 0, 0, 0, 9, 0, 0, 0, 9}, code[2] = {0, 1};
    struct member m[] = {{"pos", npy("<f8", false, 2, vectors, x)},
                         {"type", npy("<i4", false, 1, vectors, code)},
                         {"cell", npy("<f8", false, 2, square, x)},
                         {"pbc", npy("<f8", false, 1, square, x)},
                         {"gg_dim", npy("<f8", false, 1, one, x)},
                         {"gg_fields", fields}};
    int n = 6, at = 0;
    while (other && at < n && strcmp(m[at].name, other))
        at++;
    if (other && at == n)
        fail_msg("no array '%s'", other);
    if (other) {
        free(m[at].bytes.p);
        m[at].bytes = value;
        if (!value.p)
            m[at] = m[--n];
    }
    return zip_of(m, n, ZIP_CM_STORE);
}

static void own_arrays(void **state)
{
    (void)state;
    const uint64_t two[] = {2, 2}, three[] = {3};
    const double x[4] = {0, 1, 2, 3};
    const struct {
        const char *key;
        struct bytes value;
        const char *fields, *says;
    } cases[] = {
        {"pos", npy("<f8", false, 2, two, x), own_fields, "array 'pos' is not what gg_fields says of it"},
        {"type", npy("<i4", false, 1, three, x), own_fields,
         "'type': the source has shape [3], wanted is [2]"},
        {"pos", {0}, own_fields, "no array 'pos'"},
        {"cell", {0}, own_fields, "no array 'cell'"},
        {"cell", npy("<f8", false, 2, two, x), own_fields,
         "arrays cell, pbc and gg_dim of 9, 3 and 1 numbers"},
        {NULL, {0}, "p\xc3\xb6s", "array 'gg_fields' is no text"},
        {NULL, {0}, "pos:f64:node/3:structure:1x1o:sigma", "gg_fields has no pos or no type"},
        {"pbc", npy("<f8", false, 1, three, x),
         "pos:f64:node/3:structure:1x1o:sigma type:i32:node:structure:: pbc:f64:3:other:: pbc:f64:3:other::",
         "field 'pbc' comes twice"},
        {"pbc", npy("<f8", false, 1, three, x),
         "pos:f64:node/3:structure:1x1o:sigma type:i32:node:structure:: pbc:f64:node:other::",
         "axis 0 (node)"},
    };
    must_refuse("a.npz", own_npz("gg_fields", npy("<f8", false, 1, three, x), (struct bytes){0}),
                "array 'gg_fields' is no text");
    struct imported y;
    struct bytes good_one = own_npz(NULL, (struct bytes){0}, npy_text(own_fields));
    if (import_bytes(&y, "a.npz", good_one, plain, -1))
        fail_msg("%s", y.err.text);
    forget(&y);
    free(good_one.p);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct bytes b = own_npz(cases[c].key, cases[c].value, npy_text(cases[c].fields));
        int status = import_bytes(&y, "a.npz", b, plain, -1);
        if ((status != GG_INPUT && status != GG_TRUNCATED) || !strstr(y.err.text, cases[c].says))
            fail_msg("case %zu: status %d, '%s'", c, status, y.err.text);
        forget(&y);
        free(b.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_that_cannot_be_read),
        cmocka_unit_test(temperature_as_text),
        cmocka_unit_test(vectors_of_a_plane),
        cmocka_unit_test(too_many),
        cmocka_unit_test(own_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
