/* test_foreign_columns.c -- columns of foreign files as fields; the grammar of keys; tensors; steps, images, names */
#include "foreign_fixture.h"

#include "formats/keys.h"
#include "o3/tensor.h"
#include "o3/o3.h"

static const struct gg_field *need(const struct imported *x, const char *name, int dtype, const char *irreps)
{
    const struct gg_field *f = gg_frame_find(&x->frame, name);
    if (!f)
        fail_msg("no field %s", name);
    assert_int_equal(f->dtype, dtype);
    assert_string_equal(f->irreps, irreps);
    return f;
}

static void read_text(struct imported *x, const char *path, const char *content, struct gg_foreign_options o)
{
    struct bytes b = text(content);
    if (import_bytes(x, path, b, o, -1))
        fail_msg("%s", x->err.text);
    struct gg_err err;
    if (gg_frame_check(&x->frame, &err))
        fail_msg("%s", err.text);
    free(b.p);
}

/* ---- the grammar ---- */

static void keys_of_every_form(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_keys k;
    struct gg_err err;
    const char *line =
        "a=1 b = 2.5 'c'=\"x \\\"y\\\" z\" d=[1, 2,3] e={4 5} f=[[1,2],[3,4]] flag g='q' h=\"\"";
    assert_int_equal(gg_keys_parse(&k, &a, line, '=', &err), 0);
    const struct {
        const char *key, *value;
        int rows;
    } wanted[] = {{"A", "1", 0},      {"b", "2.5", 0}, {"c", "x \"y\" z", 0},
                  {"d", "1  2 3", 1}, {"e", "4 5", 1}, {"f", "1 2   3 4 ", 2},
                  {"flag", "T", 0},   {"g", "q", 0},   {"h", "", 0}};
    assert_int_equal(k.n, 9);
    for (int n = 0; n < k.n; n++) {
        assert_non_null(gg_keys_get(&k, wanted[n].key));
        assert_string_equal(gg_keys_get(&k, wanted[n].key), wanted[n].value);
        assert_int_equal(k.key[n].rows, wanted[n].rows);
    }
    const char *bad[] = {"=1", "a=\"1", "a=[1", "a=[[[1]]]", "a=", "a=\"1\"b", "a=1 A=2", "\"\"=1"};
    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++)
        if (gg_keys_parse(&k, &a, bad[n], '=', &err) != -1 || err.status != GG_INPUT)
            fail_msg("'%s' was taken", bad[n]);
    gg_arena_free(&a);
}

static const char *const own_columns =
    "2\n"
    "Lattice=[[4,0,0],[1,4,0],[0,0,4]] "
    "Properties=species:S:1:pos:R:3:forces:R:3:c-pe:R:1:n:I:1:up:L:1:tag:S:1:"
    "stress:R:9:propensity:R:2:type:I:1 pbc=[T,True,F] energy=-2.5d0 n_step=7 virial=\"1 2 3 4 5 6 7 8 9\" "
    "name=me "
    "Time=3 Timestep=30\n"
    "A 5 0.125 0.75 1 2 3 -0.5 4 T x 1 2 3 4 5 6 7 8 9 0.1 0.2 3\n"
    "B 1.25 2.5 -0.5 4 5 6 nan 5 F y 1 2 3 2 5 6 3 6 9 0.3 0.4 4\n";

static void columns_become_fields(void **state)
{
    (void)state;
    struct imported x;
    read_text(&x, "a.xyz", own_columns, plain);
    assert_int_equal(x.frame.pbc, 3);
    assert_true(x.frame.cell[1][0] == 1);
    const double *force = need(&x, "forces", GG_F64, "1x1o")->data;
    assert_true(force[0] == 1 && force[5] == 6);
    const struct gg_field *pe = need(&x, "c_pe", GG_F64, "0e");
    assert_true(((double *)pe->data)[0] == -0.5 && isnan(((double *)pe->data)[1]) &&
                pe->flags == GG_NAN_ALLOWED);
    assert_int_equal(((int64_t *)need(&x, "n", GG_I64, "")->data)[1], 5);
    assert_int_equal(((uint8_t *)need(&x, "up", GG_BOOL, "")->data)[0], 1);
    assert_int_equal(need(&x, "stress", GG_F64, "1x0e+1x1e+1x2e")->shape[1], 9);
    assert_int_equal(need(&x, "virial", GG_F64, "1x0e+1x1e+1x2e")->ndim, 1);
    assert_int_equal(need(&x, "propensity.column", GG_F64, "")->shape[1], 2);
    assert_int_equal(((int64_t *)need(&x, "type.column", GG_I64, "")->data)[1], 4);
    assert_true(*(double *)need(&x, "energy.frame", GG_F64, "0e")->data == -2.5);
    assert_int_equal(*(int64_t *)need(&x, "n_step", GG_I64, "")->data, 7);
    assert_int_equal(*(int64_t *)need(&x, "step", GG_I64, "")->data, 30);
    assert_true(*(double *)need(&x, "run_time", GG_F64, "")->data == 3);
    assert_null(gg_frame_find(&x.frame, "tag"));
    assert_null(gg_frame_find(&x.frame, "name"));
    forget(&x);
}

