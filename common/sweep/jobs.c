/* jobs.c -- the script of each piece, and lists of them for GNU parallel and for Slurm */
#include "sweep/sweep.h"
#include "util/escape.h"
#include "util/folder.h"
#include "util/text_stream.h"

#include <stdlib.h>
#include <string.h>

static char *script(const struct gg_sweep *s, const struct gg_piece *p)
{
    char *text;
    size_t bytes;
    FILE *f = gg_text_open(&text, &bytes);
    fprintf(f, "# one piece of a learning curve; model, training and test data: %08x %08x %08x\n",
            s->fingerprint[0], s->fingerprint[1], s->fingerprint[2]);
    fputs("trap : INT TERM USR1 # gg-train ends by itself, with a checkpoint\n", f);
    gg_piece_train(s, p, f);
    fputs(" || exit\n", f);
    gg_piece_test(s, p, f);
    fputc('\n', f);
    fclose(f);
    return text;
}

static int write_script(const char *path, const char *text, struct gg_err *err)
{
    struct gg_sink to;
    if (gg_sink_open(&to, path, err))
        return -1;
    if (gg_sink_write(&to, text, strlen(text), err) == 0)
        return gg_sink_commit(&to, err);
    gg_sink_discard(&to);
    return -1;
}

int gg_piece_prepare(const struct gg_sweep *s, const struct gg_piece *p, struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_err ignored;
    size_t bytes;
    const char *path = gg_arena_printf(&a, "%s/run.sh", p->folder);
    char *text = script(s, p), *old = gg_read_file(path, 1 << 20, &bytes, &ignored);
    int status = gg_folder_make(p->folder, err);
    if (status == 0 && old && strcmp(old, text) != 0)
        status = gg_fail(err, GG_USAGE,
                         "%s: made with other settings or data; take them again, remove it, or choose "
                         "another -o FOLDER",
                         path);
    else if (status == 0 && !old)
        status = write_script(path, text, err);
    free(text);
    free(old);
    gg_arena_free(&a);
    return status;
}

/* ---- lists ---- */

/* Slurm: two minutes before the time is up the script of the job gets USR1 and passes it on to all processes of the piece (Slurm itself would
 * tell the shell alone); gg-train writes a checkpoint and ends with 75, and the piece goes back to the queue and on from there. */
static void slurm_head(FILE *to, const struct gg_sweep *s, int n)
{
    fprintf(to,
            "#!/bin/bash\n# pieces of the learning curve in %s: sbatch THIS; then the same gg-learncurve "
            "--collect\n"
            "#SBATCH --job-name=gg-learncurve\n#SBATCH --array=0-%d\n#SBATCH --ntasks=1\n#SBATCH --requeue\n"
            "#SBATCH --open-mode=append\n#SBATCH --signal=B:USR1@120\n\npiece=(\n",
            s->folder, n - 1);
}

static const char slurm_tail[] = ")\nfolder=${piece[$SLURM_ARRAY_TASK_ID]} told=\nset -m\nsh "
                                 "\"$folder/run.sh\" >\"$folder/log\" 2>&1 &\npid=$!\n"
                                 "trap 'told=1; kill -USR1 -- -\"$pid\"' USR1\nwait \"$pid\"\nstatus=$?\n"
                                 "if [ -n \"$told\" ]; then # the signal ended the wait, not the piece\n    "
                                 "wait \"$pid\"\n    status=$?\nfi\n"
                                 "[ $status -ne 75 ] || exec scontrol requeue "
                                 "\"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"\nexit $status\n";

static void job(FILE *to, enum gg_sweep_jobs kind, const char *folder)
{
    fputs(kind == GG_SWEEP_SLURM ? "  " : "sh ", to);
    gg_escape_shell(to, folder);
    if (kind == GG_SWEEP_PARALLEL) {
        fputs("/run.sh >", to);
        gg_escape_shell(to, folder);
        fputs("/log 2>&1", to);
    }
    fputc('\n', to);
}

int gg_sweep_print_jobs(const struct gg_sweep *s, enum gg_sweep_jobs kind, FILE *to, struct gg_err *err)
{
    char *list;
    size_t bytes;
    FILE *jobs = gg_text_open(&list, &bytes);
    int n = 0, status = 0;
    for (int k = 0; k < gg_sweep_pieces(s) && status == 0; k++) {
        struct gg_piece p = gg_piece_make(s, k);
        status = gg_piece_prepare(s, &p, err);
        if (!gg_piece_done(&p)) {
            job(jobs, kind, p.folder);
            n++;
        }
        gg_piece_free(&p);
    }
    fclose(jobs);
    if (status == 0 && n) {
        if (kind == GG_SWEEP_SLURM)
            slurm_head(to, s, n);
        fputs(list, to);
        if (kind == GG_SWEEP_SLURM)
            fputs(slurm_tail, to);
    }
    free(list);
    return status;
}
