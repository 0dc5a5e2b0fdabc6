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
};

/* Makes the frame and writes it.  GG_INPUT for a sample id that comes twice. */
int gg_importer_add(struct gg_importer *m, const struct gg_draft *d, struct gg_frame *f, struct gg_arena *a,
                    struct gg_err *err);
/* The end of the stream; a stream without a frame is none (GG_TRUNCATED). */
int gg_importer_end(struct gg_importer *m, struct gg_err *err);
void gg_importer_free(struct gg_importer *m);

/* One line: what became of columns that are no part of a configuration; "" if there were none. */
const char *gg_importer_summary(const struct gg_importer *m, struct gg_arena *a);

#endif
