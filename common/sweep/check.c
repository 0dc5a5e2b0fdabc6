/* check.c -- a sweep before it starts: are there so many configurations, and which files are they */
#include "stream/crc32c.h"
#include "stream/reader.h"
#include "sweep/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Counts the frames for training in a stream; what tells it from another goes into *fingerprint. */
static int64_t walk(const char *path, bool *has_split, uint32_t *fingerprint, struct gg_err *err)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    int64_t n = 0;
    int event;
    if (gg_reader_open(&r, path, err))
        return -1;
    while ((event = gg_reader_next(&r, &f, err)) > 0) {
        double split = event == GG_EVENT_FRAME ? gg_frame_number(&f, "split") : NAN;
        double part = isnan(split) ? 0 : split;
        n += event == GG_EVENT_FRAME && part == 0;
        *has_split |= part != 0;
        if (event == GG_EVENT_MEMBER_END)
            *fingerprint = gg_crc32c(*fingerprint, &r.fingerprint, sizeof r.fingerprint);
    }
    gg_frame_free(&f);
    gg_reader_close(&r);
    return event < 0 ? -1 : n;
}

static int check_sizes(const struct gg_sweep *s, int64_t n_frame, struct gg_err *err)
{
    for (int k = 0; k < s->n_size; k++) {
        if (!(s->size[k] >= 1) || s->size[k] != floor(s->size[k]) || (k && !(s->size[k] > s->size[k - 1])))
            return gg_fail(err, GG_USAGE, "--sizes: whole numbers that increase are wanted, such as 2,5,10");
        if (!(s->size[k] <= (double)n_frame))
            return gg_fail(err, GG_USAGE, "--sizes: %.0f configurations, %s has %lld for training",
                           s->size[k], s->train, (long long)n_frame);
    }
    return 0;
}

/* Before hours of training. */
static int check_against(const struct gg_sweep *s, struct gg_err *err)
{
    struct gg_arena a = {0};
    bool known = !s->against;
    for (int k = 0; k < s->n_setting && !known; k++)
        known = strcmp(gg_setting_name(s, k, &a), s->against) == 0;
    known = known || access(gg_arena_printf(&a, "%s/learncurve.tsv", s->against), R_OK) == 0;
    int status = known ? 0
                       : gg_fail(err, GG_USAGE,
                                 "--against %s: is neither a setting (such as %s) nor a folder with a "
                                 "learncurve.tsv",
                                 s->against, gg_setting_name(s, 0, &a));
    gg_arena_free(&a);
    return status;
}

int gg_sweep_check(struct gg_sweep *s, struct gg_err *err)
{
    size_t bytes;
    bool ignored = false;
    if (gg_settings_read(s, err) || check_against(s, err))
        return -1;
    char *model = gg_read_file(s->model, 1 << 20, &bytes, err);
    if (!model)
        return -1;
    s->fingerprint[0] = gg_crc32c(0, model, bytes);
    free(model);
    int64_t n = walk(s->train, &s->has_split, &s->fingerprint[1], err);
    if (n < 0 || check_sizes(s, n, err))
        return -1;
    return walk(s->test, &ignored, &s->fingerprint[2], err) < 0 ? -1 : 0;
}

void gg_sweep_free(struct gg_sweep *s)
{
    gg_arena_free(&s->text);
}
