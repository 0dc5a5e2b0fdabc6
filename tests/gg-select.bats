#!/usr/bin/env bats
# gg-select.bats -- frames, fields, particles; order, sets, members
# bats file_tags=reader

load helper

# "frame ID" and so on, from the heads that gg-dump prints
ids() { gg-dump -a "$@" | awk '$1 == "frame" { print $3 }'; }
fields() { gg-dump -n 0:1 -a "$1" | awk '/^[a-z]/ { on = $1 == "frame" } /^  / && on { print $1 }'; }
same() { cmp <(ids "$1") <(printf '%s\n' "${@:2}"); }

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    cp "$DATA/tiny.ggs" .
    mapfile -t id < <(ids tiny.ggs)
}

@test "everything passes: frames, fields and numbers are those of the input" {
    gg-select -o a.ggs tiny.ggs
    gg-cmp a.ggs tiny.ggs
    cmp <(ids a.ggs) <(ids tiny.ggs)
}

@test "a range, open ranges, a single frame, nothing" {
    gg-select --frames 2:4 tiny.ggs >a.ggs
    same a.ggs "${id[2]}" "${id[3]}"
    gg-select --frames 6: tiny.ggs >a.ggs
    same a.ggs "${id[6]}" "${id[7]}"
    gg-select --frames :1 tiny.ggs >a.ggs
    same a.ggs "${id[0]}"
    gg-select --frames 5 tiny.ggs >a.ggs
    same a.ggs "${id[5]}"
    gg-select --frames 100: tiny.ggs >a.ggs
    [ -z "$(ids a.ggs)" ]
    gg-dump a.ggs | grep -q ' 1 member, 0 frames,'
}

@test "a choice that matches nothing is told" {
    for o in '--frames 100:' '--id nosuch' '--id nosuch --shuffle' '--frames 100: --join'; do
        # shellcheck disable=SC2086
        gg-select $o tiny.ggs 2>said >a.ggs
        grep -qx 'gg-select: warning: none of the 8 frames is left: nothing was chosen' said || { cat said; false; }
    done
    for o in '' --join; do
        # shellcheck disable=SC2086
        gg-select --species D $o tiny.ggs 2>said >a.ggs
        grep -qx 'gg-select: warning: no particle is left in any frame: nothing was chosen' said || { cat said; false; }
    done
    gg-select --frames 0 --species A tiny.ggs 2>said >a.ggs
    gg-select -q --frames 100: tiny.ggs 2>>said >a.ggs
    gg-select a.ggs 2>>said >b.ggs
    [ ! -s said ]
}

@test "frames are counted over all inputs" {
    gg-select --frames 7:9 tiny.ggs tiny.ggs >a.ggs
    same a.ggs "${id[7]}" "${id[0]}"
}

@test "ids by pattern, one match is enough" {
    gg-select --id "${id[1]}" --id '*/4' tiny.ggs >a.ggs
    same a.ggs "${id[1]}" "${id[3]}"
}

@test "limit" {
    gg-select --limit 3 tiny.ggs >a.ggs
    same a.ggs "${id[@]:0:3}"
}

@test "shuffle: another order of the same frames, the same for the same seed" {
    gg-select --shuffle --seed 1 tiny.ggs >a.ggs
    gg-select --shuffle --seed 1 <tiny.ggs >b.ggs
    gg-select --shuffle --seed 2 tiny.ggs >c.ggs
    cmp <(ids a.ggs) <(ids b.ggs)
    run ! cmp -s <(ids a.ggs) <(ids c.ggs)
    run ! cmp -s <(ids a.ggs) <(ids tiny.ggs)
    cmp <(ids a.ggs | sort) <(ids tiny.ggs | sort)
}

