#!/usr/bin/env bats
# hacking.bats -- what gg_hacking(7) tells a newcomer to write does compile and work

load helper

# from_page FILE: the source of FILE as the page shows it
from_page() {
    awk -v first="^/\\\\* $1 -- " '$0 ~ first { on = 1 } /^\.Ed/ { on = 0 } on' "$ROOT/man/gg_hacking.7" | sed 's/\\e/\\/g' >"$1"
    [ -s "$1" ]
}

# compile OUTPUT FLAGS_AND_SOURCES...: a program with the suite's compiler and flags, and the library behind
compile() {
    local out=$1 command
    shift
    [ -e "$GG_BIN/libgg.a" ]
    command=$(head -n 1 "$GG_BIN/flags")
    # shellcheck disable=SC2046
    (cd "$ROOT" && eval "${command/ -Icommon / $1 -Icommon }" -Werror -o "$out" '"${@:2}"' '"$GG_BIN/libgg.a"' \
        $(pkg-config --libs yaml-0.1 libzip zlib liblzma libzstd) -lvoro++ -lstdc++ -lcmocka -ljansson -lm)
}

@test "the program of gg_hacking(7) is a program" {
    need_program pkg-config
    from_page gg-heavy.c
    compile "$PWD/gg-heavy" "" "$PWD/gg-heavy.c"
    gg-quench --help >/dev/null
    ./gg-heavy --help | grep -q -- '--above ENERGY'
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-quench | ./gg-heavy --above -5 -o heavy.ggs
    gg-dump heavy.ggs | grep -qE '^  heavy +bool +\[node\] +mask'
}

@test "a descriptor is one file, one line and one entry: the laws find the one of gg_hacking(7)" {
    need_program pkg-config
    from_page nearest.c
    mkdir descriptors man
    { cat "$ROOT/common/descriptors/descriptors.def" && echo 'DESCRIPTOR(nearest)'; } >descriptors/descriptors.def
    cp "$ROOT/man/gg_descriptors.7" man
    compile "$PWD/test_descriptors" "-I$PWD" "$PWD/nearest.c" common/descriptors/table.c tests/unit/test_descriptors.c
    run ./test_descriptors
    [ "$status" -ne 0 ]
    [[ "$output" == *"gg_descriptors(7) has no entry nearest"* ]]
    awk '/^\.It Sy/ && !n++ { print ".It Sy nearest"; print "distance to the nearest particle"; print ".Pq sigma ; Fl Fl cutoff , Fl Fl positions" } 1' "$ROOT/man/gg_descriptors.7" >man/gg_descriptors.7
    ./test_descriptors >said 2>&1 || { cat said; false; }

    compile "$PWD/gg-features" "-I$PWD" "$PWD/nearest.c" common/descriptors/table.c cmd/gg-features.c
    gg-select --limit 1 "$DATA/tiny.ggs" | ./gg-features -q --species A,B --add nearest --cutoff 3 --into near -o near.ggs
    gg-dump --extxyz --species A,B near.ggs | awk 'NR == 2 { match($0, /Lattice="[^"]*"/); split(substr($0, RSTART + 9, RLENGTH - 10), L, " ") }
        NR > 2 { n++; for (a = 1; a <= 3; a++) r[n, a] = $(a + 1) }
        END { for (i = 1; i <= n; i++) { least = 9
                for (j = 1; j <= n; j++) if (j != i) { s = 0; for (a = 1; a <= 3; a++) { d = r[j, a] - r[i, a]; d -= L[4 * a - 3] * int(d / L[4 * a - 3] + (d < 0 ? -0.5 : 0.5)); s += d * d }; if (s < least) least = s }
                print sqrt(least) } }' >want
    gg-dump -d near near.ggs | paste - want | awk '{ n++; if (!(($1 - $2) ^ 2 < 1e-10)) { print; bad = 1 } } END { exit bad || n < 100 }'
    refuses 2 "no descriptor 'nearest'" gg-features -q --species A,B --add nearest "$DATA/tiny.ggs" -o no.ggs
}

@test "a layer is one file and one line: gg-gradcheck and the laws find the one of gg_hacking(7)" {
    need_program pkg-config
    from_page squash.c
    mkdir layers
    { cat "$ROOT/common/layers/layers.def" && echo 'LAYER(squash)'; } >layers/layers.def
    cat >m.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 2, out_irreps: 4*all(2), radial: {n: 4}, out: h}
  - {layer: squash, length: 0.7, in: h, out: h}
heads: [{target: propensity, in: h, layer: mlp, hidden: [8]}]
YAML
    new_check() {
        compile "$PWD/gg-gradcheck" "-I$PWD" "$PWD/squash.c" common/layers/layers.c cmd/gg-gradcheck.c
        # the laws, of this layer alone
        printf '%s\n' '#include "laws/check.h"' '#include "util/threads.h"' 'extern const struct gg_layer_type gg_layer_squash;' \
            'int main(void) { int n; struct gg_err err; gg_threads_init(1, &err); return gg_check_layer(&gg_layer_squash, 1, stdout, &n) || n < 20; }' >laws.c
        compile "$PWD/laws" "-I$PWD" "$PWD/squash.c" "$PWD/laws.c"
    }
    new_check
    ./gg-gradcheck m.yaml "$DATA/tiny.ggs" >said || { cat said; false; }
    ./laws
    refuses 2 "'squash'" gg-gradcheck m.yaml "$DATA/tiny.ggs"

    sed -i 's/s \* (double)dy\[at + m \* step\] - along/s * (double)dy[at + m * step] + along/' squash.c
    new_check
    run ./laws
    [ "$status" -ne 0 ]
    [[ "$output" == *"layer squash, case 'all degrees'"*": gradient"* ]]
    run ./gg-gradcheck m.yaml "$DATA/tiny.ggs"
    [ "$status" -ne 0 ]
}

