#!/usr/bin/env bats
# explain-models.bats -- every question of gg-explain to every model of examples/models: it answers in numbers, or says why it cannot

load helper

# A dot: it answers.  A letter: it refuses, for the reason of that letter.
answers() {
    cat <<'TABLE'
-              saliency inputs shells degrees occlusion faithful hidden probing radial formula attention
allegro        .        .      .      .       .         .        .      .       f      f       w
botan          .        .      .      .       .         .        .      .       f      f       w
deepmind       .        .      .      .       .         .        .      .       f      f       w
egnn           .        .      .      .       .         .        .      .       f      f       w
eignn          .        .      .      .       .         .        .      .       f      f       w
eqnet          .        .      .      .       .         .        .      .       .      p       w
equiformer     .        .      .      .       .         .        .      .       .      p       .
escn           .        .      .      .       .         .        .      .       f      f       w
glassmlp       g        .      e      h       e         g        h      h       f      f       w
lietransformer .        .      .      .       .         .        .      .       f      f       w
mace           .        .      .      .       .         .        .      .       .      p       w
mace_glass     .        .      .      .       .         .        .      .       .      p       w
nequip         .        .      .      .       .         .        .      .       .      p       w
painn          .        .      .      .       .         .        .      .       f      f       w
ridge          l        l      l      l       l         l        l      l       l      l       l
ridge_vector   l        l      l      l       l         l        l      l       l      l       l
se3            .        .      .      .       .         .        .      .       .      p       w
se3_both       .        .      .      .       .         .        .      .       .      p       w
se3_fields     .        .      .      .       .         .        .      .       .      p       w
se3_time       .        .      .      .       .         .        .      .       .      p       w
se3_time_deep  .        .      .      .       .         .        .      .       .      p       w
se3transformer .        .      .      .       .         .        .      .       .      p       .
softness       l        l      l      l       l         l        l      l       l      l       l
tfn            .        .      .      .       .         .        .      .       .      p       w
TABLE
}

reason() {
    case $1 in
    l) echo "the model is fitted \([a-z]+\): it has no layers to look into" ;;
    g) echo "no layer of the model reads positions, so no prediction has a gradient in them" ;;
    e) echo "no layer of the model reads edges, and its inputs stay as they are: see inputs" ;;
    h) echo "no layer of the model puts out features on particles" ;;
    f) echo "no layer of the model has a function of the distance for each path: conv has" ;;
    p) echo "functions of a perceptron have no closed form: radial.hidden: \[\] leaves sums over the basis" ;;
    w) echo "no layer of the model puts out weights of edges: softmax does" ;;
    esac
}

# Two frames of each kind, and every model as small as its names allow, after an epoch.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || exit 1
    gg-select --limit 2 "$DATA/tiny.ggs" | gg-quench -q --forces | gg-features --preset inherent |
        gg-features --add displacement --positions pos_inherent --into to_inherent |
        gg-features --positions pos_inherent --field energy_inherent --add density_gradient,mean_gradient --into gradients -o fields.ggs
    gg-neighbors --cutoff 2 "$DATA/tiny_replicas.ggs" | gg-targets --add propensity,distance_change |
        gg-features --add density --lengths 1 -o botan.ggs
    { cat botan.ggs; gg-rotate --seed 1 botan.ggs; } >both.ggs # there is one frame
    for file in "$ROOT"/examples/models/*.yaml; do
        name=$(basename "$file" .yaml) frames=fields.ggs probed=fields.ggs set=()
        grep -q '^fit:' "$file" || set=(--epochs 1)
        [[ ! "$(grep '^let:' "$file")" =~ rounds: ]] || set+=(--set let.rounds=1)
        [[ ! "$(grep '^let:' "$file")" =~ [\ {]C: ]] || set+=(--set let.C=4)
        case $name in
        botan) frames=botan.ggs probed=both.ggs set+=(--set 'loss=[{term: mse}]') ;;
        deepmind) set+=(--set 'loss=[{term: mse}]' --set 'heads.0.species=[A]') ;;
        esac
        gg-train -q "${set[@]}" -o "$name" "$file" $frames || exit 1
        ln -s "$PWD/$probed" "$name/frames.ggs"
        gg-select --limit 1 -o "$name/one.ggs" $frames
    done
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    T=$BATS_FILE_TMPDIR
}

# ask METHOD MODEL: the table, tab-separated, of few probes
ask() {
    local frames=$T/$2/one.ggs few=()
    case $1 in
    saliency | occlusion | faithful) few=(--probes 2) ;;
    inputs) few=(--steps 2) ;;
    shells) few=(--shells '1.2,1.6') ;;
    probing) few=(--descriptors '*density*.L1') frames=$T/$2/frames.ggs ;;
    esac
    gg-explain -q "$1" "${few[@]}" --tsv "$T/$2/model.ggm" "$frames"
}

# numbers METHOD <table: rows, none of them with a number that is not finite, and what the method is about is not 0 in all
numbers() {
    case $1 in
    saliency | occlusion | hidden | radial | attention) about=rms ;;
    inputs) about=size ;;
    shells | degrees) about=change ;;
    faithful) about=top ;;
    probing) about=r2 ;;
    formula) about=R ;;
    esac
    awk -F '\t' -v about="$about" '
        NR == 1 { for (k = 1; k <= NF; k++) name[k] = $k; next }
        { for (k = 1; k <= NF; k++) {
            if ($k ~ /nan/ || ($k ~ /inf/ && name[k] != "to")) bad = 1
            if (name[k] == about && $k != "-" && (about == "R" || $k * $k > 0)) some = 1 } }
        END { exit bad || !some }'
}

# agrees METHOD MODEL SIGN: what happens is what the table says
agrees() {
    local status=0
    ask "$1" "$2" >table 2>said || status=$?
    if [ "$3" = . ]; then
        [ $status -eq 0 ] || return 1
        [ ! -s said ] || return 1
        numbers "$1" <table
    else
        [ $status -eq 2 ] || return 1
        [ "$(wc -l <said)" -eq 1 ] || return 1
        grep -qE "$(reason "$3")" said
    fi
}

@test "every model of examples/models, and every method, is in the table" {
    answers | awk 'NR > 1 { print $1 }' >listed
    for file in "$ROOT"/examples/models/*.yaml; do basename "$file" .yaml; done | diff listed -
    sed -n 's/^METHOD(\(.*\))$/\1/p' "$ROOT/common/explain/explain.def" | diff <(answers | awk 'NR == 1 { for (k = 2; k <= NF; k++) print $k }') -
}

@test "each model answers each question in finite numbers, or refuses for the reason that the table has" {
    read -r -a methods <<<"$(answers | head -1)"
    while read -r -a row; do
        for ((k = 1; k < ${#methods[@]}; k++)); do
            agrees "${methods[k]}" "${row[0]}" "${row[k]}" ||
                { echo "${row[0]}, ${methods[k]}: not '${row[k]}'"; head -n 3 table said; failed=1; }
        done
    done < <(answers | sed 1d)
    [ -z "${failed:-}" ]
}
