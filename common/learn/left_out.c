/* left_out.c -- what is in the data and is not learned: it is said, never dropped in silence */
#include "learn/train.h"

#include <stdio.h>
#include <string.h>

/* ---- fields ---- */

/* A target, or what a foreign file says of each particle or edge. */
static bool could_be_learned(const struct gg_field *x)
{
    bool rows = x->ndim && (x->axis[0] == GG_NODE || x->axis[0] == GG_EDGE);
    return x->role == GG_TARGET ||
           (x->role == GG_OTHER && rows && (x->dtype == GG_F32 || x->dtype == GG_F64));
}

/* The field is an input, a head's target, or the variance of one. */
static bool is_used(const struct gg_model *m, const char *field)
{
    for (int k = 0; k < m->n_input; k++)
        if (!strcmp(field, m->input[k].field))
            return true;
    for (int h = 0; h < m->n_head; h++) {
        const char *target = m->head[h].target.name;
        size_t n = strlen(target);
        if (!strncmp(field, target, n) && (!field[n] || !strcmp(field + n, "_var")))
            return true;
    }
    return false;
}

static bool is_known(const struct gg_texts *names, const char *name)
{
    for (int k = 0; k < names->n; k++)
        if (!strcmp(names->v[k], name))
            return true;
    return false;
}

void gg_left_out_see(struct gg_trainer *t, const struct gg_frame *f)
{
    struct gg_texts *seen = &t->left_out;
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k];
        if (!could_be_learned(x) || is_used(t->model, x->name) || is_known(seen, x->name))
            continue;
        const char **more = GG_NEW(&t->model->arena, const char *, (size_t)seen->n + 1);
        for (int q = 0; q < seen->n; q++)
            more[q] = seen->v[q];
        more[seen->n++] = gg_arena_strdup(&t->model->arena, x->name);
        seen->v = more;
    }
}

static void say_fields(struct gg_trainer *t)
{
    enum { MOST = 6 };
    char line[400] = "";
    size_t n = 0;
    const struct gg_texts *names = &t->left_out;
    for (int k = 0; k < names->n && k < MOST; k++)
        n += (size_t)snprintf(line + n, sizeof line - n, "%s%.60s", k ? ", " : "", names->v[k]);
    if (names->n > MOST)
        snprintf(line + n, sizeof line - n, " and %d more", names->n - MOST);
    if (names->n)
        gg_train_say(t, "fields of the data that no head learns: %s", line);
}

/* ---- species ---- */

/* "A, B": the species of the data that count, or those that do not. */
static int species_of(const struct gg_head *h, bool counts, char text[4 * GG_MAX_SPECIES])
{
    int n = 0;
    char *to = text;
    for (int s = 0; s < h->target.n_group; s++)
        if ((h->counts[s] != 0) == counts)
            to += sprintf(to, "%s%c", n++ ? ", " : "", 'A' + s);
    return n;
}

static void say_species(struct gg_trainer *t, const struct gg_head *h)
{
    char in[4 * GG_MAX_SPECIES] = "", out[4 * GG_MAX_SPECIES] = "";
    if (!h->target.kind->species || species_of(h, false, out) == 0)
        return;
    species_of(h, true, in);
    gg_train_say(t, "%s: not trained and not predicted: species %s (species: [%s])", h->target.name, out, in);
}

void gg_left_out_say(struct gg_trainer *t)
{
    for (int h = 0; h < t->model->n_head; h++)
        say_species(t, &t->model->head[h]);
    if (t->how.verbose)
        say_fields(t);
}
