/* test_foreign_refusals.c -- well-formed files whose contents do not fit together, and what names of files say */
#include "foreign_fixture.h"

/* ---- npz: one array differs from a file that is read ---- */

struct array {
    const char *key;
    int ndim;
    uint64_t shape[4];
    double x[24];
};

enum { N_ARRAY = 9 };

static const struct array good[N_ARRAY] = {
    {"pos", 2, {2, 3}, {1, 2, 3, 4, 5, 6}},
    {"type", 1, {2}, {0, 1}},
    {"box", 1, {3}, {9, 9, 9}},
    {"temperature", 0, {0}, {0.5}},
    {"time", 1, {2}, {1, 2}},
    {"propensity", 2, {2, 2}, {1, 2, 3, 4}},
    {"pos_replicas", 4, {2, 2, 2, 3}, {1, 2, 3, 4, 5, 6, 7}},
    {"pos_inherent", 2, {2, 3}, {1, 2, 3, 4, 5, 6}},
    {"pos_cage", 2, {2, 3}, {1, 2, 3, 4, 5, 6}},
};

static int import_with(const struct array *other, struct imported *y)
{
    struct member m[N_ARRAY];
    for (int k = 0; k < N_ARRAY; k++) {
        const struct array *a = other && !strcmp(other->key, good[k].key) ? other : &good[k];
        m[k] = (struct member){a->key, npy("<f8", false, a->ndim, a->shape, a->x)};
    }
    struct bytes b = zip_of(m, N_ARRAY, ZIP_CM_STORE);
    int status = import_bytes(y, "a.npz", b, (struct gg_foreign_options){.format = 0}, -1);
    free(b.p);
    return status;
}

static void arrays(void **state)
{
    (void)state;
    const double nan = NAN, inf = INFINITY;
    const struct {
        struct array a;
        const char *says;
    } cases[] = {
        {{"pos", 1, {6}, {0}}, "array 'pos': [node, 3] or [node, 2]"},
        {{"pos", 2, {2, 4}, {0}}, "array 'pos': [node, 3] or [node, 2]"},
        {{"pos", 2, {0, 3}, {0}}, "no particles"},
        {{"pos", 2, {2, 3}, {1, 2, 3, 4, nan, 6}}, "field 'pos': particle 1 is NaN or infinite"},
        {{"pos", 2, {2, 3}, {1, inf, 3, 4, 5, 6}}, "field 'pos': particle 0"},
        {{"pos", 2, {2, 3}, {1, 1e12, 3, 4, 5, 6}}, "particle 0 is at 1e+12, far outside the cell"},
        {{"type", 1, {3}, {0}}, "field 'type': the source has shape [3], wanted is [2]"},
        {{"type", 2, {2, 1}, {0}}, "field 'type': the source has shape [2, 1]"},
        {{"type", 1, {2}, {0, -1}}, "field 'type': particle 1 has code -1"},
        {{"type", 1, {2}, {0, 64}}, "field 'type': particle 1 has code 64; codes 0 to 63"},
        {{"type", 1, {2}, {0, 0.5}}, "field 'type': particle 1 has code 0.5"},
        {{"box", 1, {2}, {9, 9}}, "array 'box' has 2 numbers; 1, 3 or 9"},
        {{"box", 1, {3}, {9, 0, 9}}, "cell"},
        {{"box", 1, {3}, {9, nan, 9}}, "cell"},
        {{"temperature", 1, {2}, {1, 1}}, "array 'temperature': one number"},
        {{"temperature", 0, {0}, {-1}}, "temperature -1 from the file; it must be positive"},
        {{"temperature", 0, {0}, {nan}}, "must be positive"},
        {{"time", 1, {2}, {2, 2}}, "field 'time': time 2 is not finite or is there twice"},
        {{"time", 1, {2}, {1, inf}}, "field 'time': time inf"},
        {{"time", 1, {1}, {1}}, "field 'propensity': the source has shape [2, 2], wanted is [1, 2]"},
        {{"propensity", 2, {2, 3}, {0}}, "field 'propensity': the source has shape [2, 3]"},
        {{"propensity", 1, {2}, {0}}, "field 'propensity': the source has shape [2]"},
        {{"propensity", 2, {2, 2}, {1, 2, nan, 4}}, "field 'propensity': particle 0 is NaN"},
        {{"propensity", 2, {2, 2}, {1, 2, 1e300, 4}}, "field 'propensity': particle 0"},
        {{"pos_replicas", 2, {4, 3}, {0}}, "array 'pos_replicas': [replica, node, dim]"},
        {{"pos_replicas", 4, {2, 2, 1, 3}, {0}}, "field 'pos_replicas': the source has shape [2, 2, 1, 3]"},
        {{"pos_replicas", 4, {4, 1, 2, 3}, {0}}, "positions at 4 times, but the source states 2"},
        {{"pos_replicas", 4, {2, 2, 2, 3}, {0, 0, 0, 0, inf}}, "field 'pos_replicas': particle 1"},
        {{"pos_inherent", 2, {2, 2}, {0}}, "field 'pos_inherent': the source has shape [2, 2]"},
        {{"pos_inherent", 2, {2, 3}, {1, 2, nan}}, "field 'pos_inherent': particle 0"},
        {{"pos_cage", 2, {2, 2}, {0}}, "field 'pos_cage': the source has shape [2, 2], wanted is [2, 3]"},
    };
    struct imported y;
    assert_int_equal(import_with(NULL, &y), 0);
    assert_int_equal(y.frame.n_field, 8); /* the cell is no field */
    forget(&y);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        int status = import_with(&cases[c].a, &y);
        if (status != GG_INPUT || !strstr(y.err.text, cases[c].says))
            fail_msg("case %zu: status %d, '%s'", c, status, y.err.text);
        forget(&y);
    }
}

