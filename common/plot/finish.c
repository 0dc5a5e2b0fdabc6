/* finish.c -- writes a picture's numbers and script, and has gnuplot draw it */
#include "plot/plot.h"
#include "formats/picture.h"
#include "util/arena.h"
#include "util/escape.h"
#include "util/file.h"
#include "util/read.h"
#include "util/same_file.h"
#include "util/text_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Letters of 11 points on the kind's own canvas, smaller ones of 9 and 8, which are not made smaller than 5 points where those are larger; u of it on the one that is wanted, and lines and points, too.  A PNG has three pixels a point,
 * 340 an inch in a column of a journal.  cairo counts 96 dots an inch where these have a pixel, or 1/72 inch, to the point: 3/4 of its letters are as
 * high as those of SVG; its dashes and points are smaller.  All three have one layout. */
static const char letters[] =
    "u = %.6g\nleast(x) = x > 5 || 11*u < 5 ? x : 5\nnormal = sprintf(',%%g', 11*u)\nsmall = sprintf(',%%g', "
    "least(9*u))\ntiny = sprintf(',%%g', least(8*u))\n";
static const char *const svg = "set terminal svg size %.0f,%.0f font 'sans-serif' . normal linewidth u "
                               "enhanced background '#ffffff'\n";
static const char *const png =
    "set terminal pngcairo size %.0f*3,%.0f*3 font 'sans-serif' . normal fontscale 2.25 "
    "linewidth 3*u dashlength 2 pointscale 4.36*u enhanced\n";
static const char *const pdf =
    "set terminal pdfcairo size %.0f/72.0,%.0f/72.0 font 'sans-serif' . normal fontscale "
    "0.75 linewidth 1.8*u dashlength 2 pointscale 1.45*u enhanced\n";

static const char look[] = "set encoding utf8\n"
                           "set format '%h'\n" /* gnuplot's own has a blank in front */
                           "set border 3 linewidth 1 linecolor '#404040'\n"
                           "set tics nomirror out scale 0.6 textcolor '#202020'\n"
                           "set grid linewidth 0.5 linecolor '#d8d8d8' linetype 1\n"
                           "set key noautotitle samplen 2 spacing 1.15 textcolor '#202020'\n"
                           "set title offset 0,-0.3 textcolor '#000000'\n"
                           "set datafile separator '\\t'\n"
                           "set datafile missing 'nan'\n"
                           "set style fill transparent solid 0.18 noborder\n";

/* The script finds its data, and where to draw, by its own name, so that no name is ever part of a script. */
static const char own_name[] = "if (!exists('ARG0')) exit message 'run it as: gnuplot NAME.gp'\n"
                               "stem = (ARG0[1:1] eq '/' ? '' : './') . ARG0[1:strlen(ARG0) - 3]\n"
                               "data = stem . '.tsv'\n";

/* The names around a picture "dir/NAME.svg": gnuplot sees temporary ones only, which are ours. */
struct names {
    char *folder;        /* "dir" */
    const char *end;     /* "svg" */
    char *data, *script; /* "dir/NAME.tsv", "dir/NAME.gp": to keep */
    char *own[3];        /* "dir/gg-plot.tmp.PID" with .tsv, .gp, .svg */
    struct gg_arena arena;
};
enum { DATA, SCRIPT, PICTURE };

static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int split(struct names *n, const char *picture, struct gg_err *err)
{
    *n = (struct names){0};
    const char *name = base(picture), *dot = strrchr(name, '.');
    if (!dot || dot == name || (strcmp(dot, ".svg") && strcmp(dot, ".png") && strcmp(dot, ".pdf")))
        return gg_fail(err, GG_USAGE, "--output %s: the name must end in .svg, .png or .pdf", picture);
    n->end = dot + 1;
    n->folder = name == picture ? gg_arena_strdup(&n->arena, ".")
                                : gg_arena_printf(&n->arena, "%.*s", (int)(name - picture), picture);
    const char *stem = gg_arena_printf(&n->arena, "%s/%.*s", n->folder, (int)(dot - name), name);
    n->data = gg_arena_printf(&n->arena, "%s.tsv", stem);
    n->script = gg_arena_printf(&n->arena, "%s.gp", stem);
    const char *const ends[] = {"tsv", "gp", n->end};
    for (int k = 0; k < 3; k++)
        n->own[k] = gg_arena_printf(&n->arena, "%s/gg-plot.tmp.%ld.%s", n->folder, (long)getpid(), ends[k]);
    return 0;
}

