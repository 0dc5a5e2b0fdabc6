/* complete.c -- see complete.h; the files are those of bash(1) Programmable Completion, zshcompsys(1) _arguments, fish complete(1) */
#include "cli/complete.h"
#include "util/escape.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>

struct completion {
    FILE *to;
    const struct gg_completion *p;
};

typedef void (*writer)(const struct completion *c, const struct gg_opt *o, const char *no);

/* Every option, and beside a flag that is set its other form. */
static void for_each(const struct completion *c, writer write)
{
    for (const struct gg_complete_table *t = c->p->tables; t->opts; t++)
        for (const struct gg_opt *o = t->opts; o->name; o++) {
            write(c, o, "");
            if (o->type == GG_OPT_FLAG && *(const bool *)((const char *)t->values + o->offset))
                write(c, o, "no-");
        }
}

/* Choices, or words of the first operand, with `between` in place of | . */
static void write_choices(FILE *to, const char *choices, const char *between)
{
    for (; *choices; choices++)
        *choices == '|' ? fputs(between, to) : fputc(*choices, to);
}

static bool has_choices(const struct gg_opt *o)
{
    return o->type == GG_OPT_CHOICE;
}

static void write_words(const struct completion *c, const char *between)
{
    const char *about;
    for (int k = 0; c->p->first && c->p->first(k, &about); k++)
        fprintf(c->to, "%s%s", k ? between : "", c->p->first(k, &about));
}

/* gg_plot: the name in a function's */
static void write_name(const struct completion *c)
{
    for (const char *n = c->p->name; *n; n++)
        fputc(*n == '-' ? '_' : *n, c->to);
}

/* ---- bash ---- */

static void bash_values(const struct completion *c, const struct gg_opt *o, const char *no)
{
    if (!has_choices(o) || *no)
        return;
    fprintf(c->to, "    --%s) COMPREPLY=($(compgen -W '", o->name);
    write_choices(c->to, o->choices, " ");
    fprintf(c->to, "' -- \"$cur\")); return ;;\n");
}

/* A file, say: left to the shell. */
static void bash_others(const struct completion *c, const struct gg_opt *o, const char *no)
{
    if (o->type == GG_OPT_FLAG || has_choices(o) || *no)
        return;
    fprintf(c->to, "    --%s", o->name);
    if (o->letter)
        fprintf(c->to, " | -%c", o->letter);
    fprintf(c->to, ") return ;;\n");
}

static void bash_name(const struct completion *c, const struct gg_opt *o, const char *no)
{
    fprintf(c->to, " --%s%s", no, o->name);
}

static void write_bash(const struct completion *c)
{
    fputc('_', c->to);
    write_name(c);
    fprintf(c->to, "() {\n    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n    case "
                   "$prev in\n");
    for_each(c, bash_values);
    for_each(c, bash_others);
    fprintf(c->to, "    esac\n    if [[ $cur == -* ]]; then\n        COMPREPLY=($(compgen -W '");
    for_each(c, bash_name);
    fprintf(c->to, "' -- \"$cur\"))\n        return\n    fi\n");
    if (c->p->first) {
        fprintf(c->to, "    local word\n    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n        "
                       "case $word in ");
        write_words(c, "|");
        fprintf(c->to, ") return ;; esac\n    done\n    COMPREPLY=($(compgen -W '");
        write_words(c, " ");
        fprintf(c->to, "' -- \"$cur\"))\n");
    }
    fprintf(c->to, "}\ncomplete -o default -F _");
    write_name(c);
    fprintf(c->to, " %s\n", c->p->name);
}

/* ---- zsh ---- */

/* Text inside of [ ] of a specification, quoted for the shell. */
static void zsh_spec(const struct completion *c, const struct gg_opt *o, const char *name)
{
    char *text;
    size_t bytes;
    FILE *to = gg_text_open(&text, &bytes);
    fprintf(to, "%s%s[", o->type == GG_OPT_TEXTS ? "*" : "", name);
    for (const char *h = o->help; *h; h++)
        fprintf(to, strchr("[]:\\", *h) ? "\\%c" : "%c", *h);
    fputc(']', to);
    if (has_choices(o)) {
        fprintf(to, ":%s:(", o->name);
        write_choices(to, o->choices, " ");
        fputc(')', to);
    } else if (o->type != GG_OPT_FLAG) {
        fprintf(to, ":%s:_files", o->arg ? o->arg : o->name);
    }
    fclose(to);
    fputs(" \\\n    ", c->to);
    gg_escape_shell(c->to, text);
    free(text);
}

static void zsh_option(const struct completion *c, const struct gg_opt *o, const char *no)
{
    char name[80];
    snprintf(name, sizeof name, "--%s%s%s", no, o->name, o->type == GG_OPT_FLAG ? "" : "=");
    zsh_spec(c, o, name);
    if (!o->letter || *no)
        return;
    snprintf(name, sizeof name, "-%c", o->letter);
    zsh_spec(c, o, name);
}

static void write_zsh(const struct completion *c)
{
    fprintf(c->to, "#compdef %s\n_arguments -s", c->p->name);
    for_each(c, zsh_option);
    if (c->p->first) {
        fprintf(c->to, " \\\n    '1:word:(");
        write_words(c, " ");
        fprintf(c->to, ")'");
    }
    fprintf(c->to, " \\\n    '*:file:_files'\n");
}

/* ---- fish ---- */

static void fish_option(const struct completion *c, const struct gg_opt *o, const char *no)
{
    fprintf(c->to, "complete -c %s -l %s%s", c->p->name, no, o->name);
    if (o->letter && !*no)
        fprintf(c->to, " -s %c", o->letter);
    if (has_choices(o)) {
        fprintf(c->to, " -x -a '");
        write_choices(c->to, o->choices, " ");
        fputc('\'', c->to);
    } else if (o->type != GG_OPT_FLAG) {
        fprintf(c->to, " -r");
    }
    fprintf(c->to, " -d ");
    gg_escape_shell(c->to, o->help);
    fputc('\n', c->to);
}

static void write_fish(const struct completion *c)
{
    const char *about;
    for_each(c, fish_option);
    for (int k = 0; c->p->first && c->p->first(k, &about); k++) {
        fprintf(c->to, "complete -c %s -n 'not __fish_seen_subcommand_from ", c->p->name);
        write_words(c, " ");
        fprintf(c->to, "' -a %s -d ", c->p->first(k, &about));
        gg_escape_shell(c->to, about);
        fputc('\n', c->to);
    }
}

void gg_complete(FILE *to, int shell, const struct gg_completion *p)
{
    static void (*const write[])(const struct completion *c) = {write_bash, write_zsh, write_fish};
    write[shell](&(struct completion){to, p});
}