/* ---- npz: what is told, and planes ---- */

static void told(void **state)
{
    (void)state;
    const uint64_t vectors[] = {2, 3}, none[] = {0, 2};
    const double x[6] = {1, 2, 3, 4, 5, 6}, box[3] = {9, 9, 9};
    struct member m[] = {{"pos", npy("<f8", false, 2, vectors, x)},
                         {"type", npy("<f8", false, 1, vectors, x)},
                         {"box", npy("<f8", false, 1, vectors + 1, box)},
                         {"propensity", npy("<f8", false, 2, none, x)},
                         {"time", npy("<f8", false, 1, none, x)},
                         {"psi", npy("<c16", false, 1, vectors, x)}};
    const char *says[] = {"propensity (of no times)", "time (of no times)",
                          "psi (array 'psi': numpy type '<c16'"};
    struct imported y;
    struct bytes b = zip_of(m, 6, ZIP_CM_STORE);
    assert_int_equal(import_bytes(&y, "a.npz", b, plain, -1), 0);
    for (int k = 0; k < 3; k++) {
        bool found = false;
        for (int line = 0; line < y.meta.n; line++)
            found |= !strcmp(y.meta.pair[line].key, "source.left_out") &&
                     !strncmp(y.meta.pair[line].value, says[k], strlen(says[k]));
        if (!found)
            fail_msg("nothing says '%s'", says[k]);
    }
    forget(&y);
    free(b.p);
}

static void planes(void **state)
{
    (void)state;
    const uint64_t vectors[] = {2, 3};
    const double x[6] = {1, 2, 0, 4, 5, 0}, type[2] = {0, 1};
    for (int negative = 0; negative < 2; negative++) {
        const double box[3] = {9, negative ? -8 : 8, 0};
        struct member m[] = {{"pos", npy("<f8", false, 2, vectors, x)},
                             {"type", npy("<f8", false, 1, vectors, type)},
                             {"box", npy("<f8", false, 1, vectors + 1, box)}};
        struct imported y;
        struct bytes b = zip_of(m, 3, ZIP_CM_STORE);
        assert_int_equal(import_bytes(&y, "a.npz", b, plain, -1), GG_INPUT);
        assert_non_null(strstr(y.err.text, negative ? "side of -8" : "--dim 2 reads two dimensions"));
        forget(&y);
        int status = import_bytes(&y, "a.npz", b, (struct gg_foreign_options){.dim = 2}, -1);
        assert_int_equal(status, negative ? GG_INPUT : 0);
        if (!negative) {
            const double *pos = gg_frame_find(&y.frame, "pos")->data, wanted[6] = {1, 2, 0, 4, 5, 0};
            assert_memory_equal(pos, wanted, sizeof wanted);
            assert_true(y.frame.dim == 2 && y.frame.cell[1][1] == 8 && y.frame.cell[2][2] == 0);
        }
        forget(&y);
        free(b.p);
    }
}

