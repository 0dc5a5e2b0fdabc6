/* rumd.c -- RUMD's xyz, usually gzip'd: configurations, restart files and trajectories with log-spaced steps
 *
 *     1212
 *     ioformat=2 timeStepIndex=4 logLin=0,1,3,16,0 numTypes=3 integrator=IntegratorNVT,0.004,0.5032,0.4,0.02
 *         sim_box=RectangularSimulationBox,10.03,10.03,10.03 mass=1,1,1 columns=type,x,y,z,imx,imy,imz,pe,vir
 *
 * (one line).  ioformat 1 has dt= and boxLengths= instead of integrator= and sim_box=.  timeStepIndex is the step of the
 * frame, the step times the time step its time; the box is centred on 0, a particle is at x + L image; types from 0.
 * http://rumd.org/manual.html, the chapter on files. */
#include "formats/extra_key.h"
#include "formats/words.h"
#include "formats/xyz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool gg_rumd_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    char *line = gg_xyz_second_line(head);
    bool is = line && gg_xyz_has_key(line, "ioformat", '=');
    free(line);
    return is;
}

/* "NAME,0.004,0.5": the numbers behind the name. */
static const char *behind_name(const char *text)
{
    const char *comma = text ? strchr(text, ',') : NULL;
    return comma ? comma + 1 : NULL;
}

static int get_box(const struct gg_keys *keys, int dim, double cell[3][3], struct gg_err *err)
{
    const char *lengths = gg_keys_get(keys, "boxLengths"), *box = gg_keys_get(keys, "sim_box");
    double edge[3];
    if (!lengths && box && strncmp(box, "RectangularSimulationBox,", 25))
        return gg_fail(err, GG_INPUT, "sim_box=%.60s; rectangular boxes are read", box);
    if (!lengths && !(lengths = behind_name(box)))
        return gg_fail(err, GG_INPUT, "no sim_box= and no boxLengths= in the second line");
    if (!gg_word_numbers(lengths, 3, edge))
        return gg_fail(err, GG_INPUT, "box '%.60s'; three lengths are wanted", lengths);
    memset(cell, 0, 9 * sizeof(double));
    for (int k = 0; k < dim; k++)
        cell[k][k] = edge[k];
    return 0;
}

/* "IntegratorNVT,0.004,0.5032,...": time step and temperature; other integrators have no temperature there. */
static int get_integrator(const struct gg_keys *keys, double *dt, double *temperature, struct gg_err *err)
{
    const char *integrator = gg_keys_get(keys, "integrator"), *rest = behind_name(integrator);
    char number[2][64] = {"", ""};
    *dt = NAN;
    if (gg_keys_number(keys, "dt", dt, err))
        return -1;
    if (!integrator)
        return 0;
    for (int k = 0; k < 2 && rest; k++) {
        size_t n = strcspn(rest, ",");
        memcpy(number[k], rest, n < 63 ? n : 63);
        rest = rest[n] ? rest + n + 1 : NULL;
    }
    if (!gg_word_double(number[0], dt) || !(*dt > 0))
        return gg_fail(err, GG_INPUT, "integrator=%.60s; a time step is wanted behind the name", integrator);
    bool heated = !strncmp(integrator, "IntegratorNVT,", 14) || !strncmp(integrator, "IntegratorNPT", 13);
    if (heated && !gg_word_double(number[1], temperature))
        return gg_fail(err, GG_INPUT, "integrator=%.60s; a temperature is wanted behind the time step",
                       integrator);
    return 0;
}

static int add_columns(struct gg_table *t, const char *names, struct gg_arena *a, struct gg_err *err)
{
    char *rest = names ? gg_arena_strdup(a, names) : NULL, *name;
    if (!names)
        return gg_fail(err, GG_INPUT, "no columns= in the second line");
    while ((name = strsep(&rest, ","))) {
        bool whole = !strncmp(name, "im", 2) || !strcmp(name, "type");
        if (gg_table_add(t, name, whole ? 'I' : 'R', 1, err))
            return gg_err_prefix(err, "columns: ");
        t->property[t->n_property - 1].finite = whole || (strchr("xyz", *name) && !name[1]);
    }
    return 0;
}

static int get_positions(struct gg_table *t, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    int column[3], image[3];
    if (!gg_columns_three(t, "", "", d->dim, column))
        return gg_fail(err, GG_INPUT, "columns: x, y, z are wanted");
    d->pos = gg_columns_gather(t, column, d->dim, a);
    if (gg_columns_three(t, "im", "", d->dim, image))
        return gg_columns_unwrap(t, image, d, err);
    d->need_unwrapped = true;
    return 0;
}

static int count_masses(const char *text)
{
    int n = *text != 0;
    for (; *text; text++)
        n += *text == ',';
    return n;
}

