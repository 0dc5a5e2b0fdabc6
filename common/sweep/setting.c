/* setting.c -- what varies between the trainings of a sweep besides their data and their seeds */
#include "sweep/sweep.h"
#include "util/text_stream.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The end of a value: a comma that is in no bracket and no quotes, or the end of the text. */
static const char *value_end(const char *c)
{
    int depth = 0;
    char quote = 0;
    for (; *c && (*c != ',' || depth || quote); c++) {
        if (quote || *c == '"' || *c == '\'')
            quote = quote == *c ? 0 : quote ? quote : *c;
        else
            depth += (*c == '[' || *c == '{') - (*c == ']' || *c == '}');
    }
    return c;
}

static int read_key(struct gg_sweep *s, struct gg_vary *v, const char *text, struct gg_err *err)
{
    const char *equal = strchr(text, '='), *at = equal ? equal + 1 : NULL;
    if (!equal || equal == text || !*at)
        return gg_fail(err, GG_USAGE, "--vary %s: KEY=VALUE,VALUE... is wanted, such as let.C=4,8", text);
    v->key = gg_arena_printf(&s->text, "%.*s", (int)(equal - text), text);
    v->value = GG_NEW(&s->text, const char *, strlen(text));
    while (true) {
        const char *end = value_end(at);
        if (end == at)
            return gg_fail(err, GG_USAGE, "--vary %s: a value between two commas is empty", text);
        v->value[v->n++] = gg_arena_printf(&s->text, "%.*s", (int)(end - at), at);
        if (!*end)
            return 0;
        at = end + 1;
    }
}

static bool sets(const char *set, const char *key)
{
    size_t n = strlen(key);
    return strncmp(set, key, n) == 0 && set[n] == '=';
}

/* What the sweep sets by itself would be set back by --set. */
static int check_own(const char *set, const char *option, const struct gg_sweep *s, struct gg_err *err)
{
    if (sets(set, "train.seed"))
        return gg_fail(err, GG_USAGE, "%s %s: seeds are those of --seeds", option, set);
    if (s->epochs > 0 && sets(set, "train.epochs"))
        return gg_fail(err, GG_USAGE, "%s %s: --epochs says it already: leave one of them out", option, set);
    return 0;
}

/* A key has one place where it gets its value. */
static int check_key(const struct gg_sweep *s, int j, struct gg_err *err)
{
    const char *key = s->key[j].key;
    if (check_own(s->vary[j], "--vary", s, err))
        return -1;
    for (int k = 0; k < s->n_set; k++)
        if (sets(s->set[k], key))
            return gg_fail(err, GG_USAGE, "%s is in --set and in --vary: leave one of them out", key);
    for (int k = 0; k < j; k++)
        if (strcmp(s->key[k].key, key) == 0)
            return gg_fail(err, GG_USAGE, "--vary: %s occurs twice: give all its values at once", key);
    return 0;
}

static int check_folders(struct gg_sweep *s, struct gg_err *err)
{
    const char **folder = GG_NEW(&s->text, const char *, s->n_setting);
    for (int k = 0; k < s->n_setting; k++) {
        folder[k] = gg_setting_folder(s, k, &s->text);
        for (int before = 0; before < k; before++)
            if (strcmp(folder[before], folder[k]) == 0)
                return gg_fail(err, GG_USAGE, "--vary: the settings '%s' and '%s' would share the folder %s",
                               gg_setting_name(s, before, &s->text), gg_setting_name(s, k, &s->text),
                               folder[k]);
    }
    return 0;
}

int gg_settings_read(struct gg_sweep *s, struct gg_err *err)
{
    enum { MAX_SETTING = 10000 };
    s->key = GG_NEW(&s->text, struct gg_vary, s->n_vary + 1);
    s->n_setting = 1;
    for (int k = 0; k < s->n_set; k++)
        if (check_own(s->set[k], "--set", s, err))
            return -1;
    for (int j = 0; j < s->n_vary; j++) {
        if (read_key(s, &s->key[j], s->vary[j], err) || check_key(s, j, err))
            return -1;
        if (s->key[j].n > MAX_SETTING / s->n_setting)
            return gg_fail(err, GG_USAGE, "--vary: more than %d settings", MAX_SETTING);
        s->n_setting *= s->key[j].n;
    }
    return check_folders(s, err);
}

/* The last key varies fastest. */
const char *gg_setting_value(const struct gg_sweep *s, int k, int j)
{
    for (int later = s->n_vary - 1; later > j; later--)
        k /= s->key[later].n;
    return s->key[j].value[k % s->key[j].n];
}

const char *gg_setting_name(const struct gg_sweep *s, int k, struct gg_arena *to)
{
    const char *name = s->n_vary ? "" : "-";
    for (int j = 0; j < s->n_vary; j++)
        name = gg_arena_printf(to, "%s%s%s=%s", name, j ? " " : "", s->key[j].key, gg_setting_value(s, k, j));
    return name;
}

const char *gg_setting_folder(const struct gg_sweep *s, int k, struct gg_arena *to)
{
    char *name = gg_arena_strdup(to, "");
    for (int j = 0; j < s->n_vary; j++)
        name = gg_arena_printf(to, "%s%s%s_%s", name, j ? "," : "", s->key[j].key, gg_setting_value(s, k, j));
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._,+-", *c))
            *c = '_';
    return name;
}