/* Times of the source, chosen by their value or their place. */
static void chosen_times(void **state)
{
    (void)state;
    static const struct {
        double time;
        int64_t index;
        const char *says;
    } cases[] = {{2.001, -1, NULL},
                 {0, 1, NULL},
                 {7, -1, "no time 7; the source has 1 2"},
                 {0, 2, "--time-index 2: the source has 2 times"}};
    struct member m[N_ARRAY];
    for (int k = 0; k < N_ARRAY; k++)
        m[k] = (struct member){good[k].key, npy("<f8", false, good[k].ndim, good[k].shape, good[k].x)};
    struct bytes b = zip_of(m, N_ARRAY, ZIP_CM_STORE);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const struct gg_foreign_options o = {.dim = 3, .max_bytes = 1 << 30};
        const struct gg_reals times = {cases[c].time > 0, (double *)(uintptr_t)&cases[c].time};
        const struct gg_draft_options how = {&times, cases[c].index, &no_texts};
        struct gg_foreign f;
        struct imported y = {.n = 0};
        assert_int_equal(gg_foreign_open_memory(&f, "a.npz", b.p, b.n, &o, &y.err), 0);
        assert_int_equal(gg_foreign_next(&f, &y.arena, &y.draft, &y.err), 1);
        int failed = gg_draft_frame(&y.draft, &how, &y.frame, &y.arena, &y.err);
        if (cases[c].says && (!failed || y.err.status != GG_USAGE || !strstr(y.err.text, cases[c].says)))
            fail_msg("case %zu: status %d, '%s'", c, y.err.status, y.err.text);
        if (!cases[c].says) {
            const struct gg_field *time = gg_frame_find(&y.frame, "time");
            assert_true(time->shape[0] == 1 && gg_field_get(time, 0) == 2);
            assert_true(gg_field_get(gg_frame_find(&y.frame, "propensity"), 1) == 4); /* [time, node] */
        }
        gg_foreign_close(&f);
        forget(&y);
    }
    free(b.p);
}

/* ---- DeepMind: one key differs ---- */

static void put_numbers(struct bytes *b, const char *type, int32_t n, double first)
{
    const double x[4] = {first, first + 1, first + 2, first + 3};
    put_array(b, type, 1, &n, x);
}

/* The pickle of two particles at two times with the value of one key replaced. */
static struct bytes deepmind(const char *other, const char *value, size_t n_value)
{
    static const char *const keys[] = {"positions", "types",        "box",     "is_values",
                                       "time",      "time_indices", "targets", "trajectory_target_positions",
                                       "metadata"};
    const int32_t vectors[] = {2, 3};
    const double x[6] = {1, 2, 3, 4, 5, 6}, target[2] = {0, 0};
    struct bytes b = {0};
    put(&b, "\x80\3}(", 4);
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        bool replaced = other && !strcmp(other, keys[k]);
        if (replaced && !n_value)
            continue;
        put_key(&b, keys[k]);
        if (replaced)
            put(&b, value, n_value);
        else if (k == 0)
            put_array(&b, "f8", 2, vectors, x);
        else if (k < 4)
            put_numbers(&b, k == 1 ? "i4" : "f8", k == 2 ? 3 : 2, k == 2 ? 9 : 0);
        else if (k == 4)
            put(&b, "](K\0K\1K\3e", 9);
        else if (k == 5)
            put(&b, "](K\1K\2e", 7);
        else if (k == 8) {
            put_text(&b, "}");
            put_key(&b, "temperature");
            put_float(&b, 0.44);
            put_text(&b, "s");
        } else {
            put_text(&b, "](");
            for (int t = 0; t < 2; t++) {
                if (k == 7)
                    put_text(&b, "](");
                put_array(&b, "f8", k == 6 ? 1 : 2, vectors, k == 6 ? target : x);
                if (k == 7)
                    put_text(&b, "e");
            }
            put_text(&b, "e");
        }
    }
    put_text(&b, "u.");
    return b;
}

