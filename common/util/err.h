/* err.h -- how the library refuses: a status and one line of text; only cmd/ ends the process */
#ifndef GG_ERR_H
#define GG_ERR_H

#include <stddef.h>

/* Exit statuses of every program (gg.1, EXIT STATUS).  Functions that may refuse fill a struct gg_err with one of
 * them and return -1 (or NULL). */
enum gg_status {
    GG_OK = 0,
    GG_NO = 1,        /* streams differ, a check failed */
    GG_USAGE = 2,     /* wrong usage or configuration */
    GG_INPUT = 3,     /* input refused: format, checksum, limit, content */
    GG_TRUNCATED = 4, /* input truncated or empty, or upstream gave up */
    GG_SYSTEM = 5,    /* cannot open, disk full, I/O error, out of memory */
    GG_NUMERICS = 6,  /* NaN or Inf, no convergence, matrix not positive definite */
    GG_STOPPED = 75,  /* stopped on request after a complete checkpoint */
    GG_PIPE = 141     /* the reader of our output went away */
};

enum { GG_ERR_TEXT = 1024 };

struct gg_err {
    int status;
    char text
        [GG_ERR_TEXT]; /* lower case, no full stop, without the program's name: "frame 12: field 'pos': ..." */
};

/* Fills `err` and returns -1, so that a refusal is `return gg_fail(err, GG_INPUT, "...")`. */
int gg_fail(struct gg_err *err, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* As gg_fail, with ": strerror(errno)" appended. */
int gg_fail_errno(struct gg_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts text in front of a message already there ("frame 12: "), unless it begins so; keeps the status, returns -1. */
int gg_err_prefix(struct gg_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* End the process with one line and the status, GG_SYSTEM for memory: nobody can go on from there. */
_Noreturn void gg_out_of_memory(size_t bytes);
_Noreturn void gg_err_end(const struct gg_err *err);

#endif
