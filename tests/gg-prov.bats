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

# commands FILE: the lines of its script that make something
commands() { gg-prov -q "$1" | grep '^\[ -e '; }

# made_again FILE...: the script of each makes the same bytes in the folder elsewhere
made_again() {
    for file; do
        gg-prov -q "$file" >again.sh
        shellcheck again.sh
        (cd elsewhere && bash ../again.sh >said 2>&1)
        cmp "$file" "elsewhere/$file"
    done
}

# forged FILE ARGV [OUTPUT]: a stream that says that ARGV has made it, under the option OUTPUT
forged() {
    local program=${2%% *}
    printf '#gg-text 1\nmember gg.graph/1\nprov\n\tid\t12345678\n\tprogram\t%s\n\tversion\t1\n\targv\t%s\n%bend\n' \
        "$program" "$2" "${3:+\\toutput\\t$3\\n}" | gg-dump -r -o "$1"
}

@test "a script makes the same bytes again: files, pipes, a model" {
    need_program gg-train
    made
    gg-prov p.ggs >again.sh 2>said
    # where it begins is said in the script, and to the person
    begins="tiny.ggs is there to begin with: 'gg-targets .* from files that are not here"
    grep -q "^# $begins" again.sh
    [ "$(wc -l <said)" -eq 1 ]
    grep -q "^gg-prov: $begins" said
    [ "$(tail -n +5 again.sh)" = "[ -e few.ggs ] || gg-select --limit 4 tiny.ggs -o few.ggs
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
    cmp <(gg-prov -q --script run/model.ggm) <(head -n 7 again.sh)
}

@test "one file of several: it is something to begin with" {
    cp "$DATA/tiny.ggs" .
    gg-select --frames 0:2 -o a.ggs tiny.ggs
    gg-select --frames 2:4 -o b.ggs tiny.ggs
    cat a.ggs b.ggs >both.ggs
    gg-quench -q both.ggs -o t.ggs
    gg-prov t.ggs >script 2>said
    grep -qx "# both.ggs is there to begin with: its members were made by several commands: --dot shows them" script
    grep -q "both.ggs is there to begin with: its members" said
    tail -n +5 script >lines
    [ "$(wc -l <lines)" -eq 1 ]
    grep -q "^\[ -e t.ggs \] || .* both.ggs -o t.ggs$" lines
    gg-select --join a.ggs b.ggs -o j.ggs
    commands j.ggs >lines
    [ "$(sed -n '$p' lines)" = "[ -e j.ggs ] || gg-select --join a.ggs b.ggs -o j.ggs" ]
    [ "$(wc -l <lines)" -eq 3 ]
    refuses 3 "both.ggs: its members were made by several commands: --dot shows them" gg-prov both.ggs
    mkdir far
    refuses 3 "read a.ggs, which is not here: go to the folder in which it ran" bash -c 'cd far && gg-prov ../j.ggs'
}

@test "a script that was cut off goes on; members of several; a program twice in one pipe" {
    made
    gg-prov -q p.ggs >again.sh
    mkdir elsewhere
    head -c 60000 tiny.ggs >elsewhere/tiny.ggs
    for _ in 1 2; do # what failed has left nothing behind
        run -4 bash -c 'cd elsewhere && bash ../again.sh'
        [ "$(ls elsewhere)" = tiny.ggs ]
    done
    tiny_network "epochs: 1"
    gg-train -q --threads 1 --seeds 2 -o two m.yaml few.ggs
    commands two/seed.4/model.ggm | tail -n 1 >line
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
        [ "$(commands s.$end)" = "[ -e two.ggs ] || gg-select --limit 2 tiny.ggs -o two.ggs
[ -e s.$end ] || gg-plot --title 'it is \"so\" & <b>ρ</b>]]>' --target propensity slice two.ggs -o s.$end" ]
        gg-prov -q s.$end >again.sh
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
    refuses 3 "c.svg: 'gg-plot corr-time -' read a table without a history from a pipe: keep it in a file, or make it with --history" gg-prov c.svg
    gg-plot corr-time --title $'\e[31m\x01' -o c.svg c.tsv # no XML has these
    [ "$(tr -d '\n\t -~' <c.svg | tr -d '\200-\377' | wc -c)" -eq 0 ]
    for end in svg png; do # a mark of direction, a control of two bytes: as they were
        gg-plot slice --target propensity --title $'turned \u202e and \u0085' -o turned.$end two.ggs
    done
    gg-prov --json turned.svg >turned.json
    gg-prov --json turned.png | cmp - turned.json
    grep -qF 'turned \u202e and \u0085' turned.json
    # two runs of one number, of which somebody changed one
    { gg-dump --text two.ggs | gg-dump -r && gg-dump --text two.ggs | sed 's/--limit 2/--limit 3/' | gg-dump -r; } >forged.ggs
    refuses 3 'two histories of the same id' gg-prov forged.ggs
    cp s.svg large.svg
    truncate -s 300M large.svg
    refuses 3 'large.svg: ' gg-prov large.svg
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

@test "tables that carry their history: in files and through pipes, the same bytes again; sorted ones, and what others wrote" {
    need_program gnuplot
    cp "$DATA/tiny.ggs" .
    tiny_network "epochs: 1"
    gg-select --limit 2 -o two.ggs tiny.ggs
    gg-train -q --threads 1 -o run m.yaml two.ggs
    local corr="gg-corr --target propensity --predictor displacement --bootstrap 100 --tsv"
    $corr -q two.ggs >plain.tsv
    $corr -q --history two.ggs >t.tsv
    cmp plain.tsv <(grep -v '^# gg-prov: ' t.tsv) # behind all rows
    cmp plain.tsv <(head -n "$(wc -l <plain.tsv)" t.tsv)
    gg-plot corr-time -o t.svg t.tsv
    gg-select --limit 2 tiny.ggs | $corr -q --history | gg-plot corr-time -o p.svg
    gg-explain saliency --probes 2 --tsv --history run/model.ggm two.ggs | gg-plot profile -o s.png
    gg-explain radial --tsv --history run/model.ggm two.ggs >r.tsv
    gg-plot radial -o r.svg r.tsv
    gg-predict run/model.ggm two.ggs -o q.ggs
    gg-corr -q --tsv --history --residual res.ggs q.ggs >b.tsv # the stream is another output
    gg-plot corr-time -o b.svg t.tsv b.tsv
    [ "$(commands t.tsv | tail -n 1)" = "[ -e t.tsv ] || $corr --history two.ggs -o t.tsv" ]
    [ "$(commands p.svg)" = "[ -e p.svg ] || gg-select --limit 2 tiny.ggs | $corr --history | gg-plot corr-time -o p.svg" ]
    [ "$(commands b.svg | tail -n 2 | head -n 1)" = "[ -e b.tsv ] || gg-corr --tsv --history q.ggs -o b.tsv" ]
    mkdir elsewhere
    cp tiny.ggs m.yaml elsewhere
    made_again t.tsv t.svg p.svg s.png r.svg b.svg
    cmp b.tsv elsewhere/b.tsv
    # by lines as Windows ends them, and with a remark behind
    { sed 's/$/\r/' t.tsv; echo '# a remark'; } >windows.tsv
    [ "$(commands windows.tsv)" = "$(commands t.tsv | sed 's/ t.tsv/ windows.tsv/g')" ]
    # of a picture from tables of which one has none, that one is there to begin with
    gg-plot corr-time -o mixed.svg t.tsv plain.tsv
    commands mixed.svg | grep -qx "\[ -e mixed.svg \] || gg-plot corr-time t.tsv plain.tsv -o mixed.svg"
    # lines that are none of a history are told, and the picture drawn
    { head -n 1 t.tsv; tail -n +2 t.tsv | sort; } >sorted.tsv
    gg-plot corr-time -o sorted.svg sorted.tsv 2>said
    grep -q "^gg-plot: sorted.tsv: its history: .*: it is left out$" said
    refuses 3 "sorted.tsv" gg-prov sorted.tsv
    { cat plain.tsv; printf '# gg-prov: id\t12345678\n# gg-prov: program\tgg-corr\n# gg-prov: argv\tgg-corr x; touch ran\n'; } >forged.tsv
    refuses 3 "no plain command" gg-prov forged.tsv
    gg-plot corr-time -o forged.svg forged.tsv
    [ "$(commands forged.svg)" = "[ -e forged.svg ] || gg-plot corr-time forged.tsv -o forged.svg" ]
    gg-plot corr-time -o forged.svg <forged.tsv
    refuses 3 "no plain command" gg-prov forged.svg
    refuses 2 "history.*tsv" gg-corr --history --target propensity --predictor displacement two.ggs
}

@test "a learning curve with its history: its picture is drawn again from the streams" {
    need_program gnuplot
    gg-features -q --add density "$DATA/tiny.ggs" | gg-select --split 5:0:2 >both.ggs
    gg-select --only train both.ggs -o train.ggs
    gg-select --only test both.ggs -o test.ggs
    cat >ridge.yaml <<'YAML'
fit: {kind: ridge, inputs: [node_features], penalty: {path: 1, choose: none}}
heads: [{target: propensity}]
YAML
    curve="gg-learncurve --train train.ggs --test test.ggs --sizes 2,3,5 --seeds 2 --history ridge.yaml"
    $curve -q -o sweep/curve
    gg-plot learncurve --time 5 -o c.svg sweep/curve/learncurve.tsv
    commands c.svg | grep -qxF "[ -e sweep/curve/learncurve.tsv ] || $curve -o sweep/curve"
    mkdir elsewhere
    cp both.ggs ridge.yaml elsewhere
    made_again c.svg
    cmp train.ggs elsewhere/train.ggs
    # without, there are no such lines; by another name it is no table of that program
    gg-learncurve -q --train train.ggs --test test.ggs --sizes 2,3,5 --seeds 2 -o bare ridge.yaml
    run ! grep -q '^#' bare/learncurve.tsv
    [ "$(grep -vc '^#' sweep/curve/learncurve.tsv)" -eq "$(wc -l <bare/learncurve.tsv)" ]
    cp sweep/curve/learncurve.tsv other.tsv
    refuses 3 "gg-learncurve calls it learncurve.tsv" gg-prov other.tsv
}

@test "a stream beside the output: --residual, --stream, by a file and by a pipe" {
    cp "$DATA/tiny.ggs" .
    gg-select --limit 2 -o few.ggs tiny.ggs
    tiny_network "epochs: 1"
    gg-train -q --threads 1 -o run m.yaml few.ggs
    gg-predict run/model.ggm few.ggs -o q.ggs
    gg-corr -q --tsv --residual res.ggs -o q.tsv q.ggs
    gg-explain saliency run/model.ggm few.ggs --stream map.ggs >map.txt
    gg-explain saliency run/model.ggm few.ggs --stream - -o map.txt | gg-rotate --seed 1 -o turned.ggs
    gg-rotate --seed 2 map.ggs -o again.ggs
    [ "$(commands res.ggs | tail -n 1)" = "[ -e res.ggs ] || gg-corr --tsv q.ggs --residual res.ggs -o /dev/null" ]
    made="gg-explain saliency run/model.ggm few.ggs --stream"
    [ "$(commands again.ggs | tail -n 2)" = "[ -e map.ggs ] || $made map.ggs -o /dev/null
[ -e again.ggs ] || gg-rotate --seed 2 map.ggs -o again.ggs" ]
    [ "$(commands turned.ggs | tail -n 1)" = "[ -e turned.ggs ] || $made - -o /dev/null | gg-rotate --seed 1 -o turned.ggs" ]
    mkdir elsewhere
    cp tiny.ggs m.yaml elsewhere
    made_again res.ggs again.ggs turned.ggs
    cmp map.ggs elsewhere/map.ggs
    # equal data have equal histories, whatever the stream is called
    gg-corr -q --residual other.ggs --tsv q.ggs >/dev/null
    cmp res.ggs other.ggs
}

@test "every program that records what it makes: the same bytes again" {
    cp "$DATA/tiny.ggs" "$DATA/tiny_replicas.ggs" .
    gg-select --limit 2 -o few.ggs tiny.ggs
    tiny_network "epochs: 1"
    gg-dump --extxyz few.ggs >few.xyz
    gg-import -q few.xyz -o imported.ggs
    gg-cage --equilibrate 1 --sweeps 2 few.ggs -o caged.ggs
    gg-features --add density few.ggs -o f.ggs
    gg-md -q --runs 2 --times 0.02 --resume never --checkpoint state few.ggs -o md.ggs
    gg-neighbors --no-vectors --cutoff 1.5 few.ggs -o n.ggs
    gg-quench -q --max-steps 3 few.ggs -o quenched.ggs || gg-quench -q few.ggs -o quenched.ggs
    gg-rotate --euler=-0.5,1,2 few.ggs -o r.ggs
    gg-targets --add overlap tiny_replicas.ggs -o t.ggs
    gg-train -q --threads 1 --tensorboard tb -o run m.yaml few.ggs
    gg-predict run/model.ggm few.ggs -o p.ggs
    gg-corr -q --residual residual.ggs p.ggs >/dev/null
    gg-explain saliency run/model.ggm few.ggs --stream map.ggs >/dev/null
    set -- imported caged f md n quenched r t p residual map few
    set -- "${@/%/.ggs}" run/model.ggm
    if command -v gnuplot >/dev/null; then
        gg-plot slice --script --target propensity -o slice.svg few.ggs
        set -- "$@" slice.svg
    fi
    mkdir elsewhere
    cp tiny.ggs tiny_replicas.ggs few.xyz m.yaml elsewhere
    for file in "$@"; do
        echo "$file"
        commands "$file" | tail -n 1 | sed 's/.* || //; s/ .*//' >>used
        gg-prov "$file" >again.sh 2>said
        (cd elsewhere && bash ../again.sh 2>../said)
        cmp "$file" "elsewhere/$file"
    done
    # none is left out, but for pictures without gnuplot, a program that needs a library, and one whose table says how long it took
    sed -n 's/^    {"\(gg-[a-z0-9-]*\)",.*/\1/p' "$ROOT/common/formats/prov_command.c" | grep -vx -e gg-import-hdf5 -e gg-learncurve >known
    command -v gnuplot >/dev/null || sed -i '/gg-plot/d' known
    diff <(sort -u used) <(sort known)
    # what the commands wrote beside their streams, nobody wrote again
    [ "$(ls elsewhere/state elsewhere/tb elsewhere/slice.gp 2>/dev/null)" = "" ]
}

@test "a history that somebody wrote is no code" {
    for argv in 'gg-rotate x; touch ran' 'gg-rotate $(touch ran)' 'touch ran' 'gg-rotate x > ran' "gg-rotate 'a' ran'" 'gg-rotate `touch ran`' \
        'gg-rotate x & touch ran' 'gg-rotate x | tee ran' 'gg-rotate\nx' 'PATH=. gg-rotate x' 'gg-rotate ~root' 'gg-rotate {a,b}' 'gg-rotate  x' ''; do
        forged forged.ggs "$argv"
        refuses 3 "forged.ggs: a history with '.*' in it is no script: (that is no plain command of this suite|.* is no program that records)" gg-prov forged.ggs
        gg-prov --dot forged.ggs | grep -q label
    done
    for argv in gg-x/evil gg-evil gg-dump gg-gradcheck ./gg-rotate bash "''"; do
        forged forged.ggs "$argv x"
        refuses 3 "is no program that records what it made" gg-prov forged.ggs
    done
    # as getopt reads them: joined, shortened, letters in a cluster, a value that is missing, operands that look like options
    for words in '-o ran x' '-qo ran x' '-oran x' '--output ran x' '--output=ran x' '--outpu ran x' '--residual ran x' '--residua ran' '--residual=ran x' \
        '--threads 1 x' '--target=a x' '--targe a x' '-- x' '-x' '--stamp x' '--no-target x' '--tsv=true x' '--' '--= x' '--target> x' "'--target a' x" \
        '--target a --residual ran x'; do
        forged forged.ggs "gg-corr $words"
        refuses 3 "is no option that gg-corr records|no plain command" gg-prov forged.ggs
    done
    forged forged.ggs 'gg-corr x --target'
    refuses 3 "no script: --target has no value" gg-prov forged.ggs
    # the value of an option is what it is; "-" is standard input
    forged forged.ggs 'gg-corr --target -o --no-spearman --tsv x'
    [ "$(commands forged.ggs)" = "[ -e forged.ggs ] || gg-corr --target -o --no-spearman --tsv x -o forged.ggs" ]
    # an output that the program has not
    forged forged.ggs 'gg-corr x' residual
    [ "$(commands forged.ggs)" = "[ -e forged.ggs ] || gg-corr x --residual forged.ggs -o /dev/null" ]
    for option in output tsv target 'residual x' '-o' resid; do
        forged forged.ggs 'gg-corr x' "$option"
        refuses 3 "no script: --$option names no stream of that program" gg-prov forged.ggs
    done
    forged forged.ggs 'gg-rotate x' residual
    refuses 3 "no script: --residual names no stream of that program" gg-prov forged.ggs
    # gg-train writes more than the model, beside it: only a model's name says where
    forged forged.ggs 'gg-train m.yaml x.ggs'
    refuses 3 "gg-train calls it model.ggm" gg-prov forged.ggs
    forged forged.ggs 'gg-learncurve --train x.ggs m.yaml'
    refuses 3 "gg-learncurve calls it learncurve.tsv" gg-prov forged.ggs
    [ ! -e ran ]
}

@test "every option of every program: a script repeats what histories record, and nothing else" {
    local n=0
    touch x.ggs
    for program in $(programs); do
        records=$(grep -c "^    {\"$program\"," "$ROOT/common/formats/prov_command.c") || true
        while IFS='|' read -r option type history; do
            n=$((n + 1))
            words="--$option"
            [ "$type" = flag ] || words="--$option victim"
            made=forged.ggs
            case $program in gg-train) made=model.ggm ;; gg-learncurve) made=learncurve.tsv ;; esac # as they call them
            forged $made "$program $words x.ggs"
            echo "$program --$option $history"
            if [ "$history" = recorded ] && [ "$records" = 1 ] && [ "$option" != resume-anyway ]; then
                commands $made | grep -qF -- "|| $program $words x.ggs -o "
            else
                refuses 3 "records" gg-prov $made
            fi
            # what may be written is not repeated, nor anything that has such a name
            case $option in *checkpoint | *tensorboard | npz | safetensors | residual | stream | output) [ "$history" = writes ] ;; esac
        done < <("$program" --list-options | awk -F '\t' -v OFS='|' '{ print $1, $2, $4 }')
    done
    counted $n
    [ $n -gt 150 ]
}

@test "a script writes what is not there, and in its own folder" {
    cp "$DATA/tiny.ggs" .
    mkdir here away
    gg-select --limit 2 tiny.ggs -o here/a.ggs
    (cd away && gg-rotate --seed 1 ../here/a.ggs -o b.ggs && gg-rotate --seed 1 "$PWD/../here/a.ggs" -o c.ggs && ln -s nowhere d.ggs)
    for file in b.ggs c.ggs; do
        (cd away && gg-prov $file >../again.sh 2>../said)
        grep -q "^# .*/here/a.ggs is there to begin with: it lies outside of this folder$" again.sh
        grep -q "here/a.ggs is there to begin with: it lies outside of this folder$" said
        [ "$(grep -c '^\[' again.sh)" -eq 1 ]
    done
    # a file that was to begin with is told as often as scripts need it, once each
    (cd away && gg-select --join b.ggs c.ggs b.ggs -o j.ggs && gg-prov j.ggs 2>../said >../again.sh)
    [ "$(wc -l <said)" -eq 2 ]
    [ "$(grep -c '^\[' again.sh)" -eq 3 ]
    # a model's folder is that of gg-train alone
    mkdir x
    cp here/a.ggs .
    forged plain.ggs 'gg-rotate a.ggs'
    gg-dump --text plain.ggs | sed 's/\tprogram\tgg-rotate/\tprogram\tgg-train/' | gg-dump -r -o x/y.ggs
    gg-prov --json x/y.ggs | grep -q '"program":"gg-train"'
    commands x/y.ggs | grep -q -- '-o x/y.ggs$'
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
