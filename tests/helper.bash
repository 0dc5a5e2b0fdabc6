# helper.bash -- what every bats file loads: paths, and a fresh folder to work in
# shellcheck shell=bash disable=SC2034,SC2154
bats_require_minimum_version 1.5.0
ROOT="$(cd "$BATS_TEST_DIRNAME/.." && pwd)"
GG_BIN="${GG_BIN:-$ROOT/build/release}"
PATH="$GG_BIN:$PATH"
SHARED="${GG_SHARED:-$ROOT/../shared}"
DATA="$ROOT/examples/data"
source "$ROOT/tests/built.bash"

setup() { cd "$BATS_TEST_TMPDIR" || exit 1; }

# Third-party configurations and reference numbers live beside the checkout, not in it.
need_shared() { [ -e "$SHARED/$1" ] || skip "needs $1 in the shared folder"; }
need_program() { command -v "$1" >/dev/null || skip "needs $1"; }
# A terminal of its own, for what a program says there.
need_terminal() { script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "needs script, and a terminal that it can open"; }

# The programs that are made here.
programs() {
    local f
    for f in "$ROOT"/cmd/gg-*.c; do left_out "$(basename "$f" .c)" || basename "$f" .c; done
}
# Open MPI asks root twice, and for more ranks than processors; MPICH does not.
allow_ranks() { export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1; }
# results FOLDER: what a learning curve found, without the last column, the seconds that it took
results() { sed 's/\t[^\t]*$//' "$1/learncurve.tsv"; }
need_slow() { [ -n "${SLOW:-}" ] || skip "SLOW=1 runs it"; }
# every N: 1 with SLOW=1, which tries them all; N without
every() { if [ -n "${SLOW:-}" ]; then echo 1; else echo "$1"; fi; }
# counted N: as many things were tried, for the table of tests/hard.sh
counted() { [ -z "${GG_COUNTS:-}" ] || echo "$1" >>"$GG_COUNTS"; }

# refuses STATUS REGEX COMMAND...: exit status, and exactly one line on standard error that matches
refuses() {
    local status_wanted=$1 pattern=$2
    shift 2
    run --separate-stderr "$@"
    [ "$status" -eq "$status_wanted" ] || { echo "status $status, wanted $status_wanted: $stderr"; return 1; }
    [ "${#stderr_lines[@]}" -eq 1 ] || { echo "not one line: $stderr"; return 1; }
    [[ "$stderr" =~ $pattern ]] || { echo "'$stderr' does not match '$pattern'"; return 1; }
}

# tiny_network KEYS: writes m.yaml, a network in miniature on thermal positions, with these keys of training beside the usual ones
tiny_network() {
    cat >m.yaml <<YAML
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 8, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: gate(8x0e+8x1o), radial: {n: 6, hidden: [8]}, out: m}
  - {layer: actnorm, in: m, out: m}
  - {layer: gate, in: m, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: 16x0e+8x1o, radial: {n: 6, hidden: [8]}, out: m}
  - {layer: actnorm, in: m, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [16]}
train: {lr: 0.02, ema: 0.9, seed: 3, $1}
YAML
}

# twelve: small.ggs, a frame of twelve particles, and m.yaml, a network for it
twelve() {
    gg-dump -r -o small.ggs "$ROOT/tests/cases/small.txt"
    cat >m.yaml <<'YAML'
inputs: {node: [type], positions: pos, cutoff: 1.5}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: gate(4x0e+4x1o), radial: {n: 4, hidden: [8]}, out: m}
  - {layer: gate, in: m, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [8]}
train: {epochs: 1, lr: 1e-2}
YAML
}

# two_heads FILE: writes a network in miniature for a scalar and a vector
two_heads() {
    cat >"$1" <<'YAML'
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 2, out_irreps: gate(4x0e+4x1o+4x2e), radial: {n: 6, hidden: [8]}, out: m}
  - {layer: gate, in: m, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [8]}
  - {target: displacement, in: h, layer: gated_vector}
train: {lr: 0.01, epochs: 2}
YAML
}

# waits FILE: until it is there, a minute at most
waits() {
    local k
    for ((k = 0; k < 600; k++)); do
        [ ! -e "$1" ] || return 0
        sleep 0.1
    done
    echo "$1 does not come"
    return 1
}
