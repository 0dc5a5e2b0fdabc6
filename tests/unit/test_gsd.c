/* test_gsd.c -- GSD files made in memory, versions 1 and 2: what is in them, and all that can be wrong with them */
#include "foreign_fixture.h"
#include "formats/gsd.h"

struct entry {
    uint64_t frame, rows;
    int64_t location;
    uint32_t columns;
    uint16_t id;
    uint8_t type, flags;
};

enum { U32 = 3, U64 = 4, I32 = 7, F32 = 9, F64 = 10 };

struct maker {
    struct bytes data; /* behind the header */
    struct entry entry[32];
    int n_entry, n_name;
    const char *name[32];
};

static void chunk(struct maker *m, uint64_t frame, const char *name, uint8_t type, uint64_t rows,
                  uint32_t columns, const void *data, size_t bytes)
{
    int id = 0;
    while (id < m->n_name && strcmp(m->name[id], name))
        id++;
    if (id == m->n_name)
        m->name[m->n_name++] = name;
    m->entry[m->n_entry++] =
        (struct entry){frame, rows, (int64_t)(256 + m->data.n), columns, (uint16_t)id, type, 0};
    put(&m->data, data, bytes);
}

static struct bytes finish(struct maker *m, uint32_t major, const char *schema)
{
    struct bytes b = {0}, names = {0};
    unsigned char head[256] = {0};
    for (int k = 0; k < m->n_name; k++) {
        char slot[64] = "";
        snprintf(slot, sizeof slot, "%s", m->name[k]);
        put(&names, slot, major == 1 ? 64 : strlen(slot) + 1);
    }
    uint64_t slots = names.n / 64 + 1;
    while (names.n < slots * 64)
        put(&names, "", 1);
    uint64_t index = 256 + m->data.n, at = index + 32 * ((uint64_t)m->n_entry + 1);
    const uint64_t start[] = {0x65DF65DF65DF65DFull, index, (uint64_t)m->n_entry + 1, at, slots};
    const uint32_t version[] = {1 << 16 | 4, major << 16};
    memcpy(head, start, sizeof start);
    memcpy(head + 40, version, sizeof version);
    memcpy(head + 48, "test", 4);
    memcpy(head + 112, schema, strlen(schema));
    put(&b, head, 256);
    put(&b, m->data.p, m->data.n);
    put(&b, m->entry, sizeof *m->entry * (size_t)m->n_entry);
    put(&b, (const char[32]){0}, 32); /* an unused entry */
    put(&b, names.p, names.n);
    free(names.p);
    free(m->data.p);
    return b;
}

/* Two frames of three particles in a tilted box; the second has other positions only. */
static struct bytes small(uint32_t major)
{
    struct maker m = {.n_entry = 0};
    const uint64_t step[] = {7, 9};
    const uint32_t n = 3, types[] = {1, 0, 1};
    const float box[] = {4, 5, 6, 0.5f, 0.25f, 0}, pos[] = {0.5f, 1, 2, -1, -2, -2.5f, 1.5f, 0, 0},
                moved[] = {0.75f, 1, 2, -1, -2, -2.5f, 1.5f, 0, 0}, velocity[9] = {1, 2, 3};
    const int32_t image[] = {0, 0, 0, 1, 0, 0, 0, -1, 2};
    const double energy[] = {1, 2, 4}, pressure = 0.5;
    chunk(&m, 0, "configuration/step", U64, 1, 1, &step[0], 8);
    chunk(&m, 0, "configuration/box", F32, 6, 1, box, sizeof box);
    chunk(&m, 0, "particles/N", U32, 1, 1, &n, 4);
    chunk(&m, 0, "particles/types", 5, 2, 2, "A\0B", 4);
    chunk(&m, 0, "particles/typeid", U32, 3, 1, types, sizeof types);
    chunk(&m, 0, "particles/position", F32, 3, 3, pos, sizeof pos);
    chunk(&m, 0, "particles/image", I32, 3, 3, image, sizeof image);
    chunk(&m, 0, "particles/velocity", F32, 3, 3, velocity, sizeof velocity);
    chunk(&m, 0, "log/particles/md/energy", F64, 3, 1, energy, sizeof energy);
    chunk(&m, 0, "log/md/pressure", F64, 1, 1, &pressure, 8);
    chunk(&m, 0, "bonds/group", U32, 1, 2, types, 8);
    chunk(&m, 1, "configuration/step", U64, 1, 1, &step[1], 8);
    chunk(&m, 1, "particles/position", F32, 3, 3, moved, sizeof moved);
    return finish(&m, major, "hoomd");
}

