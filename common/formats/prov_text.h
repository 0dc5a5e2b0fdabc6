/* prov_text.h -- histories in words: as a script that makes a file again, as a graph, as JSON */
#ifndef GG_PROV_TEXT_H
#define GG_PROV_TEXT_H

#include "stream/meta.h"
#include "util/set.h"
#include <stdio.h>

/* A value of an entry of a history; "" where there is none. */
const char *gg_prov_of(const struct gg_meta *entry, const char *key);
/* One line, whatever the value holds; at most 400 characters of it. */
void gg_prov_line(FILE *to, const char *head, const char *value);
/* A program of this suite that records what it makes, with options that it records and their values, and operands; words as
 * gg_escape_shell writes them, on one line.  What a stream says of its history is no code: anything else (a list of commands, a
 * substitution, control characters, options that write files, shortened or joined ones) is shown and not run.  GG_INPUT says what it is. */
int gg_prov_check_command(const char *argv, struct gg_err *err);
/* Does this option of the program name a stream that it writes beside its output? */
bool gg_prov_names_stream(const char *program, const char *option);
/* The words of such a line, unquoted, malloc'd each and all; *n of them. */
char **gg_prov_words(const char *argv, int *n);
void gg_prov_words_free(char **word, int n);

/* The runs of a history, as far as they can be told apart: entries of the same command line of which none comes from another are one run,
 * that of a program which went through all members of a file. */
struct gg_prov_runs {
    int n;
    int *first;  /* [n] the first entry of each */
    int *of;     /* [entries] the run of each entry */
    bool *feeds; /* [n][n] has run a made what run b read? */
};
void gg_prov_runs_init(struct gg_prov_runs *r, const struct gg_prov *prov);
void gg_prov_runs_free(struct gg_prov_runs *r);
bool gg_prov_runs_feeds(const struct gg_prov_runs *r, int a, int b);
/* Reads the histories of all members of a stream, or that of a picture or table.  `leaf`: the last entry of each, as one list.  GG_INPUT where the reader refuses. */
struct gg_prov_file {
    struct gg_prov prov;
    struct gg_set leaf; /* ids */
    int n_member;
};
int gg_prov_file_read(struct gg_prov_file *f, const char *path, struct gg_err *err);
void gg_prov_file_free(struct gg_prov_file *f);

/* Shell that makes the file `name` as it was made, in a folder that holds what its makers began with: one line a file, skipped where that
 * is there.  Which words of the commands are files that another run has made is found by reading them, so it is to be called
 * where they are; those outside of the folder (/..., ../...) are not made.  A file with a history that cannot be told is one to begin with: a
 * comment says why, and so does `say`.  GG_INPUT: members of several runs (no one command made them), and what is no plain command. */
struct gg_prov_target {
    const struct gg_prov_file *file;
    const char *name;
    void (*say)(void *cli, const char *line);
    void *cli;
};
int gg_prov_script(FILE *to, const struct gg_prov_target *target, struct gg_err *err);
/* Graphviz: a box a run. */
void gg_prov_dot(FILE *to, const struct gg_prov *prov);
/* An array of the entries, as they are. */
void gg_prov_json(FILE *to, const struct gg_prov *prov);

#endif
