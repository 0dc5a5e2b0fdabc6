#!/usr/bin/env bats
# blas.bats -- OpenBLAS: opened by who multiplies matrices and by nobody else, with the kernels of this processor, or refused in a line

load helper

# run/model.ggm, of a network that multiplies matrices
model() {
    cat >m.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.5}
layers:
  - {layer: conv, in: x, lmax: 1, out_irreps: 4x0e, radial: {n: 4, hidden: [8]}, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [4]}
train: {epochs: 1}
YAML
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
}

# fake/libopenblas.so.0: all names and no arithmetic.  Its version is OPENBLAS_NUM_THREADS when it was opened, its core OPENBLAS_CORETYPE,
# or Prescott as for an unknown processor; -D makes it the serial flavour, or leaves a name out.
fake() {
    need_program "${CC:-cc}"
    mkdir -p fake
    cat >fake.c <<'C'
#include <stdio.h>
#include <stdlib.h>
static char core[64] = "Prescott", config[64];
__attribute__((constructor)) static void open_up(void)
{
    const char *type = getenv("OPENBLAS_CORETYPE"), *threads = getenv("OPENBLAS_NUM_THREADS");
    if (type)
        snprintf(core, sizeof core, "%s", type);
    snprintf(config, sizeof config, "OpenBLAS %s FAKE", threads ? threads : "unset");
}
const char *openblas_get_corename(void) { return core; }
const char *openblas_get_config(void) { return config; }
#ifndef SERIAL
#define SERIAL 1
#endif
int openblas_get_parallel(void) { return SERIAL; }
void openblas_set_num_threads(int n) { (void)n; }
void *blas_memory_alloc(int way) { (void)way; return core; }
void blas_memory_free(void *p) { (void)p; }
#define NOTHING(name) void name(void) { }
NOTHING(cblas_sgemm) NOTHING(cblas_dgemm) NOTHING(cblas_dsyrk) NOTHING(dsyevd_) NOTHING(dsytrd_)
NOTHING(dormtr_) NOTHING(dptsv_) NOTHING(dgelsd_)
#ifndef WITHOUT_DPOSV
NOTHING(dposv_)
#endif
C
    "${CC:-cc}" -shared -fPIC "$@" -o fake/libopenblas.so.0 fake.c
}
with_fake() { env -u OPENBLAS_CORETYPE -u OPENBLAS_NUM_THREADS LD_LIBRARY_PATH="$PWD/fake" "$@"; }

@test "who multiplies no matrices never opens it, and its history does not name it" {
    loads() { LD_DEBUG=files "$@" 2>&1 >/dev/null | grep -c 'file=.*openblas' || true; }
    model
    [ "$(loads gg-select --limit 1 "$DATA/tiny.ggs")" -eq 0 ]
    [ "$(loads gg-neighbors --cutoff 1.5 "$DATA/tiny.ggs")" -eq 0 ]
    [ "$(loads gg-features --add density "$DATA/tiny.ggs")" -eq 0 ]
    [ "$(loads gg-features --add soap --cutoff 1.2 --nmax 2 --lmax 2 "$DATA/tiny.ggs")" -gt 0 ]
    [ "$(loads gg-predict run/model.ggm "$DATA/tiny.ggs")" -gt 0 ]
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-dump --text | sed -n '/gg-select --limit 1/,/^frame/p' >history
    grep -q build history
    run ! grep -P "\tblas\t" history
    gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-dump --text | grep -qE '^	blas	OpenBLAS [0-9.]+ [A-Za-z0-9]+, 1 thread$'
    gg-dump --text run/model.ggm | grep -qE '^	blas	OpenBLAS'
}

@test "-V and --estimate say which kernels run" {
    model
    gg-train -V >said
    grep -qxE 'conv kernels (plain|avx2|avx512)' said
    grep -qxE 'OpenBLAS [0-9.]+ [A-Za-z0-9]+' said
    GG_KERNEL=plain gg-predict -V | grep -qx 'conv kernels plain'
    gg-features -V | grep -q '^OpenBLAS'
    gg-select -V >said
    run ! grep -E "BLAS|kernels" said
    gg-train --estimate m.yaml "$DATA/tiny.ggs" | grep -qxE 'kernels +conv (plain|avx2|avx512), OpenBLAS [0-9.]+ [A-Za-z0-9]+'
    gg-features --add density "$DATA/tiny.ggs" | gg-train --estimate "$ROOT/examples/models/ridge.yaml" | grep -qxE 'kernels +OpenBLAS [0-9.]+ [A-Za-z0-9]+'
}