@test "split by configuration, then only one set" {
    gg-select --split 6:1:1 tiny.ggs >a.ggs
    gg-select --only train a.ggs >train.ggs
    gg-select --only validation a.ggs >validation.ggs
    same train.ggs "${id[@]:0:6}"
    same validation.ggs "${id[6]}"
    gg-select --split 6:1:1 --only test tiny.ggs >test.ggs
    same test.ggs "${id[7]}"
    cat tiny.ggs tiny.ggs | gg-select --split 1:0:1 --only train >train.ggs
    same train.ggs "${id[@]:0:4}" "${id[@]:0:4}"
    refuses 3 '\-\-split: 2 configurations leave none for validation' bash -c 'gg-select --limit 2 tiny.ggs | gg-select --split 8:1:1 -o none.ggs'
    [ ! -e none.ggs ]
}

@test "only needs the field split" {
    refuses 3 "tiny.ggs: frame 0 .*: field 'split'" gg-select --only test -o a.ggs tiny.ggs
    [ ! -e a.ggs ]
}

@test "members: one for one, or joined into one with both histories" {
    gg-select --frames 0 tiny.ggs >a.ggs
    gg-select --frames 1 tiny.ggs >b.ggs
    gg-select a.ggs b.ggs >two.ggs
    gg-dump two.ggs | grep -q ' 2 members, 2 frames,'
    gg-select --join a.ggs b.ggs >one.ggs
    gg-dump one.ggs | grep -q ' 1 member, 2 frames,'
    same one.ggs "${id[0]}" "${id[1]}"
    gg-dump one.ggs | grep -qE 'gg-select --join .*\(from [0-9]+(,| ) *[0-9]+\)'
}

@test "species: fewer particles, a valid graph, and it commutes with finding neighbours" {
    gg-select --species B tiny.ggs >b.ggs
    gg-dump --check b.ggs
    gg-neighbors --cutoff 1.6 b.ggs >after.ggs
    gg-neighbors --cutoff 1.6 tiny.ggs | gg-select --species B >before.ggs
    gg-dump --check before.ggs
    gg-cmp before.ggs after.ggs
    gg-select --species A,B tiny.ggs >all.ggs
    gg-cmp all.ggs tiny.ggs
    gg-select --species C tiny.ggs >none.ggs
    gg-dump --check none.ggs
}

@test "fields: keep, drop, rename" {
    gg-select --keep 'pos,ty*' tiny.ggs >a.ggs
    cmp <(fields a.ggs | sort) <(printf 'pos\ntype\n')
    gg-select --drop pos tiny.ggs >a.ggs
    run ! grep -qx pos <(fields a.ggs)
    gg-select --rename propensity=mine tiny.ggs | gg-select --rename mine=propensity >a.ggs
    gg-cmp a.ggs tiny.ggs
}

@test "times: some of them, in all fields that run over them" {
    gg-select --times 1,10 tiny.ggs >a.ggs
    gg-dump --check a.ggs
    [ "$(gg-select --frames 0 a.ggs | gg-dump --data time | tr '\n' ' ')" = "1 10 " ]
    gg-cmp <(gg-select --keep pos,type tiny.ggs) <(gg-select --keep pos,type a.ggs)
    paste -d ' ' <(gg-select --frames 0 tiny.ggs | gg-dump --data propensity | cut -d ' ' -f 2,4) <(gg-select --frames 0 a.ggs | gg-dump --data propensity) |
        awk '$1 != $3 || $2 != $4 || NF != 4 { bad = 1 } END { exit bad || NR != 250 }'
    gg-select --times 0.2,1,5,10 tiny.ggs >all.ggs
    gg-cmp tiny.ggs all.ggs
    refuses 3 "no 7; the nearest of its 4 is 5" gg-select --times 1,7 -o b.ggs tiny.ggs
    refuses 3 "'time'" gg-select --times 1 -o b.ggs <(gg-select --keep pos,type tiny.ggs)
}

