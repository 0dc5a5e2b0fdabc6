/* same_file.c -- see same_file.h */
#include "util/same_file.h"
#include "util/arena.h"

#include <libgen.h> /* dirname */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool same_inode(const char *a, const char *b, mode_t type)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino &&
           (x.st_mode & S_IFMT) == type;
}

static bool is_there(const char *path)
{
    struct stat x;
    return stat(path, &x) == 0;
}

static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool gg_same_file(const char *a, const char *b)
{
    if (is_there(a) || is_there(b))
        return same_inode(a, b, S_IFREG);
    char *folder_a = gg_xstrdup(a), *folder_b = gg_xstrdup(b);
    bool same = strcmp(base(a), base(b)) == 0 && same_inode(dirname(folder_a), dirname(folder_b), S_IFDIR);
    free(folder_a);
    free(folder_b);
    return same;
}

static bool is_stdout(const char *path)
{
    return !path || strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0 ||
           strcmp(path, "/dev/fd/1") == 0 || strcmp(path, "/proc/self/fd/1") == 0;
}

bool gg_same_output(const char *a, const char *b)
{
    bool out_a = is_stdout(a), out_b = is_stdout(b);
    return (out_a && out_b) || gg_same_file(out_a ? "/dev/stdout" : a, out_b ? "/dev/stdout" : b);
}
