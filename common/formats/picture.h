/* picture.h -- the history that a picture carries: SVG as metadata, PNG as a text chunk
 *
 * The text is that of PROV (stream/meta.h), entry after entry, each of which begins with its id.  SVG (SVG 1.1, 21.2): an element metadata with the id
 * gg-history behind the head.  PNG (ISO 15948, 11.3.4.5): a chunk iTXt with the keyword gg history behind the header. */
#ifndef GG_PICTURE_H
#define GG_PICTURE_H

#include "stream/meta.h"

/* Adds a history to a file .svg or .png, by its contents; others stay as they are.  GG_SYSTEM. */
int gg_picture_sign(const char *path, const struct gg_prov *history, struct gg_err *err);
/* 1: it is a picture, and its history, if it has one, is in *history; 0: it is none; -1: GG_SYSTEM, GG_INPUT for a damaged one. */
int gg_picture_history(struct gg_prov *history, const char *path, struct gg_err *err);

#endif