@test "scramble: rows stay whole, inside their species, and all named fields go together" {
    gg-select --scramble 'propensity,displacement*' --seed 3 tiny.ggs >a.ggs
    gg-dump --check a.ggs
    gg-cmp <(gg-select --drop 'propensity,displacement*' tiny.ggs) <(gg-select --drop 'propensity,displacement*' a.ggs)
    gg-select --keep 'type,time,propensity,displacement' tiny.ggs | gg-dump --csv | cut -d , -f 1,4- | sed 's/,"Lattice.*//' >was
    gg-select --keep 'type,time,propensity,displacement' a.ggs | gg-dump --csv | cut -d , -f 1,4- | sed 's/,"Lattice.*//' >is
    run ! cmp was is
    cmp <(sed 's/,$//' was | sort) <(sed 's/,$//' is | sort) # the same rows of frame, type and both fields
    gg-select --scramble 'propensity,displacement*' --seed 3 tiny.ggs | gg-select --frames 5 >one.ggs
    gg-select --frames 5 tiny.ggs | gg-select --scramble 'propensity,displacement*' --seed 3 >two.ggs
    gg-cmp one.ggs two.ggs # by the frame's id
    run ! gg-cmp a.ggs <(gg-select --scramble 'propensity,displacement*' --seed 4 tiny.ggs)
    refuses 3 "no row for each particle" gg-select --scramble temperature -o b.ggs tiny.ggs
    refuses 3 "did you mean propensity" gg-select --scramble propensty -o b.ggs tiny.ggs
    refuses 3 "'type'" gg-select --drop type --scramble propensity -o b.ggs tiny.ggs
}

@test "the end of a run is a configuration of its own" {
    gg-select --frames 0 "$DATA/tiny_replicas.ggs" >start.ggs
    gg-select --end-of-run 3 start.ggs >end.ggs
    gg-dump --check end.ggs
    cmp <(fields end.ggs | sort) <(printf 'pos\ntemperature\ntype\n')
    [ "$(gg-dump --json end.ggs | grep -o '"id":"[^"]*"')" = "$(gg-dump --json start.ggs | grep -o '"id":"[^"]*"' | sed 's/"$/\/run3"/')" ]
    run ! grep -q "^  replicas" <(gg-dump end.ggs)
    # from the start to where run 3 is last, up to whole cells: as the field says
    gg-dump --data pos end.ggs >pos
    gg-dump --data pos_replicas start.ggs | # a line a time: run, particle, x y z
        awk 'NR == 2 { for (k = 3 * 750; k < 4 * 750; k += 3) print $(k + 1), $(k + 2), $(k + 3) }' | paste -d ' ' pos - |
        awk -v L=5.92815550748344 '{
            for (k = 1; k <= 3; k++) {
                d = ($k - $(k + 3)) / L
                if ((d - int(d + (d > 0 ? 0.5 : -0.5))) ^ 2 > 1e-12 || $k < 0 || $k >= L) bad = 1
            }
        } END { exit bad || NR != 250 }'
    # a start for further runs
    gg-md -q --runs 2 --times 0.1 --seed 1 end.ggs >more.ggs
    gg-dump --check more.ggs
    printf '#gg-text 1\nmember gg.graph/1\nframe x\n\tnodes 3, edges 0, dim 3, pbc 7\n\tcell 9 0 0 0 9 0 0 0 9\nfield pos_replicas f64 [2 replica, 3 node, 2 free] structure irreps= unit=sigma\n\t1 2 3 4 5 6\n\t1 2 3 4 5 6\nend\n' | gg-dump -r -o odd.ggs
    refuses 3 "'pos_replicas' is not \\[time,\\] replica, node, 3" gg-select --end-of-run 1 -o b.ggs odd.ggs
    refuses 3 "run 99 is wanted, the runs are 0 to [0-9]+" gg-select --end-of-run 99 -o b.ggs start.ggs
    refuses 3 "no field 'pos_replicas'" gg-select --end-of-run 0 -o b.ggs tiny.ggs
}

