/* opt_when.c -- rows of an option table that are read only when others say so */
#include "util/arena.h"
#include "util/opt.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One condition: [!]NAME, NAME>1, NAME=VALUE|VALUE. */
struct condition {
    char name[64], value[64];
    bool not, many;
};

static struct condition parse(const char *text)
{
    struct condition c = {.not = *text == '!'};
    text += c.not ;
    size_t n = strcspn(text, "=>& "), m = text[n] == '=' ? strcspn(text + n + 1, "& ") : 0;
    assert(n < sizeof c.name && m < sizeof c.value);
    c.many = text[n] == '>';
    memcpy(c.name, text, n);
    memcpy(c.value, text + n + 1, m);
    return c;
}

static bool is_one_of(const char *word, const char *list)
{
    size_t n = strlen(word);
    for (const char *at = list; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (!strncmp(at, word, n) && (at[n] == '|' || !at[n]))
            return true;
    return false;
}

static bool is_set(const char *value)
{
    return *value && strcmp(value, "0") && strcmp(value, "false");
}

static bool holds(const struct condition *c, const char *value)
{
    bool yes = c->many ? strchr(value, ',') != NULL : *c->value ? is_one_of(value, c->value) : is_set(value);
    return yes != c->not ;
}

static void explain(const struct condition *c, const char *value, char why[GG_OPT_WHY])
{
    if (c->many)
        snprintf(why, GG_OPT_WHY, "%s has one value", c->name);
    else if (*c->value)
        snprintf(why, GG_OPT_WHY, "%s is %.60s, not %s", c->name, value, c->value);
    else
        snprintf(why, GG_OPT_WHY, "%s is %sset", c->name, c->not ? "" : "not ");
}

/* Does the row act by the condition at `at`?  If not, `why` says so. */
static bool allows(const char *at, const struct gg_opt *table, const void *options, char why[GG_OPT_WHY])
{
    struct condition c = parse(at);
    const struct gg_opt *of = gg_opt_find(table, c.name);
    assert(of);
    char *value = gg_opt_get(of, options);
    bool yes = holds(&c, value);
    if (!yes)
        explain(&c, value, why);
    free(value);
    return yes;
}

/* Behind what other alternatives wanted. */
static void add_reason(char why[GG_OPT_WHY], const char *reason)
{
    size_t n = strlen(why);
    snprintf(why + n, GG_OPT_WHY - n, "%s%s", n ? " and " : "", reason);
}

bool gg_opt_acts(const struct gg_opt *o, const struct gg_opt *table, const void *options,
                 char why[GG_OPT_WHY])
{
    *why = '\0';
    for (const char *at = o->when; at; at += *at == ' ') {
        char reason[GG_OPT_WHY];
        bool all = true;
        do
            all = all && allows(at, table, options, reason);
        while (*(at += strcspn(at, "& ")) == '&' && at++);
        if (all)
            return true;
        add_reason(why, reason);
        if (!*at)
            return false;
    }
    return true;
}
