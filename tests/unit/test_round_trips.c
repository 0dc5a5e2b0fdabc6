/* test_round_trips.c -- random streams as text, JSON, extended XYZ, CSV and npz, and back: the same bits
 *
 * GG_ROUNDS says how many streams (100); GG_COUNTS is a file for the number of them (tests/hard.sh). */
#include "random_frame.h"

#include "formats/draft_frame.h"
#include "formats/export.h"
#include "formats/foreign.h"
#include "util/text_stream.h"

#include <jansson.h>
#include <math.h>
#include <unistd.h>

static struct gg_err err;

static void must(int status)
{
    if (status < 0)
        fail_msg("%s", err.text);
}

static uint32_t rounds(void)
{
    const char *said = getenv("GG_ROUNDS");
    return said ? (uint32_t)atol(said) : 100;
}

static void counted(uint32_t n)
{
    const char *path = getenv("GG_COUNTS");
    FILE *to = path ? fopen(path, "a") : NULL;
    if (to) {
        fprintf(to, "%u\n", n);
        fclose(to);
    }
}

/* One event of a stream through an exporter into memory. */
struct shown {
    struct gg_export x;
    char *text;
    size_t n;
};

static void show(struct shown *s, const struct gg_reader *r, const char *folder)
{
    *s = (struct shown){{.from = r, .path = folder, .rows = {0, INT64_MAX}, .frames = {0, INT64_MAX}},
                        NULL,
                        0};
    s->x.to = gg_text_open(&s->text, &s->n);
}

/* ---- whole streams: text ---- */

static void write_random(struct gg_writer *w, uint32_t k)
{
    struct gg_rng rng = gg_rng_at(2, k, 0, 0);
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    gg_writer_open_memory(w);
    for (uint32_t m = gg_rng_below(&rng, 3); m < 3; m++) {
        struct gg_meta meta = {0};
        if (m)
            gg_meta_printf(&meta, "key", "line\n%u\tand \\ more", m);
        must(gg_writer_begin(w, "gg.graph/1", &meta, NULL, &err));
        for (uint32_t n = gg_rng_below(&rng, 4); n < 4; n++) {
            random_frame(&f, &a, &rng);
            must(gg_writer_frame(w, &f, &err));
            gg_arena_reset(&a);
        }
        must(gg_writer_end(w, NULL, &err));
        gg_meta_clear(&meta);
    }
    gg_frame_free(&f);
    gg_arena_free(&a);
}

static void print_text(const struct gg_writer *w, struct shown *s)
{
    size_t n;
    const void *bytes = gg_writer_memory(w, &n);
    struct gg_reader r;
    struct gg_frame f = {0};
    int event;
    gg_reader_open_memory(&r, bytes, n);
    show(s, &r, NULL);
    while ((event = gg_reader_next(&r, &f, &err)) > 0)
        must(event == GG_EVENT_MEMBER  ? gg_export_text.member(&s->x, &err)
             : event == GG_EVENT_FRAME ? gg_export_text.frame(&s->x, &f, &err)
                                       : gg_export_text.member_end(&s->x, &err));
    must(event);
    fclose(s->x.to);
    free(s->x.state);
    gg_reader_close(&r);
    gg_frame_free(&f);
}

static void text(void **state)
{
    (void)state;
    for (uint32_t k = 0; k < rounds(); k++) {
        struct gg_writer w, back;
        struct shown s;
        struct gg_unpack in;
        size_t n, again;
        write_random(&w, k);
        print_text(&w, &s);
        must(gg_unpack_open_memory(&in, s.text, s.n, &err));
        gg_writer_open_memory(&back);
        must(gg_text_read(&in, "text", &back, &err));
        gg_unpack_close(&in);
        const void *p = gg_writer_memory(&w, &n), *q = gg_writer_memory(&back, &again);
        if (n != again || memcmp(p, q, n))
            fail_msg("stream %u: other bytes", k);
        must(gg_writer_commit(&w, &err));
        must(gg_writer_commit(&back, &err));
        free(s.text);
    }
    counted(rounds());
}

/* ---- one frame: JSON ---- */

/* Number i of data that is nested as the shape is. */
static double number_of(const json_t *data, const struct gg_field *x, uint64_t i)
{
    uint64_t below = gg_field_count(x);
    for (int d = 0; d < x->ndim; d++) {
        below /= x->shape[d];
        data = json_array_get(data, i / below);
        i %= below;
    }
    return json_is_boolean(data) ? json_is_true(data) : json_is_number(data) ? json_number_value(data) : NAN;
}

