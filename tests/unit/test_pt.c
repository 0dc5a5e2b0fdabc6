/* test_pt.c -- PyTorch archives made by hand: tensors with strides, Data of PyTorch Geometric, lists; damage, lies, refusals */
#include "foreign_fixture.h"

static void put_global(struct bytes *b, const char *module, const char *name)
{
    put_text(b, "c");
    put_text(b, module);
    put_text(b, "\n");
    put_text(b, name);
    put_text(b, "\n");
}

static void put_tuple(struct bytes *b, int n, const int64_t *x)
{
    put_text(b, "(");
    for (int k = 0; k < n; k++) {
        put(b, "\x8a\x08", 2); /* of eight bytes */
        put(b, &x[k], 8);
    }
    put_text(b, "t");
}

struct tensor {
    const char *type, *key;
    int count, offset, n;
    int64_t size[2], stride[2];
};

static void put_tensor(struct bytes *b, const struct tensor *t)
{
    put_global(b, "torch._utils", "_rebuild_tensor_v2");
    put_text(b, "((");
    put_key(b, "storage");
    put_global(b, "torch", t->type);
    put_key(b, t->key);
    put_key(b, "cpu");
    put_whole(b, t->count);
    put_text(b, "tQ");
    put_whole(b, t->offset);
    put_tuple(b, t->n, t->size);
    put_tuple(b, t->n, t->stride);
    put_text(b, "\x89");
    put_global(b, "collections", "OrderedDict");
    put_text(b, ")RtR");
}

static void put_swapped(struct bytes *b, const void *data, int n, size_t size, bool swap)
{
    for (int k = 0; k < n; k++)
        for (size_t c = 0; c < size; c++)
            put(b, (const char *)data + (size_t)k * size + (swap ? size - 1 - c : c), 1);
}

/* One zip of the pickle, two storages and, if it is not NULL, the order of their bytes. */
static struct bytes archive_of(const struct bytes *pickle, const char *order)
{
    static const float pos[] = {9, 1, 1.5f, 2, 2.5f, 3, 3.5f};
    static const int64_t type[] = {1, 0};
    bool big = order && !strcmp(order, "big");
    struct member m[] = {{"a/data.pkl", *pickle}, {"a/data/0", {0}}, {"a/data/1", {0}}, {"a/byteorder", {0}}};
    put_swapped(&m[1].bytes, pos, 7, sizeof *pos, big);
    put_swapped(&m[2].bytes, type, 2, sizeof *type, big);
    put_text(&m[3].bytes, order ? order : "");
    struct bytes out = zip_with(m, order ? 4 : 3, ZIP_CM_STORE, "");
    for (int k = 1; k < 4; k++)
        free(m[k].bytes.p);
    return out;
}

static struct bytes archive(const struct bytes *pickle)
{
    return archive_of(pickle, NULL);
}

/* Two particles: positions from number 1 on, here with rows and columns exchanged; types; a cell; a number. */
static const struct tensor good = {"FloatStorage", "0", 7, 1, 2, {2, 3}, {3, 1}};
static const struct tensor types = {"LongStorage", "1", 2, 0, 1, {2}, {1}};

static void put_dict(struct bytes *b, const struct tensor *pos)
{
    put_text(b, "}(");
    put_key(b, "pos");
    put_tensor(b, pos);
    put_key(b, "type"); /* a parameter holds its tensor */
    put_global(b, "torch._utils", "_rebuild_parameter");
    put_text(b, "(");
    put_tensor(b, &types);
    put_text(b, "\x89");
    put_global(b, "collections", "OrderedDict");
    put_text(b, ")RtR");
    put_key(b, "batch"); /* None, and a key that is no text */
    put_text(b, "NK\1K\1");
    put_key(b, "cell");
    put_float(b, 5);
    put_key(b, "energy");
    put_float(b, -2);
    put_key(b, "name");
    put_key(b, "me");
    put_text(b, "u");
}

static struct bytes dict_file_of(const struct tensor *pos, const char *order)
{
    struct bytes p = {0};
    put(&p, "\x80\2", 2);
    put_dict(&p, pos);
    put_text(&p, ".");
    struct bytes b = archive_of(&p, order);
    free(p.p);
    return b;
}

static struct bytes dict_file(const struct tensor *pos)
{
    return dict_file_of(pos, NULL);
}

/* Data -> _store -> GlobalStorage -> _mapping, as PyTorch Geometric 2 saves it; two of them in a list. */
static struct bytes data_file_of(int n)
{
    struct bytes p = {0};
    put(&p, "\x80\2](", 4);
    for (int k = 0; k < n; k++) {
        put_global(&p, "torch_geometric.data.data", "Data");
        put_text(&p, ")\x81}(");
        put_key(&p, "_edge_attr_cls");
        put_global(&p, "torch_geometric.data.data", "DataEdgeAttr");
        put_key(&p, "_store");
        put_global(&p, "torch_geometric.data.storage", "GlobalStorage");
        put_text(&p, ")\x81}(");
        put_key(&p, "_mapping");
        put_dict(&p, &good);
        put_text(&p, "ubub");
    }
    put_text(&p, "e.");
    struct bytes b = archive(&p);
    free(p.p);
    return b;
}

