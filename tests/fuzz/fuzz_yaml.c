/* fuzz_yaml.c -- any bytes as a configuration: refused in one line, or printed and read again to the same text */
/* The input is YAML, then after a '\x01' (no YAML holds one) an assignment as --set gets it. */
#include "config/config.h"
#include "fuzz.h"

struct hyper {
    int64_t n;
    bool share;
    const char *text;
    struct gg_reals reals;
    struct gg_texts texts;
};
static const struct gg_opt table[] = {
    {.name = "a", .type = GG_OPT_INT, .offset = offsetof(struct hyper, n), .max = 9},
    {.name = "b", .type = GG_OPT_FLAG, .offset = offsetof(struct hyper, share)},
    {.name = "c-d", .type = GG_OPT_TEXT, .offset = offsetof(struct hyper, text)},
    {.name = "r.e", .type = GG_OPT_REALS, .offset = offsetof(struct hyper, reals)},
    {.name = "r.t", .type = GG_OPT_TEXTS, .offset = offsetof(struct hyper, texts)},
    {0},
};

static void check_message(const struct gg_err *err)
{
    must(err->status == GG_USAGE && err->text[0] && !strchr(err->text, '\n'));
}

static void check_fill(struct gg_config *c)
{
    static const char *const others[] = {"layer", NULL};
    struct hyper h = {0};
    struct gg_err err = {0};
    if (gg_yaml_fill(c->root, &c->arena, table, &h, others, "conv", &err)) {
        check_message(&err);
        return;
    }
    struct hyper again = {0};
    gg_yaml_add_defaults(c->root, &c->arena, table, &h, NULL);
    must(!gg_yaml_fill(c->root, &c->arena, table, &again, others, "conv", &err));
    must(again.n == h.n && again.share == h.share && again.reals.n == h.reals.n &&
         again.texts.n == h.texts.n);
}

static void check_round_trip(const struct gg_config *c)
{
    struct gg_config again = {0};
    struct gg_err err = {0};
    char *text = gg_config_print(c, false), *shown = gg_config_print(c, true);
    must(!gg_config_from_text(&again, shown, strlen(shown), "again", &err));
    char *second = gg_config_print(&again, false);
    must(!strcmp(text, second));
    free(text);
    free(shown);
    free(second);
    gg_config_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gg_config c = {0};
    struct gg_err err = {0};
    const uint8_t *mark = memchr(data, 1, size);
    size_t bytes = mark ? (size_t)(mark - data) : size;
    char *assignment = mark ? strndup((const char *)mark + 1, size - bytes - 1) : NULL;
    int refused = gg_config_from_text(&c, (const char *)data, bytes, "fuzz", &err);
    if (!refused && assignment)
        refused = gg_config_set(&c, assignment, "--set", &err);
    if (refused)
        check_message(&err);
    else {
        check_round_trip(&c);
        check_fill(&c);
    }
    free(assignment);
    gg_config_free(&c);
    return 0;
}
