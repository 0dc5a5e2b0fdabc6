/* folder.c -- folders that outputs go to: made with their parents, and what one process at a time works on
 *
 * The lock is one of an open file description (fcntl(2), F_OFD_SETLK): unlike those of a process it is not lost when another part of the
 * program closes the file.  Such locks do not say whose they are, so the holder writes its number into the file. */
#include "util/folder.h"
#include "util/arena.h"
#include "util/text_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- made ---- */

char *gg_folder_of(const char *path)
{
    char *folder = gg_xstrdup(path), *slash = strrchr(folder, '/');
    if (slash == NULL)
        strcpy(folder, ".");
    else
        slash[slash == folder] = '\0';
    return folder;
}

static int make_one(const char *path, struct gg_err *err)
{
    struct stat st;
    if (stat(path, &st) == 0)
        return S_ISDIR(st.st_mode)
                   ? 0
                   : gg_fail(err, GG_SYSTEM,
                             "%s: a folder is wanted here, and it is a file: give another name", path);
    if (mkdir(path, 0777) == 0 || errno == EEXIST) /* another process was faster */
        return 0;
    return gg_fail_errno(err, "%s: cannot make this folder", path);
}

int gg_folder_make(const char *path, struct gg_err *err)
{
    char *part = gg_xstrdup(path);
    int status = 0;
    for (char *slash = part + strspn(part, "/"); (slash = strchr(slash, '/')) && !status; slash++) {
        *slash = '\0';
        status = make_one(part, err);
        *slash = '/';
    }
    free(part);
    return status ? -1 : make_one(path, err);
}

int gg_folder_make_for(const char *path, struct gg_err *err)
{
    char *folder = gg_folder_of(path);
    int status = gg_folder_make(folder, err);
    free(folder);
    return status;
}

/* ---- held ---- */

/* The number that the holder has written; 0 if it has not yet. */
static long holder(int fd)
{
    char text[32] = "";
    return pread(fd, text, sizeof text - 1, 0) > 0 ? strtol(text, NULL, 10) : 0;
}

static int refuse(int fd, const char *name, const char *where, struct gg_err *err)
{
    long pid = holder(fd);
    char who[48] = "another process";
    if (pid > 0)
        snprintf(who, sizeof who, "process %ld", pid);
    return gg_fail(err, GG_SYSTEM, "%s: %s is at work %s: wait for it, or use another -o", name, who, where);
}

static int take(int fd, const char *name, const char *where, struct gg_err *err)
{
    struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &all) != 0)
        return errno == EAGAIN || errno == EACCES ? refuse(fd, name, where, err) : GG_UNLOCKED;
    return ftruncate(fd, 0) == 0 && dprintf(fd, "%ld\n", (long)getpid()) > 0
               ? 0
               : gg_fail_errno(err, "%s: cannot write its lock", name);
}

/* Whether the descriptor is of the file that has this name now: its last holder may have removed it meanwhile. */
static bool is_named(int fd, const char *path)
{
    struct stat mine, named;
    return fstat(fd, &mine) == 0 && stat(path, &named) == 0 && mine.st_dev == named.st_dev &&
           mine.st_ino == named.st_ino;
}

/* The lock `path` on what the user knows as `name`; `where` the holder of it is at work. */
static int hold(const char *path, const char *name, const char *where, struct gg_err *err)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0)
            return gg_fail_errno(err, "%s: cannot write", path);
        int status = take(fd, name, where, err);
        if (status == 0 && is_named(fd, path))
            return fd;
        close(fd);
        if (status)
            return status;
    }
}

int gg_folder_lock(const char *folder, struct gg_err *err)
{
    char *path = gg_xprintf("%s/lock", folder);
    int fd = hold(path, folder, "in this folder", err);
    free(path);
    return fd;
}

int gg_file_lock(const char *path, struct gg_err *err)
{
    char *lock = gg_xprintf("%s.lock", path);
    int fd = hold(lock, path, "on this file", err);
    free(lock);
    return fd;
}

void gg_file_unlock(const char *path, int fd)
{
    if (fd < 0)
        return;
    char *lock = gg_xprintf("%s.lock", path);
    unlink(lock);
    close(fd);
    free(lock);
}
