/* left_out.c -- columns without a prediction: a species, a time or a head that had no target in training predicts NaN */
#include "score/score.h"
#include "util/arena.h"
#include "util/text_stream.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gg_scores_leave_out(struct gg_scores *s, const struct gg_score_key *k)
{
    for (int i = 0; i < s->n_left; i++)
        if (gg_score_key_same(&s->left[i], k))
            return;
    if (s->n_left == s->room_left) {
        s->room_left = s->room_left ? 2 * s->room_left : 16;
        s->left = gg_xrealloc(s->left, (size_t)s->room_left * sizeof *s->left);
    }
    s->left[s->n_left++] = *k;
}

void gg_scores_leave_mixed(struct gg_scores *s, const char *target)
{
    int name = gg_scores_name(s, target);
    for (int k = 0; k < s->n_mixed; k++)
        if (s->mixed[k] == name)
            return;
    s->mixed = gg_xrealloc(s->mixed, ((size_t)s->n_mixed + 1) * sizeof *s->mixed);
    s->mixed[s->n_mixed++] = name;
}

/* Target, predictor, temperature, species: then the times are listed. */
static int by_line(const void *a, const void *b)
{
    struct gg_score_key x = *(const struct gg_score_key *)a, y = *(const struct gg_score_key *)b;
    double time[2] = {x.time, y.time}, predicted[2] = {x.predicted_time, y.predicted_time};
    x.time = y.time = x.predicted_time = y.predicted_time = NAN;
    int d = gg_score_key_order(&x, &y);
    x.time = time[0], y.time = time[1];
    x.predicted_time = predicted[0], y.predicted_time = predicted[1];
    return d ? d : gg_score_key_order(&x, &y);
}

static bool one_line(const struct gg_score_key *a, const struct gg_score_key *b)
{
    return a->target == b->target && a->predictor == b->predictor &&
           gg_same_key(a->temperature, b->temperature);
}

/* Of those from `first` on: "B at 1, 10; all at 10".  Returns the next line's first. */
static int print_columns(FILE *to, const struct gg_score_key *left, int first, int n)
{
    int k = first;
    for (; k < n && one_line(&left[first], &left[k]); k++) {
        bool again = k > first && left[k - 1].species == left[k].species;
        if (!again)
            fprintf(to, "%s%s", k > first ? "; " : "", gg_score_key_species(&left[k]));
        if (!isnan(left[k].time))
            fprintf(to, "%s%g", again ? ", " : " at ", left[k].time);
    }
    return k;
}

/* Those that no configuration has a prediction for. */
static int wholly(const struct gg_scores *s, struct gg_score_key *left)
{
    int n = 0;
    for (int k = 0; k < s->n_left; k++)
        if (!gg_scores_find(s, &s->left[k]))
            left[n++] = s->left[k];
    return n;
}

char *gg_scores_left_out(const struct gg_scores *s)
{
    char *text = NULL;
    size_t bytes;
    struct gg_score_key *left = gg_xmalloc(((size_t)s->n_left + 1) * sizeof *left);
    int n = wholly(s, left);
    if (n > 0 || s->n_mixed > 0) {
        FILE *to = gg_text_open(&text, &bytes);
        for (int k = 0; k < s->n_mixed; k++)
            fprintf(to,
                    "left out: %s, numbers of several kinds of irreps: --target %s:COLUMN --predictor "
                    "%s_pred:COLUMN scores one\n",
                    s->name[s->mixed[k]], s->name[s->mixed[k]], s->name[s->mixed[k]]);
        qsort(left, (size_t)n, sizeof *left, by_line);
        for (int k = 0; k < n;) {
            int next = k;
            while (next < n && one_line(&left[k], &left[next]))
                next++;
            fprintf(to, "left out: %d column%s of %s", next - k, next - k == 1 ? "" : "s",
                    s->name[left[k].target]);
            if (!isnan(left[k].temperature))
                fprintf(to, " at T = %g", left[k].temperature);
            fprintf(to, ", where every %s is missing: ", s->name[left[k].predictor]);
            k = print_columns(to, left, k, n);
            fputc('\n', to);
        }
        fclose(to);
    }
    free(left);
    return text;
}

int gg_scores_nothing(const struct gg_scores *s, struct gg_err *err)
{
    char *left = gg_scores_left_out(s);
    if (left)
        gg_fail(err, GG_INPUT, "no prediction to score; %.*s", (int)strcspn(left, "\n"), left);
    else
        gg_fail(
            err, GG_INPUT,
            "no particles to score: every frame is empty, lacks the species (edges and configurations are "
            "under 'all'), or holds the fields at no time");
    free(left);
    return -1;
}
