#!/usr/bin/env bats
# gg-rotate.bats -- symmetries of whole frames: against gg-neighbors, against their inverse, by hand
# bats file_tags=law

load helper

# Fields of every kind: edges with vectors, a second graph, irreps up to l = 2, pseudo-scalars, a matrix on nodes.
rich() {
    gg-select --frames :2 "$DATA/tiny.ggs" | gg-neighbors --cutoff 1.6 --vectors |
        gg-neighbors --cutoff 1.2 --suffix near | gg-dump --text |
        awk '/^field pos / { hold = 1 } { print }
             /^\tnodes/ { n = $2 + 0 }
             /^field temperature/ {
                 getline; print
                 printf "field many f64 [%d node, 15 free] feature irreps=2x0e+1x0o+1x1o+1x1e+1x2e-1\n", n > "/dev/null"
                 printf "field many f64 [%d node, 14 free] feature irreps=2x0e+1x0o+1x1o+1x1e+1x2e\n", n
                 for (i = 0; i < n; i++) { printf "\t"; for (k = 0; k < 14; k++) printf "%s%.6g", k ? " " : "", sin(i * 14 + k + 1); printf "\n" }
                 printf "field odd f32 [%d node] other irreps=0o\n", n
                 for (i = 0; i < n; i++) printf "%s%.6g", i ? " " : "\t", cos(i)
                 printf "\nfield pairs i32 [%d node, %d node] other\n", n, n
                 for (i = 0; i < n; i++) { printf "\t"; for (k = 0; k < n; k++) printf "%s%d", k ? " " : "", i * n + k; printf "\n" }
             }' | gg-dump -r -o "$1"
}

@test "the inverse brings everything back" {
    rich a.ggs
    for element in "--seed 3" "--seed 4 --reflect" "--angle 77 --about 1,-2,0.5" "--euler 10,20,30" "--reflect" \
        "--permute 5" "--shift 1,2,3 --wrap" "--seed 1 --reflect --shift 7,-2,3 --wrap --permute 7"; do
        # shellcheck disable=SC2086
        gg-rotate $element a.ggs | tee b.ggs | gg-rotate $element --inverse | gg-cmp --rel 1e-6 a.ggs -
        run -1 gg-cmp -q --rel 1e-2 a.ggs b.ggs
        gg-dump --check b.ggs
    done
}

@test "edges and their vectors turn, move and are relabelled as gg-neighbors finds them" {
    gg-neighbors --cutoff 2 --vectors -o a.ggs "$DATA/tiny.ggs"
    for element in "--seed 3" "--seed 4 --reflect" "--permute 5" "--shift 1,2,3 --wrap" \
        "--seed 1 --reflect --shift 7,-2,3 --wrap --permute 7"; do
        # shellcheck disable=SC2086
        gg-rotate $element a.ggs >b.ggs
        gg-neighbors --cutoff 2 --vectors b.ggs | gg-cmp --rel 2e-6 b.ggs -
    done
}

@test "by hand: a quarter turn, a mirror, an Euler angle" {
    near() { awk '{ for (k = 1; k <= 3; k++) { d = $k - $(k + 3); if (!(d * d < 1e-20)) { print; exit 1 } } }'; }
    gg-dump -n 0 -d pos "$DATA/tiny.ggs" >pos.txt
    gg-rotate --angle 90 "$DATA/tiny.ggs" | gg-dump -n 0 -d pos | paste -d ' ' <(awk '{ print -$2, $1, $3 }' CONVFMT=%.17g OFMT=%.17g pos.txt) - | near
    gg-rotate --angle 90 --about 1,0,0 "$DATA/tiny.ggs" | gg-dump -n 0 -d pos | paste -d ' ' <(awk '{ print $1, -$3, $2 }' CONVFMT=%.17g OFMT=%.17g pos.txt) - | near
    gg-rotate --euler 90,0,0 "$DATA/tiny.ggs" | gg-dump -n 0 -d pos | paste -d ' ' <(awk '{ print $3, $2, -$1 }' CONVFMT=%.17g OFMT=%.17g pos.txt) - | near
    gg-rotate --reflect "$DATA/tiny.ggs" | gg-dump -n 0 -d pos | paste -d ' ' <(awk '{ print -$1, $2, $3 }' CONVFMT=%.17g OFMT=%.17g pos.txt) - | near
    gg-rotate --angle 90 --reflect "$DATA/tiny.ggs" | gg-dump -n 0 -d pos | paste -d ' ' <(awk '{ print -$2, -$1, $3 }' CONVFMT=%.17g OFMT=%.17g pos.txt) - | near
}

