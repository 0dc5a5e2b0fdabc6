/* table.c -- the table of descriptors, and the classes of particles they sum over */
#include "descriptors/descriptor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DESCRIPTOR(name) extern const struct gg_descriptor gg_descriptor_##name;
#include "descriptors/descriptors.def"
#undef DESCRIPTOR

const struct gg_descriptor *const gg_descriptor_table[] = {
#define DESCRIPTOR(name) &gg_descriptor_##name,
#include "descriptors/descriptors.def"
#undef DESCRIPTOR
    NULL};

const struct gg_descriptor *gg_descriptor_find(const char *name, struct gg_err *err)
{
    const char *names[sizeof gg_descriptor_table / sizeof *gg_descriptor_table];
    int n = 0;
    for (; gg_descriptor_table[n]; n++) {
        names[n] = gg_descriptor_table[n]->name;
        if (!strcmp(names[n], name))
            return gg_descriptor_table[n];
    }
    const char *near = gg_nearest(name, names, n);
    gg_fail(err, GG_USAGE, "no descriptor '%s'%s%s%s", name,
            near ? " (did you mean '" : " (--list shows them)", near ? near : "", near ? "'?)" : "");
    return NULL;
}

int gg_species_parse(struct gg_descriptor_options *o, const char *text, struct gg_err *err)
{
    o->n_species = 0;
    for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        size_t length = strcspn(at, ",");
        if (length == 0 || length >= GG_SPECIES_NAME || strcspn(at, " \t\n") < length)
            return gg_fail(err, GG_USAGE, "--species: '%s' is not a list of names such as A,B", text);
        if (o->n_species == GG_SPECIES_MAX)
            return gg_fail(err, GG_USAGE, "--species: more than %d names", GG_SPECIES_MAX);
        char *name = o->species[o->n_species++];
        memcpy(name, at, length);
        name[length] = 0;
        for (int s = 0; s < o->n_species - 1; s++)
            if (!strcmp(o->species[s], name))
                return gg_fail(err, GG_USAGE, "--species: '%s' occurs twice", name);
    }
    return 0;
}

int gg_class_count(const struct gg_descriptor_options *o)
{
    return (o->classes != GG_CLASSES_ALL ? o->n_species : 0) + (o->classes != GG_CLASSES_EACH ? 1 : 0);
}

static bool is_all(const struct gg_descriptor_options *o, int b)
{
    return o->classes == GG_CLASSES_ALL || b == o->n_species;
}

const char *gg_class_name(const struct gg_descriptor_options *o, int b)
{
    return is_all(o, b) ? "all" : o->species[b];
}

bool gg_class_holds(const struct gg_descriptor_options *o, int b, int32_t type)
{
    return is_all(o, b) || b == type;
}

static void grow(struct gg_columns *c)
{
    int room = c->room ? 2 * c->room : 64;
    const char **name = GG_NEW(c->arena, const char *, room);
    if (c->n)
        memcpy(name, c->name, sizeof *name * (size_t)c->n);
    c->name = name;
    c->room = room;
}

static void add_irrep(struct gg_columns *c, int l, int p)
{
    struct gg_irreps *x = &c->irreps;
    if (x->n && x->b[x->n - 1].l == l && x->b[x->n - 1].p == p)
        x->b[x->n - 1].mul++;
    else if (x->n < GG_IRREPS_MAX)
        x->b[x->n++] = (struct gg_irrep){.mul = 1, .l = l, .p = p};
    else
        c->too_many_blocks = true;
}

void gg_column_add(struct gg_columns *c, int l, int p, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    add_irrep(c, l, p);
    for (int m = 0; m < 2 * l + 1; m++) {
        if (c->n == c->room)
            grow(c);
        c->name[c->n++] = l ? gg_arena_printf(c->arena, "%s.%d", text, m) : gg_arena_strdup(c->arena, text);
    }
}
