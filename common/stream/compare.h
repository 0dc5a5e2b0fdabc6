/* compare.h -- two streams, number by number */
#ifndef GG_COMPARE_H
#define GG_COMPARE_H

#include "stream/frame.h"
#include "stream/meta.h"
#include "util/opt.h"
#include <stdio.h>

/* Numbers a and b agree if |a - b| <= tol + rtol max(|a|, |b|) + rel rms, rms over the field of the first stream in that
 * frame; NaN agrees with NaN.  Tolerances are for floats; whole numbers are equal or not. */
struct gg_tolerance {
    double tol, rtol, rel;
};

/* What was found about one field (or about the cell, the frame, META), over all frames. */
struct gg_finding {
    char name[GG_NAME];
    char note[256]; /* something other than numbers differs: the first such thing */
    uint64_t n_compared, n_differ;
    struct gg_place {
        uint64_t frame, index;
        char where[128]; /* "[4, 1]" */
        double a, b, off;
    } first, worst;     /* off = |a - b|; worst: also when all agree */
    double worst_share; /* of its limit (rel alone: of the rms) */
    double worst_rms;   /* of the field where it was worst */
};

struct gg_comparison {
    struct gg_tolerance tolerance;
    const struct gg_texts *fields, *ignore; /* patterns of the shell; no fields: all, META and ids too */
    int n, room;
    struct gg_finding *finding;
};
/* Frames number `number` of both. */
void gg_compare_frames(struct gg_comparison *c, const struct gg_frame *a, const struct gg_frame *b,
                       uint64_t number);
/* Lines of one list that are not in the other; but not `seconds` and `wall`, which are never the same twice. */
void gg_compare_meta(struct gg_comparison *c, const struct gg_meta *a, const struct gg_meta *b);
void gg_compare_note(struct gg_comparison *c, const char *name, uint64_t frame, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* GG_INPUT if a word of `fields` named nothing that was compared: its silence would say that it is equal. */
int gg_comparison_check_fields(const struct gg_comparison *c, struct gg_err *err);
/* Takes out what was found under that name; false: nothing was. */
bool gg_comparison_forget(struct gg_comparison *c, const char *name);
bool gg_comparison_equal(const struct gg_comparison *c);
/* One line a finding that differs, or all of them. */
void gg_comparison_print(const struct gg_comparison *c, FILE *to, bool all);
void gg_comparison_free(struct gg_comparison *c);

#endif
