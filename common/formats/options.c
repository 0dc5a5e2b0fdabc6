/* options.c -- an option of gg-import that has no effect is refused by name */
#include "formats/extra.h"
#include "formats/foreign.h"
#include "util/irreps.h"

#include <math.h>
#include <string.h>

int gg_foreign_check_options(const struct gg_foreign_format *format, const struct gg_foreign_options *o,
                             struct gg_err *err)
{
    const struct {
        const char *name;
        bool given;
        unsigned bit;
    } option[] = {{"time", o->time.n, GG_READS_TIME},
                  {"box", o->box.n, GG_READS_BOX},
                  {"cell", o->cell.n, GG_READS_BOX},
                  {"map", o->map.n, GG_READS_MAP},
                  {"irreps", o->irreps.n, GG_READS_IRREPS},
                  {"species", o->species, GG_READS_SPECIES},
                  {"first-type", o->first_type > 0, GG_READS_FIRST_TYPE},
                  {"atom-style", o->style, GG_READS_STYLE},
                  {"dim", o->dim && o->dim != 3, GG_READS_DIM},
                  {"timestep", o->timestep > 0, GG_READS_TIMESTEP}};
    for (size_t k = 0; k < sizeof option / sizeof option[0]; k++)
        if (option[k].given && !(format->reads & option[k].bit))
            return gg_fail(err, GG_USAGE, "--%s says nothing for format %s: leave it out", option[k].name,
                           format->name);
    return 0;
}

/* ---- what the options are about is there ---- */

static bool has_extra(const struct gg_draft *d, const char *name, size_t n)
{
    for (int k = 0; k < d->n_extra; k++)
        if (strlen(d->extra[k].name) == n && !memcmp(d->extra[k].name, name, n))
            return true;
    return false;
}

static int check_irreps(const struct gg_draft *d, const struct gg_texts *irreps, struct gg_err *err)
{
    for (int k = 0; k < irreps->n; k++) {
        const char *text = irreps->v[k], *equals = strchr(text, '=');
        struct gg_irreps parsed;
        if (!equals || equals == text)
            return gg_fail(err, GG_USAGE, "--irreps %s: FIELD=IRREPS is wanted", text);
        if (gg_irreps_parse(&parsed, equals + 1, err))
            return gg_err_prefix(err, "--irreps %s: ", text);
        if (!has_extra(d, text, (size_t)(equals - text)))
            return gg_fail(err, GG_USAGE, "--irreps %s: the source has no column '%.*s' of its own", text,
                           (int)(equals - text), text);
    }
    return 0;
}

/* A frame that gg-dump wrote is whole: nothing that could be said of another file can be said of it. */
static int check_own(const struct gg_foreign_options *o, const struct gg_draft *d, struct gg_err *err)
{
    const struct {
        const char *name;
        bool given;
    } option[] = {{"time", o->time.n},
                  {"timestep", o->timestep > 0},
                  {"temperature", o->temperature > 0},
                  {"box", o->box.n},
                  {"cell", o->cell.n},
                  {"irreps", o->irreps.n},
                  {"first-type", o->first_type > 0}};
    for (size_t k = 0; d->own && k < sizeof option / sizeof option[0]; k++)
        if (option[k].given)
            return gg_fail(err, GG_USAGE, "--%s: what gg-dump wrote is read as it was; leave it out",
                           option[k].name);
    return 0;
}

static bool is_xyz(const struct gg_foreign *f)
{
    return !strcmp(f->format->name, "xyz") || !strcmp(f->format->name, "extxyz");
}

/* --timestep turns steps into times. */
static int check_timestep(const struct gg_foreign *f, const struct gg_draft *d, struct gg_err *err)
{
    if (!(f->options->timestep > 0) || d->has_step)
        return 0;
    if (isfinite(d->now) || gg_extra_known(d, "run_time"))
        return gg_fail(err, GG_USAGE, "--timestep: the file says times, but no steps; leave it out");
    return gg_fail(err, GG_USAGE, "--timestep: the file says no steps%s",
                   is_xyz(f) ? "; write Timestep=N or Time=T into the second line of each frame"
                             : "; leave it out");
}

/* --time is the time of what is over time. */
static int check_time(const struct gg_foreign *f, const struct gg_draft *d, struct gg_err *err)
{
    if (!f->options->time.n || d->n_time)
        return 0;
    return gg_fail(err, GG_USAGE,
                   "--time: nothing in the file is over time; --map propensity=COLUMN says what is, "
                   "--timestep makes times of steps");
}

int gg_foreign_check_met(const struct gg_foreign *f, const struct gg_draft *d, struct gg_err *err)
{
    const struct gg_foreign_options *o = f->options;
    const char *types = gg_meta_get(&d->meta, "source.types");
    if (check_own(o, d, err) || check_timestep(f, d, err) || check_time(f, d, err) ||
        check_irreps(d, &o->irreps, err))
        return -1;
    if (o->species && (!types || strcmp(types, "named") != 0))
        return gg_fail(err, GG_USAGE, "--species: the file has numbers for its types: leave it out");
    return 0;
}
