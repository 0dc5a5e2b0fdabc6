/* check.c -- a sweep before it starts: are there so many configurations, and which files are they */
#include "stream/crc32c.h"
#include "stream/reader.h"
#include "sweep/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a stream holds. */
struct content {
    int64_t n, room;
    struct gg_sweep_frame *frame; /* on the heap; ids in the arena */
    uint32_t fingerprint;         /* what tells it from another */
};

static void add_frame(struct content *c, const struct gg_frame *f, struct gg_arena *text)
{
    double split = gg_frame_number(f, "split");
    if (c->n == c->room) {
        c->room = c->room ? 2 * c->room : 64;
        c->frame = gg_xrealloc(c->frame, (size_t)c->room * sizeof *c->frame);
    }
    c->frame[c->n++] = (struct gg_sweep_frame){gg_arena_strdup(text, f->id), isnan(split) || split == 0};
}

static int walk(struct gg_sweep *s, struct content *c, const char *path, struct gg_err *err)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    int event;
    if (gg_reader_open(&r, path, err))
        return -1;
    while ((event = gg_reader_next(&r, &f, err)) > 0) {
        if (event == GG_EVENT_FRAME)
            add_frame(c, &f, &s->text);
        if (event == GG_EVENT_MEMBER && s->history && gg_prov_merge(s->history, &r.prov, err)) {
            event = gg_err_prefix(err, "%s: ", path);
            break;
        }
        if (event == GG_EVENT_MEMBER_END)
            c->fingerprint = gg_crc32c(c->fingerprint, &r.fingerprint, sizeof r.fingerprint);
    }
    gg_frame_free(&f);
    gg_reader_close(&r);
    return event < 0 ? -1 : 0;
}

/* Of the stream of --validation the history alone. */
static int see_validation(struct gg_sweep *s, struct gg_err *err)
{
    struct content c = {0};
    int status = s->validation && s->history ? walk(s, &c, s->validation, err) : 0;
    free(c.frame);
    return status;
}

/* The training stream: frames to train on, and to validate on. */
static int64_t take_training(struct gg_sweep *s, struct content c)
{
    int64_t n = 0;
    s->frame = c.frame;
    s->n_frame = c.n;
    s->fingerprint[1] = c.fingerprint;
    for (int64_t k = 0; k < c.n; k++)
        n += c.frame[k].trains;
    s->has_split = n < c.n;
    return n;
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

/* Pieces whose configurations were chosen the other way must not be mixed up with these: versions before had no other than `first`. */
static int check_draw(const struct gg_sweep *s, struct gg_err *err)
{
    struct gg_arena a = {0};
    int status = 0;
    for (int k = 0; k < gg_sweep_pieces(s) && status == 0; k++) {
        struct gg_piece p = gg_piece_make(s, k);
        const char *other = gg_piece_folder(s, &p, !s->first, &a);
        if (access(other, F_OK) == 0)
            status = gg_fail(
                err, GG_USAGE,
                s->first
                    ? "%s: configurations drawn by each seed are trained on here: leave --draw first "
                      "out, or choose another -o FOLDER"
                    : "%s: the first configurations are trained on here, for every seed, as before --draw: "
                      "--draw first goes on with them; or choose another -o FOLDER",
                other);
        gg_piece_free(&p);
    }
    gg_arena_free(&a);
    return status;
}

int gg_sweep_check(struct gg_sweep *s, struct gg_err *err)
{
    size_t bytes;
    struct content train = {0}, test = {0};
    if (gg_settings_read(s, err) || check_against(s, err))
        return -1;
    char *model = gg_read_file(s->model, 1 << 20, &bytes, err);
    if (!model)
        return -1;
    s->fingerprint[0] = gg_crc32c(0, model, bytes);
    free(model);
    int status = walk(s, &train, s->train, err);
    int64_t n = take_training(s, train);
    status = status || check_sizes(s, n, err) || check_draw(s, err) || walk(s, &test, s->test, err) ||
                     see_validation(s, err)
                 ? -1
                 : 0;
    s->fingerprint[2] = test.fingerprint;
    free(test.frame);
    return status;
}

void gg_sweep_free(struct gg_sweep *s)
{
    free(s->frame);
    free(s->signature);
    gg_arena_free(&s->text);
}
