/* frames.c -- the table of frames.h: the elements of D_l(Rx(-beta)) as Fourier sums, from 2 l + 1 samples, which determine them */
#include "kernel/frames.h"
#include "o3/o3.h"

#include <math.h>

enum { MOST = 2 * GG_FRAME_DEGREE + 1 };

static void sample(int l, double D[MOST][MOST * MOST])
{
    for (int s = 0; s <= 2 * l; s++) {
        double R[3][3];
        gg_rotation_euler(0, -2 * M_PI * s / (2 * l + 1), 0, R);
        gg_wigner_d(l, R, D[s]);
    }
}

/* The coefficient of a trigonometric function in the element `at`. */
static double coefficient(int l, double D[MOST][MOST * MOST], int at, int trig)
{
    int k = (trig + 1) / 2, n = 2 * l + 1;
    double sum = 0;
    for (int s = 0; s < n; s++)
        sum += D[s][at] * (trig % 2 ? cos(2 * M_PI * k * s / n) : trig ? sin(2 * M_PI * k * s / n) : 1);
    return sum * (trig ? 2 : 1) / n;
}

static void add_degree(struct gg_frames *f, int l, int *n_term)
{
    double D[MOST][MOST * MOST];
    sample(l, D);
    for (int m = -l; m <= l; m++)
        for (int n = -l; n <= l; n++) {
            if ((m < 0) != (n < 0))
                continue;
            f->entry[f->n_entry++] = (struct gg_frame_entry){l, m, n, *n_term};
            for (int trig = 0; trig <= 2 * l; trig++) {
                double w = coefficient(l, D, (l + m) * (2 * l + 1) + l + n, trig);
                if (fabs(w) > 1e-12)
                    f->term[(*n_term)++] = (struct gg_frame_term){trig, (gg_real)w};
            }
        }
}

const struct gg_frames *gg_frames_new(struct gg_arena *a, int l_max)
{
    int n_term = 0, most = gg_frame_at(l_max + 1);
    struct gg_frames *f = GG_NEW(a, struct gg_frames, 1);
    f->l_max = l_max;
    f->entry = GG_NEW(a, struct gg_frame_entry, (size_t)most + 1);
    f->term = GG_NEW(a, struct gg_frame_term, (size_t)(most * (2 * l_max + 1)));
    for (int l = 1; l <= l_max; l++)
        add_degree(f, l, &n_term);
    f->entry[f->n_entry].first = n_term;
    return f;
}
