/* predictions_file.h -- one npz of predictions: its samples, and the fields of one of them */
#ifndef GG_PREDICTIONS_FILE_H
#define GG_PREDICTIONS_FILE_H

#include "formats/npz.h"
#include "formats/path.h"

struct gg_prediction_file {
    const char *path;
    struct gg_arena arena, arrays; /* the ids; the arrays */
    int n_array;
    const char **name;
    struct gg_field *array; /* NULL: they are not held */
    bool many;              /* the arrays have an axis of samples in front */
    uint64_t n;             /* samples */
    const char *const *id;  /* [n] sample ids, or the digits that one ends in */
    const char **used;      /* [n] for which sample; NULL: for none yet */
    uint64_t n_used;
    double temperature; /* that the path says, where its number is the id; 0 */
};

/* What predictions are for. */
struct gg_prediction_for {
    const char *target;           /* of arrays that do not say theirs */
    const struct gg_frame *like;  /* the sample */
    const struct gg_frame *truth; /* more truths of it, or NULL */
};

/* Reads the arrays of numbers of f->path that may be of use, and once the ids.  GG_SYSTEM, GG_INPUT, GG_TRUNCATED; names the file. */
int gg_prediction_file_read(struct gg_prediction_file *f, uint64_t max_bytes, struct gg_err *err);
void gg_prediction_file_forget(struct gg_prediction_file *f); /* the arrays, not the ids */
void gg_prediction_file_free(struct gg_prediction_file *f);

/* The array of this name that is held, or NULL. */
const struct gg_field *gg_prediction_array(const struct gg_prediction_file *f, const char *name);
/* The field that an array becomes (predictions_name.c): X_pred, X_pred.NAME, or X_std ... of the uncertainty of one.  GG_INPUT: an uncertainty
 * of nothing, a target that is a column, a name that is too long. */
int gg_prediction_name(const struct gg_prediction_file *f, const char *array,
                       const struct gg_prediction_for *to, char name[GG_NAME], struct gg_arena *a,
                       struct gg_err *err);

/* The fields of sample k, as gg_predictions_find says. */
int gg_prediction_file_frame(const struct gg_prediction_file *f, uint64_t k,
                             const struct gg_prediction_for *to, struct gg_frame *out, struct gg_arena *a,
                             struct gg_err *err);

#endif
