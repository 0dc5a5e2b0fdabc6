/* contacts.h -- the particles of the first shell: neighbours nearer than 1.4 times the diameter of the pair */
#ifndef GG_CONTACTS_H
#define GG_CONTACTS_H

#include "descriptors/descriptor.h"
#include "physics/potential.h"

/* Rows of receivers as in gg_edges, images of a particle one by one. */
struct gg_contacts {
    int64_t *ptr;     /* [n+1] */
    int32_t *nbr;     /* sender j */
    double (*vec)[3]; /* receiver to sender, sigma */
    int64_t most;     /* longest row */
    double cutoff;    /* --cutoff; 0 = by pair */
    struct gg_potential mixture;
};

/* d < 1.4 sigma_ab with the diameters of the Lennard-Jones mixtures (gg-quench), or d < --cutoff for every pair.  Arena memory.
 * GG_INPUT: a species above C, whose diameter nobody knows, without --cutoff. */
int gg_contacts(const struct gg_descriptor_options *o, const struct gg_particles *p, struct gg_contacts *c,
                struct gg_err *err);
/* Are species a and b neighbours at this distance? */
bool gg_in_contact(const struct gg_contacts *c, int32_t a, int32_t b, double r);
/* For the table: how far contacts reach. */
double gg_contacts_reach(const struct gg_descriptor_options *o);

#endif
