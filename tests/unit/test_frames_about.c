/* test_frames_about.c -- an estimate that stops reading early knows how many frames there are from the share of the bytes that it has read */
#include "learn/train.h"
#include "near.h"
#include "util/progress.h"

/* Seven equal frames, of which the third takes too long: two were taken. */
static void stopped(void **state)
{
    (void)state;
    static struct gg_trainer t = {.how.dry = true};
    assert_false(gg_train_enough(&t, -1, 1.0 / 7));
    assert_false(gg_train_enough(&t, -1, 2.0 / 7));
    t.part[0].began = 1e-9; /* long ago */
    assert_true(gg_train_enough(&t, -1, 3.0 / 7));
    struct gg_frames_about n = gg_frames_about(&t, 2, 0);
    close_to(n.train, 7, 0);
    assert_string_equal(n.word, "about ");
}

/* The last frame is taken, however late; so are all of a real run. */
static void to_the_end(void **state)
{
    (void)state;
    static struct gg_trainer t = {.how.dry = true}, real;
    for (int k = 1; k <= 2; k++)
        assert_false(gg_train_enough(&t, -1, k / 3.0));
    t.part[0].began = real.part[0].began = 1e-9;
    assert_false(gg_train_enough(&t, -1, 1));
    close_to(gg_frames_about(&t, 3, 0).train, 3, 0);
    assert_string_equal(gg_frames_about(&t, 3, 0).word, "");
    for (int k = 1; k <= 5; k++)
        assert_false(gg_train_enough(&real, -1, k / 5.0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stopped), cmocka_unit_test(to_the_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
