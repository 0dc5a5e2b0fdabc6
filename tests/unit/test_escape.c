/* test_escape.c -- hostile text at every destination: the shell reads it back, a terminal stays where it is, JSON parses */
#include "near.h"
#include "util/err.h"
#include "util/escape.h"
#include "util/json.h"
#include "util/tsv.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const hostile[] = {"plain",
                                      "",
                                      "it's",
                                      "\"quoted\" \\ back",
                                      "a\nb\r\tc",
                                      "\x1B[2J\x1B]0;title\x07",
                                      "\x7F",
                                      "c1 \xC2\x9B"
                                      "31m \xC2\x80 \xC2\x9F",
                                      "raw \x9B"
                                      "31m \x80\x9F",
                                      "turned \xE2\x80\xAA\xE2\x80\xAE\xE2\x81\xA6\xE2\x81\xA9 \xD8\x9C",
                                      "lines \xE2\x80\xA8\xE2\x80\xA9",
                                      "$(touch ran) `touch ran` ${HOME}",
                                      "; touch ran #",
                                      "-n",
                                      "*?[x]~",
                                      "<a href=\"x\">&amp;</a>",
                                      "\xCF\x83 sigma, \xF0\x9F\x98\x80 face",
                                      "cut \xCF",
                                      "overlong \xC0\xAF \xE0\x80\xAF",
                                      "surrogate \xED\xA0\x80, beyond \xF5\x80\x80\x80",
                                      "@x^{2}_~ & more"};
enum { HOSTILE = sizeof hostile / sizeof *hostile };

static char *written(void (*escape)(FILE *, const char *), const char *text)
{
    char *out = NULL;
    size_t bytes;
    FILE *f = open_memstream(&out, &bytes);
    escape(f, text);
    fclose(f);
    return out;
}

/* Nothing but characters that may be shown, all of them UTF-8. */
static void assert_quiet(const char *text)
{
    uint32_t code;
    for (size_t length; *text; text += length) {
        length = gg_utf8(text, strlen(text), &code);
        if (gg_is_control(code) || (code == 0xFFFD && length == 1))
            fail_msg("U+%04X in '%s'", (unsigned)code, text);
    }
}

static void lines(void **state)
{
    (void)state;
    for (int k = 0; k < HOSTILE; k++) {
        char text[200];
        struct gg_err err = {0};
        snprintf(text, sizeof text, "%s", hostile[k]);
        gg_escape_line(text);
        assert_quiet(text);
        gg_fail(&err, GG_INPUT, "%s: wrong", hostile[k]);
        assert_quiet(err.text);
        gg_err_prefix(&err, "%s: ", hostile[k]);
        assert_quiet(err.text);
        assert_non_null(strstr(err.text, ": wrong"));
    }
    char kept[] = "\xCF\x83 \xF0\x9F\x98\x80 'a\\b'", mixed[] = "a\xC2\x9B"
                                                                "b\xE2\x80\xAE"
                                                                "c\xFF";
    gg_escape_line(kept);
    assert_string_equal(kept, "\xCF\x83 \xF0\x9F\x98\x80 'a\\b'");
    gg_escape_line(mixed);
    assert_string_equal(mixed, "a?b?c?");
}

/* A message is cut where it is too long, not inside a character. */
static void long_lines(void **state)
{
    (void)state;
    for (int shift = 0; shift < 4; shift++) {
        char name[3000] = "";
        struct gg_err err;
        memset(name, 'x', (size_t)shift);
        for (size_t k = (size_t)shift; k + 5 < sizeof name; k += 4)
            memcpy(name + k, "\xF0\x9F\x98\x80", 5);
        gg_fail(&err, GG_INPUT, "%s", name);
        assert_quiet(err.text);
    }
}

static void shell(void **state)
{
    (void)state;
    for (int k = 0; k < HOSTILE; k++) {
        char *word = written(gg_escape_shell, hostile[k]), command[600], back[200] = "";
        snprintf(command, sizeof command, "printf %%s %s", word);
        FILE *sh = popen(command, "r");
        assert_non_null(sh);
        back[fread(back, 1, sizeof back - 1, sh)] = 0;
        assert_int_equal(pclose(sh), 0);
        if (strcmp(hostile[k], "-n") != 0) /* printf's own business */
            assert_string_equal(back, hostile[k]);
        free(word);
    }
}

static void json(void **state)
{
    (void)state;
    for (int k = 0; k < HOSTILE; k++) {
        char *text = NULL;
        size_t bytes;
        struct gg_json j = {.to = open_memstream(&text, &bytes)};
        gg_json_begin(&j, NULL, '{');
        gg_json_text(&j, hostile[k], hostile[k]);
        gg_json_end(&j, '}');
        fclose(j.to);
        assert_quiet(text);
        json_error_t why;
        json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
        if (!root)
            fail_msg("%s: %s", text, why.text);
        const char *key = json_object_iter_key(json_object_iter(root));
        assert_string_equal(json_string_value(json_object_get(root, key)), key);
        if (strstr(hostile[k], "raw") == NULL && k < 15)
            assert_string_equal(key, hostile[k]);
        json_decref(root);
        free(text);
    }
}

/* A string of gnuplot has one line, ends at its own quote, and runs nothing. */
static void gnuplot(void **state)
{
    (void)state;
    for (int k = 0; k < HOSTILE; k++) {
        char *text = written(gg_escape_gnuplot, hostile[k]);
        size_t n = strlen(text), quotes = 0;
        assert_quiet(text);
        assert_true(text[0] == '\'' && text[n - 1] == '\'' && !strchr(text, '`'));
        for (size_t i = 1; i + 1 < n; i++)
            quotes += text[i] == '\'';
        assert_int_equal(quotes % 2, 0);
        free(text);
    }
    char *text = written(gg_escape_gnuplot, "it's x_1");
    assert_string_equal(text, "'it''s x\\_1'");
    free(text);
}

static void cells(void **state)
{
    (void)state;
    struct gg_tsv t = {0};
    gg_tsv_head(&t, "a\tb\n");
    for (int k = 0; k < HOSTILE; k++)
        gg_tsv_add(&t, "%s", hostile[k]);
    assert_int_equal(t.n_col, 1);
    assert_quiet(t.head[0]);
    for (int k = 0; k < HOSTILE; k++)
        assert_quiet(gg_tsv_text(&t, k, 0));
    gg_tsv_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines),   cmocka_unit_test(long_lines),
                                       cmocka_unit_test(shell),   cmocka_unit_test(json),
                                       cmocka_unit_test(gnuplot), cmocka_unit_test(cells)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