static void print_label(FILE *f, const char *axis, const char *text)
{
    fprintf(f, "set %slabel ", axis);
    gg_escape_gnuplot(f, text);
    fputc('\n', f);
}

/* What the user wants otherwise, before each `plot`: of x where this panel has a label or range of x, of y in the first panel alone.
 * A `plot` that is indented is no panel, but a legend. */
static void print_wishes(FILE *f, const struct gg_plot_options *o, bool labelled, bool first)
{
    static const char *const keys[] = {[GG_PLOT_KEY_OFF] = "unset key",
                                       [GG_PLOT_KEY_TOP_LEFT] = "set key inside top left Left reverse",
                                       [GG_PLOT_KEY_TOP_RIGHT] = "set key inside top right Left reverse",
                                       [GG_PLOT_KEY_BOTTOM_LEFT] = "set key inside bottom left Left reverse",
                                       [GG_PLOT_KEY_BOTTOM_RIGHT] =
                                           "set key inside bottom right Left reverse",
                                       [GG_PLOT_KEY_OUTSIDE] = "set key outside right top Left reverse"};
    if (o->xlabel && labelled)
        print_label(f, "x", o->xlabel);
    if (!isnan(o->xrange[0]))
        fprintf(f, "set xrange [%.15g:%.15g]\n", o->xrange[0], o->xrange[1]);
    if (o->ylabel && first)
        print_label(f, "y", o->ylabel);
    if (!isnan(o->yrange[0]) && first)
        fprintf(f, "bottom = %.15g\nset yrange [%.15g:%.15g]\n", o->yrange[0], o->yrange[0], o->yrange[1]);
    if (o->key && first)
        fprintf(f, "%s\n", keys[o->key]);
}

static void print_lines(FILE *f, const struct gg_plot *p)
{
    bool labelled = false, first = true;
    for (const char *line = p->script_text, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        end += *end == '\n';
        labelled |= strncmp(line, "set xlabel", 10) == 0;
        if (strncmp(line, "plot ", 5) == 0) {
            print_wishes(f, p->o, labelled, first);
            first = false;
        }
        fprintf(f, "%.*s", (int)(end - line), line);
    }
}

static char *whole_script(const struct gg_plot *p, const struct names *n)
{
    char *text;
    size_t bytes;
    FILE *f = gg_text_open(&text, &bytes);
    fputs(own_name, f);
    double size[2];
    fprintf(f, letters, gg_plot_scale(p, size));
    if (p->beside > 0 || strstr(p->script_text, "screen right"))
        fprintf(f, "right = %.5f\n", (p->width - 14) / (p->width + p->beside));
    fprintf(f, strcmp(n->end, "svg") == 0 ? svg : strcmp(n->end, "png") == 0 ? png : pdf, size[0], size[1]);
    fprintf(f, "set output stem . '.%s'\n%s", n->end, look);
    print_lines(f, p);
    fclose(f);
    return text;
}

static int put(const char *path, const char *text, struct gg_err *err)
{
    struct gg_sink s;
    if (gg_sink_open(&s, path, err))
        return -1;
    if (gg_sink_write(&s, text, strlen(text), err) == 0)
        return gg_sink_commit(&s, err);
    gg_sink_discard(&s);
    return -1;
}

/* Starts gnuplot in the picture's folder, what it says going into `to`.  0 or an errno. */
static int start(const struct names *n, int to, pid_t *child)
{
    char gnuplot[] = "gnuplot", defaults[] = "-d", *script = gg_xstrdup(base(n->own[SCRIPT]));
    char *argv[] = {gnuplot, defaults, script, NULL};
    posix_spawn_file_actions_t in_child;
    posix_spawn_file_actions_init(&in_child);
    int code = posix_spawn_file_actions_adddup2(&in_child, to, STDOUT_FILENO);
    code = code ? code : posix_spawn_file_actions_adddup2(&in_child, to, STDERR_FILENO);
    code = code ? code : posix_spawn_file_actions_addchdir_np(&in_child, n->folder);
    code = code ? code : posix_spawnp(child, gnuplot, &in_child, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&in_child);
    free(script);
    return code;
}

