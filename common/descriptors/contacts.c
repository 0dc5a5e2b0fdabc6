/* contacts.c -- the particles of the first shell: neighbours nearer than 1.4 times the diameter of the pair
 *
 * 1.4 sigma_ab is the first minimum of g_ab(r) in the Kob-Andersen mixture, and what bond breaking takes for bonds. */
#include "descriptors/contacts.h"
#include "physics/potential.h"

static const double SHELL = 1.4; /* in units of sigma_ab; no sigma_ab is above 1 */

double gg_contacts_reach(const struct gg_descriptor_options *o)
{
    return gg_cutoff(o, SHELL);
}

int gg_contacts(const struct gg_descriptor_options *o, const struct gg_particles *p, struct gg_contacts *c,
                struct gg_err *err)
{
    const struct gg_edges *g = p->edges;
    const struct gg_potential mixture = gg_potential_of(GG_POTENTIAL_FSHIFT, p->cell.dim);
    if (!(o->cutoff > 0) && gg_check_types(p->n, p->type, err) < 0)
        return gg_err_prefix(err, "--cutoff is missing: ");
    c->ptr = GG_NEW(p->arena, int64_t, p->n + 1);
    c->nbr = gg_arena_alloc(p->arena, (size_t)g->n_edge * sizeof *c->nbr);
    c->vec = gg_arena_alloc(p->arena, (size_t)g->n_edge * sizeof *c->vec);
    int64_t n = 0;
    for (int64_t i = 0; i < p->n; i++) {
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            const double *v = p->edge_vec[e];
            double most =
                o->cutoff > 0 ? o->cutoff : SHELL * mixture.pair[p->type[i]][p->type[g->nbr[e]]].sigma;
            if (!(v[0] * v[0] + v[1] * v[1] + v[2] * v[2] < most * most))
                continue;
            c->nbr[n] = g->nbr[e];
            for (int a = 0; a < 3; a++)
                c->vec[n][a] = v[a];
            n++;
        }
        c->ptr[i + 1] = n;
    }
    return 0;
}
