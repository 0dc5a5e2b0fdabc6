/* failing_calls.c -- preloaded: of the calls that a program makes from main to exit, the n-th fails, or kills it, or all are short
 *
 *   CALLS        names of the calls that count, in one word: ":malloc:" all of memory, ":write:fsync:", ":all:" all but those of memory
 *   CALLS_AT     n, from 1; none without it
 *   CALLS_DO     fail (alone), full (it and all behind it), kill (SIGKILL instead of it), short (reads and writes of all the program are
 *                interrupted or do less than they might, by numbers drawn from the seed n)
 *   CALLS_COUNT  a file for the number of calls
 *   CALLS_LOG    a file for the calls but those of memory, one a line: name, descriptor or path; "fails" behind one that did
 *
 * The C library's own entries stand behind malloc, so that nothing is needed before the first call. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);

static const char *which = "";
static long n, at;
static int on, full, kills, shorter, log_fd = -1;

/* ---- which, and what then ---- */

static void note(const char *name, long fd, const char *path, const char *end)
{
    char line[600];
    int used = path ? snprintf(line, sizeof line, "%s %s%s\n", name, path, end)
                    : snprintf(line, sizeof line, "%s %ld%s\n", name, fd, end);
    static ssize_t (*next)(int, const void *, size_t);
    if (!next)
        next = dlsym(RTLD_NEXT, "write");
    if (used > 0 && next(log_fd, line, (size_t)used < sizeof line ? (size_t)used : sizeof line - 1) != used)
        _exit(9);
}

static int counts(const char *name, int is_memory)
{
    char word[32];
    snprintf(word, sizeof word, ":%s:", name);
    return strstr(which, word) || (!is_memory && strstr(which, ":all:"));
}

static int hit(const char *name, int is_memory)
{
    if (!on || shorter || !counts(name, is_memory))
        return 0;
    long now = __sync_add_and_fetch(&n, 1);
    if (!at || (full ? now < at : now != at))
        return 0;
    if (kills)
        raise(SIGKILL);
    return 1;
}

static int fails(const char *name, long fd, const char *path, int code)
{
    int failed = hit(name, 0);
    if (on && log_fd >= 0 && fd != log_fd)
        note(name, fd, path, failed ? " fails" : "");
    if (failed)
        errno = code;
    return failed;
}

static int no_memory(void)
{
    int failed = hit("malloc", 1);
    if (failed)
        errno = ENOMEM;
    return failed;
}

/* Less than what is asked, at least 1; 0 for an interruption. */
static size_t part_of(size_t asked)
{
    static uint64_t state;
    if (!on || !shorter || asked == 0)
        return asked;
    if (!state)
        state = 0x9E3779B97F4A7C15u * (uint64_t)(at + 1);
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    static const size_t most[] = {0, 1, 7, 64, 4095, 65537, 1 << 20, SIZE_MAX};
    size_t limit = most[state % 8];
    if (!limit)
        errno = EINTR;
    return asked < limit ? asked : limit;
}

/* ---- memory ---- */

void *malloc(size_t s)
{
    return no_memory() ? NULL : __libc_malloc(s);
}

void *calloc(size_t a, size_t b)
{
    return no_memory() ? NULL : __libc_calloc(a, b);
}

void *realloc(void *p, size_t s)
{
    return no_memory() ? NULL : __libc_realloc(p, s);
}

void *aligned_alloc(size_t a, size_t s)
{
    return no_memory() ? NULL : __libc_memalign(a, s);
}

int posix_memalign(void **p, size_t a, size_t s)
{
    if (no_memory())
        return ENOMEM;
    *p = __libc_memalign(a, s);
    return *p ? 0 : ENOMEM;
}

/* ---- calls of the system ---- */

