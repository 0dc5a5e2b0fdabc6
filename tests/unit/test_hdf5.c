/* test_hdf5.c -- H5MD files made here: frames, steps, boxes that change, elements at other steps; refusals */
#include "foreign_fixture.h"

#include "formats/hdf5.h"
#include <hdf5.h>
#include <unistd.h>

static const char *const path = "test_hdf5.tmp.h5";

static void dataset(hid_t at, const char *name, hid_t type, int ndim, const hsize_t *shape, const void *data)
{
    hid_t space = H5Screate_simple(ndim, shape, NULL), links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    hid_t set = H5Dcreate2(at, name, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    H5Dclose(set);
    H5Sclose(space);
    H5Pclose(links);
}

/* The third direction is open. */
static void set_boundary(hid_t file, const char *group)
{
    static const char words[3][10] = {"periodic", "periodic", "none"};
    char name[100];
    snprintf(name, sizeof name, "particles/%s/box", group);
    hid_t box = H5Gopen2(file, name, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1),
          space = H5Screate_simple(1, (const hsize_t[]){3}, NULL);
    H5Tset_size(type, 10);
    hid_t attribute = H5Acreate2(box, "boundary", type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(attribute >= 0 && H5Awrite(attribute, type, words) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    H5Gclose(box);
}

/* Two frames of two particles; images at the second step only if `ragged`. */
static void write_file(const char *group, bool ragged)
{
    static const double pos[] = {1, 2, 3, 4, 5, 6, 1.5, 2, 3, 4, 5, 6.5}, time[] = {0.5, 1},
                        edges[] = {8, 9, 10, 8.5, 9, 10};
    static const int step[] = {10, 20}, image[] = {0, 0, 0, 1, 0, 0, 0, -1, 0, 1, 0, 0}, species[] = {1, 0};
    static const float mass[] = {1, 2};
    char name[100];
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
#define PUT(element, type, ndim, data, ...)                                    \
    do {                                                                       \
        snprintf(name, sizeof name, "particles/%s/%s", group, element);        \
        dataset(file, name, type, ndim, (const hsize_t[]){__VA_ARGS__}, data); \
    } while (0)
    PUT("position/value", H5T_NATIVE_DOUBLE, 3, pos, 2, 2, 3);
    PUT("position/step", H5T_NATIVE_INT, 1, step, 2);
    PUT("position/time", H5T_NATIVE_DOUBLE, 1, time, 2);
    PUT("box/edges/value", H5T_NATIVE_DOUBLE, 2, edges, 2, 3);
    PUT("box/edges/step", H5T_NATIVE_INT, 1, step, 2);
    PUT("image/value", H5T_NATIVE_INT, 3, image, ragged ? 1 : 2, 2, 3);
    PUT("image/step", H5T_NATIVE_INT, 1, step + ragged, ragged ? 1 : 2);
    PUT("species", H5T_NATIVE_INT, 1, species, 2);
    PUT("mass", H5T_NATIVE_FLOAT, 1, mass, 2);
    static const double own[] = {0.5, 1, 2, 3, 4, 5}, grid[] = {1, 2, 3, 4, 5};
    PUT("my-dipole", H5T_NATIVE_DOUBLE, 2, own, 2, 3);
    PUT("stiffness/value", H5T_NATIVE_DOUBLE, 2, own, 2, 2);
    PUT("stiffness/step", H5T_NATIVE_INT, 1, step, 2);
    PUT("grid", H5T_NATIVE_DOUBLE, 1, grid, 5);
#undef PUT
    set_boundary(file, group);
    H5Fclose(file);
}

static void frames(void **state)
{
    (void)state;
    struct gg_err err;
    char *text;
    size_t n;
    write_file("all", false);
    struct gg_hdf5 *h = gg_hdf5_open(path, NULL, 1 << 20, &err);
    assert_non_null(h);
    assert_int_equal(gg_hdf5_dim(h), 3);
    assert_false(gg_hdf5_from_zero(h));
    for (int k = 0; k < 2; k++) {
        struct imported x;
        assert_int_equal(gg_hdf5_next(h, &text, &n, &err), 1);
        if (import_bytes(&x, "a.xyz", (struct bytes){(unsigned char *)text, n, n}, plain, -1))
            fail_msg("%s in\n%s", x.err.text, text);
        const double *pos = gg_frame_find(&x.frame, "pos")->data;
        const int32_t *image = gg_frame_find(&x.frame, "image")->data;
        assert_true(pos[0] == (k ? 1.5 : 1) && image[3] == 1 && image[1] == (k ? -1 : 0));
        assert_true(x.frame.cell[0][0] == (k ? 8.5 : 8) && x.frame.pbc == 3);
        assert_int_equal(*(int64_t *)gg_frame_find(&x.frame, "step")->data, k ? 20 : 10);
        assert_true(*(double *)gg_frame_find(&x.frame, "run_time")->data == (k ? 1 : 0.5));
        assert_int_equal(((int32_t *)gg_frame_find(&x.frame, "type")->data)[0], 1);
        assert_true(((double *)gg_frame_find(&x.frame, "mass")->data)[1] == 2);
        const struct gg_field *dipole = gg_frame_find(&x.frame, "my_dipole");
        assert_string_equal(dipole->irreps, "1x1o");
        assert_true(((double *)dipole->data)[5] == 5);
        assert_true(((double *)gg_frame_find(&x.frame, "stiffness")->data)[1] == (k ? 3 : 1));
        assert_string_equal(gg_meta_get(&x.meta, "source.left_out"), "element_grid (text)");
        forget(&x);
        free(text);
    }
    assert_int_equal(gg_hdf5_next(h, &text, &n, &err), 0);
    gg_hdf5_close(h);
    unlink(path);
}

static void refusals(void **state)
{
    (void)state;
    struct gg_err err = {0};
    char *text;
    size_t n;
    assert_null(gg_hdf5_open("absent.h5", NULL, 1 << 20, &err));
    write_file("all", true);
    assert_null(gg_hdf5_open(path, "other", 1 << 20, &err));
    assert_non_null(strstr(err.text, "no group 'particles/other'"));
    struct gg_hdf5 *h = gg_hdf5_open(path, "all", 1 << 20, &err);
    assert_int_equal(gg_hdf5_next(h, &text, &n, &err), -1);
    assert_non_null(strstr(err.text, "frame 0: 'image' has no value at the step of the positions"));
    gg_hdf5_close(h);
    h = gg_hdf5_open(path, "all", 16, &err);
    assert_int_equal(gg_hdf5_next(h, &text, &n, &err), -1);
    assert_non_null(strstr(err.text, "--max-frame"));
    gg_hdf5_close(h);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(frames), cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
