/* blas.c -- OpenBLAS, opened when it is first needed
 *
 * A library that is linked has chosen its kernels and started its threads before main runs, in every program.  Opened here, it is told
 * before what it cannot find out by itself, and who needs no product never has it.
 *
 * It knows processors by family and model.  On one newer than itself it takes the kernels of Prescott (SSE3): a fifth of the rate
 * (OpenBLAS 0.3.21, driver/others/dynamic.c).  Then it is closed, told by OPENBLAS_CORETYPE what the processor can do, and opened anew.
 * What the user has set in the environment stands, and what is set here is taken back. */
#include "util/blas.h"

#include <dlfcn.h>
#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LIBRARY "libopenblas.so.0"

static struct gg_blas blas;
static atomic_bool opened; /* written behind `blas` */
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;

/* ---- the functions ---- */

#define AT(member) offsetof(struct gg_blas, member)
static const struct {
    const char *name;
    size_t at;
} functions[] = {{"cblas_sgemm", AT(sgemm)},
                 {"cblas_dgemm", AT(dgemm)},
                 {"cblas_dsyrk", AT(dsyrk)},
                 {"dposv_", AT(dposv)},
                 {"dsyevd_", AT(dsyevd)},
                 {"dsytrd_", AT(dsytrd)},
                 {"dormtr_", AT(dormtr)},
                 {"dptsv_", AT(dptsv)},
                 {"dgelsd_", AT(dgelsd)},
                 {"openblas_get_parallel", AT(parallel)},
                 {"openblas_set_num_threads", AT(set_threads)},
                 {"openblas_get_config", AT(config)},
                 {"openblas_get_corename", AT(core)},
                 {"blas_memory_alloc", AT(take_buffer)},
                 {"blas_memory_free", AT(give_buffer)}};
#undef AT

static int find_functions(void *library, struct gg_err *err)
{
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
        void *f = dlsym(library, functions[k].name);
        if (f == NULL)
            return gg_fail(err, GG_SYSTEM, LIBRARY " has no '%s': install libopenblas0-pthread",
                           functions[k].name);
        memcpy((char *)&blas + functions[k].at, &f, sizeof f);
    }
    return 0;
}

/* ---- the processor's kernels ---- */

/* Sets a variable that the user has not: true if it is to be taken back. */
static bool lend(const char *name, const char *value)
{
    return value != NULL && getenv(name) == NULL && setenv(name, value, 1) == 0;
}

/* The kernels for a processor that the library takes for an old one; NULL if it is one. */
static const char *core_by_features(void)
{
#ifdef __x86_64__
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return NULL;
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512cd");
    return wide ? "SkylakeX" : "Haswell";
#else
    return NULL;
#endif
}

static void *open_library(const char *core, struct gg_err *err)
{
    bool of_threads = lend("OPENBLAS_NUM_THREADS", "1"), of_core = lend("OPENBLAS_CORETYPE", core);
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        gg_fail(err, GG_SYSTEM, "%.400s: install libopenblas0-pthread", dlerror());
    if (of_threads)
        unsetenv("OPENBLAS_NUM_THREADS");
    if (of_core)
        unsetenv("OPENBLAS_CORETYPE");
    if (library != NULL && find_functions(library, err) < 0) {
        dlclose(library);
        return NULL;
    }
    return library;
}

static int open_best(struct gg_err *err)
{
    void *library = open_library(NULL, err);
    if (library == NULL)
        return -1;
    const char *better = strcmp(blas.core(), "Prescott") == 0 ? core_by_features() : NULL;
    if (better == NULL || getenv("OPENBLAS_CORETYPE") != NULL)
        return 0;
    dlclose(library);
    return open_library(better, err) != NULL ? 0 : -1;
}

/* ---- threads ---- */

/* A thread in a product holds a buffer of so much address space.  The library takes it at the first product of each thread, and tries
 * for ever where the system has none (ulimit -v): so it is taken here, when somebody can still refuse. */
static const size_t buffer_bytes = (size_t)128 << 20;
enum { MOST_BUFFERS = 64 };

static bool room_for_buffer(void)
{
    void *p = mmap(NULL, buffer_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p != MAP_FAILED && munmap(p, buffer_bytes) == 0;
}

static int take_buffers(int n_thread, struct gg_err *err)
{
    static int taken;
    void *buffer[MOST_BUFFERS];
    int n = n_thread < MOST_BUFFERS ? n_thread : MOST_BUFFERS, have = 0;
    while (have < n && (have < taken || room_for_buffer()))
        buffer[have++] = blas.take_buffer(0);
    for (int k = 0; k < have; k++)
        blas.give_buffer(buffer[k]); /* the library keeps them for its products */
    taken = have > taken ? have : taken;
    if (have < n)
        return gg_fail(err, GG_SYSTEM,
                       "out of memory: OpenBLAS wants %zu MiB of address space a thread (threads: %d): raise "
                       "ulimit -v%s",
                       buffer_bytes >> 20, n_thread, n_thread > 1 ? ", or set GG_THREADS=1" : "");
    return 0;
}

static int prepare(int n_thread, struct gg_err *err)
{
    if (n_thread > 1 && blas.parallel() == 0)
        return gg_fail(err, GG_USAGE,
                       "this OpenBLAS is the serial one, whose products are wrong with %d threads: install "
                       "libopenblas0-pthread, or set GG_THREADS=1",
                       n_thread);
    blas.set_threads(1);
    return take_buffers(n_thread, err);
}

int gg_blas_threads(int n_thread, struct gg_err *err)
{
    return opened ? prepare(n_thread, err) : 0;
}

/* ---- the way in ---- */

int gg_blas_open(struct gg_err *err)
{
    static bool found;
    int status = 0;
    if (opened)
        return 0;
    pthread_mutex_lock(&opening);
    if (!opened) {
        found = found || open_best(err) == 0;
        status = found ? prepare(omp_get_max_threads(), err) : -1;
        opened = status == 0;
    }
    pthread_mutex_unlock(&opening);
    return status;
}

const struct gg_blas *gg_blas(void)
{
    struct gg_err err;
    if (!opened && gg_blas_open(&err) < 0)
        gg_err_end(&err);
    return &blas;
}

const char *gg_blas_name(void)
{
    static char name[96];
    char version[32] = "";
    if (!opened)
        return NULL;
    sscanf(blas.config(), "%*s %31s", version); /* "OpenBLAS 0.3.21 DYNAMIC_ARCH ..." */
    snprintf(name, sizeof name, "OpenBLAS %s %s", version, blas.core());
    return name;
}
