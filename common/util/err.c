/* err.c -- messages of a refusal, and the end of a process that has no memory left */
#include "util/err.h"
#include "util/exit.h"
#include "util/escape.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Names out of files and command lines may hold anything; a message is one line and moves no cursor.  What is too long is
 * cut between two characters. */
static void keep_to_one_line(char text[GG_ERR_TEXT])
{
    size_t n = strlen(text);
    for (size_t k = 1; n == GG_ERR_TEXT - 1 && k <= 3;
         k++) { /* the last lead byte, where it has too little behind it */
        uint32_t code;
        if (((unsigned char)text[n - k] & 0xC0) == 0xC0 && gg_utf8(text + n - k, k, &code) == 1)
            text[n - k] = '\0';
    }
    gg_escape_line(text);
}

int gg_fail(struct gg_err *err, int status, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    keep_to_one_line(err->text);
    err->status = status;
    return -1;
}

int gg_fail_errno(struct gg_err *err, const char *fmt, ...)
{
    int code = errno; /* before anything below can change it */
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(code));
    keep_to_one_line(err->text);
    err->status = code == EPIPE ? GG_PIPE : GG_SYSTEM;
    return -1;
}

int gg_err_prefix(struct gg_err *err, const char *fmt, ...)
{
    char old[sizeof err->text];
    memcpy(old, err->text, sizeof old);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    size_t used = strlen(err->text);
    if (used && !strncmp(old, err->text, used)) /* a file that its reader has named */
        memcpy(err->text, old, sizeof old);
    else
        snprintf(err->text + used, sizeof err->text - used, "%s", old);
    keep_to_one_line(err->text);
    return -1;
}

void gg_out_of_memory(size_t bytes)
{
    struct gg_err err;
    gg_fail(&err, GG_SYSTEM, "out of memory (%zu bytes wanted)", bytes);
    gg_err_end(&err);
}

static bool means_no;

int gg_exit_no(void)
{
    means_no = true;
    return GG_NO;
}

static void at_exit(int status, void *unused)
{
    (void)unused;
    if (status == GG_NO && !means_no)
        _exit(GG_SYSTEM);
}

void gg_exit_watch(void)
{
    on_exit(at_exit, NULL); /* without room for it: the status stays 1 */
}

void gg_err_end(const struct gg_err *err)
{
    char line[sizeof err->text + 8];
    int n = snprintf(line, sizeof line, "gg: %s\n", err->text);
    if (write(STDERR_FILENO, line, (size_t)n) < 0)
        _exit(err->status);
    _exit(err->status);
}