/* Floats are printed as short as floats can be. */
static bool same_number(int dtype, double a, double b)
{
    return dtype == GG_F64 || dtype < GG_F16 ? a == b : (float)a == (float)b;
}

static void same_json(const json_t *j, const struct gg_frame *f)
{
    assert_true(json_number_value(json_object_get(j, "n_node")) == (double)f->n_node);
    assert_string_equal(json_string_value(json_object_get(j, "id")), f->id);
    const json_t *fields = json_object_get(j, "fields");
    assert_int_equal(json_object_size(fields), f->n_field);
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k];
        const json_t *y = json_object_get(fields, x->name), *data = json_object_get(y, "data");
        assert_string_equal(json_string_value(json_object_get(y, "type")), gg_dtype_name(x->dtype));
        assert_string_equal(json_string_value(json_object_get(y, "unit")), x->unit);
        for (uint64_t i = 0; i < gg_field_count(x); i++)
            if (!same_number(x->dtype, number_of(data, x, i), gg_field_get(x, i)))
                fail_msg("field %s, number %llu: %.17g, wanted %.17g", x->name, (unsigned long long)i,
                         number_of(data, x, i), gg_field_get(x, i));
    }
}

static void json(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_reader r = {.schema = "gg.graph/1"};
    for (uint32_t k = 0; k < rounds(); k++) {
        struct gg_rng rng = gg_rng_at(3, k, 0, 0);
        struct shown s;
        random_frame(&f, &a, &rng);
        show(&s, &r, NULL);
        must(gg_export_json.frame(&s.x, &f, &err));
        fclose(s.x.to);
        json_t *j = json_loads(s.text, 0, NULL);
        if (!j)
            j = json_loads(s.text, JSON_DECODE_INT_AS_REAL, NULL); /* whole numbers above 2^63 */
        assert_non_null(j);
        same_json(j, &f);
        json_decref(j);
        free(s.text);
        gg_arena_reset(&a);
    }
    gg_frame_free(&f);
    gg_arena_free(&a);
    counted(rounds());
}

/* ---- one frame of particles: what gg-import reads back ---- */

/* Columns of particles and numbers of the frame; whole numbers that a double has. */
static void random_column(struct gg_frame *f, struct gg_arena *a, int k, struct gg_rng *rng)
{
    static const int axis[][2] = {{GG_NODE}, {GG_NODE, GG_FREE}, {0}, {GG_FREE}};
    static const int ndim[] = {1, 2, 0, 1};
    uint32_t kind = gg_rng_below(rng, 4);
    const uint64_t shape[2] = {axis[kind][0] == GG_NODE ? f->n_node : 3, 2};
    char name[32];
    snprintf(name, sizeof name, "F%d", k);
    struct gg_field *x =
        gg_frame_add_as(f, a, name, 1 + (int)gg_rng_below(rng, 13), ndim[kind], shape, axis[kind],
                        (int)gg_rng_below(rng, 6), "", gg_rng_below(rng, 2) ? "sigma / tau^2" : "", &err);
    if (!x)
        fail_msg("%s", err.text);
    for (uint64_t i = 0; i < gg_field_count(x); i++) {
        random_value(x, i, rng);
        if (x->dtype == GG_I64 || x->dtype == GG_U64)
            ((uint64_t *)x->data)[i] >>= 12;
    }
}

static void random_particles(struct gg_frame *f, struct gg_arena *a, struct gg_rng *rng)
{
    static const int axis[] = {GG_NODE, GG_FREE};
    gg_frame_clear(f);
    f->dim = gg_rng_below(rng, 2) ? 3 : 2;
    f->n_node = 1 + gg_rng_below(rng, 6);
    f->pbc = (int)gg_rng_below(rng, 1u << f->dim);
    for (int k = 0; k < f->dim; k++)
        for (int l = 0; l < f->dim; l++)
            f->cell[k][l] = gg_rng_normal(rng) + (k == l ? 9 : 0);
    snprintf(f->id, sizeof f->id, "random/%x \"q\"", gg_rng_u32(rng));
    const uint64_t shape[] = {f->n_node, 3};
    if (!gg_frame_add_as(f, a, "pos", GG_F64, 2, shape, axis, GG_STRUCTURE, "1x1o", "sigma", &err) ||
        !gg_frame_add_as(f, a, "type", GG_I32, 1, shape, axis, GG_STRUCTURE, "", "", &err))
        fail_msg("%s", err.text);
    double *pos = gg_frame_find(f, "pos")->data;
    int32_t *type = gg_frame_find(f, "type")->data;
    memset(pos, 0, 3 * f->n_node * sizeof *pos);
    for (uint64_t i = 0; i < f->n_node; i++) { /* inside of the cell, where gg-import leaves them */
        const double u[3] = {gg_rng_uniform(rng), gg_rng_uniform(rng), gg_rng_uniform(rng)};
        for (int k = 0; k < f->dim; k++)
            for (int l = 0; l < f->dim; l++)
                pos[3 * i + (uint64_t)l] += (0.05 + 0.9 * u[k]) * f->cell[k][l];
        type[i] = (int32_t)gg_rng_below(rng, 3);
    }
    for (int k = 0, n = (int)gg_rng_below(rng, 6); k < n; k++)
        random_column(f, a, k, rng);
}