static void keys(void **state)
{
    (void)state;
    struct bytes three = {0}, flat = {0}, runs = {0}, list = {0}, none = {0}, line = {0}, alike = {0};
    const int32_t vectors[] = {3, 3};
    const double x[9] = {0};
    put_numbers(&three, "f8", 3, 1);
    put_numbers(&flat, "f8", 4, 1);
    put_text(&runs, "](](");
    put_array(&runs, "f8", 2, vectors, x);
    put_text(&runs, "ee");
    put_text(&none, "](");
    put_numbers(&none, "f8", 0, 1);
    put_numbers(&none, "f8", 0, 1);
    put_text(&none, "e");
    put_text(&line, "](](");
    put_numbers(&line, "f8", 3, 1);
    put_text(&line, "ee");
    put_text(&alike, "}(");
    put_key(&alike, "temperature");
    put_float(&alike, 0.5);
    put_key(&alike, "a b");
    put_text(&alike, "K\1");
    put_key(&alike, "a_b");
    put_text(&alike, "K\1u");
    put_text(&list, "](");
    put_numbers(&list, "f8", 2, 1);
    put_numbers(&list, "f8", 3, 1);
    put_text(&list, "e");
    const struct {
        const char *key;
        struct bytes value;
        int status;
        const char *says;
    } cases[] = {
        {NULL, {0}, 0, ""},
        {"positions", {0}, GG_INPUT, "key 'positions' is missing; an array is wanted"},
        {"positions", {(unsigned char *)"N", 1, 0}, GG_INPUT, "key 'positions' is something else"},
        {"positions", flat, GG_INPUT, "key 'positions' has not the shape"},
        {"types", three, GG_INPUT, "field 'type': the source has shape [3]"},
        {"box", flat, GG_INPUT, "key 'box' has 4 numbers; 3 are wanted"},
        {"is_values", three, GG_INPUT, "2 time_indices but 3 is_values"},
        {"time", {(unsigned char *)"N", 1, 0}, GG_INPUT, "key 'time' is something else; a list of times"},
        {"time",
         {(unsigned char *)"](K\0K\1e", 7, 0},
         GG_INPUT,
         "time_indices[1] is no index into the 2 times"},
        {"time", {(unsigned char *)"](K\0NK\1e", 8, 0}, GG_INPUT, "time_indices[0] is no index"},
        {"time_indices", {(unsigned char *)"]", 1, 0}, GG_INPUT, "0 time_indices"},
        {"targets", {0}, 0, ""},
        {"targets", {(unsigned char *)"]", 1, 0}, GG_INPUT, "key 'targets' is no list of 2 arrays"},
        {"targets", {(unsigned char *)"](NNe", 5, 0}, GG_INPUT, "targets[0] is no array"},
        {"targets", list, GG_INPUT, "key 'targets': array 1 is not like the first"},
        {"trajectory_target_positions", {0}, 0, ""},
        {"trajectory_target_positions", {(unsigned char *)"]", 1, 0}, GG_INPUT, "is no list of lists"},
        {"trajectory_target_positions",
         {(unsigned char *)"](](Nee", 7, 0},
         GG_INPUT,
         "[0] is no list of 1 arrays"},
        {"trajectory_target_positions", runs, GG_INPUT, "has not the particles of 'positions'"},
        {"targets", none, GG_INPUT, "field 'propensity': the source has shape [2, 0], wanted is [2, 2]"},
        {"trajectory_target_positions", line, GG_INPUT, "holds arrays of 1 axes; 2 are wanted"},
        {"metadata", alike, GG_INPUT, "two columns would be field 'a_b'"},
        {"metadata", {0}, GG_USAGE, "give --temperature"},
        {"metadata", {(unsigned char *)"N", 1, 0}, GG_USAGE, "give --temperature"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct bytes b = deepmind(cases[c].key, (const char *)cases[c].value.p, cases[c].value.n);
        struct imported y;
        int status = import_bytes(&y, "a.pickle", b, (struct gg_foreign_options){.format = 0}, -1);
        if (status != cases[c].status || !strstr(y.err.text, cases[c].says))
            fail_msg("case %zu: status %d, '%s'", c, status, y.err.text);
        forget(&y);
        free(b.p);
    }
    free(three.p);
    free(flat.p);
    free(runs.p);
    free(list.p);
    free(none.p);
    free(line.p);
    free(alike.p);
    must_refuse("a.pickle", text("\x80\3]."), "the pickle is no dictionary");
}

/* One array in many places of a list: more than a frame may have. */
static void shared_runs(void **state)
{
    (void)state;
    const int32_t vectors[] = {2, 3};
    const double x[6] = {0};
    struct bytes runs = {0};
    put_text(&runs, "](](");
    put_array(&runs, "f8", 2, vectors, x);
    put_text(&runs, "q\5");
    for (int k = 0; k < 200; k++)
        put_text(&runs, "h\5");
    put_text(&runs, "ee");
    struct bytes b = deepmind("trajectory_target_positions", (const char *)runs.p, runs.n);
    struct imported y;
    int status = import_bytes(&y, "a.pickle", b, (struct gg_foreign_options){.max_bytes = b.n}, -1);
    if (status != GG_INPUT || !strstr(y.err.text, "key 'trajectory_target_positions': more than --max-frame"))
        fail_msg("status %d, '%s'", status, y.err.text);
    forget(&y);
    status = import_bytes(&y, "a.pickle", b, (struct gg_foreign_options){.max_bytes = b.n - 1}, -1);
    if (status != GG_INPUT || !strstr(y.err.text, "bytes (--max-frame)"))
        fail_msg("status %d, '%s'", status, y.err.text);
    forget(&y);
    free(b.p);
    free(runs.p);
}

/* Whole numbers that a double does not hold stay numbers; they change no sign. */
static void large_numbers(void **state)
{
    (void)state;
    struct bytes value = {0};
    put_text(&value, "}(");
    put_key(&value, "temperature");
    put_float(&value, 0.5);
    put_key(&value, "seed");
    put(&value, "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f", 10);
    put_key(&value, "count");
    put_text(&value, "K\7u");
    struct bytes b = deepmind("metadata", (const char *)value.p, value.n);
    struct imported y;
    if (import_bytes(&y, "a.pickle", b, (struct gg_foreign_options){.format = 0}, -1))
        fail_msg("%s", y.err.text);
    const struct gg_field *seed = gg_frame_find(&y.frame, "seed"), *count = gg_frame_find(&y.frame, "count");
    assert_true(seed->dtype == GG_F64 && *(double *)seed->data == 0x1p63);
    assert_true(count->dtype == GG_I64 && *(int64_t *)count->data == 7);
    forget(&y);
    free(b.p);
    free(value.p);
}

/* ---- drafts of several files ---- */

static void other_replicas(void **state)
{
    (void)state;
    struct gg_draft d = {.id = "x/2"};
    struct gg_meta first = {0}, trailer = {0};
    struct gg_err err;
    gg_meta_add(&first, "replicas", "3");
    gg_meta_add(&d.meta, "replicas", "3");
    gg_meta_add(&d.meta, "source.time", "--time");
    assert_int_equal(gg_draft_compare_meta(&d, &first, &trailer, &err), 0);
    assert_int_equal(trailer.n, 1);
    gg_meta_set(&d.meta, "replicas", "4");
    assert_int_equal(gg_draft_compare_meta(&d, &first, &trailer, &err), -1);
    assert_string_equal(err.text,
                        "x/2: 4 replicas, the configurations before have 3; import them separately");
    gg_meta_clear(&first);
    gg_meta_clear(&trailer);
    gg_draft_clear(&d);
}

/* ---- names of files ---- */

static void paths(void **state)
{
    (void)state;
    static const struct {
        const char *path, *stem, *part, *number;
        double temperature;
        int code;
    } cases[] = {
        {"botan-T0.44/train/isoconfig_N4096T0.44_12_tc07.npz", "isoconfig_N4096T0.44_12_tc07", "train", "12",
         0.44, 7},
        {"ka-md/T0.50/ka_T0.50_001.npz", "ka_T0.50_001", "", "1", 0.5, 0},
        {"ka_T0.50_000_replicas.npz", "ka_T0.50_000_replicas", "", "0", 0.5, 0},
        {"T0.56/test/x.npz", "x", "test", "", 0.56, 0},
        {"T0.56/test/T0.44.npz", "T0.44", "test", "", 0.44, 0},
        {"mytest/x.npz", "x", "", "", 0, 0},
        {"test/a/x.npz", "x", "", "", 0, 0},
        {"a/valid/LIST1.5_3.dump.gz", "LIST1.5_3", "valid", "3", 0, 0},
        {"iso.T0.64.3.dump", "iso.T0.64.3", "", "", 0.64, 0},
        {"T1_tc123.npz", "T1_tc123", "", "", 0, 0},
        {"odd name\n.xyz", "odd_name_", "", "", 0, 0},
        {"-", "-", "", "", 0, 0},
        {".gz", ".gz", "", "", 0, 0},
        {"", "", "", "", 0, 0},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct gg_path_words p;
        gg_path_read(&p, cases[c].path);
        assert_string_equal(p.stem, cases[c].stem);
        assert_string_equal(p.part, cases[c].part);
        assert_string_equal(p.number, cases[c].number);
        if (p.temperature != cases[c].temperature || p.time_code != cases[c].code)
            fail_msg("%s: T %g, code %d", cases[c].path, p.temperature, p.time_code);
    }
    struct gg_path_words p;
    gg_path_read(&p, "a/my set {1}/x.npz");
    assert_string_equal(p.folder, "my_set__1_");
}

static void sample_ids(void **state)
{
    (void)state;
    const struct gg_path_words p = {.stem = "stem", .number = "7"}, q = {.stem = "s", .part = "test"};
    char id[GG_ID], long_template[128];
    struct gg_err err;
    memset(long_template, 'x', 127);
    long_template[127] = 0;
    assert_int_equal(gg_path_id(id, sizeof id, "{system}/T{T}/{part}/{number}", &p,
                                &(struct gg_path_facts){.dim = 3, .temperature = 0.5}, &err),
                     0);
    assert_string_equal(id, "KA/T0.50/7");
    assert_int_equal(gg_path_id(id, sizeof id, "{system}/T{T}/{part}/{number}", &q,
                                &(struct gg_path_facts){.dim = 2, .temperature = 0.435}, &err),
                     0);
    assert_string_equal(id, "KA2D/T0.435/test/s");
    assert_int_equal(gg_path_id(id, sizeof id, "{stem}/{step}/{part}", &p,
                                &(struct gg_path_facts){.dim = 3, .step = -12}, &err),
                     0);
    assert_string_equal(id, "stem/-12");
    assert_int_equal(gg_path_id(id, sizeof id, "a{b", &p, &(struct gg_path_facts){.dim = 3}, &err), 0);
    assert_string_equal(id, "a{b");
    assert_int_equal(gg_path_id(id, sizeof id, "{colour}", &p, &(struct gg_path_facts){.dim = 3}, &err), -1);
    assert_int_equal(err.status, GG_USAGE);
    assert_int_equal(gg_path_id(id, sizeof id, "\xc3\xa4", &p, &(struct gg_path_facts){.dim = 3}, &err), -1);
    assert_int_equal(gg_path_id(id, sizeof id, long_template, &p, &(struct gg_path_facts){.dim = 3}, &err),
                     -1);
    assert_int_equal(err.status, GG_INPUT);
    long_template[95] = 0;
    assert_int_equal(gg_path_id(id, sizeof id, long_template, &p, &(struct gg_path_facts){.dim = 3}, &err),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays),         cmocka_unit_test(told),        cmocka_unit_test(planes),
        cmocka_unit_test(chosen_times),   cmocka_unit_test(shared_runs), cmocka_unit_test(large_numbers),
        cmocka_unit_test(other_replicas), cmocka_unit_test(keys),        cmocka_unit_test(paths),
        cmocka_unit_test(sample_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
