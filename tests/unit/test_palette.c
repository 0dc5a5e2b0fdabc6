/* test_palette.c -- colours of lines stay apart, and those of fields go evenly from dark to light, for all kinds of colour vision
 *
 * Dichromats by the matrices of G. Machado, M. Oliveira, L. Fernandes, IEEE Trans. Vis. Comput. Graph. 15, 1291 (2009), severity 1, on linear RGB;
 * distances in CIE L*a*b* (1976) under D65, in which 2.3 can just be told apart. */
#include "near.h"
#include "plot/plot.h"

#include <stdio.h>

enum { VISIONS = 4, LINES = 7 };
static const double sees[VISIONS][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};
static const double xyz[3][3] = {{0.4124564, 0.3575761, 0.1804375},
                                 {0.2126729, 0.7151522, 0.0721750},
                                 {0.0193339, 0.1191920, 0.9503041}};

static void times(const double m[3][3], const double x[3], double y[3])
{
    for (int i = 0; i < 3; i++)
        y[i] = m[i][0] * x[0] + m[i][1] * x[1] + m[i][2] * x[2];
}

static double root(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : t * 841 / 108 + 4.0 / 29;
}

/* "#rrggbb" as this vision sees it. */
static void to_lab(const char *hex, int vision, double lab[3])
{
    unsigned byte[3];
    double rgb[3], seen[3], at[3], white[3], f[3];
    assert_int_equal(sscanf(hex, "#%2x%2x%2x", &byte[0], &byte[1], &byte[2]), 3);
    for (int c = 0; c < 3; c++) {
        double v = byte[c] / 255.0;
        rgb[c] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
    }
    times(sees[vision], rgb, seen);
    for (int c = 0; c < 3; c++)
        seen[c] = fmin(1, fmax(0, seen[c]));
    times(xyz, seen, at);
    times(xyz, (const double[3]){1, 1, 1}, white);
    for (int c = 0; c < 3; c++)
        f[c] = root(at[c] / white[c]);
    lab[0] = 116 * f[1] - 16;
    lab[1] = 500 * (f[0] - f[1]);
    lab[2] = 200 * (f[1] - f[2]);
}

/* The formulas themselves: sRGB red is 53.24, 80.09, 67.20. */
static void red_is_red(void **state)
{
    (void)state;
    double lab[3];
    to_lab("#ff0000", 0, lab);
    close_to(lab[0], 53.24, 0.01);
    close_to(lab[1], 80.09, 0.02);
    close_to(lab[2], 67.20, 0.02);
    to_lab("#808080", 2, lab); /* grey stays grey */
    assert_true(fabs(lab[1]) < 0.1 && fabs(lab[2]) < 0.1);
}

static void lines_stay_apart(void **state)
{
    (void)state;
    for (int v = 0; v < VISIONS; v++)
        for (int i = 0; i < LINES; i++)
            for (int j = 0; j < i; j++) {
                double a[3], b[3];
                to_lab(gg_plot_line(i), v, a);
                to_lab(gg_plot_line(j), v, b);
                double apart = sqrt(pow(a[0] - b[0], 2) + pow(a[1] - b[1], 2) + pow(a[2] - b[2], 2));
                if (apart < 15)
                    fail_msg("vision %d: %s and %s are %.1f apart", v, gg_plot_line(i), gg_plot_line(j),
                             apart);
            }
}

/* Of 16 colours each is lighter than the one before, by about as much each time. */
static void fields_go_evenly(void **state)
{
    (void)state;
    for (int v = 0; v < VISIONS; v++) {
        double before = NAN;
        for (int k = 0; k <= 15; k++) {
            char hex[8];
            double lab[3];
            gg_plot_shade(hex, k / 15.0);
            to_lab(hex, v, lab);
            if (k > 0)
                assert_true(lab[0] - before > 3 && lab[0] - before < 7.5);
            before = lab[0];
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(red_is_red), cmocka_unit_test(lines_stay_apart),
                                       cmocka_unit_test(fields_go_evenly)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
