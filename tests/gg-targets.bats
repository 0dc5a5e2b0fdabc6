#!/usr/bin/env bats
# gg-targets.bats -- targets from replicas: real numbers, joined times, META, refusals

load helper

botan() { gg-import -o "$1.ggs" "$SHARED"/data/botan-T0.44/*/isoconfig_N4096T0.44_"$1"_tc07.npz; }

# value ROW COLUMN: a number of gg-corr's table; rows 1 = A, 2 = B, 3 = all
value() { awk -F '\t' -v r="$1" -v c="$2" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == r + 1 { print $at[c] }'; }

# near A B TOLERANCE
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(d <= t)) { print a " is not " b; exit 1 } }'; }

# mean_of FILE FIELD TYPE: over the particles of a type, first time
mean_of() {
    paste <(gg-dump -d type "$1") <(gg-dump -d "$2" "$1") | awk -v t="$3" '$1 == t { s += $2; n++ } END { printf "%.6f", s / n }'
}

@test "BOTAN 401-403: noise ceilings and bond breaking against propensity" {
    need_shared data/botan-T0.44
    while read -r id ceiling ceiling_b bonds; do
        botan "$id"
        gg-targets --add propensity,propensity_var,bond_breaking -o t.ggs "$id.ggs"
        gg-corr --target propensity --predictor bond_breaking --tsv --bootstrap 0 -o t.tsv t.ggs
        near "$(value 1 ceiling_config <t.tsv)" "$ceiling" 6e-5
        near "$(value 2 ceiling_config <t.tsv)" "$ceiling_b" 6e-5
        near "$(value 1 rho_config <t.tsv)" "$bonds" 6e-5
    done <<<"401 0.9235 0.9450 0.9001
402 0.9435 0.9491 0.9412
403 0.9184 0.9257 0.9341"
}

@test "BOTAN 401-403: means of propensity, overlap and kept bonds" {
    need_shared data/botan-T0.44
    need_program gg-dump
    while read -r id m_a m_b overlap kept_a kept_b; do
        botan "$id"
        gg-targets --add propensity,overlap,bond_breaking -o t.ggs "$id.ggs"
        near "$(mean_of t.ggs propensity 0)" "$m_a" 6e-5
        near "$(mean_of t.ggs propensity 1)" "$m_b" 6e-5
        near "$(mean_of t.ggs overlap 0)" "$overlap" 6e-5
        near "$(mean_of t.ggs bond_breaking 0 | awk '{ print 1 - $1 }')" "$kept_a" 6e-5
        near "$(mean_of t.ggs bond_breaking 1 | awk '{ print 1 - $1 }')" "$kept_b" 6e-5
    done <<<"401 0.3746 0.7082 0.5720 0.8911 0.7208
402 0.4311 0.7930 0.5094 0.8565 0.6789
403 0.5346 1.0014 0.3767 0.7976 0.5746"
}

@test "own simulations: replicas give the propensity, variance and displacement stored beside them" {
    need_shared data/ka-md
    need_program gg-cmp
    for T in 0.44 0.50 0.56 0.64; do
        gg-import "$SHARED/data/ka-md/replicas/ka_T${T}_001_replicas.npz" |
            gg-targets --add propensity,propensity_var,displacement -o made.ggs
        gg-import -o stored.ggs "$SHARED/data/ka-md/T$T/ka_T${T}_001.npz"
        gg-cmp --tol 1e-6 --ignore "meta.*" made.ggs stored.ggs
    done
}

@test "one file a time, joined in any order, is one file with all times" {
    need_shared data/ka-md
    need_program gg-cmp
    local file="$SHARED/data/ka-md/replicas/ka_T0.64_001_replicas.npz"
    for k in 3 0 2 1; do
        gg-import --time-index $k -o "$k.ggs" "$file"
    done
    gg-import --times 0.2,0.5,1,2 "$file" | gg-targets -o whole.ggs
    gg-targets --join -o joined.ggs 3.ggs 0.ggs 2.ggs 1.ggs
    gg-cmp whole.ggs joined.ggs
    gg-import --times 0.2,0.5,1,2 "$file" | gg-targets --keep-replicas -o whole.ggs
    gg-targets --join --keep-replicas -o joined.ggs 3.ggs 0.ggs 2.ggs 1.ggs
    gg-cmp whole.ggs joined.ggs
    for k in 0 1 2 3; do # targets first, then joined
        gg-targets --keep-replicas "$k.ggs"
    done | gg-targets --join --keep-replicas -o joined.ggs
    gg-cmp whole.ggs joined.ggs
}

# From the printed numbers: cubic cell, nearest images; edges in order, their times one after the other.
@test "change of distance: as computed elsewhere, the same both ways, unchanged by rotations" {
    gg-neighbors --cutoff 2 "$DATA/tiny_replicas.ggs" -o edges.ggs
    gg-targets --add distance_change,distance_change_var -o t.ggs edges.ggs
    cell=$(gg-dump --json edges.ggs | grep -o '"cell":[[][[][0-9.]*' | tr -d -c 0-9.)
    for field in pos pos_replicas edge_ptr edge_nbr; do gg-dump -d $field edges.ggs >$field; done
    awk -v L="$cell" '
        function apart(x, y, r, s, c, d, sum) { sum = 0
            for (c = 0; c < 3; c++) { d = y[3 * s + c] - x[3 * r + c]; d -= L * int(d / L + (d > 0 ? 0.5 : -0.5)); sum += d * d }
            return sqrt(sum) }
        FNR == 1 { file++ }
        { for (k = 1; k <= NF; k++) if (file == 1) pos[a++] = $k; else if (file == 2) end[b++] = $k; else if (file == 3) ptr[p++] = $k; else nbr[q++] = $k }
        END {
            n = a / 3; times = b / (3 * 8 * n)
            for (i = 0; i < n; i++) for (e = ptr[i]; e < ptr[i + 1]; e++) for (t = 0; t < times; t++) {
                sum = square = 0
                for (k = 0; k < 8; k++) {
                    at = (t * 8 + k) * n
                    x = apart(end, end, at + i, at + nbr[e]) - apart(pos, pos, i, nbr[e])
                    sum += x; square += x * x }
                printf "%d %d %.9g %.9g\n", i, nbr[e], sum / 8, (square - sum * sum / 8) / 7 } }' pos pos_replicas edge_ptr edge_nbr >own
    for field in distance_change distance_change_var; do gg-dump -d $field t.ggs | tr -s ' \t' '\n' >$field; done
    paste -d ' ' own distance_change distance_change_var | awk '
        function off(x, y) { return x > y ? x - y : y - x }
        { if (off($3, $5) > 2e-7 || off($4, $6) > 2e-7) bad++; if ($5 > 0.01) up++; if ($5 < -0.01) down++ }
        END { if (bad || NR < 15000 || up < 1000 || down < 1000) { print NR, bad, up, down; exit 1 } }'
    # i of j as j of i, at the same time.
    paste -d ' ' own distance_change | awk '
        { at = $1 " " $2 " " (seen[$1 " " $2]++); value[at] = $5 }
        END { for (at in value) { split(at, w, " "); d = value[at] - value[w[2] " " w[1] " " w[3]]; if (d > 1e-6 || d < -1e-6) exit 1 } }'
    for how in '--seed 5 --reflect' '--permute 2'; do
        # shellcheck disable=SC2086
        gg-rotate $how edges.ggs | gg-targets --add distance_change,distance_change_var -o a.ggs
        # shellcheck disable=SC2086
        gg-rotate $how t.ggs -o b.ggs
        gg-cmp --fields distance_change,distance_change_var --tol 1e-6 a.ggs b.ggs
    done
    gg-targets --threads 3 --add distance_change,distance_change_var edges.ggs | gg-cmp - t.ggs
    refuses 3 "tiny_replicas.ggs: frame 0 .*'edge_ptr' is missing: run gg-neighbors" \
        gg-targets --add distance_change -o x.ggs "$DATA/tiny_replicas.ggs"
}

@test "META says replicas, overlap length and the rule of bond breaking" {
    need_program gg-dump
    gg-targets --add overlap,bond_breaking --overlap-length 0.25 -o t.ggs "$DATA/tiny_replicas.ggs"
    run gg-dump t.ggs
    [[ "$output" =~ replicas\ +8 ]]
    [[ "$output" =~ overlap_length\ +0.25 ]]
    [[ "$output" =~ bonded\ within\ 1.4\ sigma_ab ]]
    [[ "$output" =~ drift ]]
}

@test "replicas are dropped unless they are to be kept; other fields pass" {
    need_program gg-dump
    gg-targets -o t.ggs "$DATA/tiny_replicas.ggs"
    run gg-dump -a t.ggs
    [[ ! "$output" =~ pos_replicas ]]
    [[ "$output" =~ temperature ]]
    gg-targets --keep-replicas -o t.ggs "$DATA/tiny_replicas.ggs"
    run gg-dump -a t.ggs
    [[ "$output" =~ pos_replicas ]]
}

@test "the same bytes for any number of threads" {
    gg-targets --threads 1 --add propensity,displacement_var,bond_breaking -o 1.ggs "$DATA/tiny_replicas.ggs"
    for n in 2 4; do
        gg-targets --threads $n --add propensity,displacement_var,bond_breaking -o n.ggs "$DATA/tiny_replicas.ggs"
        cmp 1.ggs n.ggs
    done
}

@test "refuses what has no replicas, unknown targets, wrong options" {
    gg-select --keep pos,type -o bare.ggs "$DATA/tiny.ggs"
    refuses 3 "bare.ggs: frame 0 .*'pos_replicas' is missing: run gg-import" gg-targets -o x.ggs bare.ggs
    refuses 2 "no target 'propensty' \(did you mean 'propensity'\?\)" gg-targets --add propensty -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "list of words" gg-targets --add propensity,,overlap -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "overlap-length" gg-targets --overlap-length -1 -o x.ggs "$DATA/tiny.ggs"
    [ ! -e x.ggs ]
}

@test "--join refuses a time that occurs twice" {
    refuses 3 "frame 0 .*'time': 1 occurs twice for this id" gg-targets --join -o x.ggs "$DATA/tiny_replicas.ggs" "$DATA/tiny_replicas.ggs"
    [ ! -e x.ggs ]
}

@test "damaged and empty input, full disks, closed pipes" {
    refuses 4 "empty input" gg-targets -o x.ggs /dev/null
    head -c 60000 "$DATA/tiny_replicas.ggs" >cut.ggs
    refuses 4 "cut.ggs" gg-targets -o x.ggs cut.ggs
    refuses 4 "cut.ggs" gg-targets --join -o x.ggs cut.ggs
    refuses 3 "." gg-targets -o x.ggs "$DATA/README.md"
    refuses 5 "no.ggs" gg-targets -o x.ggs no.ggs
    refuses 5 "/dev/full" gg-targets -o /dev/full "$DATA/tiny_replicas.ggs"
    [ ! -e x.ggs ]
    gg-targets "$DATA/tiny_replicas.ggs" 2>err | head -c 1 >/dev/null
    [ ! -s err ]
    run bash -c "set -o pipefail; gg-targets --join cut.ggs 2>/dev/null | gg-targets --join -o x.ggs"
    [ "$status" -eq 4 ]
}

@test "pieces of a frame: means and tau_alpha are of the core, with and without replicas; correlations are of whole frames" {
    gg-targets --add propensity,overlap --keep-replicas "$DATA/tiny_replicas.ggs" | gg-select --boxes 2 --halo 0.7 -o cut.ggs
    gg-targets --add mean_propensity,mean_overlap cut.ggs -o made.ggs
    gg-select --drop pos_replicas cut.ggs | gg-targets --add mean_propensity,mean_overlap -o read.ggs # of the fields
    gg-cmp --fields mean_propensity,mean_overlap --tol 1e-6 made.ggs read.ggs
    for k in 0 5; do
        gg-select --frames $k made.ggs >box.ggs
        for x in propensity overlap; do
            paste <(gg-dump -d core box.ggs) <(gg-dump -d type box.ggs) <(gg-dump -d $x box.ggs) | awk '$1 == 1 && $2 == 0 { n++; s += $3 } END { print s / n }' >want
            near "$(gg-dump -d mean_$x box.ggs | awk 'NR == 1 { print $1 }')" "$(cat want)" 1e-5
        done
    done
    # whole frames of published sets have no replicas, either
    gg-targets --add mean_propensity "$DATA/tiny.ggs" -o whole.ggs 2>said
    [ ! -s said ]
    near "$(gg-dump -d mean_propensity whole.ggs | awk 'NR == 1 { print $1 }')" "$(gg-select --limit 1 whole.ggs >one.ggs && mean_of one.ggs propensity 0)" 1e-6
    # a halo changes nothing
    for halo in 0 0.7; do
        gg-select --boxes 2 --halo $halo "$DATA/tiny_replicas.ggs" | gg-select --frames 2 | # F_s reaches 1/e there
            gg-targets --add tau_alpha,mean_propensity,mean_overlap -o $halo.ggs
    done
    run ! cmp -s <(gg-dump -d type 0.ggs) <(gg-dump -d type 0.7.ggs)
    for x in tau_alpha tau_alpha_err mean_propensity mean_overlap; do cmp <(gg-dump -d $x 0.ggs) <(gg-dump -d $x 0.7.ggs); done
    refuses 3 "'box': a piece of a frame; propensity_correlation is of whole ones" gg-targets --add propensity_correlation --correlation-radii 1 -o x.ggs cut.ggs
    gg-select --drop pos_replicas,overlap cut.ggs -o without.ggs
    refuses 3 "no field 'pos_replicas' to make 'mean_overlap' of" gg-targets --add mean_overlap -o x.ggs without.ggs
}
