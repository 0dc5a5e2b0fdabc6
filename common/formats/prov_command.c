/* prov_command.c -- command lines of histories: their words, and which of them a script may repeat */
#include "formats/prov_text.h"
#include "util/arena.h"
#include "util/escape.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

/* Past a word as gg_escape_shell writes it: plain characters, quoted text, \'. NULL: something that the shell would act on. */
static const char *past_word(const char *at)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^";
    const char *start = at;
    while (*at && *at != ' ') {
        const char *close = *at == '\'' ? strchr(at + 1, '\'') : NULL;
        if (close)
            at = close + 1;
        else if (at[0] == '\\' && at[1] == '\'')
            at += 2;
        else if (strchr(plain, *at))
            at++;
        else
            return NULL;
    }
    return at > start ? at : NULL;
}

/* What a word of the shell says, without its quotes. */
static char *unquoted(const char *from, const char *end)
{
    char *word = gg_xmalloc((size_t)(end - from) + 1), *to = word;
    while (from < end) {
        const char *close = *from == '\'' ? strchr(from + 1, '\'') : NULL;
        if (close) {
            memcpy(to, from + 1, (size_t)(close - from - 1));
            to += close - from - 1;
            from = close + 1;
        } else {
            from += *from == '\\';
            *to++ = *from++;
        }
    }
    *to = 0;
    return word;
}

char **gg_prov_words(const char *argv, int *n)
{
    char **word = gg_xalloc(strlen(argv) / 2 + 2, sizeof *word);
    *n = 0;
    for (const char *at = argv, *end; (end = past_word(at)); at = end + 1) {
        word[(*n)++] = unquoted(at, end);
        if (!*end)
            break;
    }
    return word;
}

void gg_prov_words_free(char **word, int n)
{
    for (int k = 0; k < n; k++)
        free(word[k]);
    free(word);
}

/* ---- what a history may say ---- */

/* Programs whose streams, models and pictures hold a history, and their options that it records: NAME of a flag, NAME= where a value
 * follows, NAME> where that names the stream.  No other word of theirs is repeated: not -o, nor what else names an
 * output; nor gg-train --resume-anyway, which needs a state that is gone.  tests/gg-prov.bats holds it to their tables. */
static const struct {
    const char *program, *options;
} recorded[] = {
    {"gg-cage", " potential= temperature= cage= equilibrate= sweeps= max-sweeps= tolerance= past= seed= "},
    {"gg-corr",
     " target= predictor= against= truth= pred= reference= species= by= nearest-time centre run= "
     "bootstrap= seed= spearman matrix unequal power= spatial fluctuations hard-step= smooth-step= "
     "overlap-length= q-max= shells= reliability scale-from= residual> noise-in-spread tsv history json "},
    {"gg-explain",
     " target= species= time= particles= probes= seed= shells= hidden= descriptors= steps= stream> "
     "tsv history "},
    {"gg-features",
     " add= preset= list replace species= positions= reference= lengths= classes= field= radii= "
     "degrees= smearing= cutoff= lmax= nmax= radial-shells= angular-shells= levels= "
     "average-length= average-cutoff= into= "},
    {"gg-import", " format= sample-id= temperature= time= box= cell= map= irreps= species= first-type= "
                  "atom-style= dim= timestep= times= time-index= drop= replicas weights= model= like= set= "},
    {"gg-import-hdf5", " group= sample-id= temperature= map= irreps= species= first-type= drop= "},
    {"gg-learncurve",
     " train= test= validation= sizes= seeds= draw= epochs= equal= set= config= vary= reach= "
     "jobs= tries= against= print-make print-jobs= collect history "},
    {"gg-md", " start= n= density= temperature= potential= dt= wait= configurations= apart= runs= times= "
              "ensemble= relaxation= continue keep-replicas sample-id= seed= estimate "},
    {"gg-neighbors", " cutoff= positions= self vectors suffix= precision= "},
    {"gg-plot", " title= xlabel= ylabel= xrange= yrange= size= key= label= target= predictor= species= rho= "
                "time= reference= response= cost= better= frame= across= at= thickness= "},
    {"gg-predict", " with= average times= hidden= "},
    {"gg-quench", " potential= force-tolerance= max-steps= dt= dt-max= energy-only forces samples= sweeps= "
                  "temperature= cage= noise= seed= "},
    {"gg-rotate", " seed= angle= about= euler= reflect shift= wrap permute= replicate= inverse "},
    {"gg-select", " frames= id= only= limit= shuffle seed= split= join end-of-run= boxes= halo= species= "
                  "times= keep= drop= "
                  "scramble= rename= "},
    {"gg-targets",
     " add= overlap-length= cage-cutoff= correlation-radii= join trajectory times= apart= every= replicas "
     "keep-replicas planted-length= planted-noise= planted-runs= positions= q-max= seed= "},
    {"gg-train", " config= set= validation= test= epochs= batch= lr= seed= seeds= folds= from= "
                 "checkpoint-every= memory= estimate tsv print-config list-layers "},
};

static const char *options_of(const char *program)
{
    for (size_t k = 0; k < sizeof recorded / sizeof recorded[0]; k++)
        if (strcmp(program, recorded[k].program) == 0)
            return recorded[k].options;
    return NULL;
}

/* What stands behind the name: ' ', '=' or '>'; 0: it is none of the options. */
static char kind_of(const char *options, const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (length == 0 || name[length])
        return 0;
    for (const char *at = strstr(options, name); at; at = strstr(at + 1, name))
        if (at[-1] == ' ' && strchr(" =>", at[length]))
            return at[length];
    return 0;
}

bool gg_prov_names_stream(const char *program, const char *option)
{
    const char *options = options_of(program);
    return options && kind_of(options, option) == '>';
}

/* Words that this one takes, itself with its value; 0: it is no option that a history has. */
static int taken(const char *options, const char *word)
{
    if (strncmp(word, "--", 2) != 0)
        return 0;
    char kind = kind_of(options, word + 2);
    if (kind == '=')
        return 2;
    bool off = strncmp(word, "--no-", 5) == 0 && kind_of(options, word + 5) == ' ';
    return kind == ' ' || off;
}

/* As getopt reads them, of long options alone and written out: a history has no others. */
static int check_options(char **word, int n, struct gg_err *err)
{
    const char *options = n ? options_of(word[0]) : NULL;
    if (!options)
        return gg_fail(err, GG_INPUT, "%.80s is no program that records what it made", n ? word[0] : "''");
    for (int w = 1, step; w < n; w += step) {
        bool operand = *word[w] != '-' || !word[w][1];
        step = operand ? 1 : taken(options, word[w]);
        if (step == 0)
            return gg_fail(err, GG_INPUT, "'%.80s' is no option that %s records: no script repeats it",
                           word[w], word[0]);
        if (w + step > n)
            return gg_fail(err, GG_INPUT, "%s has no value", word[w]);
    }
    return 0;
}

int gg_prov_check_command(const char *argv, struct gg_err *err)
{
    char *shown = gg_xstrdup(argv);
    gg_escape_line(shown);
    bool good = strcmp(shown, argv) == 0 && *argv;
    for (const char *at = argv; good && at; at = at && *at == ' ' ? at + 1 : NULL)
        good = (at = past_word(at)) != NULL;
    free(shown);
    if (!good)
        return gg_fail(err, GG_INPUT, "that is no plain command of this suite");
    int n;
    char **word = gg_prov_words(argv, &n);
    int status = check_options(word, n, err);
    gg_prov_words_free(word, n);
    return status;
}
