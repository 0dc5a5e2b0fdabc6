#!/usr/bin/env bats
# install.bats -- what make install puts in place is whole, and works away from the sources; what make says

load helper

# The programs that are tested are installed; nothing is built (-o all).
setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    make -s -C "$ROOT" -o all install B="$GG_BIN" DESTDIR="$PWD/root" PREFIX=/opt/gg >said
    AT=$PWD/root/opt/gg
    mkdir elsewhere
    cd elsewhere || exit 1
}

@test "install: programs, pages, completions, models with their maps, data, the reader for numpy" {
    for p in "$GG_BIN"/gg-*; do
        p=$(basename "$p")
        [ -x "$AT/bin/$p" ]
        [ -s "$AT/share/man/man1/$p.1" ]
        grep -q -- "$p\$" "$AT/share/bash-completion/completions/$p"
        grep -q "^#compdef $p\$" "$AT/share/zsh/site-functions/_$p"
        grep -q "^complete -c $p -l output " "$AT/share/fish/vendor_completions.d/$p.fish"
    done
    for f in "$ROOT"/man/*.[157]; do cmp "$f" "$AT/share/man/man${f##*.}/$(basename "$f")"; done
    for f in "$ROOT"/examples/models/*; do cmp "$f" "$AT/share/gg/models/$(basename "$f")"; done
    for f in data/tiny.ggs data/tiny_replicas.ggs python/ggs.py; do cmp "$ROOT/examples/$f" "$AT/share/gg/$f"; done
    grep -qF "programs in $BATS_TEST_TMPDIR/root/opt/gg/bin" ../said
}

@test "installed programs need nothing of the checkout: from a stream to a correlation" {
    PATH=$AT/bin:/usr/bin:/bin
    gg-quench "$AT/share/gg/data/tiny.ggs" -o liquid.ggs
    gg-select --split 6:1:1 liquid.ggs -o split.ggs
    gg-train -q "$AT/share/gg/models/se3.yaml" --epochs 1 --set let.rounds=1 split.ggs -o run
    gg-select --only test split.ggs | gg-predict run/model.ggm | tee predicted.ggs | gg-corr >corr
    grep -q '^propensity by propensity_pred, 1 configuration$' corr
    gg-features --add density -o f.ggs "$AT/share/gg/data/tiny.ggs"
    gg-learncurve -q "$AT/share/gg/models/ridge.yaml" --train f.ggs --test f.ggs --sizes 2 --seeds 1 -o curve
    [ -s curve/learncurve.tsv ]
    [ "$(command -v gg-corr)" = "$AT/bin/gg-corr" ]
}

@test "make ends with where the programs are and how to call them" {
    make -s -C "$ROOT" -o all ready B="$GG_BIN" >said
    grep -qxF "    export PATH=\"$GG_BIN:\$PATH\"" said
    bash -c "$(grep 'export PATH' said); command -v gg-dump" | grep -qxF "$GG_BIN/gg-dump"
    (cd "$ROOT" && gg-dump examples/data/tiny.ggs) | grep -q '^gg stream'
}

@test "the build says which files take long before it compiles them" {
    make -n -C "$ROOT" -W common/kernel/conv_plain.c B="$PWD/b" "$PWD/b/obj/common/kernel/conv_plain.o" "$PWD/b/obj/common/util/opt.o" >plan
    grep -q "CC common/kernel/conv_plain.c (much unrolled code: a minute or more)" plan
    grep -qE "CC common/util/opt.c'?\$" plan
}

@test "install-dev: a program on the library needs headers, library and pkg-config alone; every header stands by itself" {
    need_program pkg-config
    make -s -C "$ROOT" -o all install-dev B="$GG_BIN" DESTDIR="$PWD/root" PREFIX=/opt/gg
    at=$PWD/root/opt/gg
    export PKG_CONFIG_PATH=$at/lib/pkgconfig
    local build
    build=$(pkg-config --cflags --libs --define-variable=prefix="$at" --define-variable=libdir="$at/lib" --define-variable=includedir="$at/include/gg" gg)
    cp "$ROOT/examples/packaging/example.c" .
    case $(basename "$GG_BIN") in *san) build="-fsanitize=address,undefined $build" ;; esac
    eval "cc -Wall -Werror -o example example.c $build"
    ./example "$DATA/tiny.ggs" 1.5 >mean
    # the edges of each frame over its particles, as gg-neighbors counts them
    gg-neighbors --cutoff 1.5 "$DATA/tiny.ggs" | gg-dump | grep -oE '^frame.* [0-9]+ edges' | awk '{ printf "%s\t%.4f\n", $3, $(NF - 1) / 250 }' >want
    head -n 1 want | cmp - <(head -n 1 mean)
    [ "$(wc -l <mean)" -eq 8 ]
    refuses 4 "empty input" ./example /dev/null 1.5
    refuses 2 "usage: ./example FILE.ggs CUTOFF" ./example "$DATA/tiny.ggs"
    read -ra flags < <(pkg-config --cflags --define-variable=includedir="$at/include/gg" gg)
    (cd "$at/include/gg" && find . -name '*.h' ! -name 'hdf5*.h' ! -name ranks_mpi.h ! -name voronoi_cell.h) | while read -r header; do
        echo "#include \"${header#./}\"" | cc -fsyntax-only -std=c11 -x c - "${flags[@]}" ||
            { echo "$header"; return 1; }
    done
}
