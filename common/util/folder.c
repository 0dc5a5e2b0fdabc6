/* folder.c -- folders that outputs go to: made with their parents, and held by one process
 *
 * The lock is one of an open file description (fcntl(2), F_OFD_SETLK): unlike those of a process it is not lost when another part of the
 * program closes the file.  Such locks do not say whose they are, so the holder writes its number into the file. */
#include "util/folder.h"
#include "util/arena.h"
#include "util/text_stream.h"

#include <errno.h>
#include <fcntl.h>
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

static int refuse(int fd, const char *folder, struct gg_err *err)
{
    long pid = holder(fd);
    char who[48] = "another process";
    if (pid > 0)
        snprintf(who, sizeof who, "process %ld", pid);
    return gg_fail(err, GG_SYSTEM, "%s: %s is at work in this folder: wait for it, or use another -o", folder,
                   who);
}

static int take(int fd, const char *folder, struct gg_err *err)
{
    struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &all) != 0)
        return errno == EAGAIN || errno == EACCES ? refuse(fd, folder, err) : GG_UNLOCKED;
    return ftruncate(fd, 0) == 0 && dprintf(fd, "%ld\n", (long)getpid()) > 0
               ? 0
               : gg_fail_errno(err, "%s/lock: cannot write", folder);
}

int gg_folder_lock(const char *folder, struct gg_err *err)
{
    char *path = gg_xprintf("%s/lock", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int status = fd < 0 ? gg_fail_errno(err, "%s: cannot write", path) : take(fd, folder, err);
    free(path);
    if (fd >= 0 && status)
        close(fd);
    return status ? status : fd;
}
