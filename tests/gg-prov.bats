#!/usr/bin/env bats
# gg-prov.bats -- histories: scripts that make the same bytes again, graphs, JSON, and what is refused

load helper

# few.ggs <- tiny.ggs; f.ggs <- few.ggs by a pipe; run/model.ggm <- f.ggs; p.ggs <- model and f.ggs
made() {
    cp "$DATA/tiny.ggs" .
    gg-select --limit 4 -o few.ggs tiny.ggs
    gg-quench -q few.ggs | gg-features --preset inherent -o f.ggs
    gg-train -q --threads 1 -o run --set 'loss.species=[A]' "$ROOT/examples/models/ridge.yaml" f.ggs
    gg-predict run/model.ggm f.ggs -o p.ggs
}

@test "a script makes the same bytes again: files, pipes, a model" {
    need_program gg-train
    made
    gg-prov p.ggs >again.sh
    [ "$(tail -n +4 again.sh)" = "[ -e few.ggs ] || gg-select --limit 4 tiny.ggs -o few.ggs
[ -e f.ggs ] || gg-quench few.ggs | gg-features --preset inherent -o f.ggs
[ -e run/model.ggm ] || gg-train --set 'loss.species=[A]' $ROOT/examples/models/ridge.yaml f.ggs -o run
[ -e p.ggs ] || gg-predict run/model.ggm f.ggs -o p.ggs" ]
    shellcheck again.sh
    mkdir elsewhere
    cp tiny.ggs again.sh elsewhere
    (cd elsewhere && bash again.sh 2>said)
    for file in few.ggs f.ggs run/model.ggm p.ggs; do
        cmp $file elsewhere/$file
    done
    # what is there stays
    (cd elsewhere && rm p.ggs && echo x >f.ggs && bash again.sh 2>said) || true
    [ "$(cat elsewhere/f.ggs)" = x ]
    cmp <(gg-prov --script run/model.ggm) <(head -n 6 again.sh)
}

@test "one file of several: it is something to begin with" {
    cp "$DATA/tiny.ggs" .
    gg-select --frames 0:2 -o a.ggs tiny.ggs
    gg-select --frames 2:4 -o b.ggs tiny.ggs
    cat a.ggs b.ggs >both.ggs
    gg-quench -q both.ggs -o t.ggs
    gg-prov t.ggs | tail -n +4 >lines
    [ "$(wc -l <lines)" -eq 1 ]
    grep -q "^\[ -e t.ggs \] || .* both.ggs -o t.ggs$" lines
    gg-select --join a.ggs b.ggs -o j.ggs
    gg-prov j.ggs | tail -n +4 >lines
    [ "$(sed -n '$p' lines)" = "[ -e j.ggs ] || gg-select --join a.ggs b.ggs -o j.ggs" ]
    [ "$(wc -l <lines)" -eq 3 ]
    refuses 3 "both.ggs: its members were made by several commands: --dot shows them" gg-prov both.ggs
    mkdir far
    refuses 3 "read a.ggs, which is not here: go to the folder in which it ran" bash -c 'cd far && gg-prov ../j.ggs'
}

@test "a script that was cut off goes on; members of several; a program twice in one pipe" {
    made
    gg-prov p.ggs >again.sh
    mkdir elsewhere
    head -c 60000 tiny.ggs >elsewhere/tiny.ggs
    for _ in 1 2; do # what failed has left nothing behind
        run -4 bash -c 'cd elsewhere && bash ../again.sh'
        [ "$(ls elsewhere)" = tiny.ggs ]
    done
    tiny_network "epochs: 1"
    gg-train -q --threads 1 --seeds 2 -o two m.yaml few.ggs
    gg-prov two/seed.4/model.ggm | tail -n 1 >line
    grep -q "^\[ -e two/seed.4/model.ggm \] || gg-train --seeds 2 m.yaml few.ggs -o two$" line
    rm -r two/seed.4 two/model.ggm two/seed.3
    bash line 2>said
    [ -s two/seed.4/model.ggm ]
    gg-rotate --seed 1 few.ggs | gg-neighbors --cutoff 1.2 | gg-rotate --seed 1 few.ggs -o r.ggs
    cat few.ggs | gg-rotate --seed 1 | gg-quench -q | gg-rotate --seed 1 -o r.ggs
    [ "$(gg-prov --dot r.ggs | grep -c 'label="gg-rotate --seed 1"')" -eq 2 ]
    run ! grep -q "r\([0-9]*\) -> r\1;" <(gg-prov --dot r.ggs)
}

@test "a graph and JSON" {
    made
    gg-prov --dot p.ggs >p.dot
    [ "$(head -n 1 p.dot)" = "digraph history {" ]
    [ "$(grep -c 'label="gg-features --preset inherent"' p.dot)" -eq 1 ] # four members, one run
    from=$(sed -n 's/ *\(r[0-9]*\) \[label="gg-quench.*/\1/p' p.dot)
    to=$(sed -n 's/ *\(r[0-9]*\) \[label="gg-features.*/\1/p' p.dot)
    grep -qx "    $from -> $to;" p.dot
    run ! grep -q "$to -> $from" p.dot
    gg-prov --json p.ggs >p.json
    [ "$(grep -o '"program":"gg-features"' p.json | wc -l)" -eq 4 ]
    [ "$(grep -o '"id":' p.json | wc -l)" -eq "$(gg-dump --text p.ggs | awk '/^prov/ { on = 1; next } on && $1 == "id" && !seen[$2]++ { n++ } END { print n }')" ]
}

@test "pictures: of a stream and of a table, through pipes, the same bytes again; damaged ones" {
    need_program gnuplot
    cp "$DATA/tiny.ggs" .
    gg-select --limit 2 -o two.ggs tiny.ggs
    for end in svg png; do
        gg-plot slice --target propensity --title 'it is "so" & <b>ρ</b>]]>' -o s.$end two.ggs
        [ "$(gg-prov s.$end | tail -n +4)" = "[ -e two.ggs ] || gg-select --limit 2 tiny.ggs -o two.ggs
[ -e s.$end ] || gg-plot --title 'it is \"so\" & <b>ρ</b>]]>' --target propensity slice two.ggs -o s.$end" ]
        gg-prov s.$end >again.sh
        mkdir elsewhere.$end
        cp tiny.ggs elsewhere.$end
        (cd elsewhere.$end && bash ../again.sh)
        cmp s.$end elsewhere.$end/s.$end
        gg-select --limit 2 tiny.ggs | gg-plot slice --target propensity -o p.$end
        gg-prov p.$end | grep -q "^\[ -e p.$end \] || gg-select --limit 2 tiny.ggs | gg-plot --target propensity slice -o p.$end$"
        gg-prov --dot p.$end | grep -q 'label="gg-plot --target propensity slice"'
    done
    gg-corr --target propensity --predictor displacement --bootstrap 100 --tsv tiny.ggs >c.tsv
    gg-plot corr-time -o c.svg c.tsv
    gg-prov c.svg | grep -qx "\[ -e c.svg \] || gg-plot corr-time c.tsv -o c.svg"
    gg-plot corr-time -o c.svg <c.tsv
    refuses 3 "c.svg: 'gg-plot corr-time -' read a table from a pipe: keep it in a file" gg-prov c.svg
    gg-plot corr-time --title $'\e[31m\x01' -o c.svg c.tsv # no XML has these
    [ "$(tr -d '\n\t -~' <c.svg | tr -d '\200-\377' | wc -c)" -eq 0 ]
    # others drew these, or somebody changed them
    sed '/^<metadata/,/^<.metadata>/d' s.svg >bare.svg
    refuses 3 "bare.svg: there is no history in it" gg-prov bare.svg
    sed 's/^<.metadata>$//' s.svg >open.svg
    refuses 4 "open.svg: its history does not end" gg-prov open.svg
    sed 's/&#x3C;b/\&quot;b/' s.svg >other.svg
    refuses 3 "other.svg: its history is not as gg-plot writes it" gg-prov other.svg
    sed 's/^program\tgg-plot$/program gg-plot/' s.svg >words.svg
    refuses 3 "words.svg: its history: line 3: wanted a key" gg-prov words.svg
    head -c 200 s.png >short.png
    refuses 4 "short.png: a chunk of it does not end" gg-prov short.png
    LC_ALL=C sed '0,/gg-plot/s//gg-PLOT/' s.png >changed.png
    refuses 3 "changed.png: its history is damaged: the checksum is another" gg-prov changed.png
    { head -c 33 s.png; tail -c 12 s.png; } >bare.png
    refuses 3 "bare.png: there is no history in it" gg-prov bare.png
    gg-plot corr-time -o c.pdf c.tsv
    refuses 3 "c.pdf" gg-prov c.pdf
}

@test "a history that somebody wrote is no code" {
    for argv in 'gg-dump x; touch ran' 'gg-dump $(touch ran)' 'touch ran' 'gg-dump x > ran' "gg-dump 'a' ran'" 'gg-select x -o ran' 'gg-dump --npz ran x' 'gg-x/evil'; do
        printf '#gg-text 1\nmember gg.graph/1\nprov\n\tid\t12345678\n\tprogram\tgg-dump\n\tversion\t1\n\targv\t%s\nend\n' "$argv" | gg-dump -r -o forged.ggs
        refuses 3 "forged.ggs: a history with '.*' in it is no script: that is no plain command of this suite" gg-prov forged.ggs
        gg-prov --dot forged.ggs | grep -q label
    done
}

@test "what is refused" {
    refuses 2 "two exclude each other" gg-prov --dot --json "$DATA/tiny.ggs"
    refuses 5 "none.ggs: cannot open" gg-prov none.ggs
    refuses 3 "plain text" gg-prov "$BATS_TEST_FILENAME"
    printf '#gg-text 1\nmember gg.graph/1\nend\n' | gg-dump -r -o bare.ggs
    refuses 3 "bare.ggs: there is no history in it" gg-prov bare.ggs
    refuses 5 "standard output" bash -c 'gg-prov --dot "$0" >/dev/full' "$DATA/tiny.ggs"
    gg-select --frames 0 <(cat "$DATA/tiny.ggs") -o piped.ggs
    refuses 3 "read from a pipe that had a name for as long as it ran" gg-prov piped.ggs
    refuses 3 "no script|not here" gg-prov "$DATA/tiny.ggs" -o out.sh
    [ ! -e out.sh ]
}
