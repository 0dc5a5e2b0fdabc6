/* failing_malloc.c -- preloaded: the FAIL_AT-th allocation fails, counted from the first that main makes; FAIL_COUNT says how many there were
 *
 * The C library's own entries stand behind malloc, so that nothing is needed before the first call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);

static long n, at;
static int on;

static int fails(void)
{
    int now = on && __sync_add_and_fetch(&n, 1) == at;
    if (now)
        errno = ENOMEM;
    return now;
}

void *malloc(size_t s)
{
    return fails() ? NULL : __libc_malloc(s);
}

void *calloc(size_t a, size_t b)
{
    return fails() ? NULL : __libc_calloc(a, b);
}

void *realloc(void *p, size_t s)
{
    return fails() ? NULL : __libc_realloc(p, s);
}

void *aligned_alloc(size_t a, size_t s)
{
    return fails() ? NULL : __libc_memalign(a, s);
}

int posix_memalign(void **p, size_t a, size_t s)
{
    if (fails())
        return ENOMEM;
    *p = __libc_memalign(a, s);
    return *p ? 0 : ENOMEM;
}

/* ---- from main on ---- */

static int (*real_main)(int, char **, char **);

/* Programs that this one starts are left alone. */
static int main_with(int argc, char **argv, char **env)
{
    const char *text = getenv("FAIL_AT");
    at = text ? atol(text) : 0;
    unsetenv("LD_PRELOAD");
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
    const char *path = getenv("FAIL_COUNT");
    char line[32];
    on = 0;
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1,
        used = snprintf(line, sizeof line, "%ld\n", n);
    if (fd >= 0 && write(fd, line, (size_t)used) != used)
        _exit(9);
}
