#!/usr/bin/env bats
# gg-predict.bats -- predictions: symmetry, independence of the targets, times, refusals

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    two_heads m.yaml
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
}

PRED=propensity_pred,displacement_pred

# bats test_tags=law
@test "turned, mirrored, shifted, relabelled: predicting commutes" {
    for how in '--seed 5' '--seed 5 --reflect' '--shift 0.3,-1.7,2.9 --wrap' '--permute 2'; do
        # shellcheck disable=SC2086
        gg-rotate $how "$DATA/tiny.ggs" | gg-predict run/model.ggm -o a.ggs
        # shellcheck disable=SC2086
        gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-rotate $how -o b.ggs
        gg-cmp --fields "$PRED" --rel 1e-5 a.ggs b.ggs
    done
}

@test "the recommended network is equivariant, too" {
    gg-select --limit 2 "$DATA/tiny.ggs" | gg-quench -o q.ggs
    gg-train -q --epochs 1 -o se3 --set 'heads.1={target: displacement, in: h, layer: gated_vector}' "$ROOT/examples/models/se3.yaml" q.ggs ||
        gg-train -q --epochs 1 -o se3 "$ROOT/examples/models/se3.yaml" q.ggs
    gg-rotate --seed 5 --reflect q.ggs | gg-predict se3/model.ggm -o a.ggs
    gg-predict se3/model.ggm q.ggs | gg-rotate --seed 5 --reflect -o b.ggs
    gg-cmp --fields propensity_pred --rel 1e-5 a.ggs b.ggs
}

@test "targets are not looked at, other fields pass through" {
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o with.ggs
    gg-select --drop propensity,propensity_var,displacement "$DATA/tiny.ggs" | gg-predict run/model.ggm -o without.ggs
    gg-cmp --fields "$PRED" with.ggs without.ggs
    gg-select --drop "$PRED" with.ggs -o rest.ggs
    gg-cmp rest.ggs "$DATA/tiny.ggs"
    gg-dump --check with.ggs
    gg-dump --prov with.ggs | grep -q gg-predict
}

# bats test_tags=law
@test "the same bytes for any number of threads" {
    gg-predict --threads 1 run/model.ggm "$DATA/tiny.ggs" -o one.ggs
    gg-predict --threads 3 run/model.ggm "$DATA/tiny.ggs" -o three.ggs
    gg-cmp one.ggs three.ggs
}

@test "frames without times get the model's; other times stay beside them" {
    gg-select --keep pos,type "$DATA/tiny.ggs" | gg-predict run/model.ggm -o bare.ggs
    gg-dump bare.ggs | grep -q 'propensity_pred *f32 *\[node, time\]'
    gg-train -q -o fewer --set heads.0.times=each --epochs 1 m.yaml "$DATA/tiny.ggs"
    gg-dump -d time "$DATA/tiny.ggs" >t1
    gg-dump -d time bare.ggs >t2
    grep -v '^#' t1 | head -n 1 >a
    grep -v '^#' t2 | head -n 1 >b
    cmp a b
}

# bats test_tags=reader
@test "a model is refused that is none, or broken; a frame, that does not fit" {
    refuses 3 "model" gg-predict "$DATA/tiny.ggs" "$DATA/tiny.ggs"
    refuses 5 "nothing.ggm" gg-predict nothing.ggm "$DATA/tiny.ggs"
    head -c 3000 run/model.ggm >cut.ggm
    refuses 4 "^gg-predict: cut.ggm: byte 3000: " gg-predict cut.ggm "$DATA/tiny.ggs"
    gg-select --drop type "$DATA/tiny.ggs" -o none.ggs
    refuses 3 "type" gg-predict -o out.ggs run/model.ggm none.ggs
    [ ! -e out.ggs ]
    refuses 5 "full" gg-predict -o /dev/full run/model.ggm "$DATA/tiny.ggs"
}

# bats test_tags=reader
@test "a model file whose META gives a target another form is refused" {
    gg-dump --text run/model.ggm >m.txt
    edited() { sed "/model.target.$1/s/$2/$3/" m.txt | gg-dump -r -o edited.ggm; }
    edited 1 row bare
    refuses 3 "META 'model.target.1': target 'displacement' is bare, and only one number" gg-predict edited.ggm "$DATA/tiny.ggs"
    edited 0 bare Bare
    refuses 3 "META 'model.target.0': 'Bare' stands where bare or row is wanted" gg-predict edited.ggm "$DATA/tiny.ggs"
    edited 0 timed often
    refuses 3 "META 'model.target.0': 'often' stands where timed or once is wanted" gg-predict edited.ggm "$DATA/tiny.ggs"
}

# bats test_tags=reader
@test "a model file that announces more numbers than it has is refused before there is room for them" {
    gg-dump --text run/model.ggm >m.txt
    edited() { sed "/model.target.0/s/1x0e bare/$1 row/" m.txt | gg-dump -r -o edited.ggm; }
    edited 1048576x0e
    refuses 3 "META 'model.target.0': target 'propensity' has 1048576 numbers a row, 1 to 4096" gg-predict edited.ggm "$DATA/tiny.ggs"
    edited 4096x0e
    refuses 3 "tensor 'target.propensity.mean': [0-9]+ numbers, the target has [0-9]+" gg-predict edited.ggm "$DATA/tiny.ggs"
}

# bats test_tags=law
@test "one particle, no neighbours, a species that is absent" {
    gg-select --species B --limit 1 "$DATA/tiny.ggs" | gg-predict run/model.ggm -o b.ggs
    gg-dump --check b.ggs
}

@test "models, YAML and streams may be packed" {
    command -v gzip >/dev/null || skip "no gzip"
    gzip -c m.yaml >m.gz
    gzip -c "$DATA/tiny.ggs" >tiny.gz
    gg-train -q -o packed m.gz tiny.gz
    gg-predict run/model.ggm "$DATA/tiny.ggs" >plain.ggs
    gzip packed/model.ggm
    gg-predict packed/model.ggm.gz tiny.gz | gg-cmp - plain.ggs
}

@test "the command that gg-train names next runs as it stands" {
    gg-train -o "w'x y" --epochs 1 m.yaml "$DATA/tiny.ggs" 2>said
    next=$(sed -n 's/.*next: \(gg-predict .*\) FRAMES.ggs | gg-corr$/\1/p' said)
    eval "$next \"\$DATA/tiny.ggs\"" | gg-dump --check
}
