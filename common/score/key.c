/* key.c -- what a row is about: which keys are one, in which order they stand */
#include "score/score.h"
#include "util/same.h"

bool gg_score_key_same(const struct gg_score_key *a, const struct gg_score_key *b)
{
    return a->target == b->target && a->predictor == b->predictor && a->species == b->species &&
           a->vector == b->vector && a->truth_from == b->truth_from &&
           gg_same_key(a->temperature, b->temperature) && gg_same_key(a->time, b->time) &&
           gg_same_key(a->predicted_time, b->predicted_time);
}

int gg_score_key_order(const struct gg_score_key *x, const struct gg_score_key *y)
{
    int d = x->target - y->target;
    d = d ? d : x->predictor - y->predictor;
    d = d ? d : gg_same_order(x->temperature, y->temperature);
    d = d ? d : gg_same_order(x->time, y->time);
    d = d ? d : gg_same_order(x->predicted_time, y->predicted_time);
    d = d ? d : x->truth_from - y->truth_from;
    return d ? d
             : (x->species < 0) - (y->species < 0) + (x->species > y->species) - (x->species < y->species);
}

const char *gg_score_key_species(const struct gg_score_key *k)
{
    static const char letters[] =
        "A\0B\0C\0D\0E\0F\0G\0H\0I\0J\0K\0L\0M\0N\0O\0P\0Q\0R\0S\0T\0U\0V\0W\0X\0Y\0Z";
    return k->species < 0 ? "all" : letters + 2 * k->species;
}
