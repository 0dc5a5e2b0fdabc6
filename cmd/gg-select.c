/* gg-select.c -- some of the frames, fields, particles; in another order; cut into three sets
 * A filter; but --shuffle, --split and --join need all frames first: they are held in memory and written as one member,
 * whose history has those of all inputs as parents. */
#include "cli/cli.h"
#include "stream/boxes.h"
#include "stream/choose.h"
#include "stream/held.h"
#include "stream/run_end.h"
#include "stream/cut.h"

enum { ANY };
struct options {
    const char *frames, *split;
    struct gg_texts id, keep, drop, rename, species, scramble;
    struct gg_reals times;
    int only;
    bool shuffle, join;
    int64_t seed, limit, end_of_run, boxes;
    double halo;
};
#define AT(field) offsetof(struct options, field)
static const struct gg_opt opts[] = {
    {"frames", GG_OPT_TEXT, AT(frames),
     "frames FIRST to LAST-1, counted from 0 over all inputs; 5: and :10 are open", .arg = "FIRST:LAST"},
    {"id", GG_OPT_TEXTS, AT(id), "sample ids that match one of these, with * ? [...]", .arg = "PATTERN"},
    {"only", GG_OPT_CHOICE, AT(only), "frames of this set", .choices = "any|train|validation|test"},
    {"limit", GG_OPT_INT, AT(limit), "at most this many frames; 0 = all", .arg = "N", .min = 0, .max = 1e15},
    {"shuffle", GG_OPT_FLAG, AT(shuffle), "in random order"},
    {"seed", GG_OPT_INT, AT(seed), "of the random order, or of --scramble", .arg = "N", .min = 0,
     .max = 9e15},
    {"split", GG_OPT_TEXT, AT(split),
     "set the field split: shares of train, validation and test, such as 8:1:1", .arg = "A:B:C"},
    {"join", GG_OPT_FLAG, AT(join), "one member from all inputs"},
    {"end-of-run", GG_OPT_INT, AT(end_of_run),
     "instead of the frame where this run from it came to, without labels: a new configuration", .arg = "RUN",
     .min = 0, .max = 1e6},
    {"boxes", GG_OPT_INT, AT(boxes),
     "cut each frame so many times along each vector of its cell, and mark what is of the box: field core",
     .arg = "N", .min = 1, .max = GG_MOST_BOXES},
    {"halo", GG_OPT_REAL, AT(halo), "with --boxes: particles around a box, so far from it, are of its piece",
     .arg = "LENGTH", .unit = "sigma", .min = 0, .max = 1e6},
    {"species", GG_OPT_TEXTS, AT(species), "only the particles of these species, and the edges between them",
     .arg = "NAME,..."},
    {"times", GG_OPT_REALS, AT(times), "only these of the frames' times", .arg = "T,...", .unit = "tau"},
    {"keep", GG_OPT_TEXTS, AT(keep), "only these fields, with * ? [...]", .arg = "FIELD,..."},
    {"drop", GG_OPT_TEXTS, AT(drop), "all but these fields", .arg = "FIELD,..."},
    {"scramble", GG_OPT_TEXTS, AT(scramble), "rows of these fields to other particles of their species",
     .arg = "FIELD,..."},
    {"rename", GG_OPT_TEXTS, AT(rename), "give fields other names", .arg = "OLD=NEW,..."},
    {0}};

static const struct gg_program program = {
    .name = "gg-select",
    .about = "choose frames, fields and particles; shuffle; split; concatenate",
    .example = "gg-select --split 6:1:1 tiny.ggs -o split.ggs",
    .opts = opts,
    GG_READS_STREAMS,
};

/* One run. */
struct run {
    struct gg_cli cli;
    struct options o;
    struct gg_range range;
    struct gg_species_set species;
    double share[3];
    int64_t seen, written;
    uint64_t n_node; /* written */
    struct gg_held held;
    struct gg_boxes boxes; /* of the frame at hand */
};

