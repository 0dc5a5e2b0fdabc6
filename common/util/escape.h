/* escape.h -- text from outside on its way to something that reads it: one function a destination
 *
 * Names of files, ids, units and command lines may hold anything.  What has a meaning at the destination (quotes, newlines,
 * escape sequences, marks that turn the direction of writing) must not have it there.  CSV is written by
 * formats/export_csv alone; XML (VTK) holds names of fields, whose letters are letters everywhere. */
#ifndef GG_ESCAPE_H
#define GG_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The first character of n bytes of UTF-8, n > 0: its code and its length; 0xFFFD and 1 for a byte that begins none. */
size_t gg_utf8(const char *text, size_t n, uint32_t *code);

/* Does it move a cursor, end a line or turn the direction of what follows?  C0, DEL, C1, line and paragraph separators, and
 * the marks of direction (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069). */
bool gg_is_control(uint32_t code);

/* A line on a terminal, and a cell of a table (TSV): '?' in place of controls and of bytes that are not UTF-8. */
void gg_escape_line(char *text);

/* A word as the shell reads it back. */
void gg_escape_shell(FILE *to, const char *word);

/* The inside of a string of JSON, ASCII where there are controls; U+FFFD for bytes that are not UTF-8. */
void gg_escape_json(FILE *to, const char *text);

/* A string of gnuplot, with its quotes, shown literally as enhanced text. */
void gg_escape_gnuplot(FILE *to, const char *text);

#endif