static void what_is_said_of_them(void **state)
{
    (void)state;
    struct imported x;
    read_text(&x, "a.xyz", own_columns, plain);
    bool text = false, renamed = false;
    for (int k = 0; k < x.meta.n; k++) {
        text |= !strcmp(x.meta.pair[k].key, "source.left_out") && !strcmp(x.meta.pair[k].value, "tag (text)");
        renamed |= !strcmp(x.meta.pair[k].key, "source.fields") &&
                   !strcmp(x.meta.pair[k].value, "c_pe from c-pe, 0e");
    }
    assert_true(text && renamed);
    forget(&x);
}

static void options_of_columns(void **state)
{
    (void)state;
    struct imported x;
    double times[2] = {1, 10};
    const char *irreps[] = {"forces=3x0e", "stress=0e+1e+2e"}, *map[] = {"mobility=c-pe"};
    struct gg_foreign_options o = {.time = {2, times}, .irreps = {2, irreps}, .map = {1, map}};
    read_text(&x, "a.xyz", own_columns, o);
    need(&x, "forces", GG_F64, "3x0e");
    need(&x, "mobility", GG_F64, "0e");
    const float *propensity = need(&x, "propensity", GG_F32, "0e")->data;
    assert_true(fabsf(propensity[1] - 0.2f) < 1e-6f && fabsf(propensity[2] - 0.3f) < 1e-6f);
    forget(&x);
    const char *wrong[] = {"forces=1o+0e"}, *asymmetric[] = {"stress=0e+2e"};
    struct bytes b = text(own_columns);
    assert_int_equal(import_bytes(&x, "a.xyz", b, (struct gg_foreign_options){.irreps = {1, wrong}}, -1),
                     GG_USAGE);
    assert_non_null(strstr(x.err.text, "4 numbers, the source has 3"));
    forget(&x);
    assert_int_equal(import_bytes(&x, "a.xyz", b, (struct gg_foreign_options){.irreps = {1, asymmetric}}, -1),
                     GG_INPUT);
    assert_non_null(strstr(x.err.text, "not symmetric; --irreps stress=0e+1e+2e"));
    forget(&x);
    free(b.p);
}

/* Arrays of a frame: flags, rows, old and new style, longer than a line of a screen; words are told. */
static void arrays_of_a_frame(void **state)
{
    (void)state;
    struct imported x;
    char content[2000] =
        "1\nLattice=\"4 0 0 0 4 0 0 0 4\" flags=[T, F, F] old=\"T F\" braces={1 2} rows=[[1,2,3],[4,5,6]] "
        "one=[7] word=\"T\" text=\"a \\\"b\\\" \\n c\" bare long=[0";
    for (int k = 1; k < 200; k++)
        sprintf(content + strlen(content), ",%d", k);
    strcat(content, "] Properties=species:S:1:pos:R:3\nA 1 1 1\n");
    read_text(&x, "a.xyz", content, plain);
    const struct gg_field *flags = need(&x, "flags", GG_BOOL, ""), *rows = need(&x, "rows", GG_F64, "");
    assert_true(flags->shape[0] == 3 && ((bool *)flags->data)[0] && !((bool *)flags->data)[1]);
    assert_int_equal(need(&x, "old", GG_BOOL, "")->shape[0], 2);
    assert_int_equal(need(&x, "braces", GG_F64, "")->shape[0], 2);
    assert_true(rows->ndim == 2 && rows->shape[0] == 2 && rows->shape[1] == 3 &&
                ((double *)rows->data)[3] == 4);
    assert_int_equal(*(int64_t *)need(&x, "one", GG_I64, "")->data, 7);
    assert_int_equal(*(int64_t *)need(&x, "bare", GG_I64, "")->data, 1);
    assert_true(need(&x, "long", GG_F64, "")->shape[0] == 200 &&
                ((double *)gg_frame_find(&x.frame, "long")->data)[199] == 199);
    int told = 0;
    for (int k = 0; k < x.meta.n; k++)
        told += !strcmp(x.meta.pair[k].key, "source.left_out");
    assert_int_equal(told, 2); /* word, text */
    forget(&x);
}

