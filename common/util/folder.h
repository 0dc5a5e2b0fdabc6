/* folder.h -- folders that outputs go to: made with their parents, and what one process at a time works on */
#ifndef GG_FOLDER_H
#define GG_FOLDER_H

#include "util/err.h"

/* Makes the folder and those above it, as far as they are not there.  GG_SYSTEM names the one that cannot be. */
int gg_folder_make(const char *path, struct gg_err *err);
/* The same for the folder that a file of this path lies in. */
int gg_folder_make_for(const char *path, struct gg_err *err);
/* The folder that holds `path`, malloc'd: "." where it names none. */
char *gg_folder_of(const char *path);

/* Takes the folder, by a lock on the file `lock` in it, which the kernel gives back with the process, however that ends.  Returns the
 * descriptor that holds it, or -1: GG_SYSTEM names the process that has it.  GG_UNLOCKED: this file system has no locks. */
enum { GG_UNLOCKED = -2 };
int gg_folder_lock(const char *folder, struct gg_err *err);
/* The same for one file, by a lock on `path`.lock, which gg_file_unlock removes; a holder that was killed leaves it, which holds nobody up. */
int gg_file_lock(const char *path, struct gg_err *err);
void gg_file_unlock(const char *path, int fd);

#endif