@test "a term of a loss is one file and one line: the laws find the one of gg_hacking(7)" {
    need_program pkg-config
    from_page logcosh.c
    mkdir losses
    { cat "$ROOT/common/losses/losses.def" && echo 'LOSS(logcosh)'; } >losses/losses.def
    compile "$PWD/test_losses" "-I$PWD" "$PWD/logcosh.c" common/losses/losses.c tests/unit/test_losses.c
    ./test_losses 2>&1 | tee out
    grep -q 'OK \] logcosh$' out
    grep -q 'OK \] mse$' out

    sed -i 's/= tanh(e/= -tanh(e/' logcosh.c
    compile "$PWD/test_losses" "-I$PWD" "$PWD/logcosh.c" common/losses/losses.c tests/unit/test_losses.c
    run ./test_losses
    [ "$status" -ne 0 ]
    [[ "$output" == *"loss logcosh, case 'some missing': gradient: "* ]]
}

@test "a view is one file and one line: the laws find the one of gg_hacking(7)" {
    need_program pkg-config
    from_page spin.c
    mkdir views
    { cat "$ROOT/common/views/views.def" && echo 'VIEW(spin)'; } >views/views.def
    compile "$PWD/test_views" "-I$PWD" "$PWD/spin.c" common/views/views.c tests/unit/test_views.c
    ./test_views 2>&1 | tee out
    grep -q 'OK \] spin$' out
    grep -q 'OK \] noise$' out

    sed -i 's/= sin(angle)/= -sin(angle)/' spin.c
    compile "$PWD/test_views" "-I$PWD" "$PWD/spin.c" common/views/views.c tests/unit/test_views.c
    run ./test_views
    [ "$status" -ne 0 ]
    [[ "$output" == *"view spin, case 'plain', dim 3: distances: "* ]]
}

@test "a learner is one file and one line: the one of gg_hacking(7) trains and predicts" {
    need_program pkg-config
    from_page mean.c
    mkdir learn
    { cat "$ROOT/common/learn/learners.def" && echo 'LEARNER(mean)'; } >learn/learners.def
    for program in gg-train gg-predict; do
        compile "$PWD/$program" "-I$PWD" "$PWD/mean.c" common/learn/learners.c "cmd/$program.c"
    done
    cat >m.yaml <<'YAML'
fit: {kind: mean, inputs: [node_features], penalty: {path: 1, choose: none}}
heads: [{target: propensity}]
YAML
    gg-features --add density -o f.ggs "$DATA/tiny.ggs"
    ./gg-train -q -o run m.yaml f.ggs
    ./gg-predict run/model.ggm f.ggs -o p.ggs
    gg-corr --bootstrap 0 --no-spearman --tsv p.ggs >corr.tsv
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) c[$k] = k; next }
        $c["species"] != "all" { n++; r = $c["r2_pooled"]; if (r > 1e-6 || r < -1e-6) exit 1 } END { exit !(n == 8) }' corr.tsv
    ./gg-train -q --set fit.kind=ridge -o ridge m.yaml f.ggs
    refuses 2 "no fit is called 'means' .did you mean mean" ./gg-train -q --set fit.kind=means -o no m.yaml f.ggs
    refuses 2 "no fit is called 'mean'" gg-train -q -o no m.yaml f.ggs
    refuses 2 "no fit is called 'mean'" gg-predict run/model.ggm f.ggs
}

@test "a new target is a field, and no line of C: numbers and vectors of any extended XYZ are learned by their names" {
    awk 'BEGIN { srand(3); for (f = 0; f < 4; f++) { n = 30
            print n "\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:charge:R:1:dipole:R:3 gap=" f * 0.5
            for (i = 0; i < n; i++) { x = rand() - 0.5
                print (i % 3 ? "A" : "B"), 4 * rand(), 4 * rand(), 4 * rand(), (i % 3 ? 1 : -1) + 0.1 * x, x, 2 * x, -x } } }' >own.xyz
    gg-import -q own.xyz -o own.ggs
    cat >own.yaml <<END
inputs: {node: [type], graph: [gap], cutoff: 1.8}
layers:
  - {layer: embed, in: x, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: 4x0e+4x1o, radial: {n: 4}, out: h}
  - {layer: concat, in: [h, graph], out: h}
heads:
  - {target: charge, in: h, layer: mlp, hidden: [8], species: joint}
  - {target: dipole, in: h, layer: gated}
loss: [{term: mse}, {term: pearson, weight: 0.1, head: charge}]
train: {epochs: 60, lr: 1e-2}
END
    gg-train -q own.yaml own.ggs -o run
    gg-predict run/model.ggm own.ggs -o p.ggs
    gg-dump p.ggs | grep -qE '^  dipole_pred +f32 +\[node, 3\] +prediction +1x1o'
    gg-corr --bootstrap 0 --tsv --species all --target charge p.ggs | awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k }
        NR == 2 { good = $at["rho_config"] > 0.9 } END { exit !(NR == 2 && good) }'
}
