#!/usr/bin/env bats
# estimate.bats -- gg-train --estimate beside what a training takes, for the networks of the zoo

load helper

# peak COMMAND...: the most memory that it had, in MB
peak() {
    /usr/bin/python3 - "$@" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024e-6)
PY
}

memory() { gg-train --threads 1 --estimate "$@" 2>/dev/null | awk '/^memory of a step/ { print $5 }'; }

# One configuration of 250 particles; what a network of almost nothing takes is the process itself.  A step is an epoch: the last
# numbers are written while its memory is there.
@test "memory: within a tenth, and a few MB, of the most that was there, for all networks of the zoo" {
    need_program /usr/bin/python3
    [[ $GG_BIN != *san ]] || skip "sanitizers need more memory"
    gg-select --limit 2 "$DATA/tiny.ggs" | gg-quench | gg-features --add displacement --positions pos_inherent --into to_inherent |
        gg-features --preset inherent -o two.ggs
    gg-select --frames 0:1 two.ggs -o one.ggs
    gg-select --frames 1:2 two.ggs -o other.ggs
    cat >nothing.yaml <<'YAML'
inputs: {node: [type], positions: pos_inherent, cutoff: 2.0}
layers:
  - {layer: embed, channels: 2, out: h}
  - {layer: conv, in: h, lmax: 0, out_irreps: 2x0e, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: []}
YAML
    process=$(peak gg-train --threads 1 -q --epochs 1 -o nothing nothing.yaml one.ggs)
    n=0
    for file in "$ROOT"/examples/models/*.yaml; do
        name=$(basename "$file" .yaml)
        set -- "$file" one.ggs
        case $name in
            botan | glassmlp) continue ;; # targets on pairs; a perceptron on descriptors
            mace_glass) set -- --validation other.ggs "$@" ;; # its rate follows the validation
        esac
        grep -q '^layers:' "$file" || continue
        expected=$(memory "$@")
        measured=$(peak gg-train --threads 1 -q --epochs 1 -o "run-$name" "$@")
        echo "$name: expected $expected MB and $process MB of the process, measured $measured MB"
        awk -v e="$expected" -v p="$process" -v m="$measured" 'BEGIN { d = m - p - e; if (d < 0) d = -d; exit !(d <= 0.1 * e + 6) }'
        n=$((n + 1))
    done
    [ "$n" -ge 12 ]
}

# Parts of a block with receivers run one a thread, each in memory of its own.
@test "memory of several threads" {
    need_program /usr/bin/python3
    [[ $GG_BIN != *san ]] || skip "sanitizers need more memory"
    gg-select --limit 1 "$DATA/T0.50/A01.ggs" | gg-quench -o large.ggs
    model="$ROOT/examples/models/painn.yaml"
    for threads in 1 4; do
        expected=$(gg-train --threads $threads --estimate "$model" large.ggs 2>/dev/null | awk '/^memory of a step/ { print $5 }')
        measured=$(peak gg-train --threads $threads -q --epochs 1 -o "run-$threads" "$model" large.ggs)
        echo "$threads threads: expected $expected MB and the process, measured $measured MB"
        awk -v e="$expected" -v m="$measured" 'BEGIN { d = m - e; exit !(d > 0 && d <= 0.1 * e + 30) }'
        memory[threads]=$expected
    done
    [ "${memory[4]}" -gt "${memory[1]}" ]
}

@test "an estimate takes less than a second" {
    gg-quench "$DATA/T0.50/A01.ggs" -o large.ggs
    for name in mace se3 equiformer; do
        # Of computing: the machine may do other things.
        TIMEFORMAT=%U
        { time gg-train --threads 1 --estimate "$ROOT/examples/models/$name.yaml" large.ggs >said; } 2>spent
        cat spent
        awk '{ exit !($1 < 1) }' spent
        grep -q '^time of a frame' said
    done
}
