/* blas.h -- OpenBLAS: opened, named, and its functions for util/linalg */
#ifndef GG_BLAS_H
#define GG_BLAS_H

#include "util/err.h"

/* Opens OpenBLAS, once: GG_SYSTEM if it is missing or has no room for the threads there are, GG_USAGE if it is the serial flavour
 * and there are several, for it then returns wrong products, silently.  Those of linalg.h open it, too, but can only end the process
 * there: so who needs them and may refuse calls this first. */
int gg_blas_open(struct gg_err *err);
/* Is it safe to call from `n_thread` threads?  Refuses as gg_blas_open does; nothing to do while it is not open. */
int gg_blas_threads(int n_thread, struct gg_err *err);
/* "OpenBLAS 0.3.21 Zen", the core last, for -V and PROV; NULL while it is not open. */
const char *gg_blas_name(void);

/* CBLAS's numbers (netlib, cblas.h). */
enum { GG_CBLAS_ROWS = 101, GG_CBLAS_AS_IS = 111, GG_CBLAS_TURNED = 112, GG_CBLAS_UPPER = 121 };

/* CBLAS, and LAPACK as Fortran has it (netlib): everything by address, matrices by columns, and behind the arguments the length of
 * each text. */
struct gg_blas {
    void (*sgemm)(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a, int lda,
                  const float *b, int ldb, float beta, float *c, int ldc);
    void (*dgemm)(int order, int ta, int tb, int m, int n, int k, double alpha, const double *a, int lda,
                  const double *b, int ldb, double beta, double *c, int ldc);
    void (*dsyrk)(int order, int upper, int turn, int n, int k, double alpha, const double *a, int lda,
                  double beta, double *c, int ldc);
    void (*dposv)(const char *upper, const int *n, const int *n_rhs, double *a, const int *lda, double *b,
                  const int *ldb, int *info, size_t);
    void (*dsyevd)(const char *vectors, const char *upper, const int *n, double *a, const int *lda, double *w,
                   double *work, const int *room, int *index, const int *index_room, int *info, size_t,
                   size_t);
    void (*dsytrd)(const char *upper, const int *n, double *a, const int *lda, double *d, double *e,
                   double *tau, double *work, const int *room, int *info, size_t);
    void (*dormtr)(const char *side, const char *upper, const char *turn, const int *m, const int *n,
                   const double *a, const int *lda, const double *tau, double *c, const int *ldc,
                   double *work, const int *room, int *info, size_t, size_t, size_t);
    void (*dptsv)(const int *n, const int *n_rhs, double *d, double *e, double *b, const int *ldb, int *info);
    void (*dgelsd)(const int *m, const int *n, const int *n_rhs, double *a, const int *lda, double *b,
                   const int *ldb, double *singular, const double *rcond, int *rank, double *work,
                   const int *room, int *index, int *info);
    int (*parallel)(void); /* 0: the serial flavour */
    void (*set_threads)(int n);
    const char *(*config)(void), *(*core)(void);
    void *(*take_buffer)(int), (*give_buffer)(void *); /* where a product packs its matrices */
};

/* Opened by the first call; ends the process where gg_blas_open would refuse. */
const struct gg_blas *gg_blas(void);

#endif
