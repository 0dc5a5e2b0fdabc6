#!/usr/bin/env bats
# sweep.bats -- the sweeps of examples/sweep: the plan is of resolution IV, every level is a network, the small sweep comes to its report
# shellcheck disable=SC2154

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    HERE="$ROOT/examples/sweep"
}

again() { make --no-print-directory -C "$HERE" SMALL=1 OUT="$PWD/out" "$@"; }

# Of resolution IV: levels, pairs of levels and triples of levels of any settings are each as often as any other.
@test "screening: 64 different runs, in which every triple of settings has each of its eight combinations eight times" {
    "$HERE/design.sh" screening T0.50 0 flops-1 >names
    [ "$(sort -u names | wc -l)" -eq 64 ]
    [ "$(grep -c '^data-T0.50,.*,flops-1,seed-0$' names)" -eq 64 ]
    sed 's/^data-T0.50,//; s/,flops-1,seed-0$//' names | awk -F , '
        { for (a = 1; a <= 10; a++) for (b = a + 1; b <= 10; b++) for (c = b + 1; c <= 10; c++) n[$a, $b, $c]++ }
        END { for (k in n) { triples++; if (n[k] != 8) bad++ } exit bad || triples != 120 * 8 }'
    "$HERE/design.sh" screening T0.50 "0 1" | wc -l | grep -qx 128
    "$HERE/design.sh" grid T0.50 "0 1 2" | sort -u | wc -l | grep -qx 288
    "$HERE/design.sh" larger T0.50 "0 1 2" | sort -u | wc -l | grep -qx 24
    "$HERE/design.sh" field T0.50 "0 1 2" | sort -u | wc -l | grep -qx 24
    run "$HERE/design.sh" other T0.50 0
    [ "$status" -eq 2 ]
}

@test "each level of each setting is a network of its own, right under rotations and reflections" {
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-quench -q -o one.ggs
    [ "$(for s in lmax-1 lmax-3 depth-3 nu-3 cutoff-1.6 norm-batch act-norm parity-both residual-no radial-8; do
        "$HERE/model.sh" C-2,$s >m.yaml
        gg-gradcheck -q m.yaml one.ggs >said 2>&1 || { echo "$s:"; cat said; }
        cksum <m.yaml
    done | sort -u | wc -l)" -eq 10 ]
    "$HERE/model.sh" C-2,target-potential | grep -q 'positions: pos$'
    refuses 2 'lacks the channels' "$HERE/model.sh" lmax-1
    refuses 2 'parity is one of natural both' "$HERE/model.sh" C-2,parity-bth
    DATA=. refuses 2 'lmx-3: settings are' "$HERE/run.sh" cells data-tiny,lmx-3
}

@test "the small sweep comes to its report; a second call has nothing to do; a job is a line" {
    again >said 2>&1 || { cat said; false; }
    [ "$(grep -vc '^#\|^data' out/cells/*seed-0.tsv | awk -F : '{ n += $2 } END { print n }')" -eq 32 ] # eight runs, four times
    [ "$(sed 1d out/sweep.tsv | wc -l)" -eq 64 ]
    # operations: as wide as the budget allows, never beyond what two channels cost
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        { if ($at["C"] > 2 && $at["tflop"] > 1.05 * $at["flops"]) bad = 1
          split($at["each"], u, ","); d = $at["unexplained"] - (u[1] + u[2]) / 2; if (d > 2e-5 || d < -2e-5) bad = 1 } END { exit bad }' out/sweep.tsv
    grep -q '^# A sweep of 16 runs' out/report.md
    grep -q '^    lmax  *1  *0  *8 ' out/report.md
    grep -q '^    gg-predict RUN/m/model.ggm' out/report.md
    [ -s out/report.svg ]
    again -n >left
    [ "$(grep -c 'run.sh' left || true)" -eq 0 ]
    # the second task: no times, no ceiling, what its own columns say
    again SETS=toy LMAX=0 NU=1 FLOPS=0.0005 SEEDS=0 OUT="$PWD/toy" sweep >said 2>&1 || { cat said; false; }
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == 2 { exit !($at["target"] == "potential" && $at["ceiling_config"] == 1) }' toy/sweep.tsv
    [ "$(wc -l <toy/sweep.tsv)" -eq 2 ]
    # a line of the jobs makes the same numbers (seconds aside)
    first=$(find out/cells -name '*seed-1.tsv' | sort | head -n 1)
    mv "$first" before.tsv
    again -s jobs | grep -F -- "$(basename "$first" .tsv | sed 's/,/\\,/g')" >job
    [ "$(wc -l <job)" -eq 1 ]
    bash job
    cmp <(grep -v '^#' before.tsv | cut -f 1-19,21-) <(grep -v '^#' "$first" | cut -f 1-19,21-)
    again -s slurm >array
    grep -qx '#SBATCH --array=1-16' array
    SLURM_ARRAY_TASK_ID=3 bash array
    sed -n 3p out/jobs.txt | grep -q '^data-tiny,'
}
