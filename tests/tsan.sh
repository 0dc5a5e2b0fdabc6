#!/bin/bash
# tsan.sh -- streams and threads under ThreadSanitizer, a line a test; `make check-tsan` has built what it needs
#   Clang's OpenMP tells the sanitizer by its tool archer what its barriers order; without it every parallel loop would look like a race.
set -u
cd "$(dirname "$0")/.." || exit 1
bin=$PWD/build/tsan status=0
archer=$(find /usr/lib/llvm-*/lib -name libarcher.so 2>/dev/null | sort | tail -n 1)
[ -n "$archer" ] || { echo "tsan.sh: no libarcher.so: apt-get install libomp-dev" >&2; exit 1; }
export OMP_TOOL_LIBRARIES=$archer OMP_WAIT_POLICY=passive GG_THREADS=4
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=99"

one() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$bin/said" 2>&1; then echo "ok $name"; else status=1 && grep -A 12 -m 1 'WARNING: ThreadSanitizer' "$bin/said"; echo "not ok $name"; fi
}

for unit in stream packing neighbors optim shards stats descriptors quench md conv conv_so2 network; do
    one "$unit" "$bin/unit/test_$unit"
done
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
data=$OLDPWD/examples/data/tiny.ggs
one gg-neighbors "$bin/gg-neighbors" --cutoff 1.5 -o edges.ggs "$data"
one gg-quench "$bin/gg-quench" -o quenched.ggs "$data"
one gg-features "$bin/gg-features" --add soap --cutoff 1.5 -o features.ggs "$data"
cat >m.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 2, out_irreps: gate(4x0e+4x1o), radial: {n: 4, hidden: [8]}, out: m}
  - {layer: gate, in: m, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [8]}
train: {epochs: 1}
YAML
one gg-train "$bin/gg-train" -q -o run m.yaml "$data"
one gg-predict "$bin/gg-predict" -o p.ggs run/model.ggm "$data"
exit $status
