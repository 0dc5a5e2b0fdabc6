/* test_foreign_says.c -- what the user, the file and its name say must agree; keys of any npz */
#include "foreign_sets.h"

/* Targets that do not follow from the runs beside them are refused. */
static void deepmind_contradiction(void **state)
{
    (void)state;
    struct truth x = truth(3, 7.5);
    x.prop[0][4] += 1e-3;
    struct bytes b = deepmind(&x, 1);
    struct imported y;
    assert_int_equal(import_bytes(&y, "x.pickle", b, (struct gg_foreign_options){.format = 0}, -1), GG_INPUT);
    assert_non_null(strstr(y.err.text, "targets[0] of particle 4"));
    forget(&y);
    free(b.p);
}

/* What the user says must agree with what the file and its name say. */
static void contradictions(void **state)
{
    (void)state;
    struct truth x = truth(3, cbrt(N / 1.2)), k = truth(3, 7.5);
    struct bytes b = botan(&x), m = ka_md(&k);
    double wrong = 217, right = 4120, box = 8;
    const struct {
        struct bytes *file;
        const char *path;
        struct gg_foreign_options o;
        int status;
        const char *says;
    } cases[] = {
        {&b, "c_T0.44_1_tc07.npz", {.temperature = 0.44}, 0, ""},
        {&b,
         "c_T0.44_1_tc07.npz",
         {.temperature = 0.5},
         GG_INPUT,
         "temperature is 0.5 from --temperature, but 0.44"},
        {&b, "c_1_tc07.npz", {.temperature = 0}, GG_USAGE, "--temperature"},
        {&b, "c_1_tc07.npz", {.temperature = 0.5}, 0, ""},
        {&b, "c_T0.45_1_tc07.npz", {.temperature = 0}, GG_USAGE, "--time"},
        {&b, "c_T0.44_1_tc11.npz", {.temperature = 0}, GG_USAGE, "--time"},
        {&b, "c_T0.44_1.npz", {.temperature = 0}, GG_USAGE, "--time"},
        {&b, "c_T0.44_1.npz", {.time = {1, &right}}, 0, ""},
        {&b, "c_T0.44_1_tc07.npz", {.time = {1, &wrong}}, GG_INPUT, "time is 217 from --time, but 4120"},
        {&b, "c_T0.44_1_tc07.npz", {.time = {1, &right}}, 0, ""},
        {&b, "c_T0.44_1_tc07.npz", {.format = 3}, GG_INPUT, "codes begin at 0"},
        {&m, "ka_T0.50_1.npz", {.box = {1, &box}}, GG_INPUT, "--box contradicts"},
        {&m,
         "ka_T0.44_1.npz",
         {.format = 0},
         GG_INPUT,
         "temperature is 0.5 from the file, but 0.44 from its name"},
        {&m, "ka.npz", {.time = {1, &right}}, GG_USAGE, "--time gives 1 times, the source has 10"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct imported y;
        int status = import_bytes(&y, cases[c].path, *cases[c].file, cases[c].o, -1);
        if (status != cases[c].status || !strstr(y.err.text, cases[c].says))
            fail_msg("case %zu: status %d, '%s'", c, status, y.err.text);
        forget(&y);
    }
    free(b.p);
    free(m.p);
}

/* Any npz, by the names of the fields or by --map. */
static void key_map(void **state)
{
    (void)state;
    struct truth x = truth(3, 7.5);
    const uint64_t vectors[] = {N, 3}, one[] = {1};
    const char *map[] = {"pos_inherent=positions_IS", "pos=positions", "box=L"};
    struct member m[] = {{"type", npy_types(&x, 0)},
                         {"positions", npy_vectors(&x, "<f8", false, 2, vectors, x.pos[0], N, true)},
                         {"positions_IS", npy_vectors(&x, "<f8", false, 2, vectors, x.inherent[0], N, false)},
                         {"L", npy("<f8", false, 1, one, &x.L)}};
    struct bytes b = zip_of(m, 4, ZIP_CM_DEFLATE);
    struct gg_foreign_options o = {.map = {3, map}};
    struct imported y;
    assert_int_equal(import_bytes(&y, "some/where.npz", b, o, -1), 0);
    assert_string_equal(y.frame.id, "where");
    check_vectors(&y.frame, "pos_inherent", &x, x.inherent, 1e-12);
    assert_null(gg_frame_find(&y.frame, "time"));
    forget(&y);
    static const struct {
        const char *map;
        int status;
    } bad[] = {{"pos", GG_USAGE},
               {"pos=", GG_USAGE},
               {"=positions", GG_USAGE},
               {"pos=nothing", GG_USAGE},
               {"colour=positions", GG_USAGE}};
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        map[0] = bad[k].map;
        assert_int_equal(import_bytes(&y, "where.npz", b, o, -1), bad[k].status);
        forget(&y);
    }
    free(b.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deepmind_contradiction),
        cmocka_unit_test(contradictions),
        cmocka_unit_test(key_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
