/* choose.h -- which frames and which particles: ranges, ids, species, shares */
#ifndef GG_CHOOSE_H
#define GG_CHOOSE_H

#include "stream/frame.h"
#include "stream/meta.h"
#include "util/opt.h"

/* "5:10" is 5 to 9, "5:" and ":10" are open, "5" is 5 alone, NULL is all.  GG_USAGE, with `where` in front. */
struct gg_range {
    int64_t first, last; /* last is not in it */
};
int gg_range_parse(struct gg_range *r, const char *text, const char *where, struct gg_err *err);

/* "A,C" or "0,2". */
struct gg_species_set {
    bool has[64];
};
int gg_species_set_parse(struct gg_species_set *s, const struct gg_texts *names, const char *where,
                         struct gg_err *err);
/* gg_frame_cut to the particles of these species. */
int gg_frame_cut_species(struct gg_frame *f, const struct gg_species_set *s, struct gg_arena *a,
                         struct gg_err *err);

/* Does an id match one of the patterns (all ids match no patterns)? */
bool gg_id_matches(const char *id, const struct gg_texts *patterns);

/* "8:1:1" -> three shares, not negative, not all zero. */
int gg_shares_parse(double share[3], const char *text, const char *where, struct gg_err *err);

/* META columns.OLD becomes columns.NEW for each word OLD=NEW. */
void gg_meta_rename_columns(struct gg_meta *m, const struct gg_texts *renames);

/* The order of gg-select --shuffle --seed: order [n] becomes 0 .. n-1 shuffled, the same on every machine. */
void gg_shuffled_order(int64_t *order, int64_t n, int64_t seed);

/* How many of n go to each. */
void gg_share_out(int64_t n, const double share[3], int64_t count[3]);

#endif
