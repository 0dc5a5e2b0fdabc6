/* choice.h -- an enum and the words that options and keys have for it, from one list
 *
 *     #define GG_PARITY_LIST(X) X(GG_PARITY_NATURAL, "natural") X(GG_PARITY_BOTH, "both")
 *     enum gg_parity { GG_PARITY_LIST(GG_CHOICE_ENUM) };
 *     #define GG_PARITIES GG_CHOICE_WORDS(GG_PARITY_LIST)          "natural|both", for gg_opt.choices */
#ifndef GG_CHOICE_H
#define GG_CHOICE_H

#define GG_CHOICE_ENUM(id, word) id,
#define GG_CHOICE_WORD(id, word) "|" word
#define GG_CHOICE_WORDS(LIST) (&("" LIST(GG_CHOICE_WORD))[1])

#endif
