/* left_out.h -- what is in the data and is not learned: it is said, never dropped in silence */
#ifndef GG_LEFT_OUT_H
#define GG_LEFT_OUT_H

#include "learn/train.h"

/* Fields of the frame that could be learned and that the model does not use are remembered by name, for gg_left_out_say.  The
 * variance of a target that is learned is its noise, and is used. */
void gg_left_out_see(struct gg_trainer *t, const struct gg_frame *f);
/* Once the model is built: species whose particles do not count, for each head; with how.verbose the fields, too. */
void gg_left_out_say(struct gg_trainer *t);

#endif
