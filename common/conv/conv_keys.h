/* conv_keys.h -- the keys that layers made of the convolution share, for their option tables
 *
 * first: where the layer's hypers have their struct gg_conv_hypers. */
#ifndef GG_CONV_KEYS_H
#define GG_CONV_KEYS_H

#include "conv/conv.h"

#define GG_CONV_AT(first, field) ((first) + offsetof(struct gg_conv_hypers, field))
#define GG_CONV_LMAX_KEY(first)                                                                          \
    {                                                                                                    \
        "lmax", GG_OPT_INT, GG_CONV_AT(first, lmax), "highest degree of the harmonics and of the paths", \
            .arg = "L", .max = GG_CONV_L_MAX                                                             \
    }
#define GG_CONV_PATH_KEYS(first)                                                                      \
    {"parity", GG_OPT_CHOICE, GG_CONV_AT(first, parity),                                              \
     "of features and paths: natural, both, or none that counts", .choices = GG_PARITIES},            \
    {                                                                                                 \
        "mixing", GG_OPT_CHOICE, GG_CONV_AT(first, mixing),                                           \
            "a function of the distance for each path and channel, then mixing; or for each pair of " \
            "channels",                                                                               \
            .choices = "channelwise|full"                                                             \
    }
#define GG_CONV_RADIAL_KEYS(first)                                                               \
    {"radial.basis", GG_OPT_CHOICE, GG_CONV_AT(first, basis), "functions of the distance",       \
     .choices = GG_RADIAL_KINDS},                                                                \
        {"radial.n", GG_OPT_INT, GG_CONV_AT(first, n), "number of basis functions",              \
         .arg = "N", .min = 1,   .max = 1024},                                                   \
        {"radial.envelope", GG_OPT_CHOICE, GG_CONV_AT(first, envelope),                          \
         "smooth cutoff that multiplies the basis", .choices = GG_ENVELOPES},                    \
        {"radial.power",                                                                         \
         GG_OPT_INT,                                                                             \
         GG_CONV_AT(first, power),                                                               \
         "p of the polynomial envelope",                                                         \
         .arg = "P",                                                                             \
         .min = 2,                                                                               \
         .max = 12,                                                                              \
         .when = "radial.envelope=poly"},                                                        \
        {"radial.inner",                                                                         \
         GG_OPT_REAL,                                                                            \
         GG_CONV_AT(first, inner),                                                               \
         "neighbours nearer than this do not count",                                             \
         .arg = "LENGTH",                                                                        \
         .unit = "sigma",                                                                        \
         .max = 1e6},                                                                            \
        {"radial.outer",                                                                         \
         GG_OPT_REAL,                                                                            \
         GG_CONV_AT(first, outer),                                                               \
         "nor do those farther; 0: the cutoff",                                                  \
         .arg = "LENGTH",                                                                        \
         .unit = "sigma",                                                                        \
         .max = 1e6},                                                                            \
        {"radial.hidden",                                                                        \
         GG_OPT_REALS,                                                                           \
         GG_CONV_AT(first, hidden),                                                              \
         "widths of the hidden layers",                                                          \
         .arg = "N,N",                                                                           \
         .min = 1,                                                                               \
         .max = 4096},                                                                           \
        {"radial.species", GG_OPT_FLAG, GG_CONV_AT(first, species),                              \
         "a net of its own for every ordered pair of species"},                                  \
        {"radial.table",           GG_OPT_INT,                                                   \
         GG_CONV_AT(first, table), "knots of the table; exact runs the net on every edge",       \
         .arg = "KNOTS",           .max = 65536,                                                 \
         .choices = "exact"},                                                                    \
        {"radial.act",           GG_OPT_CHOICE,                                                  \
         GG_CONV_AT(first, act), "activation of the hidden layers",                              \
         .choices = GG_ACTS,     .when = "radial.hidden"},                                       \
        {"radial.bias", GG_OPT_FLAG, GG_CONV_AT(first, bias),                                    \
         "a bias in every layer: R is not 0 at the cutoff"},                                     \
        {"radial.norm", GG_OPT_CHOICE, GG_CONV_AT(first, norm),                                  \
         "in front of the activation, over the edges of the frame or the channels of the layer", \
         .choices = GG_RADIAL_NORMS},                                                            \
        {"radial.momentum",                                                                      \
         GG_OPT_REAL,                                                                            \
         GG_CONV_AT(first, momentum),                                                            \
         "batch: share of a frame in the running values",                                        \
         .arg = "SHARE",                                                                         \
         .min = 1e-6,                                                                            \
         .max = 0.999,                                                                           \
         .when = "radial.norm=batch"},                                                           \
        {"radial.weights", GG_OPT_CHOICE, GG_CONV_AT(first, plain),                              \
         "scale of the layers: of e3nn, or plain", .choices = "e3nn|plain"},                     \
    {                                                                                            \
        "radial.constants", GG_OPT_CHOICE, GG_CONV_AT(first, constants),                         \
            "activation constants: exact, or those sampled by e3nn", .choices = "exact|e3nn",    \
                                                                     .when = "radial.hidden"     \
    }

/* Their defaults. */
#define GG_CONV_DEFAULTS                                                                           \
    .lmax = 2, .basis = GG_BESSEL, .envelope = GG_ENVELOPE_POLY, .n = 8, .power = 6, .table = 256, \
    .momentum = 0.1

#endif
