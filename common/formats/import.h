/* import.h -- drafts, one after the other, into a stream */
#ifndef GG_FORMATS_IMPORT_H
#define GG_FORMATS_IMPORT_H

#include "formats/draft_frame.h"
#include "stream/seen.h"
#include "stream/writer.h"

/* META stands before the frames: it is the first configuration's; what later ones say otherwise goes behind. */
struct gg_importer {
    struct gg_draft_options how;
    struct gg_writer *out;      /* opened by the caller, who aborts or commits it */
    const struct gg_prov *prov; /* with the program's own entry */
    bool begun;
    const char *few_digits; /* id of the first configuration whose coordinates have few digits; NULL */
    char few_id[GG_ID];
    struct gg_meta meta, trailer;
    struct gg_seen seen;
    uint64_t types; /* bit t: species t was there */
    bool has_codes; /* of the source, from first_type on, which --species could name */
    int first_type;
    int64_t n_again; /* frames that a file has twice, the same: a run that was restarted; the first of them */
    char again_id[GG_ID];
};

/* Makes the frame and writes it; one that came before in the same file, equal in everything, is passed over and told by
 * the summary.  GG_INPUT for any other sample id that comes twice.  The draft's path must live until gg_importer_free. */
int gg_importer_add(struct gg_importer *m, const struct gg_draft *d, struct gg_frame *f, struct gg_arena *a,
                    struct gg_err *err);
/* The end of the stream; a stream without a frame is none (GG_TRUNCATED). */
int gg_importer_end(struct gg_importer *m, struct gg_err *err);
void gg_importer_free(struct gg_importer *m);

/* One line: what became of columns that are no part of a configuration, and which species are there if they are not the
 * first ones; "" if there is nothing to say. */
const char *gg_importer_summary(const struct gg_importer *m, struct gg_arena *a);

#endif