static int read_options(struct run *r, struct gg_err *err)
{
    if (r->o.boxes > 1 && r->o.halo < 0)
        return gg_fail(
            err, GG_USAGE,
            "--boxes %lld wants --halo LENGTH: how far around its box a piece reaches, for a network "
            "the cutoffs of all its layers that hear neighbours; 0: no farther",
            (long long)r->o.boxes);
    if (r->o.boxes == 0 && r->o.halo >= 0)
        return gg_fail(err, GG_USAGE, "--halo is for --boxes");
    if (r->o.shuffle || r->o.scramble.n > 0)
        r->cli.seed = r->o.seed;
    if (gg_range_parse(&r->range, r->o.frames, "--frames", err) < 0 ||
        gg_species_set_parse(&r->species, &r->o.species, "--species", err) < 0)
        return -1;
    return r->o.split != NULL ? gg_shares_parse(r->share, r->o.split, "--split", err) : 0;
}

/* By number and id: what can be told when the frame comes. */
static bool chosen(struct run *r, const struct gg_frame *f)
{
    int64_t number = r->seen++;
    return number >= r->range.first && number < r->range.last && gg_id_matches(f->id, &r->o.id);
}

/* By set and count: after --split. */
static int wanted(struct run *r, const struct gg_frame *f, struct gg_err *err)
{
    if (r->o.only != ANY) {
        const struct gg_field *split = gg_frame_need(f, "split", err);
        if (split == NULL)
            return -1;
        if (*(const int32_t *)split->data != r->o.only - 1)
            return 0;
    }
    return r->o.limit == 0 || r->written < r->o.limit;
}

static int change(struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    const struct options *o = &r->o;
    if ((o->species.n > 0 && gg_frame_cut_species(f, &r->species, a, err) < 0) ||
        (o->times.n > 0 && gg_frame_cut_times(f, &o->times, a, err) < 0) ||
        (o->keep.n > 0 && gg_frame_keep_fields(f, &o->keep, err) < 0) ||
        (o->drop.n > 0 && gg_frame_drop_fields(f, &o->drop, err) < 0) ||
        (o->scramble.n > 0 && gg_frame_scramble_fields(f, &o->scramble, (uint64_t)o->seed, a, err) < 0) ||
        (o->rename.n > 0 && gg_frame_rename_fields(f, &o->rename, err) < 0))
        return -1;
    return 0;
}

/* What becomes of a chosen frame, first: the frame, or its first box.  GG_FILTER_AGAIN: more boxes follow. */
static int next_piece(struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    if (r->o.boxes > 0 && r->boxes.left > 0 && gg_boxes_next(&r->boxes, f, a, err) < 0)
        return -1;
    bool more = r->boxes.left > 0;
    return change(r, f, a, err) < 0 ? -1 : more ? GG_FILTER_AGAIN : 1;
}

static int first_piece(struct run *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    gg_boxes_free(&r->boxes);
    if ((r->o.end_of_run >= 0 && gg_frame_run_end(f, r->o.end_of_run, a, err) < 0) ||
        (r->o.boxes > 0 && gg_boxes_begin(&r->boxes, f, r->o.boxes, r->o.halo < 0 ? 0 : r->o.halo, err) < 0))
        return -1;
    bool empty = r->o.boxes > 0 && f->n_node == 0;
    return empty ? 0 : next_piece(r, f, a, err);
}

/* ---- frame by frame ---- */

static int filter_frame(void *context, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct run *r = context;
    if (r->boxes.left > 0)
        return next_piece(r, f, a, err);
    int take = chosen(r, f) ? wanted(r, f, err) : 0;
    if (take <= 0)
        return take;
    r->written++;
    return first_piece(r, f, a, err);
}

static int filter_meta(void *context, struct gg_meta *meta, struct gg_err *err)
{
    const struct run *r = context;
    (void)err;
    if (r->o.end_of_run >= 0)
        gg_meta_remove(meta, "replicas"); /* there are none any more */
    gg_meta_rename_columns(meta, &r->o.rename);
    return 0;
}

/* ---- all at once ---- */