static void import(const char *path, const struct shown *s, struct gg_frame *back, struct gg_arena *a)
{
    static const struct gg_reals no_times = {0};
    static const struct gg_texts no_fields = {0};
    const struct gg_draft_options how = {&no_times, -1, &no_fields};
    const struct gg_foreign_options o = {.dim = 3, .max_bytes = 1 << 24};
    struct gg_foreign f;
    struct gg_draft draft = {0};
    must(gg_foreign_open_memory(&f, path, s->text, s->n, &o, &err));
    int got = gg_foreign_next(&f, a, &draft, &err);
    must(got == 1 ? gg_draft_frame(&draft, &how, back, a, &err) : -1);
    gg_draft_clear(&draft);
    gg_foreign_close(&f);
}

/* Half numbers may come back as f32, which text is read as (own.c); all others bit for bit. */
static bool same_field(const struct gg_field *x, const struct gg_field *y)
{
    bool half = x->dtype == GG_F16 || x->dtype == GG_BF16;
    if (!y || (y->dtype != x->dtype && !(half && y->dtype == GG_F32)) ||
        gg_field_count(y) != gg_field_count(x) || y->role != x->role || strcmp(y->unit, x->unit))
        return false;
    if (y->dtype == x->dtype)
        return memcmp(x->data, y->data, x->nbytes) == 0;
    for (uint64_t i = 0; i < gg_field_count(x); i++)
        if (gg_field_get(x, i) != gg_field_get(y, i))
            return false;
    return true;
}

static void same_bits(const struct gg_frame *f, const struct gg_frame *back, const char *path, uint32_t k)
{
    assert_string_equal(f->id, back->id);
    assert_memory_equal(f->cell, back->cell, sizeof f->cell);
    assert_true(f->dim == back->dim && f->pbc == back->pbc && f->n_node == back->n_node);
    for (int n = 0; n < f->n_field; n++)
        if (!same_field(&f->field[n], gg_frame_find(back, f->field[n].name)))
            fail_msg("%s %u: field '%s' (%s) is another", path, k, f->field[n].name,
                     gg_dtype_name(f->field[n].dtype));
}

static void particles(const struct gg_export_type *type, const char *path, const char *folder)
{
    struct gg_arena a = {0};
    struct gg_frame f = {0}, back = {0};
    struct gg_reader r = {.schema = "gg.graph/1"};
    for (uint32_t k = 0; k < rounds(); k++) {
        struct gg_rng rng = gg_rng_at(4, k, 0, 0);
        struct shown s;
        char file[64];
        random_particles(&f, &a, &rng);
        show(&s, &r, folder);
        must(type->frame(&s.x, &f, &err));
        fclose(s.x.to);
        if (folder) {
            free(s.text);
            snprintf(file, sizeof file, "%s/frame-000000.npz", folder);
            s.text = gg_read_file(file, 1 << 24, &s.n, &err);
            assert_non_null(s.text);
            unlink(file);
        }
        import(path, &s, &back, &a);
        same_bits(&f, &back, path, k);
        free(s.text);
        free(s.x.state);
        gg_arena_reset(&a);
    }
    gg_frame_free(&f);
    gg_frame_free(&back);
    gg_arena_free(&a);
    counted(rounds());
}

static void extended_xyz(void **state)
{
    (void)state;
    particles(&gg_export_extxyz, "a.xyz", NULL);
}

static void csv(void **state)
{
    (void)state;
    particles(&gg_export_csv, "a.csv", NULL);
}

static void npz(void **state)
{
    (void)state;
    char folder[] = "/tmp/gg-round-XXXXXX";
    assert_non_null(mkdtemp(folder));
    particles(&gg_export_npz, "a.npz", folder);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(text), cmocka_unit_test(json),
                                       cmocka_unit_test(extended_xyz), cmocka_unit_test(csv),
                                       cmocka_unit_test(npz)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