/* Infinite numbers have no place in a stream; the advice works. */
static void infinite(void **state)
{
    (void)state;
    struct imported x;
    struct bytes b =
        text("1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:q:R:1\nA 1 1 1 inf\n");
    assert_int_equal(import_bytes(&x, "a.xyz", b, plain, -1), GG_INPUT);
    assert_non_null(strstr(x.err.text, "field 'q': number 0 is infinite; --drop q"));
    forget(&x);
    free(b.p);
}

static void vectors_of_dumps(void **state)
{
    (void)state;
    struct imported x;
    read_text(&x, "a.dump",
              "ITEM: TIMESTEP\n5\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 4\n0 4\n0 0\n"
              "ITEM: ATOMS id type x y ix iy vx vy c_s[1] c_s[2] f_m mol\n"
              "7 1 1 1 1 0 0.5 0.25 1 2 3 9\n3 2 2 2 0 -1 -1 -2 4 5 6 8\n",
              (struct gg_foreign_options){.dim = 2, .timestep = 0.1});
    const double *v = need(&x, "velocity", GG_F64, "1x1o")->data;
    assert_true(v[0] == -1 && v[1] == -2 && v[2] == 0 && v[3] == 0.5);
    assert_int_equal(need(&x, "c_s", GG_F64, "")->shape[1], 2);
    assert_int_equal(((int64_t *)need(&x, "mol", GG_I64, "")->data)[0], 8);
    assert_int_equal(((int64_t *)need(&x, "particle_id", GG_I64, "")->data)[1], 7);
    const int32_t *image = need(&x, "image", GG_I32, "")->data;
    assert_true(image[1] == -1 && image[3] == 1);
    assert_true(*(double *)need(&x, "run_time", GG_F64, "")->data == 0.5);
    forget(&x);
}

/* Positions of other states; a vector of one component is a number; what contradicts --timestep. */
static const char *const states = "2\nLattice=\"4 0 0 0 4 0 0 0 4\" Time=3 Timestep=30 "
                                  "Properties=species:S:1:pos:R:3:pos_inherent:R:3:quiet:R:3:vx:R:1\n"
                                  "A 1 1 1 1.5 1.25 1 1 2 3 7\nB 2 2 2 2 2.5 2.75 3 2 1 8\n";

static void other_states(void **state)
{
    (void)state;
    struct imported x;
    const char *map[] = {"pos_cage=quiet"};
    const double inherent[] = {1.5, 1.25, 1, 2, 2.5, 2.75}, cage[] = {1, 2, 3, 3, 2, 1};
    read_text(&x, "a.xyz", states, (struct gg_foreign_options){.map = {1, map}});
    assert_memory_equal(need(&x, "pos_inherent", GG_F64, "1x1o")->data, inherent, sizeof inherent);
    assert_memory_equal(need(&x, "pos_cage", GG_F64, "1x1o")->data, cage, sizeof cage);
    assert_true(((double *)need(&x, "vx", GG_F64, "0e")->data)[1] == 8);
    forget(&x);
    struct bytes b = text(states);
    assert_int_equal(import_bytes(&x, "a.xyz", b, (struct gg_foreign_options){.timestep = 1}, -1), GG_INPUT);
    assert_non_null(strstr(x.err.text, "step 30 is at time 3 by the file, but at 30 by --timestep 1"));
    forget(&x);
    free(b.p);
    must_refuse("a.xyz",
                text("1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:pos_inherent:R:2\n"
                     "A 1 1 1 1.5 1.25\n"),
                "pos_inherent");
    must_refuse("a.xyz",
                text("1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:image:I:3\n"
                     "A 1 1 1 0 2000000000 0\n"),
                "particle 0: image flag 2e+09; a whole number below 1e9 is wanted");
    must_refuse("a.dump", text("ITEM: UNITS\n"), "UNITS");
}

/* --map of a table, --time of a column that has other numbers. */
static void options_that_do_not_fit(void **state)
{
    (void)state;
    const char *map[] = {"mobility"}, *prop[] = {"propensity=quiet"};
    double time = 1;
    struct bytes b = text(states);
    const struct {
        struct gg_foreign_options o;
        int status;
        const char *says;
    } cases[] = {{{.map = {1, map}}, GG_USAGE, "--map mobility: FIELD=KEY is wanted"},
                 {{.map = {1, prop}, .time = {1, &time}},
                  GG_INPUT,
                  "column 'quiet' has 3 numbers; 1 are wanted for 1 times"}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct imported x;
        int status = import_bytes(&x, "a.xyz", b, cases[c].o, -1);
        if (status != cases[c].status || !strstr(x.err.text, cases[c].says))
            fail_msg("case %zu: status %d, '%s'", c, status, x.err.text);
        forget(&x);
    }
    free(b.p);
}

