/* test_foreign_files.c -- files and folders that cannot be opened, or not once more; a stream of no configuration */
#include "foreign_fixture.h"

#include "formats/import.h"
#include "formats/npz_write.h"
#include "formats/picture.h"
#include "formats/predictions.h"
#include "formats/runs.h"

#include <sys/resource.h>
#include <unistd.h>

/* A folder for which there is no descriptor. */
static void folders(void **state)
{
    (void)state;
    char folder[] = "/tmp/gg_drafts.XXXXXX", *paths[] = {folder};
    struct gg_drafts s;
    struct gg_err err;
    struct rlimit old, few;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    few = (struct rlimit){3, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    int failed = gg_drafts_init(&s, paths, 1, &plain, false, &err);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    rmdir(folder);
    assert_int_equal(failed, -1);
    assert_int_equal(err.status, GG_SYSTEM);
    assert_non_null(strstr(err.text, folder));
    assert_non_null(strstr(err.text, "Too many open files"));
}

static void no_configuration(void **state)
{
    (void)state;
    struct gg_importer m = {.how = {&no_reals, -1, &no_texts}};
    struct gg_err err;
    assert_int_equal(gg_importer_end(&m, &err), -1);
    assert_int_equal(err.status, GG_TRUNCATED);
    assert_string_equal(err.text, "no configuration at all");
    gg_importer_free(&m);
}

/* ---- files that are written ---- */

/* An array that is larger than any buffer, for a disk that is full; nothing of it is left. */
static void full_disk(void **state)
{
    (void)state;
    enum { MANY = 200000 };
    static const double zeros[MANY];
    struct gg_npz_writer z;
    struct gg_err err;
    assert_int_equal(gg_npz_create(&z, "/dev/full", &err), 0);
    assert_int_equal(gg_npz_add(&z, "x", "<f8", 1, (const uint64_t[]){MANY}, zeros, sizeof zeros, &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
    assert_non_null(strstr(err.text, "/dev/full: cannot write: No space left on device"));
    gg_npz_discard(&z);
    assert_int_equal(gg_npz_create(&z, "/dev/null/x.npz", &err), -1);
    assert_non_null(strstr(err.text, "/dev/null"));
}

static void no_picture(void **state)
{
    (void)state;
    struct gg_prov history = {0};
    struct gg_err err;
    assert_int_equal(gg_picture_sign("/nowhere/x.svg", &history, &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
    assert_non_null(strstr(err.text, "/nowhere/x.svg"));
}

/* ---- predictions ---- */

/* Of the sample that the name of the file has the number of. */
static void write_prediction(const char *path)
{
    const uint64_t two[] = {2};
    struct member m[] = {{"x", npy("<f8", false, 1, two, (const double[]){1, 2})}};
    struct bytes b = zip_of(m, 1, ZIP_CM_STORE);
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(b.p, 1, b.n, file), b.n);
    fclose(file);
    free(b.p);
}

/* The arrays of a file are held until another one is read: a sample that comes again has its file read again, and it may be gone. */
static void read_again(void **state)
{
    (void)state;
    char folder[] = "/tmp/gg_predictions.XXXXXX", path[2][64];
    const char *files[] = {path[0], path[1]};
    const struct gg_texts all = {2, files};
    struct gg_predictions p;
    struct gg_arena a = {0};
    struct gg_frame like = {.dim = 3, .n_node = 2}, out = {0};
    struct gg_err err;
    assert_non_null(mkdtemp(folder));
    for (int k = 0; k < 2; k++) {
        snprintf(path[k], sizeof path[k], "%s/x_%d.npz", folder, k + 1);
        write_prediction(path[k]);
    }
    gg_predictions_init(&p, &all, "propensity", 1 << 20);
    for (int turn = 0; turn < 3; turn++) {
        snprintf(like.id, sizeof like.id, "KA/T0.44/%d", turn % 2 + 1);
        if (gg_predictions_find(&p, &like, NULL, &out, &a, &err))
            fail_msg("%s", err.text);
        assert_true(gg_field_get(gg_frame_find(&out, "propensity_pred.x"), 1) == 2);
    }
    unlink(path[1]);
    snprintf(like.id, sizeof like.id, "KA/T0.44/2");
    assert_int_equal(gg_predictions_find(&p, &like, NULL, &out, &a, &err), -1);
    assert_int_equal(err.status, GG_SYSTEM);
    assert_non_null(strstr(err.text, "x_2.npz: No such file or directory"));
    unlink(path[0]);
    rmdir(folder);
    gg_predictions_free(&p);
    gg_frame_free(&out);
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders),    cmocka_unit_test(no_configuration), cmocka_unit_test(full_disk),
        cmocka_unit_test(no_picture), cmocka_unit_test(read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