/* The second line in itself: keys all of them, a step that can be, as many masses as types. */
static int check_keys(const struct gg_keys *keys, struct gg_err *err)
{
    double step = 0, types = NAN;
    const char *mass = gg_keys_get(keys, "mass");
    for (int k = 0; k < keys->n; k++)
        if (keys->key[k].flag)
            return gg_fail(err, GG_INPUT, "'%.40s' is no KEY=VALUE", keys->key[k].key);
    if (gg_keys_number(keys, "timeStepIndex", &step, err) || gg_keys_number(keys, "numTypes", &types, err))
        return -1;
    if (!(step >= 0 && step == floor(step) && step < 0x1p53))
        return gg_fail(err, GG_INPUT, "timeStepIndex=%g; a whole number from 0 is wanted", step);
    if (!isnan(types) && !(types >= 1 && types == floor(types)))
        return gg_fail(err, GG_INPUT, "numTypes=%g; a whole number from 1 is wanted", types);
    if (mass && !isnan(types) && count_masses(mass) != (int)fmin(types, 1e9))
        return gg_fail(err, GG_INPUT, "mass=%.60s has %d numbers, numTypes=%g", mass, count_masses(mass),
                       types);
    return 0;
}

/* Types up to numTypes, or as many as there are masses; row 0 stands in line `first`. */
static int check_types(const struct gg_foreign *f, const struct gg_table *t, const struct gg_keys *keys,
                       uint64_t first, struct gg_err *err)
{
    const char *mass = gg_keys_get(keys, "mass");
    double n = mass ? count_masses(mass) : INFINITY,
           low = f->options->first_type > 0 ? f->options->first_type - 1 : 0;
    int type = gg_table_find(t, "type");
    if (gg_keys_number(keys, "numTypes", &n, err))
        return -1;
    for (uint64_t i = 0; type >= 0 && i < t->n; i++) {
        double code = t->value[i * (uint64_t)t->n_column + (uint64_t)t->property[type].at];
        if (!(code >= low && code < low + n))
            return gg_fail(err, GG_INPUT, "line %llu: type %g; %s says %g types, from %g",
                           (unsigned long long)(first + i), code,
                           gg_keys_get(keys, "numTypes") ? "numTypes" : "mass", n, low);
    }
    return 0;
}

/* Keys that make up the configuration, or its numbers of particles and columns. */
static const char *const known[] = {"ioformat", "timeStepIndex", "dt",      "boxLengths",
                                    "sim_box",  "numTypes",      "columns", NULL};

static int fill_draft(struct gg_foreign *f, struct gg_table *t, const struct gg_keys *keys,
                      struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    double cell[3][3], dt = NAN, temperature = 0, step = NAN;
    int type = gg_table_find(t, "type");
    if (type < 0)
        return gg_fail(err, GG_INPUT, "columns: no type");
    if (get_box(keys, d->dim, cell, err) || get_integrator(keys, &dt, &temperature, err) ||
        gg_keys_number(keys, "timeStepIndex", &step, err))
        return -1;
    d->n_node = t->n;
    d->step = f->n_done;
    bool stepped = !isnan(step);
    return gg_foreign_cell(f, d, cell, 0, err) || get_positions(t, a, d, err) ||
           gg_columns_types(f, t, type, 0, a, d, err) ||
           gg_foreign_temperature(f, d, temperature, false, err) ||
           (stepped && gg_foreign_now(f, d, (int64_t)step, step * dt, err)) ||
           gg_columns_rest(f, t, a, d, err) || gg_extra_keys(d, a, keys, known, err);
}

static int read_frame(struct gg_foreign *f, struct gg_table *t, struct gg_arena *a, struct gg_draft *d,
                      struct gg_err *err)
{
    struct gg_keys *keys = GG_NEW(a, struct gg_keys, 1);
    double version = 0;
    int64_t count;
    char *line;
    int got = gg_xyz_begin(&f->input, a, 1, &count, &line, err);
    if (got <= 0)
        return got;
    if (gg_keys_parse(keys, a, line, '=', err) || check_keys(keys, err) ||
        gg_keys_number(keys, "ioformat", &version, err) ||
        add_columns(t, gg_keys_get(keys, "columns"), a, err) || gg_columns_check_map(f, t, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)f->input.line);
    if (version != 1 && version != 2)
        return gg_input_fail(&f->input, err, GG_INPUT, "ioformat=%g; 1 and 2 are read", version);
    d->dim = (int)f->options->dim;
    gg_meta_set(&d->meta, "source.positions", "centre of the box at 0");
    uint64_t first = f->input.line + 1;
    if (gg_xyz_rows(&f->input, t, count, err) || check_types(f, t, keys, first, err))
        return -1;
    return fill_draft(f, t, keys, a, d, err) ? gg_err_prefix(err, "frame %lld: ", (long long)f->n_done) : 1;
}

int gg_rumd_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_table t = {.n = 0};
    int got = read_frame(f, &t, a, d, err);
    gg_table_free(&t);
    return got;
}