static void check_frame(const struct imported *x, const double *pos)
{
    const double *r = gg_frame_find(&x->frame, "pos")->data;
    const int32_t *type = gg_frame_find(&x->frame, "type")->data;
    for (int k = 0; k < 6; k++)
        assert_true(r[k] == pos[k]);
    assert_true(type[0] == 1 && type[1] == 0);
    assert_true(x->frame.cell[0][0] == 5 && x->frame.pbc == 7);
    assert_true(*(double *)gg_frame_find(&x->frame, "energy.frame")->data == -2);
    assert_string_equal(gg_meta_get(&x->meta, "source.left_out"), "name (no tensor of numbers)");
}

static void tensors(void **state)
{
    (void)state;
    struct bytes b = dict_file(&good);
    struct imported x;
    if (import_bytes(&x, "a.pt", b, plain, -1))
        fail_msg("%s", x.err.text);
    check_frame(&x, (const double[]){1, 1.5, 2, 2.5, 3, 3.5});
    forget(&x);
    free(b.p);
    const struct tensor turned = {"FloatStorage", "0", 7, 1, 2, {2, 3}, {1, 2}};
    b = dict_file(&turned);
    assert_int_equal(import_bytes(&x, "a.pt", b, plain, -1), 0);
    check_frame(&x, (const double[]){1, 2, 3, 1.5, 2.5, 3.5});
    forget(&x);
    free(b.p);
    b = data_file_of(2);
    if (import_bytes(&x, "a.pt", b, plain, -1))
        fail_msg("%s", x.err.text);
    assert_int_equal(x.n, 2);
    check_frame(&x, (const double[]){1, 1.5, 2, 2.5, 3, 3.5});
    forget(&x);
    free(b.p);
}

static void byte_order(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        struct bytes b = dict_file_of(&good, big ? "big" : "little");
        struct imported x;
        if (import_bytes(&x, "a.pt", b, plain, -1))
            fail_msg("%s", x.err.text);
        check_frame(&x, (const double[]){1, 1.5, 2, 2.5, 3, 3.5});
        forget(&x);
        free(b.p);
    }
    must_refuse("a.pt", dict_file_of(&good, "middle"), "member 'a/byteorder': 'middle'; little or big");
    char long_text[] = "a text of seventy characters is no order of bytes: they are 64 at most";
    must_refuse("a.pt", dict_file_of(&good, long_text), "member 'a/byteorder': 70 bytes; the limit is 64");
}

static struct bytes pickled(const char *before, int n, const char *each, const char *behind)
{
    struct bytes p = {0};
    char key[32];
    put(&p, "\x80\2", 2);
    put_text(&p, before);
    for (int k = 0; k < n; k++) {
        sprintf(key, "k%d", k);
        put_key(&p, key);
        put_text(&p, each);
    }
    put_text(&p, behind);
    struct bytes b = archive(&p);
    free(p.p);
    return b;
}

/* What is no configuration: a number, dictionaries one in the other without end, too many tensors. */
static void no_configurations(void **state)
{
    (void)state;
    struct bytes deep = {0};
    must_refuse("a.pt", pickled("](K\1e.", 0, "", ""), "item 0 is no dictionary of tensors and no Data");
    must_refuse("a.pt", pickled("}(", 513, "K\1", "u."), "more than 512 tensors");
    put(&deep, "\x80\2", 2);
    for (int k = 0; k < 9; k++) {
        put_text(&deep, "}");
        put_key(&deep, "_store");
    }
    put_text(&deep, "K\1sssssssss.");
    must_refuse("a.pt", archive(&deep), "item 0 is no dictionary of tensors and no Data");
    free(deep.p);
}

static void lies(void **state)
{
    (void)state;
    const struct {
        struct tensor t;
        const char *says;
    } cases[] = {{{"FloatStorage", "0", 7, 2, 2, {2, 3}, {3, 1}}, "reaches beyond its storage"},
                 {{"FloatStorage", "0", 8, 1, 2, {2, 3}, {3, 1}}, "reaches beyond its storage"},
                 {{"FloatStorage", "0", 7, 1, 2, {2, 3}, {1 << 30, 1}}, "reaches beyond its storage"},
                 {{"FloatStorage", "0", 7, 1, 2, {1 << 30, 1 << 30}, {0, 0}}, "more bytes than the file"},
                 {{"ByteStorage", "0", 7, 1, 1, {1 << 25, 0}, {INT64_C(1) << 40, 0}},
                  "reaches beyond its storage"},
                 {{"DoubleStorage", "0", 7, 1, 2, {2, 3}, {3, 1}}, "reaches beyond its storage"},
                 {{"FloatStorage", "7", 7, 1, 2, {2, 3}, {3, 1}}, "no member 'a/data/7'"},
                 {{"FloatStorage", "0", 7, -1, 2, {2, 3}, {3, 1}}, "unknown state"},
                 {{"system", "0", 7, 1, 2, {2, 3}, {3, 1}}, "global 'torch system' not allowed"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        must_refuse("a.pt", dict_file(&cases[k].t), cases[k].says);
}

static void damage(void **state)
{
    (void)state;
    struct bytes b = data_file_of(1);
    damage_everywhere("a.pt", b);
    free(b.p);
}

int main(void)
{
    const struct CMUnitTest all[] = {cmocka_unit_test(tensors), cmocka_unit_test(byte_order),
                                     cmocka_unit_test(no_configurations), cmocka_unit_test(lies),
                                     cmocka_unit_test(damage)};
    return cmocka_run_group_tests(all, NULL, NULL);
}
