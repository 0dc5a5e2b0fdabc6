#!/usr/bin/env bats
# baselines.bats -- the Makefile of examples/baselines makes its table from any two streams

load helper

@test "the fast part of the table, on small configurations; a second call has nothing to do" {
    mkdir data out
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    gg-select --frames :6 q.ggs -o data/train.ggs
    gg-select --frames 6: q.ggs -o data/test.ggs
    again() { make --no-print-directory -C "$ROOT/examples/baselines" OUT="$PWD/out" DATA="$PWD/data" SIZES='2 4' "$@"; }
    again fast >said 2>&1 || { cat said; false; }
    again table >table
    [ "$(awk '$1 == "ridge-inherent" && ($2 == 2 || $2 == 4)' table | wc -l)" -eq 8 ] # two sizes, four times
    for method in ridge-glassmlp ridge-thermal ridge-quenched softness mean_inherent.energy_inherent.all.L2 s2_inherent; do
        grep -q "^$method " table || { echo "no $method"; cat table; false; }
    done
    awk 'NR > 1 && $5 != "nan" && !($5 >= -1 && $5 <= 1) { exit 1 }' table
    again -n fast >left
    if grep gg- left; then false; fi
    # other streams: what depends on them is made again, in the same folders
    gg-select --frames 1:7 q.ggs -o data/train.ggs
    before=$(cat out/ridge-inherent.4.0.tsv)
    again "$PWD/out/ridge-inherent.4.0.tsv" >said 2>&1 || { cat said; false; }
    [ "$before" != "$(cat out/ridge-inherent.4.0.tsv)" ]
}
