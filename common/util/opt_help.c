/* opt_help.c -- option tables as --help prints them, in lines that a terminal of 80 columns shows whole */
#include "util/opt.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>

enum { HELP_COLUMN = 28, NAME_COLUMN = 6, WIDTH = 79 };

/* A line may end in front of a space, and behind the bar between two choices. */
static size_t piece(const char *text)
{
    size_t n = strcspn(text, " |\n");
    return n + (text[n] == '|');
}

void gg_print_wrapped(FILE *to, int column, int indent, const char *text)
{
    while (*text != '\0') {
        int gap = (int)strspn(text, " ");
        int n = (int)piece(text + gap);
        if (n > 0 && column + gap + n > WIDTH && column > indent) {
            fprintf(to, "\n%*s", indent, "");
            column = indent;
            text += gap;
            gap = 0;
        }
        fprintf(to, "%.*s", gap + n, text);
        column += gap + n;
        text += gap + n;
        if (*text == '\n') {
            fputc(*text++, to);
            column = 0;
        }
    }
}

/* A number outside its own range stands for "not given". */
static bool is_absent(const struct gg_opt *o, const void *defaults)
{
    const char *at = (const char *)defaults + o->offset;
    double x = o->type == GG_OPT_INT    ? (double)*(const int64_t *)at
               : o->type == GG_OPT_REAL ? *(const double *)at
                                        : o->min;
    return o->min < o->max && x < o->min;
}

static bool is_on(const struct gg_opt *o, const void *defaults)
{
    return o->type == GG_OPT_FLAG && *(const bool *)((const char *)defaults + o->offset);
}

static void print_default(FILE *to, const struct gg_opt *o, const void *defaults)
{
    char *text = gg_opt_get(o, defaults);
    if (o->required)
        fputs(" (required)", to);
    else if (is_on(o, defaults))
        fputs(" (default: yes)", to);
    else if (o->type != GG_OPT_FLAG && *text != '\0' && !is_absent(o, defaults))
        fprintf(to, " (default: %s)", text);
    free(text);
}

/* What stands at the right: meaning, unit, default.  Freed by the caller. */
static char *meaning(const struct gg_opt *o, const void *defaults)
{
    char *text;
    size_t bytes;
    FILE *to = gg_text_open(&text, &bytes);
    fprintf(to, "%s%s%s", o->help, o->unit != NULL ? ", in " : "", o->unit != NULL ? o->unit : "");
    print_default(to, o, defaults);
    fclose(to);
    return text;
}

/* A flag that is on is explained by what it does, and can be turned off: --[no-]NAME. */
static void print_row(FILE *to, const struct gg_opt *o, const void *defaults)
{
    char left[512], letter[5] = "    ";
    const char *arg = o->type == GG_OPT_CHOICE ? o->choices : o->type == GG_OPT_FLAG ? NULL : o->arg;
    if (o->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    int n = snprintf(left, sizeof left, "  %s--%s%s%s%s", letter, is_on(o, defaults) ? "[no-]" : "", o->name,
                     arg != NULL ? " " : "", arg != NULL ? arg : "");
    gg_print_wrapped(to, 0, NAME_COLUMN + 4, left);
    fprintf(to, n < HELP_COLUMN ? "%*s" : "\n%*s", n < HELP_COLUMN ? HELP_COLUMN - n : HELP_COLUMN, "");
    char *right = meaning(o, defaults);
    gg_print_wrapped(to, HELP_COLUMN, HELP_COLUMN, right);
    fputc('\n', to);
    free(right);
}

void gg_opt_print(FILE *to, const struct gg_opt *table, const void *defaults)
{
    for (const struct gg_opt *o = table; o->name != NULL; o++)
        print_row(to, o, defaults);
}
