#!/usr/bin/env bats
# gg-neighbors.bats -- known numbers of edges, two graphs in a frame, rotated graphs, refusals

load helper

# edges FILE: the number of edges of each frame
edges() { gg-dump -a "$1" | sed -nE 's/^frame .* ([0-9]+) edges.*/\1/p'; }
# fields FILE REGEX: names of the fields that match
fields() { gg-dump -a "$1" | sed -nE "s/^  ($2) +[a-z][0-9]+ +\[.*/\1/p" | sort -u; }

@test "BOTAN 401-403: 166240, 166706, 166154 edges within 2" {
    need_shared data/botan-T0.44
    need_program gg-dump
    for id in 401 402 403; do
        gg-import "$SHARED/data/botan-T0.44/test/isoconfig_N4096T0.44_${id}_tc07.npz"
    done | gg-neighbors --cutoff 2 --no-vectors -o n.ggs
    [ "$(edges n.ggs | tr '\n' ' ')" = "166240 166706 166154 " ]
}

@test "DeepMind's test_large in single precision: 171066 edges with self edges" {
    need_shared data/deepmind
    need_program gg-dump
    gg-import "$SHARED/data/deepmind/test_large.pickle" | gg-neighbors --cutoff 2 --self --precision f32 -o n.ggs
    [ "$(edges n.ggs)" -eq 171066 ]
}

@test "what it writes passes every check of the stream" {
    need_program gg-dump
    gg-neighbors --cutoff 2 --self -o n.ggs "$DATA/tiny.ggs"
    gg-dump --check n.ggs
    [ "$(fields n.ggs 'edge_[a-z]+' | tr '\n' ' ')" = "edge_nbr edge_ptr edge_shift edge_vectors " ]
    gg-neighbors --cutoff 2 --no-vectors n.ggs -o m.ggs
    [ "$(fields m.ggs 'edge_[a-z]+' | tr '\n' ' ')" = "edge_nbr edge_ptr edge_shift " ]
}

@test "--self adds one edge a particle" {
    need_program gg-dump
    gg-neighbors --cutoff 1.5 -o without.ggs "$DATA/tiny.ggs"
    gg-neighbors --cutoff 1.5 --self -o with.ggs "$DATA/tiny.ggs"
    nodes=$(gg-dump "$DATA/tiny.ggs" | sed -nE 's/^frame 0 .* ([0-9]+) nodes.*/\1/p')
    [ $(($(edges without.ggs | head -n 1) + nodes)) -eq "$(edges with.ggs | head -n 1)" ]
}

@test "a second run replaces the graph and leaves the same" {
    need_program gg-cmp
    gg-neighbors --cutoff 2 -o once.ggs "$DATA/tiny.ggs"
    gg-neighbors --cutoff 1.2 "$DATA/tiny.ggs" | gg-neighbors --cutoff 2 -o twice.ggs
    gg-cmp once.ggs twice.ggs
}

@test "a second graph stands beside the first" {
    need_program gg-dump
    gg-neighbors --cutoff 2 "$DATA/tiny.ggs" | gg-neighbors --cutoff 1.5 --suffix short -o two.ggs
    gg-dump --check two.ggs
    [ "$(fields two.ggs 'edge_[a-z]+_short' | wc -l)" -eq 4 ]
    gg-neighbors --cutoff 2 -o one.ggs "$DATA/tiny.ggs"
    [ "$(edges one.ggs)" = "$(edges two.ggs)" ]
    run gg-dump two.ggs
    [[ "$output" =~ edge_cutoff\ +2 ]]
    [[ "$output" =~ edge_cutoff_short\ +1.5 ]]
    [[ "$output" =~ edge_positions_short\ +pos ]]
}

@test "turned, reflected, relabelled: the graph goes along" {
    need_program gg-rotate
    need_program gg-cmp
    for how in "--seed 3" --reflect "--permute 3" "--shift 0.3,1,-2 --wrap"; do
        # shellcheck disable=SC2086
        gg-rotate $how "$DATA/tiny.ggs" | gg-neighbors --cutoff 1.7 -o a.ggs
        # shellcheck disable=SC2086
        gg-neighbors --cutoff 1.7 "$DATA/tiny.ggs" | gg-rotate $how -o b.ggs
        gg-cmp --tol 1e-5 a.ggs b.ggs || { echo "$how"; return 1; }
    done
}

@test "the same bytes for any number of threads" {
    for n in 1 2 4; do
        GG_THREADS=$n gg-neighbors --cutoff 2 "$DATA/tiny.ggs" >"$n.ggs"
    done
    cmp 1.ggs 2.ggs
    cmp 1.ggs 4.ggs
}

@test "wrong usage" {
    refuses 2 "--cutoff" gg-neighbors "$DATA/tiny.ggs"
    refuses 2 "--cutoff" gg-neighbors --cutoff 0 "$DATA/tiny.ggs"
    refuses 2 "--cutoff" gg-neighbors --cutoff nan "$DATA/tiny.ggs"
    refuses 2 "--suffix: 'Big'" gg-neighbors --cutoff 1 --suffix Big "$DATA/tiny.ggs"
    refuses 2 "--precision" gg-neighbors --cutoff 1 --precision f16 "$DATA/tiny.ggs"
    refuses 2 "did you mean --cutoff" gg-neighbors --cut-off 1 "$DATA/tiny.ggs"
}

@test "input it cannot use" {
    refuses 3 "frame 0 .*'pos_cage'" gg-neighbors --cutoff 1 --positions pos_cage -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "frame 0 .*'type'" gg-neighbors --cutoff 1 --positions type -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "frame 0 .*cutoff 1000" gg-neighbors --cutoff 1000 -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "frame 0 .*more than [0-9]+ edges" gg-neighbors --cutoff 4 --max-frame 1048576 -o x.ggs "$DATA/tiny.ggs"
    refuses 4 "" gg-neighbors --cutoff 1 -o x.ggs /dev/null
    refuses 5 "nothere" gg-neighbors --cutoff 1 -o x.ggs nothere.ggs
    [ ! -e x.ggs ]
}

@test "disk full, closed pipe" {
    refuses 5 "" gg-neighbors --cutoff 1 -o /dev/full "$DATA/tiny.ggs"
    gg-neighbors --cutoff 2 "$DATA/tiny.ggs" 2>err | head -c 1 >/dev/null
    [ ! -s err ]
}
