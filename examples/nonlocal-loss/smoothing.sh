#!/bin/bash
# smoothing.sh -- does the network smooth too much, where, and what mends it afterwards?
#
#   smoothing.sh run OUT.tsv FIT.ggs TRY.ggs MODEL.yaml OPTION...   one training on FIT, of STEPS steps; spectra on both sets, features layer by layer on TRY
#   smoothing.sh table RUN.tsv...                                   for people
#
# The spectra are those of gg-corr --spatial: S_yy of the truth, S_pp of the prediction, S_py of both.  The best prediction has S_py = S_pp at every
# wave vector; S_py / S_pp above 1 at large q is too smooth, below 1 over-confident.  What is done to a prediction afterwards, with numbers from FIT
# alone, follows from the spectra:
#     as it is   S_pp, S_py
#     scaled     a S: a^2 S_pp, a S_py, a the slope of truth on prediction
#     filtered   f(q): f^2 S_pp, f S_py, f = S_py / S_pp in bins of q: the best that a filter of what was predicted can do
#     noise      S_pp + s, s white, so much that the prediction varies as the truth: it looks right and is not
set -eu -o pipefail
what=$1
shift
case $what in
run)
    out=$1 fit=$2 try=$3 model=$4
    shift 4
    run=$(mktemp -d "$(dirname "$out")/run.XXXXXX")
    trap 'rm -rf "$run"' EXIT
    target=$(sed "${NAMED:-}" <<<propensity) # of another task (../panel/tasks.mk)
    sed "${NAMED:-}" "$model" >"$run/model.yaml"
    frames=$(gg-dump "$fit" | sed -n '1s/.*, \([0-9]*\) frames\{0,1\}, .*/\1/p')
    gg-train -q --threads 1 --epochs $(((STEPS + frames - 1) / frames)) --validation "$try" --set train.hidden='["*.gate"]' "$@" -o "$run/m" "$run/model.yaml" "$fit"
    name=$(basename "$out" .tsv)
    {
        for set in fit try; do
            gg-predict --threads 1 "$run/m/model.ggm" "${!set}" | gg-corr -q --spatial --target "$target" --tsv | awk -F '\t' -v OFS='\t' -v lead="$name	$set" '
                NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
                # truth of different runs where there are some: their noise drops out
                $at["quantity"] == "S" && $at["truth_from"] != "halves" {
                    print lead, $at["time"], $at["at"], $at["n"], $at["truth"], $at["prediction"], $at["cross"] }'
        done
        tac "$run/m/metrics.jsonl" | awk -v OFS='\t' -v name="$name" '
            function value(key,   s) { s = $0; if (!sub(".*\"" key "\":\"?", "", s)) return ""; sub(/["},].*/, "", s); return s }
            /"event":"hidden"/ { e = value("epoch"); if (last == "") last = e; if (e == last) print name, "hidden", value("layer"), value("irrep"), value("dirichlet"), value("rank") }' | tac
    } >"$run/out"
    mv "$run/out" "$out"
    ;;
table)
    awk -F '\t' '
        $2 == "hidden" { if (!($1 in layers)) hidden[++H] = $1; layers[$1]++; layer[$1, layers[$1]] = $3; irrep[$1, layers[$1]] = $4; dirichlet[$1, layers[$1]] = $5; rank[$1, layers[$1]] = $6; next }
        {
            key = $1 SUBSEP $3
            if (!(key in bins)) { order[++n] = key; bins[key] = 0 }
            if ($2 == "fit") { b = ++bins[key]; fitted[key, b] = $8 / ($7 > 0 ? $7 : 1); W[key] += $5; Y[key] += $5 * $6; P[key] += $5 * $7; C[key] += $5 * $8 }
            else { b = ++tried[key]; q[key, b] = $4; w[key, b] = $5; yy[key, b] = $6; pp[key, b] = $7; py[key, b] = $8 }
        }
        # gain g of bin b and added noise
        function gain(key, b, how) { return how == 2 ? C[key] / P[key] : how == 3 ? fitted[key, b] : 1 }
        END {
            split("as it is,scaled,filtered,noise", word, ",")
            printf "%-14s %8s %-9s %7s %9s  %s\n", "network", "t", "then", "rho", "S_pp/S_yy", "S_py/S_pp from small to large q"
            for (k = 1; k <= n; k++) {
                split(order[k], p, SUBSEP); key = order[k]
                for (how = 1; how <= 4; how++) {
                    s = how == 4 && Y[key] > P[key] ? (Y[key] - P[key]) / W[key] : 0
                    a = b2 = c = 0; list = ""
                    for (b = 1; b <= tried[key]; b++) {
                        g = gain(key, b, how); u = g * g * pp[key, b] + s; v = g * py[key, b]
                        a += w[key, b] * u; b2 += w[key, b] * yy[key, b]; c += w[key, b] * v
                        list = list (u > 0 ? sprintf(" %6.2f", v / u) : "      -")
                    }
                    printf "%-14s %8s %-9s %7.3f %9.3f %s\n", (how == 1 ? p[1] : ""), (how == 1 ? p[2] : ""), word[how], (a * b2 > 0 ? c / sqrt(a * b2) : 0), (b2 > 0 ? a / b2 : 0), list
                }
            }
            if (H) printf "\n%-14s %-22s %5s %10s %6s\n", "network", "features", "", "dirichlet", "rank"
            for (k = 1; k <= H; k++)
                for (l = 1; l <= layers[hidden[k]]; l++) printf "%-14s %-22s %5s %10.3f %6.2f\n", hidden[k], layer[hidden[k], l], irrep[hidden[k], l], dirichlet[hidden[k], l], rank[hidden[k], l]
        }' "$@"
    ;;
esac
