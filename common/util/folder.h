/* folder.h -- folders that outputs go to: made with their parents, and held by one process */
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

#endif
