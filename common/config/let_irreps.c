/* let_irreps.c -- irreps written with names: gate(C*all(lmax))
 *
 *     [gate(] TERM+TERM+... [)]     TERM: [N*...]8x0e, [N*...]all(L), [N*...]both(L), [N*...]NAME
 *
 * N and L are numbers or names; L may be a range, 1..3.  all(3) is 1x0e+1x1o+1x2e+1x3o, the parities of the harmonics; both(1) is
 * 1x0e+1x0o+1x1e+1x1o.  Blanks may stand around everything.  No commas: inside braces YAML ends a value at each. */
#include "config/let.h"
#include "util/irreps.h"
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 64, MUL_MAX = 1 << 20 };

static int refuse(const struct gg_let_place *at, const char *reason, const char *text)
{
    return gg_yaml_fail(at->y, at->err, "%s: %s '%.64s'", at->y->key, reason, text);
}

static void skip_blanks(struct gg_let_place *at)
{
    at->p += strspn(at->p, " \t");
}

/* A number, or a name that stands for one, from 0 to `most`, and blanks around it; -1 after a refusal. */
static int number(struct gg_let_place *at, int most)
{
    char text[NAME_BYTES];
    int64_t whole;
    skip_blanks(at);
    size_t n = gg_let_name(at->p) ? gg_let_name(at->p) : strspn(at->p, "0123456789");
    snprintf(text, sizeof text, "%.*s", (int)n, at->p);
    at->p += n;
    skip_blanks(at);
    const struct gg_yaml *name = gg_let_name(text) ? gg_let_need(at, text) : NULL;
    int is = gg_let_name(text) && !name ? -1 : gg_let_product(at, text, &whole);
    if (is < 0 || (is > 0 && whole <= most))
        return is < 0 ? -1 : (int)whole;
    gg_yaml_fail(at->y, at->err, "%s: '%s'%s%s: wanted a number from 0 to %d", at->y->key, n ? text : at->p,
                 name ? " is " : "", name ? name->text : "", most);
    return -1;
}

/* "(3)" or "(1..3)": one block of each degree, of the parity of its harmonics or of both. */
static int degrees(struct gg_let_place *at, struct gg_irreps *out, bool both)
{
    at->p++;
    int first = 0, last = number(at, GG_L_MAX);
    if (last >= 0 && !strncmp(at->p, "..", 2)) {
        at->p += 2;
        first = last;
        last = number(at, GG_L_MAX);
    }
    if (last < 0)
        return -1;
    if (*at->p++ != ')' || first > last)
        return refuse(at, "wanted degrees such as (3) or (1..3) in", at->y->text);
    for (int l = first; l <= last; l++) {
        int natural = l % 2 ? -1 : 1;
        if (both || natural > 0)
            out->b[out->n++] = (struct gg_irrep){1, l, 1};
        if (both || natural < 0)
            out->b[out->n++] = (struct gg_irrep){1, l, -1};
    }
    return 0;
}

static int sum(struct gg_let_place *at, struct gg_irreps *out);

/* A name that stands for irreps: its text is read in the place of it. */
static int named(struct gg_let_place *at, struct gg_irreps *out, const char *name)
{
    const struct gg_yaml *value = gg_let_need(at, name);
    struct gg_let_place inner = *at;
    if (!value || gg_let_spend(at))
        return -1;
    if (++inner.depth > GG_YAML_DEPTH)
        return refuse(at, "a name made of itself:", name);
    inner.p = value->text;
    if (sum(&inner, out))
        return -1;
    return *inner.p ? refuse(at, "wanted irreps such as 8x0e+8x1o, not", value->text) : 0;
}

static int literal(struct gg_let_place *at, struct gg_irreps *out)
{
    char text[NAME_BYTES];
    size_t n = strcspn(at->p, "+)");
    snprintf(text, sizeof text, "%.*s", (int)n, at->p);
    if (n >= sizeof text || gg_irreps_parse(out, text, at->err))
        return refuse(at, "wanted irreps such as 8x0e, C*1o, C*all(lmax) or C*both(1..lmax), not", at->p);
    at->p += n;
    return 0;
}

