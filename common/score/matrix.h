/* matrix.h -- several models on several test streams: who is scored, on what it was trained, and what the frames were at */
#ifndef GG_SCORE_MATRIX_H
#define GG_SCORE_MATRIX_H

#include "score/score.h"
#include "stream/trained.h"

/* A model, as META of the stream that it predicted says; `name` is that of its rows' predictor. */
struct gg_matrix_model {
    char name[GG_NAME];
    char *path; /* of its file, or of the stream where nobody says it */
    struct gg_trained trained;
};

/* What the frames of one temperature had. */
struct gg_matrix_test {
    double temperature, replicas; /* runs a configuration; NaN where frames differ, or none says */
    struct gg_trained tau;        /* of the frames */
};

struct gg_matrix {
    int n_model, n_test;
    struct gg_matrix_model *model;
    struct gg_matrix_test *test;
};

/* The model of a stream: its file, without folders where the file has a name of its own ("run44/model.ggm" is run44); the name of the
 * stream, `file`, where the history has none (NULL).  GG_INPUT: another model, or another training of it, has that name already. */
const struct gg_matrix_model *gg_matrix_member(struct gg_matrix *m, const struct gg_trained *trained,
                                               const char *model, const char *file, struct gg_err *err);
void gg_matrix_see(struct gg_matrix *m, const struct gg_frame *f, double replicas);
void gg_matrix_free(struct gg_matrix *m);

/* GG_INPUT where two models were trained on different numbers of configurations. */
int gg_matrix_check(const struct gg_matrix *m, struct gg_err *err);

/* Whose predictor this is in the rows: "run44", "run44:NAME"; NULL: of no model. */
const struct gg_matrix_model *gg_matrix_model_of(const struct gg_matrix *m, const char *predictor);

/* tau_alpha of the frames of a temperature; NaN. */
double gg_matrix_tau(const struct gg_matrix *m, double temperature);

/* Further columns of the table of rows: what the model was trained on, runs, t / tau_alpha.  0 of them where m is NULL. */
int gg_matrix_columns(const struct gg_matrix *m);
const char *gg_matrix_column_name(int column);
double gg_matrix_value(const struct gg_matrix *m, const struct gg_scores *s, const struct gg_score_key *k,
                       int column);

/* For readers: a table of models and temperatures for each target, species and time. */
int gg_matrix_text(const struct gg_scores *s, const struct gg_score_row *rows,
                   const struct gg_score_options *o, struct gg_sink *to, struct gg_err *err);

#endif
