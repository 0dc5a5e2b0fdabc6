/* trained.c -- on what a model was trained */
#include "stream/trained.h"
#include "util/arena.h"
#include "util/number.h"
#include "util/same.h"
#include "util/text_stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gg_trained_see(struct gg_trained *t, const struct gg_frame *f)
{
    double temperature = gg_frame_number(f, "temperature"), tau = gg_frame_number(f, "tau_alpha");
    if (temperature > 0) {
        t->lowest = t->n_temperature ? fmin(t->lowest, temperature) : temperature;
        t->highest = t->n_temperature++ ? fmax(t->highest, temperature) : temperature;
    }
    if (tau > 0) {
        t->log_tau += log(tau);
        t->n_tau++;
    }
}

double gg_trained_temperature(const struct gg_trained *t)
{
    return t->n_temperature && gg_same(t->lowest, t->highest) ? t->lowest : NAN;
}

double gg_trained_tau(const struct gg_trained *t)
{
    return t->n_tau ? exp(t->log_tau / (double)t->n_tau) : NAN;
}

void gg_trained_put(const struct gg_trained *t, struct gg_meta *meta)
{
    if (t->n > 0)
        gg_meta_printf(meta, "trained.configurations", "%lld", (long long)t->n);
    if (t->n_temperature && gg_same(t->lowest, t->highest))
        gg_meta_printf(meta, "trained.temperature", "%.9g", t->lowest);
    else if (t->n_temperature)
        gg_meta_printf(meta, "trained.temperature", "%.9g to %.9g", t->lowest, t->highest);
    if (t->n_tau)
        gg_meta_printf(meta, "trained.tau_alpha", "%.9g", gg_trained_tau(t));
}

void gg_trained_get(struct gg_trained *t, const struct gg_meta *meta)
{
    const char *n = gg_meta_get(meta, "trained.configurations"),
               *temperature = gg_meta_get(meta, "trained.temperature"),
               *tau = gg_meta_get(meta, "trained.tau_alpha");
    double value;
    *t = (struct gg_trained){0};
    if (n && gg_number(n, &value) && value > 0 && value < 0x1p53)
        t->n = (int64_t)value;
    int found = temperature ? sscanf(temperature, "%lf to %lf", &t->lowest, &t->highest) : 0;
    t->highest = found == 1 ? t->lowest : t->highest;
    t->n_temperature = found > 0 && t->lowest > 0 && t->highest >= t->lowest;
    if (tau && gg_number(tau, &value) && value > 0 && isfinite(value)) {
        t->log_tau = log(value);
        t->n_tau = 1;
    }
}

char *gg_trained_yaml(const struct gg_trained *t, const char *model)
{
    struct gg_meta meta = {0};
    char *text;
    size_t bytes;
    FILE *f = gg_text_open(&text, &bytes);
    gg_meta_set(&meta, "model", model);
    gg_trained_put(t, &meta);
    for (int k = 0; k < meta.n; k++)
        fprintf(f, "%s: %s\n", meta.pair[k].key, meta.pair[k].value);
    fclose(f);
    gg_meta_clear(&meta);
    return text;
}

/* The lines "key: value". */
static void read_lines(struct gg_meta *meta, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n"), key = strcspn(text, ":");
        char name[64], value[4096];
        if (key + 2 <= n && key < sizeof name && n - key < sizeof value) {
            snprintf(name, sizeof name, "%.*s", (int)key, text);
            snprintf(value, sizeof value, "%.*s", (int)(n - key - 2), text + key + 2);
            gg_meta_set(meta, name, value);
        }
        text += n + (text[n] == '\n');
    }
}

void gg_trained_history(struct gg_trained *t, const struct gg_prov *prov, char **model)
{
    struct gg_meta meta = {0};
    for (int k = prov->n - 1; k >= 0 && meta.n == 0; k--) {
        const char *program = gg_meta_get(&prov->entry[k], "program"),
                   *yaml = gg_meta_get(&prov->entry[k], "config");
        if (program && yaml && strcmp(program, "gg-predict") == 0)
            read_lines(&meta, yaml);
    }
    gg_trained_get(t, &meta);
    const char *says = gg_meta_get(&meta, "model");
    *model = says ? gg_xstrdup(says) : NULL;
    gg_meta_clear(&meta);
}
