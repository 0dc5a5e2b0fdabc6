#!/usr/bin/env bats
# readable.bats -- examples/readable on the shipped data: networks that can be read, and what is read off them

load helper

again() { make --no-print-directory -C "$ROOT/examples/readable" SMALL=1 OUT="$PWD/out" SEEDS=0 "$@"; }
column() { awk -F '\t' -v name="$1" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print $at[name] }' "$2"; }

@test "the small study makes its tables; a second call has nothing to do" {
    again >said 2>&1 || { cat said; false; }
    again table >shown
    for arm in free bottleneck1 bottleneck2 bottleneck3 closed sparse0.1 sparse0.3 sparse1 additive; do
        [ "$(grep -c "^$arm  *propensity " shown)" -eq 4 ] # times
    done
    [ "$(grep -c '^shell [1-4]  *[-0-9.]*([0-9]*)' shown)" -eq 8 ]
    [ "$(grep -c '^degree [0-3]  *[-0-9.]*([0-9]*)' shown)" -eq 8 ]
    grep -q '^bottleneck3, 1 seed: part r2 .* the 3 numbers say' shown
    again -n >left
    run ! grep -E 'gg-|run.sh|terms.sh|invariants.sh|channels.sh|rates.sh' left

    # terms: parts of the variance add up to 1, parts of the correlation to the correlation that gg-corr has
    terms=out/results/terms.additive.tsv
    [ "$(wc -l <$terms)" -eq $((1 + 4 * 17)) ]
    paste <(column time $terms) <(column share $terms) <(column of_rho $terms) |
        awk '{ share[$1] += $2; rho[$1] += $3 } END { for (t in share) print t, share[t], rho[t] }' | sort -g >got
    gg-predict out/models/additive.0.ggm out/B.ggs | gg-corr -q --bootstrap 0 --species A --tsv >scored
    paste -d ' ' <(column time scored) <(column rho_config scored) | sort -g >want
    [ "$(wc -l <want)" -eq 4 ]
    join want got | awk '{ if (!(($2 - $4) ^ 2 < 1e-10 && ($3 - 1) ^ 2 < 1e-8)) { print; exit 1 } }'

    # invariants: the square of a correlation of gg-corr; more of them say no less
    f=out/results/invariants.bottleneck1.tsv
    gg-predict --hidden 'layers.14.mlp' out/models/bottleneck1.0.ggm out/order.ggs |
        gg-corr -q --bootstrap 0 --species A --target propensity --predictor hidden.layers.14.mlp.l0 --tsv >scored
    paste <(column rho_config scored) <(awk -F '\t' '$3 ~ /^propensity/ { print $5 }' $f) | awk '{ if (!(($1 - $2) ^ 2 < 1e-7)) { print; exit 1 } } END { exit NR != 4 }'
    grep -q 'steinhardt_inherent.qbar6' $f
    awk -F '\t' 'NR > 1 && !($4 >= 0 && $4 <= 1 && $4 >= $5 ^ 2 - 1e-3 && $4 >= $7 ^ 2 - 1e-3) { print; exit 1 }' out/results/invariants.bottleneck3.tsv

    # channels: as the model has them, and the rate of the additive network is the best of those tried
    [ "$(grep -c '^sparse[0-9.]*  *layers.[0-9]*  *[0-9.]* ([0-9.]*)' shown)" -eq 6 ]
    layer=$(column layer out/results/channels.sparse1.tsv | head -n 1)
    [ "$(awk -F '\t' -v l="$layer" '$3 == l { n += $6 } END { print n }' out/results/channels.sparse1.tsv)" -eq \
        "$(gg-dump -d "$layer.actnorm.scale" out/models/sparse1.0.ggm | awk '$1 != 0 { n++ } END { print n + 0 }')" ]
    [ "$(wc -l <out/results/rates.additive.tsv)" -eq 4 ]
    gg-dump --prov out/models/additive.0.ggm | grep -q -e "--lr $(tail -n +2 out/results/rates.additive.tsv | sort -g -k 3 | head -n 1 | cut -f 1 | awk '{ print $1 + 0 }')"

    # formulas: each function has three terms
    [ "$(column R out/results/formula.closed.tsv | awk '{ n = gsub(/sin\(/, ""); print n }' | sort -u)" = 3 ]
}

# Pairs 1, 1.4, 2.6, 3 and 5 apart: shells go from 0 to 1.6, 1.2 to 2.4, 2 to 3.2, 2.8 to 4.
@test "terms of the additive network: a neighbour is in the terms of its shells, and in no others" {
    gg-train -q --epochs 1 --set let.K=8 --set 'inputs.positions=[pos, pos, pos, pos]' --set 'inputs.node=[type]' -o m \
        "$ROOT/examples/readable/models/additive.yaml" "$DATA/tiny.ggs"
    for d in 5 1 1.4 2.6 3; do
        printf '2\nLattice="20 0 0 0 20 0 0 0 20" Properties=species:S:1:pos:R:3 pbc="T T T"\nA 5 5 5\nB %s 5 5\n' "$(awk -v d=$d 'BEGIN { print 5 + d }')"
    done | gg-import --format extxyz --species A,B | gg-predict --hidden 'layers.*.mlp' m/model.ggm -o pairs.ggs
    # a line a pair: of each term whether it is what it is without neighbours
    for term in 6 8 10 12 18 20 22 24 30 32 34 36 42 44 46 48; do
        gg-dump -d hidden.layers.$term.mlp.l0 pairs.ggs | awk 'NR == 1 { alone = $0 } NR % 2 { printf "%s", $0 != alone } END { print "" }'
    done >changed
    [ "$(tr '\n' ' ' <changed)" = "01100 01100 01100 01100 00100 00100 00100 00100 00011 00011 00011 00011 00001 00001 00001 00001 " ]
}