@test "pseudo-scalars change sign under reflections only; scalars and indices never change" {
    rich a.ggs
    gg-dump -n 0 -d odd a.ggs >odd.txt
    gg-rotate --seed 2 a.ggs | gg-dump -n 0 -d odd | cmp - odd.txt
    gg-rotate --seed 2 --reflect a.ggs | gg-dump -n 0 -d odd | sed 's/^-//; t; s/^/-/' | cmp - odd.txt
    gg-rotate --seed 2 --reflect a.ggs | gg-cmp --fields 'propensity*,type,edge_ptr,edge_nbr,edge_shift,pairs' a.ggs -
}

@test "distances survive: bond lengths of a turned frame" {
    gg-neighbors --cutoff 1.5 --vectors -o a.ggs "$DATA/tiny.ggs"
    lengths() { gg-dump -d edge_vectors "$1" | awk '{ printf "%.7f\n", sqrt($1 * $1 + $2 * $2 + $3 * $3) }' | sort -n; }
    gg-rotate --seed 9 --reflect --permute 3 -o b.ggs a.ggs
    lengths a.ggs >a.txt
    lengths b.ggs >b.txt
    [ "$(wc -l <a.txt)" -gt 1000 ]
    paste a.txt b.txt | awk '{ d = $1 - $2; if (!(d * d < 1e-12)) exit 1 }'
}

@test "in two dimensions: in the plane" {
    printf '#gg-text 1\nmember gg.graph/1\nframe flat\n\tnodes 2, edges 0, dim 2, pbc 3\n\tcell 4 0 0 0 5 0 0 0 0\nfield pos f64 [2 node, 3 free] structure irreps=1x1o unit=sigma\n\t1 2 0\n\t3 4 0\nend\n' | gg-dump -r -o flat.ggs
    gg-rotate --seed 3 --reflect --shift 1,1,0 --wrap flat.ggs >turned.ggs
    [ "$(gg-dump -d pos turned.ggs | cut -d ' ' -f 3 | sort -u)" = 0 ]
    gg-rotate --seed 3 --reflect --shift 1,1,0 --wrap --inverse turned.ggs | gg-cmp --rel 1e-12 flat.ggs -
    [ "$(gg-rotate --angle 90 flat.ggs | gg-dump -d pos | awk '{ printf "%.9f %.9f\n", $1, $2 }' | head -n 1)" = "-2.000000000 1.000000000" ]
    refuses 2 'in the plane' gg-rotate --angle 90 --about 1,0,0 -o x.ggs flat.ggs
    refuses 2 'in the plane' gg-rotate --shift 0,0,1 -o x.ggs flat.ggs
    [ ! -e x.ggs ]
}

@test "each frame has its own permutation, equal seeds give equal bytes" {
    gg-rotate --permute 5 "$DATA/tiny.ggs" >a.ggs
    gg-rotate --permute 5 "$DATA/tiny.ggs" | cmp - a.ggs
    gg-rotate --permute 6 "$DATA/tiny.ggs" >b.ggs
    run -1 cmp -s a.ggs b.ggs
    GG_THREADS=1 gg-rotate --permute 5 "$DATA/tiny.ggs" | cmp - a.ggs
}

@test "refusals" {
    refuses 2 'nothing to do' gg-rotate "$DATA/tiny.ggs"
    refuses 2 'one of --seed' gg-rotate --seed 1 --angle 3 "$DATA/tiny.ggs"
    refuses 2 'wanted 3' gg-rotate --shift 1,2 "$DATA/tiny.ggs"
    refuses 2 'no direction' gg-rotate --angle 3 --about 0,0,0 "$DATA/tiny.ggs"
    gg-dump -r "$ROOT/tests/golden/types.txt" >types.ggs
    refuses 3 "field 'a.bf16': bf16 numbers with irreps 1x0e\+1x0o" gg-rotate --reflect -o x.ggs types.ggs
    sed '/^member gg.graph/,/^end indexed/d' "$ROOT/tests/golden/types.txt" >model.txt
    gg-dump -r -o model.ggs model.txt
    refuses 3 'wanted gg.graph/1' gg-rotate --seed 1 -o x.ggs model.ggs
    sed s/gg.model/gg.graph/ model.txt | gg-dump -r -o model.ggs
    refuses 3 'without space' gg-rotate --seed 1 -o x.ggs model.ggs
    gg-neighbors --cutoff 1 "$DATA/tiny.ggs" | gg-select --drop edge_ptr >lost.ggs
    refuses 3 "without 'edge_ptr'" gg-rotate --permute 1 -o x.ggs lost.ggs
}