static void both_versions(void **state)
{
    (void)state;
    for (uint32_t major = 1; major <= 2; major++) {
        struct bytes b = small(major);
        struct imported x;
        if (import_bytes(&x, "a.gsd", b, plain, -1))
            fail_msg("%s", x.err.text);
        assert_int_equal(x.n, 2);
        assert_int_equal(*(int64_t *)gg_frame_find(&x.frame, "step")->data, 9);
        assert_true(x.frame.cell[1][0] == 2.5 && x.frame.cell[2][0] == 1.5 && x.frame.cell[2][1] == 0);
        const double *pos = gg_frame_find(&x.frame, "pos")->data;
        const int32_t *image = gg_frame_find(&x.frame, "image")->data,
                      *type = gg_frame_find(&x.frame, "type")->data;
        assert_true(type[0] == 1 && type[1] == 0);
        for (int c = 0; c < 3; c++) { /* the second particle, image (1, 0, 0) */
            const double want[] = {-1 + 4, -2, -2.5};
            double r = pos[3 + c];
            for (int v = 0; v < 3; v++)
                r += image[3 + v] * x.frame.cell[v][c];
            assert_true(fabs(r - want[c]) < 1e-12);
        }
        assert_string_equal(gg_frame_find(&x.frame, "velocity")->irreps, "1x1o");
        assert_true(((double *)gg_frame_find(&x.frame, "md_energy")->data)[2] == 4);
        assert_true(*(double *)gg_frame_find(&x.frame, "md_pressure")->data == 0.5);
        assert_string_equal(gg_meta_get(&x.meta, "source.species"), "A B");
        assert_string_equal(gg_meta_get(&x.meta, "source.left_out"), "bonds/group (not of particles)");
        forget(&x);
        free(b.p);
    }
}

static void damage(void **state)
{
    (void)state;
    struct bytes b = small(2);
    damage_everywhere("a.gsd", b);
    free(b.p);
}

static void refused(struct maker *m, uint32_t major, const char *schema, const char *says)
{
    must_refuse("a.gsd", finish(m, major, schema), says);
}

static void refusals(void **state)
{
    (void)state;
    const uint32_t n = 2, many = 1u << 31;
    const float box[] = {4, 4, 4, 0, 0, 0}, pos[6] = {0}, bad[] = {0, 0, 0, 0, 0, NAN};
    struct maker m = {.n_entry = 0};
    refused(&m, 2, "none", "schema 'none', not hoomd");
    m = (struct maker){.n_entry = 0};
    refused(&m, 3, "hoomd", "GSD version 3.0");
    m = (struct maker){.n_entry = 0};
    refused(&m, 2, "hoomd", "no configuration");
    chunk((m = (struct maker){0}, &m), 0, "particles/N", U32, 1, 1, &n, 4);
    refused(&m, 2, "hoomd", "the file has no cell; give --box");
    chunk((m = (struct maker){0}, &m), 0, "particles/N", U32, 1, 1, &many, 4);
    chunk(&m, 0, "configuration/box", F32, 6, 1, box, sizeof box);
    chunk(&m, 0, "particles/position", F32, 2, 3, pos, sizeof pos);
    refused(&m, 2, "hoomd", "2 x 3 numbers; 2147483648 particles are wanted");
    chunk((m = (struct maker){0}, &m), 0, "particles/N", U32, 1, 1, &n, 4);
    chunk(&m, 0, "configuration/box", F32, 6, 1, box, sizeof box);
    refused(&m, 2, "hoomd", "no chunk particles/position");
    chunk((m = (struct maker){0}, &m), 0, "particles/N", U32, 1, 1, &n, 4);
    chunk(&m, 0, "configuration/box", F32, 6, 1, box, sizeof box);
    chunk(&m, 0, "particles/position", F32, 2, 3, bad, sizeof bad);
    refused(&m, 2, "hoomd", "field 'pos': particle 1 is NaN");
    m = (struct maker){.entry = {{0, 1ull << 60, 256, 1u << 31, 0, F64, 0}},
                       .n_entry = 1,
                       .n_name = 1,
                       .name = {"particles/N"}};
    refused(&m, 2, "hoomd", "lies behind the end of the file");
    m = (struct maker){.entry = {{0, 1, 256, 1, 0, 77, 0}},
                       .n_entry = 1,
                       .n_name = 1,
                       .name = {"particles/N"}};
    refused(&m, 2, "hoomd", "type 77 is not known");
    m = (struct maker){.entry = {{0, 1, 256, 1, 9, F64, 0}},
                       .n_entry = 1,
                       .n_name = 1,
                       .name = {"particles/N"}};
    refused(&m, 2, "hoomd", "has name 9 of 1");
    chunk((m = (struct maker){0}, &m), 0, "particles/N", U32, 1, 1, &n, 4);
    chunk(&m, 0, "configuration/box", 77, 6, 1, box, sizeof box);
    refused(&m, 2, "hoomd", "chunk configuration/box: type 77 is not known");
    struct gg_gsd g;
    struct gg_err err;
    assert_int_equal(gg_gsd_open(&g, NULL, (const char[256]){0}, 256, &err), -1);
    assert_string_equal(err.text, "no GSD file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_versions), cmocka_unit_test(damage),
                                       cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
