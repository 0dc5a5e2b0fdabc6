/* test_jsonline.c -- reads back what our own JSON writer wrote, and nothing from a line cut short */
#include "util/json.h"
#include "util/jsonline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char *make(void)
{
    char *text;
    size_t bytes;
    struct gg_json j = {.to = open_memstream(&text, &bytes)};
    gg_json_begin(&j, NULL, '{');
    gg_json_text(&j, "event", "eval");
    gg_json_text(&j, "odd", "a\"b\\,}{ \"loss\":9");
    gg_json_begin(&j, "argv", '[');
    gg_json_text(&j, NULL, "]\"");
    gg_json_begin(&j, NULL, '{');
    gg_json_double(&j, "loss", 7);
    gg_json_end(&j, '}');
    gg_json_end(&j, ']');
    gg_json_double(&j, "loss", 0.1);
    gg_json_int(&j, "epoch", 3);
    gg_json_double(&j, "rho", NAN);
    gg_json_text(&j, "last", "x");
    gg_json_end(&j, '}');
    fclose(j.to);
    return text;
}

static void reads(void **state)
{
    (void)state;
    char *line = make(), text[16];
    double x;
    assert_true(gg_jsonline_number(line, "loss", &x) && x == 0.1);
    assert_true(gg_jsonline_number(line, "epoch", &x) && x == 3);
    assert_true(gg_jsonline_number(line, "rho", &x) && isnan(x));
    assert_true(gg_jsonline_text(line, "event", text, sizeof text) && strcmp(text, "eval") == 0);
    assert_true(gg_jsonline_text(line, "last", text, sizeof text) && strcmp(text, "x") == 0);
    assert_false(gg_jsonline_number(line, "event", &x));
    assert_false(gg_jsonline_text(line, "loss", text, sizeof text));
    assert_false(gg_jsonline_number(line, "los", &x));
    assert_false(gg_jsonline_number(line, "argv", &x));
    free(line);
}

/* Every length of a line, and every byte replaced by every other: no crash; a part has no values. */
static void damage(void **state)
{
    (void)state;
    char *line = make(), text[16];
    double x;
    for (size_t n = 0, all = strlen(line); n < all; n++) {
        char *part = strndup(line, n);
        assert_false(gg_jsonline_number(part, "loss", &x));
        free(part);
        char kept = line[n];
        for (int c = 0; c < 256; c++) {
            line[n] = (char)c;
            gg_jsonline_number(line, "epoch", &x);
            gg_jsonline_text(line, "last", text, sizeof text);
        }
        line[n] = kept;
    }
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