@test "little address space: no program hangs, and who needs a product says so" {
    (ulimit -v 400000 && gg-dump -V) >/dev/null 2>&1 || skip "sanitizers need the address space"
    model
    for kilobytes in 70000 100000 150000 200000; do
        (ulimit -v $kilobytes && timeout 20 gg-select --threads 1 --limit 1 "$DATA/tiny.ggs" | timeout 20 gg-dump --threads 1 --check)
    done
    for kilobytes in 70000 100000 150000; do
        (ulimit -v $kilobytes && refuses 5 'out of memory: OpenBLAS wants 128 MiB of address space a thread .threads: 1.: raise ulimit -v' \
            timeout 20 gg-predict --threads 1 run/model.ggm "$DATA/tiny.ggs")
        (ulimit -v $kilobytes && timeout 20 gg-train -V | grep -q '^out of memory: OpenBLAS')
    done
    (ulimit -v 300000 && refuses 5 '.threads: 4.: raise ulimit -v, or set GG_THREADS=1' timeout 20 gg-predict --threads 4 run/model.ggm "$DATA/tiny.ggs")
    (ulimit -v 300000 && GG_THREADS=1 timeout 20 gg-predict -o p.ggs run/model.ggm "$DATA/tiny.ggs")
}

@test "a library that is missing, damaged or another: one line, status 5" {
    model
    fake -DWITHOUT_DPOSV
    refuses 5 "libopenblas.so.0 has no 'dposv_': install libopenblas0-pthread" with_fake gg-predict run/model.ggm "$DATA/tiny.ggs"
    echo nothing >fake/libopenblas.so.0
    refuses 5 'libopenblas.so.0: .*: install libopenblas0-pthread' with_fake gg-predict run/model.ggm "$DATA/tiny.ggs"
    refuses 5 'libopenblas.so.0: .*: install libopenblas0-pthread' with_fake gg-features --add soap "$DATA/tiny.ggs"
    refuses 5 'libopenblas.so.0: .*: install libopenblas0-pthread' with_fake gg-train -o new "$ROOT/examples/models/ridge.yaml" "$DATA/tiny.ggs"
    with_fake gg-train -V | grep -q 'install libopenblas0-pthread'
    with_fake gg-select --limit 1 "$DATA/tiny.ggs" | with_fake gg-dump --check
}

@test "a processor that the library takes for an old one is named by what it can do; what the user set stands" {
    fake
    line() { with_fake "$@" gg-train -V | grep OpenBLAS; }
    case "$(grep -m 1 '^flags' /proc/cpuinfo)" in
    *" fma "*" avx2 "*avx512vl*) wanted=SkylakeX ;;
    *" fma "*" avx2 "*) wanted=Haswell ;;
    *) wanted=Prescott ;;
    esac
    [ "$(line)" = "OpenBLAS 1 $wanted" ]
    [ "$(line OPENBLAS_CORETYPE=Prescott)" = "OpenBLAS 1 Prescott" ]
    [ "$(line OPENBLAS_CORETYPE=Zen)" = "OpenBLAS 1 Zen" ]
    [ "$(line OPENBLAS_NUM_THREADS=3)" = "OpenBLAS 3 $wanted" ]
}

@test "the serial flavour serves one thread, and is refused for two" {
    model
    fake -DSERIAL=0
    refuses 2 'serial one, whose products are wrong with 2 threads: install libopenblas0-pthread, or set GG_THREADS=1' \
        with_fake gg-predict --threads 2 run/model.ggm "$DATA/tiny.ggs"
    GG_THREADS=1 with_fake gg-train --print-config m.yaml "$DATA/tiny.ggs" >/dev/null
    GG_THREADS=2 with_fake gg-select --limit 1 "$DATA/tiny.ggs" | gg-dump --check # it has no products
}