/* The last line that says something. */
static void last_line(char *text, size_t bytes)
{
    while (bytes > 0 && (text[bytes - 1] == '\n' || text[bytes - 1] == ' '))
        text[--bytes] = 0;
    char *newline = strrchr(text, '\n');
    if (newline)
        memmove(text, newline + 1, strlen(newline));
}

/* Runs gnuplot and waits: 0 if it went well, the end of what it said in `said`; MISSING if there is none. */
enum { MISSING = 1 };
static int run(const struct names *n, char *said, size_t room, struct gg_err *err)
{
    int ends[2], status = 0;
    pid_t child;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return gg_fail_errno(err, "gnuplot: cannot start");
    int code = start(n, ends[1], &child);
    close(ends[1]);
    ptrdiff_t got = code ? 0 : gg_read_full(ends[0], said, room - 1, err);
    close(ends[0]);
    if (code == ENOENT)
        return MISSING;
    errno = code;
    if (code)
        return gg_fail_errno(err, "gnuplot: cannot start");
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return gg_fail_errno(err, "gnuplot: cannot wait");
    said[got > 0 ? got : 0] = 0;
    last_line(said, got > 0 ? (size_t)got : 0);
    return status ? gg_fail(err, GG_SYSTEM, "gnuplot: %s", *said ? said : "failed") : 0;
}

static int draw(const struct gg_plot *p, const struct names *n, const char *picture, bool keep,
                struct gg_err *err)
{
    char said[4096];
    struct stat st;
    int status = run(n, said, sizeof said, err);
    if (status == MISSING && keep)
        return 0;
    if (status == MISSING)
        return gg_fail(err, GG_SYSTEM,
                       "gnuplot is not installed (Debian: gnuplot-nox); --script keeps data and "
                       "script without it");
    if (status == 0 && (stat(n->own[PICTURE], &st) != 0 || st.st_size == 0))
        status = gg_fail(err, GG_SYSTEM, "gnuplot drew nothing%s%s", *said ? ": " : "", said);
    if (status == 0)
        status = gg_picture_sign(n->own[PICTURE], &p->history, err);
    if (status == 0 && rename(n->own[PICTURE], picture) != 0)
        status = gg_fail_errno(err, "%s: cannot write", picture);
    if (status)
        unlink(n->own[PICTURE]);
    return status;
}

/* The numbers must not be written over what they were made from. */
static int spare_inputs(const struct names *n, int n_file, char **file, struct gg_err *err)
{
    const char *const ours[2] = {n->data, n->script};
    for (int f = 0; f < n_file; f++)
        for (int k = 0; k < 2; k++)
            if (gg_same_file(ours[k], file[f]))
                return gg_fail(err, GG_USAGE,
                               "--script would write over the input %s: choose another --output", file[f]);
    return 0;
}

/* Data and script as they are kept. */
static int keep_both(const struct gg_plot *p, const struct names *n, const char *script, int n_file,
                     char **file, struct gg_err *err)
{
    if (spare_inputs(n, n_file, file, err) || put(n->data, p->data_text, err))
        return -1;
    return put(n->script, script, err);
}

int gg_plot_finish(struct gg_plot *p, const char *picture, bool keep, int n_file, char **file,
                   struct gg_err *err)
{
    struct names n;
    fflush(p->data);
    fflush(p->script);
    int status = split(&n, picture, err);
    if (status == 0) {
        char *script = whole_script(p, &n);
        status = keep ? keep_both(p, &n, script, n_file, file, err) : 0;
        if (status == 0 && put(n.own[DATA], p->data_text, err) == 0 && put(n.own[SCRIPT], script, err) == 0)
            status = draw(p, &n, picture, keep, err);
        else
            status = -1;
        unlink(n.own[DATA]);
        unlink(n.own[SCRIPT]);
        free(script);
    }
    gg_arena_free(&n.arena);
    return status;
}