static int hold_all(struct run *r, struct gg_source *in, struct gg_err *err)
{
    struct gg_frame frame = {0};
    int event;
    while ((event = gg_source_next(in, &frame, err)) > 0) {
        if (event == GG_EVENT_MEMBER && gg_held_member(&r->held, &in->reader.meta, &in->reader.prov, err) < 0)
            event = -1;
        else if (event == GG_EVENT_MEMBER_END)
            gg_meta_merge(&r->held.trailer, &in->reader.trailer);
        else if (event == GG_EVENT_FRAME && chosen(r, &frame))
            gg_held_add(&r->held, &frame);
        if (event < 0)
            break;
    }
    gg_frame_free(&frame);
    return event;
}

static int write_pieces(struct run *r, struct gg_writer *out, struct gg_frame *f, struct gg_arena *a,
                        struct gg_err *err)
{
    int status = 0, piece = first_piece(r, f, a, err);
    for (;; piece = next_piece(r, f, a, err)) {
        if (piece <= 0)
            return piece < 0 ? gg_err_prefix(err, "%s: ", f->id) : 0;
        status = gg_writer_frame(out, f, err);
        r->n_node += f->n_node;
        gg_arena_reset(a);
        if (status < 0 || piece != GG_FILTER_AGAIN)
            return status;
    }
}

static int write_all(struct run *r, struct gg_writer *out, struct gg_err *err)
{
    struct gg_held *h = &r->held;
    filter_meta(r, &h->meta, err);
    gg_cli_append_prov(&r->cli, &h->prov);
    if (gg_writer_begin(out, "gg.graph/1", &h->meta, &h->prov, err) < 0)
        return -1;
    struct gg_arena arena = {0};
    int status = 0;
    for (int64_t k = 0; k < h->n && status == 0; k++) {
        struct gg_frame *f = &h->frame[h->order[k]];
        int take = wanted(r, f, err);
        r->written += take > 0;
        status = take > 0 ? write_pieces(r, out, f, &arena, err) : take;
        if (take < 0)
            gg_err_prefix(err, "%s: ", f->id);
    }
    gg_arena_free(&arena);
    return status < 0 ? -1 : gg_writer_end(out, &h->trailer, err);
}

static int select_all(struct run *r)
{
    struct gg_err *err = &r->cli.err;
    struct gg_writer out;
    struct gg_source in;
    if (gg_cli_open_output(&r->cli, &out) < 0)
        return gg_cli_fail(&r->cli);
    gg_source_init(&in, &r->cli, 0, "gg.graph/1");
    int status = hold_all(r, &in, err);
    if (status == 0 && r->o.shuffle)
        gg_shuffled_order(r->held.order, r->held.n, r->o.seed);
    if (status == 0 && r->o.split != NULL)
        status = gg_held_split(&r->held, r->share, err);
    if (status == 0)
        status = write_all(r, &out, err);
    if (status == 0 && (status = gg_writer_commit(&out, err)) == 0)
        gg_cli_warn_nothing(&r->cli, &(struct gg_cli_left){(uint64_t)r->seen, (uint64_t)r->written,
                                                           r->o.species.n > 0, r->n_node});
    else
        gg_writer_abort(&out, program.name, err);
    gg_source_close(&in);
    gg_boxes_free(&r->boxes);
    gg_held_free(&r->held);
    return status < 0 ? gg_cli_fail(&r->cli) : GG_OK;
}

int main(int argc, char **argv)
{
    static struct run r = {.o.end_of_run = -1, .o.halo = -1};
    int status = gg_cli_start(&r.cli, &program, &r.o, argc, argv);
    if (status >= 0)
        return status;
    if (read_options(&r, &r.cli.err) < 0)
        return gg_cli_fail(&r.cli);
    if (r.o.shuffle || r.o.join || r.o.split != NULL)
        return select_all(&r);
    status =
        gg_cli_filter(&r.cli, &(struct gg_filter){filter_frame, filter_meta, NULL, &r, .skip_empty = true});
    gg_boxes_free(&r.boxes);
    return status;
}