/* A column over time is what its name says: a prediction is no target, and vectors of a known name are some. */
static void columns_over_time(void **state)
{
    (void)state;
    struct imported x;
    double time = 2;
    struct gg_foreign_options o = {.time = {1, &time}};
    read_text(
        &x, "a.xyz",
        "1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:propensity:R:1:propensity_pred:R:1:"
        "cage_relative_displacement:R:3:displacement_covariance:R:6\nA 1 1 1 0.5 0.25 1 2 3 1 2 3 4 5 6\n",
        o);
    const float *target = need(&x, "propensity", GG_F32, "0e")->data,
                *predicted = need(&x, "propensity_pred", GG_F32, "0e")->data,
                *way = need(&x, "cage_relative_displacement", GG_F32, "1x1o")->data;
    assert_true(*target == 0.5f && *predicted == 0.25f);
    assert_int_equal(need(&x, "displacement_covariance.column", GG_F64, "")->shape[1],
                     6); /* in which basis? */
    assert_true(way[0] == 1 && way[1] == 2 && way[2] == 3);
    forget(&x);
    const char *map[] = {"propensity=a", "propensity=b"};
    struct bytes b = text("1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:a:R:1:b:R:1\n"
                          "A 1 1 1 0.5 0.25\n"),
                 many = text("1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3");
    o.map = (struct gg_texts){2, map};
    assert_int_equal(import_bytes(&x, "a.xyz", b, o, -1), GG_INPUT);
    assert_non_null(strstr(x.err.text, "two columns would be field 'propensity'"));
    forget(&x);
    o.map.n = 0;
    for (int k = 0; k < 33; k++) {
        char column[40];
        sprintf(column, ":propensity_pred.%d:R:1", k);
        put_text(&many, column);
    }
    put_text(&many, "\nA 1 1 1");
    for (int k = 0; k < 33; k++)
        put_text(&many, " 1");
    put_text(&many, "\n");
    assert_int_equal(import_bytes(&x, "a.xyz", many, o, -1), GG_INPUT);
    assert_non_null(strstr(x.err.text, "more than 32 quantities over time"));
    forget(&x);
    free(b.p);
    free(many.p);
}

/* Of a dump without ids the order is kept. */
static void no_ids(void **state)
{
    (void)state;
    struct imported x;
    read_text(&x, "a.dump",
              "ITEM: TIMESTEP\n5\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 4\n0 4\n0 4\n"
              "ITEM: ATOMS type x y z\n2 3 1 1\n1 1 1 1\n",
              plain);
    assert_int_equal(((int32_t *)gg_frame_find(&x.frame, "type")->data)[0], 1);
    forget(&x);
}

/* ---- tensors turn as gg_o3(7) says: (R T R^T) in parts = D (T in parts) ---- */

static void tensors_turn(void **state)
{
    (void)state;
    const double c = cos(0.7), s = sin(0.7), d = cos(-1.1), e = sin(-1.1);
    const double rotation[3][3] = {{c * d, -s, c * e}, {s * d, c, s * e}, {-e, 0, d}};
    double t[9] = {1, 2, -0.5, 0.25, 3, 1.5, -2, 0.75, -1}, turned[9] = {0}, before[9], after[9], size = 0,
           sum = 0;
    for (int i = 0; i < 81; i++)
        turned[i / 9] += rotation[i / 27][i % 9 / 3] * rotation[i / 9 % 3][i % 3] * t[i % 9];
    gg_tensor_irreps(t, 1, true, before);
    gg_tensor_irreps(turned, 1, true, after);
    for (int k = 0; k < 9; k++) {
        size += t[k] * t[k];
        sum += before[k] * before[k];
    }
    assert_true(fabs(size - sum) < 1e-12);
    for (int l = 0, at = 0; l <= 2; at += 2 * l + 1, l++) {
        double w[25];
        gg_wigner_d(l, rotation, w);
        for (int m = 0; m < 2 * l + 1; m++) {
            double want = 0;
            for (int n = 0; n < 2 * l + 1; n++)
                want += w[m * (2 * l + 1) + n] * before[at + n];
            assert_true(fabs(want - after[at + m]) <= 1e-12);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_every_form),   cmocka_unit_test(columns_become_fields),
        cmocka_unit_test(what_is_said_of_them), cmocka_unit_test(options_of_columns),
        cmocka_unit_test(arrays_of_a_frame),    cmocka_unit_test(infinite),
        cmocka_unit_test(vectors_of_dumps),     cmocka_unit_test(no_ids),
        cmocka_unit_test(other_states),         cmocka_unit_test(options_that_do_not_fit),
        cmocka_unit_test(columns_over_time),    cmocka_unit_test(tensors_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
