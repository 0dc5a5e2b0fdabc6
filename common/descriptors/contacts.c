/* contacts.c -- the particles of the first shell: neighbours nearer than 1.4 times the diameter of the pair
 *
 * 1.4 sigma_ab is about the first minimum of g_ab(r) in the Kob-Andersen mixture, and what bond breaking takes for bonds. */
#include "descriptors/contacts.h"

#include <math.h>

static const double SHELL = 1.4; /* in units of sigma_ab; no sigma_ab is above 1 */

double gg_contacts_reach(const struct gg_descriptor_options *o)
{
    return gg_cutoff(o, SHELL);
}

bool gg_in_contact(const struct gg_contacts *c, int32_t a, int32_t b, double r)
{
    return r < (c->cutoff > 0 ? c->cutoff : SHELL * c->mixture.pair[a][b].sigma);
}

static double length(const double v[3])
{
    return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

int gg_contacts(const struct gg_descriptor_options *o, const struct gg_particles *p, struct gg_contacts *c,
                struct gg_err *err)
{
    const struct gg_edges *g = p->edges;
    *c = (struct gg_contacts){.cutoff = o->cutoff,
                              .mixture = gg_potential_of(GG_POTENTIAL_FSHIFT, p->cell.dim)};
    if (!(c->cutoff > 0) && gg_check_types(p->n, p->type, err) < 0)
        return gg_err_prefix(err, "--cutoff is missing: ");
    c->ptr = GG_NEW(p->arena, int64_t, p->n + 1);
    c->nbr = gg_arena_alloc(p->arena, (size_t)g->n_edge * sizeof *c->nbr);
    c->vec = gg_arena_alloc(p->arena, (size_t)g->n_edge * sizeof *c->vec);
    int64_t n = 0;
    for (int64_t i = 0; i < p->n; i++) {
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            if (gg_in_contact(c, p->type[i], p->type[g->nbr[e]], length(p->edge_vec[e]))) {
                c->nbr[n] = g->nbr[e];
                for (int a = 0; a < 3; a++)
                    c->vec[n][a] = p->edge_vec[e][a];
                n++;
            }
        c->ptr[i + 1] = n;
        c->most = n - c->ptr[i] > c->most ? n - c->ptr[i] : c->most;
    }
    return 0;
}
