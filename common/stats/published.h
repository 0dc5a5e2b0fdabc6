/* published.h -- correlations that others published: tables of method, temperature and time
 *
 * TSV with the columns temperature, time, average (config, pooled), method, pearson; target and species may be there, else the table is about
 * the propensity of species A. */
#ifndef GG_PUBLISHED_H
#define GG_PUBLISHED_H

#include "util/err.h"
#include "util/tsv.h"

struct gg_published_row {
    const char *target, *species, *method; /* texts of the tables */
    double temperature, time, rho;
    bool pooled;
};

struct gg_published {
    int n, n_table, n_method;
    struct gg_published_row *row;
    struct gg_tsv *table;
    const char **method; /* in order of appearance, each once */
};

/* The tables one after the other.  GG_SYSTEM; GG_INPUT for columns that are missing and numbers that are none; names the file. */
int gg_published_read(struct gg_published *p, const char *path, struct gg_err *err);
void gg_published_free(struct gg_published *p);

/* The time nearest to that of `at`, in log time, for which its method has something on its target, species and temperature; NaN where none is
 * within a factor of 2. */
double gg_published_time(const struct gg_published *p, const struct gg_published_row *at);
/* What the method has there; NaN: nothing. */
double gg_published_rho(const struct gg_published *p, const struct gg_published_row *at);

#endif