/* Whether p is a number or a name with a * behind it. */
static bool is_factor(const char *p)
{
    size_t n = gg_let_name(p) ? gg_let_name(p) : strspn(p, "0123456789");
    return p[n + strspn(p + n, " \t")] == '*';
}

static int term(struct gg_let_place *at, struct gg_irreps *out)
{
    char name[NAME_BYTES];
    int mul = 1;
    skip_blanks(at);
    while (is_factor(at->p)) {
        int more = number(at, MUL_MAX);
        if (more < 0)
            return -1;
        if (more && mul > MUL_MAX / more)
            return refuse(at, "wanted 1 to 1048576 channels of a kind in", at->y->text);
        mul *= more;
        at->p++;
        skip_blanks(at);
    }
    size_t n = gg_let_name(at->p);
    snprintf(name, sizeof name, "%.*s", (int)n, at->p);
    at->p += n;
    skip_blanks(at);
    bool both = !strcmp(name, "both"), all = !strcmp(name, "all");
    if (n && *at->p == '(' && !both && !all)
        return refuse(at, "wanted all(L) or both(L), not", name);
    if (n ? (*at->p == '(' ? degrees(at, out, both) : named(at, out, name)) : literal(at, out))
        return -1;
    for (int k = 0; k < out->n; k++) {
        if (mul < 1 || out->b[k].mul > MUL_MAX / mul)
            return refuse(at, "wanted 1 to 1048576 channels of a kind in", at->y->text);
        out->b[k].mul *= mul;
    }
    return 0;
}

static int sum(struct gg_let_place *at, struct gg_irreps *out)
{
    for (*out = (struct gg_irreps){0};; at->p++) {
        struct gg_irreps more = {0};
        if (term(at, &more))
            return -1;
        skip_blanks(at);
        if (out->n + more.n > GG_IRREPS_MAX)
            return gg_yaml_fail(at->y, at->err, "%s: more than %d blocks of irreps", at->y->key,
                                GG_IRREPS_MAX);
        memcpy(out->b + out->n, more.b, (size_t)more.n * sizeof *more.b);
        out->n += more.n;
        if (*at->p != '+')
            return 0;
    }
}

/* Plain irreps stay as they are, well written or not: whoever reads the key says what is wrong with them.  Blanks go: they mean
 * nothing. */
static bool is_expression(const char *text)
{
    if (strpbrk(text, "*( \t"))
        return true;
    for (const char *term = text; term; term = strchr(term, '+')) {
        term += *term == '+';
        if (gg_let_name(term))
            return true;
    }
    return false;
}

static const char *print(struct gg_arena *a, const struct gg_irreps *x, bool gate)
{
    const char *text = gate ? "gate(" : "";
    for (int k = 0; k < x->n; k++)
        text = gg_arena_printf(a, "%s%s%dx%d%c", text, k ? "+" : "", x->b[k].mul, x->b[k].l,
                               x->b[k].p > 0 ? 'e' : 'o');
    return gate ? gg_arena_printf(a, "%s)", text) : text;
}

int gg_let_irreps(struct gg_let_place *at)
{
    struct gg_irreps x;
    struct gg_arena *a = &at->names->config->arena;
    const char *text = at->y->text;
    size_t n = strlen(text);
    bool gate = n > 6 && !strncmp(text, "gate(", 5) && text[n - 1] == ')';
    at->p = gate ? gg_arena_printf(a, "%.*s", (int)n - 6, text + 5) : text;
    if (!is_expression(at->p))
        return 0;
    if (sum(at, &x))
        return -1;
    if (*at->p)
        return refuse(at, "wanted '+' or the end, not", at->p);
    at->y->text = print(a, &x, gate);
    return 0;
}