@test "boxes: cores are the frame, ids and sets are those of it; what is of the whole goes; edges are those of the whole" {
    gg-select --boxes 2 --halo 0.5 tiny.ggs >p.ggs
    gg-dump --check p.ggs
    [ "$(ids p.ggs | wc -l)" = 64 ]
    [ "$(ids p.ggs | head -n 1)" = "${id[0]}/box0" ]
    [ "$(ids p.ggs | tail -n 1)" = "${id[7]}/box7" ]
    for x in pos type propensity displacement; do
        paste <(gg-dump -d core p.ggs) <(gg-dump -d $x p.ggs) | awk '$1 == 1' | cut -f 2- | sort >cores
        [ "$(gg-dump -d $x tiny.ggs | wc -l)" = 2000 ]
        cmp cores <(gg-dump -d $x tiny.ggs | sort)
    done
    [ "$(gg-dump -d core p.ggs | grep -c 0)" -gt 1000 ] # there are halos
    # one box is the frame, all of it core
    gg-neighbors --cutoff 1.2 tiny.ggs >e.ggs
    gg-select --boxes 1 e.ggs >one.ggs
    [ "$(gg-dump -d core one.ggs | sort | uniq -c | tr -s ' ')" = ' 2000 1' ]
    gg-select --drop core one.ggs | gg-cmp - e.ggs
    # edges of cores are those of the whole frame: searched in the piece, or cut from it
    gg-select --boxes 2 --halo 1.2 e.ggs >cut.ggs
    gg-select --boxes 2 --halo 1.2 tiny.ggs | gg-neighbors --cutoff 1.2 | gg-cmp - cut.ggs
    # pieces of a configuration are in one set, cut before or behind
    for how in '--split 6:1:1 --shuffle --seed 2 --boxes 2 --halo 1 tiny.ggs' '--split 6:1:1 p.ggs'; do
        # shellcheck disable=SC2086
        gg-select $how >s.ggs
        gg-dump -a s.ggs | awk '/^frame/ { id = $3; sub("/box.*", "", id) } $1 == "split" { print id, $NF }' | sort | uniq -c >sets
        [ "$(awk '$1 == 8' sets | wc -l)" = 8 ]
        [ "$(awk '{ print $3 }' sets | sort | uniq -c | tr -s ' ' | tr '\n' ,)" = ' 6 0, 1 1, 1 2,' ]
    done
    gg-select --limit 2 --boxes 2 --halo 1 tiny.ggs >two.ggs # frames, not pieces
    [ "$(ids two.ggs | wc -l)" = 16 ]
    gg-select --boxes 2 --halo 0 --species B tiny.ggs | gg-dump -d core >b
    [ "$(grep -c 1 b)" = "$(gg-dump -d type tiny.ggs | grep -c 1)" ]
    refuses 2 "--boxes 2 wants --halo LENGTH" gg-select --boxes 2 -o a.ggs tiny.ggs
    refuses 2 "--halo is for --boxes" gg-select --halo 1 -o a.ggs tiny.ggs
    refuses 3 "p.ggs: frame 0 .*'box': the frame is a piece already" gg-select --boxes 2 --halo 1 -o a.ggs p.ggs
    gg-select --drop pos tiny.ggs >plain.ggs
    refuses 3 "plain.ggs: frame 0 .*'pos' is missing" gg-select --boxes 2 --halo 1 -o a.ggs plain.ggs
    refuses 3 "'pos' is missing" gg-select --join --boxes 2 --halo 1 -o a.ggs plain.ggs
}

@test "what is refused, and no file is left" {
    refuses 2 "not a range" gg-select --frames x -o a.ggs tiny.ggs
    refuses 2 "three shares" gg-select --split 8:2 -o a.ggs tiny.ggs
    refuses 2 "no species" gg-select --species a -o a.ggs tiny.ggs
    refuses 2 "OLD=NEW" gg-select --rename x -o a.ggs tiny.ggs
    refuses 3 "did you mean propensity" gg-select --drop propensty -o a.ggs tiny.ggs
    refuses 3 "'type'" gg-select --rename propensity=type -o a.ggs tiny.ggs
    refuses 3 "'type' is f32 .*, wanted i32" gg-select --drop type --rename propensity=type -o a.ggs tiny.ggs
    [ ! -e a.ggs ]
    [ -z "$(find . -name '*.tmp.*')" ]
}
