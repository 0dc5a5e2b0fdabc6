#!/usr/bin/env bats
# help.bats -- --help of every program: lines of a terminal, every option with its meaning, an example that runs, the page

load helper

# each FUNCTION: for every program; -e would not reach into it
each() {
    local p n=0
    for p in $(programs); do
        n=$((n + 1))
        "$1" "$p" </dev/null || { echo "failed for $p"; return 1; }
    done
    [ $n -gt 10 ]
}

example_of() { "$1" --help | awk 'on { print; exit } $0 == "example" { on = 1 }'; }

@test "no line of --help is longer than 79 columns, for any table of options" {
    one() { "$1" --help >out && ! awk 'length($0) > 79 { print; long = 1 } END { exit !long }' out; }
    each one
}

@test "every option of the table is in --help once, and has a meaning" {
    one() {
        "$1" --help | awk '/^ +(-., )?--/ { option = $0 } option != "" && /^ *$/ { option = "" }
                           option != "" { printf "%s%s", /^ +(-., )?--/ ? "\n" : " ", $0 }' | tr -s ' ' >rows
        "$1" --list-options | cut -f 1 | while read -r o; do
            [ "$(grep -cE -e "^ (-., )?--(\[no-\])?$o( |\$)" rows)" -eq 1 ] || { echo "--$o"; exit 1; }
            grep -qE -e "--(\[no-\])?$o( [^ ]+)? [a-zA-Z0-9]+.* .+" rows || { echo "--$o has no meaning"; exit 1; }
        done
    }
    each one
}

@test "a flag that is on is explained by what it does: no --no-NAME as a name" {
    one() { ! "$1" --help | grep -E '^ +(-., )?--no-'; }
    each one
    gg-neighbors --help | grep -qE -e '^ +--\[no-\]vectors +write edge_vectors \(default: yes\)$'
}

@test "--help ends with an example of the program and the name of its page" {
    one() {
        example_of "$1" | grep -qw -e "$1" && [ "$("$1" --help | tail -n 1)" = "manual: man $1, in the sources man -l man/$1.1" ] &&
            [ -e "$ROOT/man/$1.1" ]
    }
    each one
}

@test "defaults in --help are those of the program, whatever the command line says" {
    gg-import --help >plain
    gg-import --format glassbench --dim 2 --replicas --map pos=x --time 1,2 --help | diff plain -
    gg-neighbors --help >plain
    gg-neighbors --no-vectors --help | diff plain -
}

# Beside the shipped streams and models, a trained model and its prediction.
@test "the examples of --help are commands that run" {
    cp "$DATA/tiny_replicas.ggs" "$ROOT"/examples/models/*.yaml .
    gg-select --limit 4 "$DATA/tiny.ggs" -o tiny.ggs
    tiny_network 'epochs: 1'
    gg-train -q -o run m.yaml tiny.ggs
    cp tiny.ggs test.ggs
    cp tiny.ggs other.ggs
    gg-features --add density tiny.ggs -o a.ggs
    cp a.ggs b.ggs
    gg-predict run/model.ggm test.ggs -o predicted.ggs
    printf '%s\t%s\t%s\t%s\n' size seed time rho_config 2 0 10 0.3 2 1 10 0.4 4 0 10 0.5 4 1 10 0.6 >learncurve.tsv
    for k in 1 2; do
        for step in 0 10; do
            printf '%s\n' 'ITEM: TIMESTEP' $step 'ITEM: TIME' "0.$step" 'ITEM: NUMBER OF ATOMS' 2 'ITEM: BOX BOUNDS pp pp pp' '0 4' '0 4' \
                '0 4' 'ITEM: ATOMS id type xu yu zu' "1 1 1.0000$((k * step)) 1.1234567 1.1234567" '2 2 2.1234567 2.1234567 2.1234567'
        done >run$k.dump
    done
    one() {
        local line
        line=$(example_of "$1")
        case $1 in
        gg-import-hdf5) return 0 ;; # its input is not shipped
        gg-plot) command -v gnuplot >/dev/null || return 0 ;;
        gg-train-mpi) # mpirun starts it
            command -v mpirun >/dev/null || return 0
            allow_ranks ;;
        gg-train) rm -rf run ;; # of another model
        esac
        echo "$line"
        bash -o pipefail -c "$line" >out 2>err || { cat err; return 1; }
    }
    each one
}