/* One call: its result, parameters and their names, the descriptor and the path for the log, the error, and what failure returns. */
#define CALL(type, name, parameters, arguments, fd, path, code, failure) \
    type name parameters                                                 \
    {                                                                    \
        static type(*next) parameters;                                   \
        if (!next)                                                       \
            next = dlsym(RTLD_NEXT, #name);                              \
        return fails(#name, fd, path, code) ? failure : next arguments;  \
    }
#define SHORT_CALL(name, data, parameters, arguments, code) \
    ssize_t name parameters                                 \
    {                                                       \
        static ssize_t(*next) parameters;                   \
        if (!next)                                          \
            next = dlsym(RTLD_NEXT, #name);                 \
        if (fails(#name, fd, NULL, code))                   \
            return -1;                                      \
        size_t asked = size;                                \
        size = part_of(asked);                              \
        return asked && !size ? -1 : next arguments;        \
    }

SHORT_CALL(read, void *, (int fd, void *data, size_t size), (fd, data, size), EIO)
SHORT_CALL(pread, void *, (int fd, void *data, size_t size, off_t place), (fd, data, size, place), EIO)
SHORT_CALL(write, const void *, (int fd, const void *data, size_t size), (fd, data, size), ENOSPC)
CALL(int, close, (int fd), (fd), fd, NULL, EIO,
     (next(fd), errno = EIO, -1)) /* Linux closes it all the same */
CALL(int, fsync, (int fd), (fd), fd, NULL, EIO, -1)
CALL(int, fdatasync, (int fd), (fd), fd, NULL, EIO, -1)
CALL(int, ftruncate, (int fd, off_t size), (fd, size), fd, NULL, EIO, -1)
CALL(int, fchmod, (int fd, mode_t mode), (fd, mode), fd, NULL, EPERM, -1)
CALL(int, fstat, (int fd, struct stat *st), (fd, st), fd, NULL, EIO, -1)
CALL(off_t, lseek, (int fd, off_t to, int how), (fd, to, how), fd, NULL, EIO, -1)
CALL(int, rename, (const char *from, const char *to), (from, to), -1, to, EIO, -1)
CALL(int, linkat, (int d, const char *from, int e, const char *to, int flags), (d, from, e, to, flags), -1,
     to, ENOSPC, -1)
CALL(int, unlink, (const char *path), (path), -1, path, EPERM, -1)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, path, ENOSPC, -1)
CALL(int, mkstemp, (char *path), (path), -1, path, ENOSPC, -1)
CALL(int, access, (const char *path, int how), (path, how), -1, path, EIO, -1)
CALL(DIR *, opendir, (const char *path), (path), -1, path, EMFILE, NULL)
CALL(void *, mmap, (void *p, size_t size, int prot, int flags, int fd, off_t place),
     (p, size, prot, flags, fd, place), fd, NULL, ENOMEM, MAP_FAILED)

int open(const char *path, int flags, ...)
{
    static int (*next)(const char *, int, ...);
    va_list ap;
    va_start(ap, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    if (!next)
        next = dlsym(RTLD_NEXT, "open");
    return fails("open", -1, path, EMFILE) ? -1 : next(path, flags, mode);
}

int fcntl(int fd, int what, ...)
{
    static int (*next)(int, int, ...);
    va_list ap;
    va_start(ap, what);
    void *argument = va_arg(ap, void *);
    va_end(ap);
    if (!next)
        next = dlsym(RTLD_NEXT, "fcntl");
    return fails("fcntl", fd, NULL, ENOLCK) ? -1 : next(fd, what, argument);
}

int dprintf(int fd, const char *form, ...)
{
    va_list ap;
    va_start(ap, form);
    int used = fails("dprintf", fd, NULL, ENOSPC) ? -1 : vdprintf(fd, form, ap);
    va_end(ap);
    return used;
}

/* ---- from main to exit ---- */

static int (*real_main)(int, char **, char **);

static const char *said(const char *name)
{
    const char *text = getenv(name);
    return text ? text : "";
}

/* What runs behind the handlers of the program is not its own: destructors of libraries, a profile that is written. */
static void over(void)
{
    on = 0;
}

/* Programs that this one starts are left alone. */
static int main_with(int argc, char **argv, char **env)
{
    which = said("CALLS");
    at = atol(said("CALLS_AT"));
    full = !strcmp(said("CALLS_DO"), "full");
    kills = !strcmp(said("CALLS_DO"), "kill");
    shorter = !strcmp(said("CALLS_DO"), "short");
    if (*said("CALLS_LOG"))
        log_fd = open(said("CALLS_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    unsetenv("LD_PRELOAD");
    atexit(over);
    on = 1;
    return real_main(argc, argv, env);
}

int __libc_start_main(int (*m)(int, char **, char **), int argc, char **argv, void (*a)(void),
                      void (*b)(void), void (*c)(void), void *stack)
{
    int (*next)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void),
                void *) = dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = m;
    return next(main_with, argc, argv, a, b, c, stack);
}

__attribute__((destructor)) static void end(void)
{
    char line[32];
    on = 0;
    int fd = *said("CALLS_COUNT") ? open(said("CALLS_COUNT"), O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1,
        used = snprintf(line, sizeof line, "%ld\n", n);
    if (fd >= 0 && write(fd, line, (size_t)used) != used)
        _exit(9);
}
