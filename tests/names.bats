#!/usr/bin/env bats
# hostile.bats -- names, command lines and histories that would be code or move a cursor: shown, quoted, never run

load helper

# What a terminal, a shell, gnuplot and a reader of right-to-left text would act on.
HOSTILE=$'\e[2J\a\x7f\n$(touch ran) `touch ran` \xc2\x9b31m \x9b \xe2\x80\xae \xe2\x81\xa6 \'q\' "d" \\b; touch ran #'

# quiet: standard input has no control but newlines (and tabs), no mark of direction, and is UTF-8
quiet() {
    cat >quiet.txt
    if LC_ALL=C grep -nP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c' quiet.txt; then return 1; fi
    iconv -f UTF-8 -t UTF-8 quiet.txt >/dev/null
}

@test "the file name of a picture is no code of gnuplot" {
    need_program gnuplot
    cp "$ROOT/tests/cases/metrics.jsonl" .
    for name in $'\nsystem "touch ran" #' "'; system('touch ran') #" '`touch ran`' '<touch ran' '| touch ran' "${HOSTILE//\//}"; do
        gg-plot loss -o "$name.svg" metrics.jsonl
        [ -s "$name.svg" ]
        gg-plot loss --script -o "$name.svg" metrics.jsonl
        mv "$name.svg" first.svg
        cp "$name.gp" copy.gp # no name in it: it draws beside itself, whatever it is called
        cp "$name.tsv" copy.tsv
        quiet <copy.gp
        gnuplot -d copy.gp
        cmp copy.svg <(sed '/^<metadata/,/^<.metadata>/d' first.svg) # it carries a history
        ls
        [ ! -e ran ]
        rm -f ./*.svg ./*.gp ./*.tsv
    done
    [ "$(echo ./*)" = "./metrics.jsonl ./quiet.txt" ]
}

@test "labels and titles show what a stream, a table and a command line say" {
    need_program gnuplot
    gg-select --rename "propensity_var=propensity_pred" --limit 1 "$DATA/tiny.ggs" | gg-dump --text |
        sed 's|^frame .*|frame `touch ran`$(touch ran){a}_b^"q"|' | gg-dump -r -o s.ggs
    gg-plot slice --script -o s.svg s.ggs
    gg-plot slice --script --title "$HOSTILE" -o t.svg s.ggs
    quiet <s.gp
    quiet <t.gp
    quiet <t.svg
    [ ! -e ran ]
}

@test "a history is shown, and runs nothing but programs of the suite with the words that they had" {
    gg-select --id "$HOSTILE" "$DATA/tiny.ggs" -o none.ggs
    gg-dump none.ggs | quiet
    gg-dump --json none.ggs | quiet
    gg-dump --prov none.ggs | quiet
    gg-dump --prov none.ggs >run.sh
    grep -q '^# no plain command: gg-select' run.sh
    mkdir empty && cd empty && sh ../run.sh </dev/null >/dev/null 2>&1 || true
    [ -z "$(ls)" ]
    cd ..
    # quotes, dollars and blanks alone come back as they were
    gg-select --id "it's \$(touch ran) a*" "$DATA/tiny.ggs" -o plain.ggs
    gg-dump --prov plain.ggs | tail -n 1 >line
    grep -qF "gg-select --id 'it'\\''s \$(touch ran) a*'" line
    sh line <"$DATA/tiny.ggs" | gg-cmp plain.ggs -
    [ ! -e ran ]
}

@test "a history that somebody wrote is no code" {
    for argv in 'gg-dump x; touch ran' 'gg-dump $(touch ran)' 'gg-dump `touch ran`' 'touch ran' 'gg-dump x > ran' \
        'gg-dump x | touch ran' 'gg-dump x & touch ran' 'gg-dump "$(touch ran)"' "gg-dump 'a' ran'" 'gg-dump x\ny' '  touch ran'; do
        printf '#gg-text 1\nmember gg.graph/1\nprov\n\tid\t12345678\n\tprogram\tx; touch ran\n\tversion\t`touch ran`\n\targv\t%s\nend\n' "${argv//\\/\\\\}" |
            gg-dump -r -o forged.ggs || continue # refused as a history: also good
        gg-dump --prov forged.ggs >run.sh
        PATH="$GG_BIN:$PATH" sh run.sh </dev/null >/dev/null 2>&1 || true
        [ ! -e ran ] || { cat run.sh; false; }
    done
    [ -s run.sh ]
}

@test "messages move no cursor, whatever the names" {
    printf 'no stream' >"$HOSTILE"
    for program in gg-corr gg-dump gg-cmp gg-select; do
        run --separate-stderr "$program" "$HOSTILE" "$HOSTILE"
        [ "$status" -ne 0 ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        quiet <<<"$stderr"
    done
    run --separate-stderr gg-train "$HOSTILE" "$DATA/tiny.ggs" -o run
    quiet <<<"$stderr"
    run --separate-stderr gg-corr --target "$HOSTILE" "$DATA/tiny.ggs"
    quiet <<<"$stderr"
}

@test "a table has no cell that breaks its lines" {
    gg-features --add density --name d -o f.ggs "$DATA/tiny.ggs" 2>/dev/null || gg-features --add density -o f.ggs "$DATA/tiny.ggs"
    gg-corr --target propensity --predictor displacement --tsv "$DATA/tiny.ggs" | awk -F '\t' 'NR == 1 { n = NF } NF != n { exit 1 }'
    printf 'target\tpredictor\tx\n\x1b[2Ja\tb\x9b\t1\n' >t.tsv
    run --separate-stderr gg-plot corr-time t.tsv
    quiet <<<"$stderr"
}
