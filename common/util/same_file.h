/* same_file.h -- when two paths are one file */
#ifndef GG_SAME_FILE_H
#define GG_SAME_FILE_H

#include <stdbool.h>

/* Of files that are there, and of those that would be: one name in one folder.  What is no regular file, such as /dev/null, is never the
 * same: many may write there. */
bool gg_same_file(const char *a, const char *b);

/* Two outputs as options name them: NULL and "-" are standard output, as /dev/stdout and the file it goes to are. */
bool gg_same_output(const char *a, const char *b);

#endif
