#!/usr/bin/env bats
# gg-plot.bats -- numbers and scripts as text, gnuplot accepts them, bytes are stable; without gnuplot; refusals

load helper

log() { # RUN: a metrics.jsonl as gg-train writes it
    mkdir -p "$1"
    {
        echo '{"event":"start","version":"0.1.0","config":"0","seed":1,"argv":["gg-train","a{b}\"c,.yaml"]}'
        for e in 1 2 3; do
            echo "{\"event\":\"epoch\",\"step\":$((2 * e)),\"epoch\":$e,\"loss\":0.$((9 - e)),\"loss_validation\":$([ $e = 2 ] && echo null || echo 0.95),\"lr\":0.001}"
            for t in 0.2 100; do
                echo "{\"event\":\"eval\",\"epoch\":$e,\"split\":\"validation\",\"target\":\"propensity\",\"t\":$t,\"species\":\"A\",\"rho_config\":0.$((e + 3)),\"rho_pooled\":0.5}"
                echo "{\"event\":\"eval\",\"epoch\":$e,\"split\":\"validation\",\"target\":\"propensity\",\"t\":$t,\"species\":\"B\",\"rho_config\":0.1,\"rho_pooled\":0.5}"
            done
        done
        printf '{"event":"epoch","epo'
    } >"$1/metrics.jsonl"
}

curve() { # a learncurve.tsv on the curve 1 - rho^2 = 0.6 n^-0.5 + 0.2
    awk 'BEGIN {
        OFS = "\t"
        print "size", "seed", "target", "predictor", "temperature", "time", "species", "rho_config", "rho_config_lo", "rho_config_hi",
            "rho_pooled", "rho_pooled_lo", "rho_pooled_hi", "ceiling_config", "ceiling_pooled"
        for (n = 1; n <= 16; n *= 2) for (s = 0; s < 2; s++) {
            r = sqrt(1 - 0.6 / sqrt(n) - 0.2) + (s ? 0.01 : -0.01)
            print n, s, "propensity", "propensity_pred", 0.5, 10, "A", r, r - 0.1, r + 0.1, r, r - 0.1, r + 0.1, "nan", "nan"
        }
    }'
}

corr() { gg-corr --target propensity --predictor displacement --bootstrap 100 --tsv "$DATA/tiny.ggs"; }

reliability() { # two predictors, bins over more than a decade, one of too few particles
    printf 'target\tpredictor\ttemperature\ttime\tspecies\tlo\thi\tconfigs\tn\tpredicted\tactual\tactual_error\n'
    for b in 1 2 4 8 16; do
        printf 'propensity\tpropensity_pred\t0.5\t1\tA\t0\t1\t5\t%d\t0.%02d5\t0.%02d\t0.005\n' $((b == 16 ? 9 : 40)) $b $b
        printf 'propensity\tother_pred\t0.5\t1\tA\t0\t1\t5\t40\t0.%02d\t0.%02d\t0.005\n' $b $((2 * b))
        printf 'propensity\tother_pred\t0.5\t0.1\tA\t0\t1\t5\t40\t3\t3\t0.005\n'
    done
}

chi4() { # two predictors at three times, by two steps
    printf 'target\tpredictor\ttemperature\ttime\tspecies\tquantity\tdefinition\ttruth\ttruth_error\tprediction\tprediction_error\n'
    for t in 1 10 100; do
        for d in hard smooth; do
            printf 'propensity\tone\t0.5\t%s\tA\tchi4\t%s\t%s.5\t1\t%s\t1\n' $t $d $t $t
            printf 'propensity\ttwo\t0.5\t%s\tA\tchi4\t%s\t%s.5\t1\tnan\tnan\n' $t $d $t
        done
    done
}

profile() { # of gg-explain saliency: two species of neighbours, two times
    printf 'target\ttime\tspecies\tpositions\tother\tfrom\tto\tpairs\tmean\trms\tshare\n'
    for t in 1 100; do
        printf "propensity\t$t\tA\tpos\t%s\t%s\t%s\t9\t0.1\t%s\t%s\n" A 1 1.5 0.2$t 0.5 A 1.5 3 0.02 0.2 A 3 inf 1e-9 0 \
            B 1 1.5 0.1 0.29 B 1.5 3 0.01 0.008 B 3 4 0.001 0.002
    done
}

radial() { # of gg-explain radial: a layer of scalars, one of two degrees; nothing stands within 1
    printf 'layer\tpath\treceiver\tsender\tchannels\tfrom\tto\tneighbours\tmean\trms\n'
    for path in 'one 0x0>0' 'one 0x1>1' 'two 0x0>0' 'two 1x0>1' 'two 1x1>0' 'two 1x1>2'; do
        printf "layers.${path% *}\t${path#* }\tall\tall\t8\t%s\t%s\t%s\t0.1\t%s\n" 0 1 0 99 1 1.5 12 0.8 1.5 2 30 0.25
    done
}

attention() { # of gg-explain attention: two heads, two species
    printf 'layer\thead\teffective\tother\tfrom\tto\tpairs\tmean\trms\tshare\n'
    for who in '0 A' '0 B' '1 A' '1 B'; do
        printf "layers.1.softmax\t${who% *}\t9.5\t${who#* }\t%s\t%s\t10\t%s\t0.1\t0.5\n" 1 1.5 0.2 1.5 2 0.05 2 inf 1
    done
}

hidden() { # of gg-explain hidden: two degrees and a pseudovector, a layer of zeros in one of them
    printf 'layer\tirrep\tchannels\trms\tshare\trank\troughness\n'
    printf 'layers.0.embed\t0e\t8\t0.5\t1\t1\t%s\n' "${1:-20}"
    printf 'layers.1.conv\t%s\t8\t%s\t0.5\t%s\t'"${1:-20}"'\n' 0e 2 3.5 1o 0.3 2.5 1e 0 -
}

sweep() { # a row a run: rho = 0.4 + 0.1 lmax + 0.05 (C = 8) +- 0.01 by the seed; one is dearer and worse than all others
    printf 'lmax\tC\tnorm\tseed\trho_config\tgflop\n'
    for l in 10 2; do for c in 4 8; do for s in 0 1; do
        awk -v l=$l -v c=$c -v s=$s 'BEGIN { print l "\t" c "\tlayer\t" s "\t" 0.4 + 0.01 * l + 0.05 * (c == 8) + (s ? 0.01 : -0.01) "\t" l * c * (l == 10 && c == 4 ? 3 : 1) }'
    done; done; done
}

# unsigned PICTURE LIKE: without its history; a chunk of a PNG, which stands behind the header, is as long as PICTURE is longer than LIKE
unsigned() {
    if [ "${1##*.}" = svg ]; then
        sed '/^<metadata id="gg-history">$/,/^<\/metadata>$/d' "$1"
    else
        head -c 33 "$1"
        tail -c $(($(stat -c %s "$2") - 33)) "$1"
    fi
}

# same FILE...: two files of the same bytes, not empty
same() { [ -s "$1" ] && cmp "$1" "$2"; }

# each_kind DRAW: makes a table for each kind, and runs DRAW KIND FILE...
each_kind() {
    log run1
    "$1" loss run1/metrics.jsonl
    corr >corr.tsv
    "$1" corr-time corr.tsv
    curve >learncurve.tsv
    "$1" learncurve learncurve.tsv
    "$1" scatter --target propensity --predictor displacement "$DATA/tiny.ggs"
    "$1" distribution --target propensity --predictor displacement "$DATA/tiny.ggs"
    "$1" slice --target propensity --predictor displacement "$DATA/tiny.ggs"
    gg-corr --spatial --target propensity --predictor displacement --predictor propensity_var --tsv -o spatial.tsv "$DATA/tiny.ggs"
    "$1" spectrum spatial.tsv
    reliability >reliability.tsv
    "$1" reliability reliability.tsv
    gg-corr -q --fluctuations --target propensity --predictor propensity --tsv -o f.tsv "$DATA/tiny.ggs"
    "$1" fluctuations f.tsv
    chi4 >chi4.tsv
    "$1" chi4 chi4.tsv
    profile >profile.tsv
    "$1" profile --time 100 profile.tsv
    radial >radial.tsv
    "$1" radial radial.tsv
    attention >attention.tsv
    "$1" attention --title 'the`touch ran`heads' attention.tsv
    [ ! -e ran ]
    hidden >hidden.tsv
    "$1" degrees hidden.tsv
    sweep >sweep.tsv
    "$1" sweep sweep.tsv
    matrix 0.44 0.5 0.64 >matrix.tsv
    "$1" matrix matrix.tsv
}

matrix() { # of gg-corr --matrix: three models at these temperatures
    printf 'target\tpredictor\ttemperature\ttime\tspecies\trho_config\ttrained_temperature\ttime_over_tau\n'
    for m in 0.44 0.5 0.64; do
        for t in "$@"; do printf 'propensity\tT%s/model.ggm\t%s\t1\tA\t%s\t%s\t1\n' "$m" "$t" "$(awk -v m="$m" -v t="$t" 'BEGIN { print 0.8 - (m - t) ^ 2 * 9 }')" "$m"; done
    done
}

@test "every kind: gnuplot accepts it, twice the same bytes, as SVG and as PNG" {
    need_program gnuplot
    draw() { # KIND FILE...
        for end in svg png; do
            gg-plot --script -o "a.$end" "$@"
            mv "a.$end" "b.$end"
            gg-plot --script -o "a.$end" "$@"
            same "a.$end" "b.$end"
            gg-prov --json "a.$end" | grep -q '"program":"gg-plot"'
            gnuplot -d a.gp # the script alone draws the same, without the history
            same "a.$end" <(unsigned "b.$end" "a.$end")
        done
        [ "$(head -c 5 a.svg)" = "<?xml" ]
        [ "$(head -c 4 a.png | tail -c 3)" = "PNG" ]
        [ -z "$(find . -name '*.tmp.*')" ]
    }
    each_kind draw
    [ "$(gg-plot --help | sed -n '/^kinds$/,/^$/p' | grep -c '^  [a-z]')" -eq "$(each_kind echo | wc -l)" ] # all of them
}

@test "layout of every kind, at its own size and in a column: texts are on the canvas, none is on another" {
    need_program gnuplot
    laid_out() { # KIND FILE...
        for size in '' --size=246 --size=246,180; do
            gg-plot --script -o a.svg ${size:+"$size"} "$@"
            awk -f "$ROOT/tests/layout.awk" a.svg >said
            [ ! -s said ] || { echo "$* $size: $(cat said)"; return 1; }
        done
    }
    each_kind laid_out
    corr >corr.tsv
    awk -F '\t' -v OFS='\t' 'BEGIN { print "temperature", "time", "average", "method", "pearson"; for (m = 1; m <= 8; m++) for (t = 0.1; t < 20; t *= 10) print 0.64, t, "config", "method" m, 0.1 * m }' >ref.tsv
    laid_out corr-time --reference ref.tsv corr.tsv
    laid_out slice --target propensity "$DATA/tiny.ggs"
    log run1
    log run2
    laid_out loss run1 run2
    matrix 0.5 >one.tsv # a model is a row as wide as its name, and a cell as its number
    laid_out matrix one.tsv
    # what it would find: a label too long for the canvas, numbers too dense for it
    gg-plot corr-time --script -o long.svg --xlabel "$(printf 'x%.0s' {1..90})" corr.tsv
    awk -f "$ROOT/tests/layout.awk" long.svg | grep -q "^'xxx*' is not on the canvas"
    sed 's/^set xlabel/set ytics 0.01\n&/' long.gp >dense.gp
    cp long.tsv dense.tsv
    gnuplot -d dense.gp
    awk -f "$ROOT/tests/layout.awk" dense.svg | grep -q "^'0.01' is on '0.02'"
}

@test "SVG, PNG and PDF are one script but for the terminal; sizes are in points, three pixels each, and letters go with them" {
    need_program gnuplot
    one_layout() { # KIND FILE...
        for end in svg png pdf; do
            env PATH="$GG_BIN" "$GG_BIN/gg-plot" --script -o "l.$end" "$@" # nothing is drawn
            sed "s/\.$end'/'/; /^set terminal/d" l.gp >"$end.gp"
        done
        cmp svg.gp png.gp
        cmp svg.gp pdf.gp
    }
    each_kind one_layout
    pixels() { od -A n -t u1 -j 16 -N 8 "$1" | awk '{ print 256 * $3 + $4, 256 * $7 + $8 }'; }
    gg-plot corr-time -o p.png corr.tsv
    [ "$(pixels p.png)" = "1140 900" ]
    gg-plot corr-time --size 246,180 -o p.png corr.tsv
    [ "$(pixels p.png)" = "738 540" ]
    gg-plot corr-time --size 190 -o p.svg corr.tsv # the height goes along
    grep -q '^ width="190" height="150"' p.svg
    [ "$(grep -o 'font-size="[0-9.]*"' p.svg | sort | uniq -c | sort -n | tail -n 1 | awk '{ print $2 }')" = 'font-size="5.50"' ]
    if command -v pdfinfo >/dev/null; then
        gg-plot corr-time --size 246,180 -o p.pdf corr.tsv
        pdfinfo p.pdf | grep -q '246 x 180 pts'
    fi
    # a slice stays round: as many points to a sigma along x and y
    gg-plot slice --size 600,200 --script -o s.svg "$DATA/tiny.ggs"
    awk -F '[ =]' '/^set [lrbt]margin at screen/ { m[substr($2, 1, 1)] = $5 } END { d = 600 * (m["r"] - m["l"]) / (200 * (m["t"] - m["b"])); exit !(d > 0.995 && d < 1.005) }' s.gp
}

@test "distribution: a density for each species, whose integral is what is in range, about the mean of the field" {
    gg-plot distribution --script --target propensity --predictor displacement --time 10 -o d.svg "$DATA/tiny.ggs" 2>said
    # blocks: truth and prediction of A, then of B; integral and mean of each
    awk -F '\t' '/^#/ || !NF { if (n > 1) { print sum, mean / sum } n = sum = mean = 0; next }
        $1 == "value" { next }
        n++ { w = $1 - x; sum += d * w; mean += d * w * (x + w / 2) } { x = $1; d = $2 } END { if (n > 1) print sum, mean / sum }' d.tsv >blocks
    [ "$(wc -l <blocks)" -eq 4 ]
    field() { gg-select --species "$1" --times 10 "$DATA/tiny.ggs" | gg-dump -d propensity - | awk '{ s += $1; n++ } END { print s / n }'; }
    paste -d ' ' blocks <(field A; echo; field B; echo) | awk 'NR % 2 { d = $2 - $3; exit !($1 > 0.99 && $1 < 1.000001 && d < 0.02 && d > -0.02) }'
    grep -q '[0-9]* of [0-9]* numbers are outside' said
    # one species, no prediction: one block; names of one's own
    gg-plot distribution --script --target propensity --species B --label minority -o b.svg "$DATA/tiny.ggs"
    [ "$(grep -c '^# *value' b.tsv)" -eq 1 ]
    grep -q "title 'minority'" b.gp
    refuses 2 "label" gg-plot -q distribution --target propensity --label a,b,c -o c.svg "$DATA/tiny.ggs"
    refuses 3 'no particle of C has a number in propensity' gg-plot distribution --target propensity --species C -o c.svg "$DATA/tiny.ggs"
}

@test "loss: a log packed, or with CR LF, is the same log" {
    log run1
    gg-plot loss --script -o loss.svg run1/metrics.jsonl
    mkdir -p w/run1
    gzip -c run1/metrics.jsonl >w/run1/metrics.jsonl
    (cd w && gg-plot loss --script -o loss.svg run1/metrics.jsonl && cmp loss.tsv ../loss.tsv)
    sed 's/$/\r/' run1/metrics.jsonl >w/run1/metrics.jsonl
    (cd w && gg-plot loss --script -o loss.svg run1/metrics.jsonl && cmp loss.tsv ../loss.tsv)
}

@test "loss: the numbers, with what is missing" {
    log run1
    log run2
    gg-plot loss --script -o loss.svg run1/metrics.jsonl run2/metrics.jsonl
    [ "$(sed -n 1,4p loss.tsv)" = "$(printf '# epoch\tloss\tloss_validation\n1\t0.8\t0.95\n2\t0.7\tnan\n3\t0.6\t0.95')" ]
    [ "$(grep -c '^# epoch' loss.tsv)" -eq 6 ] # two losses, two times each
    grep -q "title 'run2'" loss.gp
    gg-plot loss --script -o folders.svg "$PWD/run1" run2/ # the same, named by their folders
    cmp loss.tsv folders.tsv
    grep -q "title 'run1'" folders.gp
    grep -q "title 'run2'" folders.gp
    mkdir -p empty
    refuses 5 "empty/metrics.jsonl: cannot open" gg-plot loss empty
    gg-plot loss --script -o loss.svg --rho pooled --species B run1/metrics.jsonl
    [ "$(tail -n 1 loss.tsv)" = "$(printf '3\t0.5')" ]
}

# course RUN LAST EPOCHS...: losses that begin at 100 and are 1 + LAST after the first epoch
course() {
    mkdir -p "$1"
    for e in $(seq "$3"); do
        printf '{"event":"epoch","step":%d,"epoch":%d,"loss":%s,"loss_validation":null}\n' "$e" "$e" "$(awk -v e="$e" -v last="$2" 'BEGIN { print e == 1 ? 100 : last + 1 / e }')"
    done >"$1/metrics.jsonl"
}

@test "loss: of many runs: one entry a run, a logarithmic axis that the first epochs do not rule; negative ones, diverged ones" {
    for k in $(seq 9); do course "run$k" "0.$k" 20; done
    gg-plot loss --script -o l.svg run{1..9}
    [ "$(grep -o "title 'run[0-9]'" l.gp | sort -u | wc -l)" -eq 9 ]
    [ "$(grep -o "title 'run[0-9]'" l.gp | wc -l)" -eq 9 ]
    [ "$(sed -n "s/.*linecolor '\(#[0-9a-f]*\)' title 'run.*/\1/p" l.gp | sort -u | wc -l)" -eq 9 ]
    grep -qx "set logscale y" l.gp
    grep -qx "set yrange \[0.136364:1.35666\]" l.gp # 0.15 / 1.1 of the last epoch of run1; (0.9 + 1/3) 1.1 of the third one of run9
    course few 0.5 5 # nothing is left out of so few
    gg-plot loss --script -o l.svg few
    grep -qx "set yrange \[0.636364:110\]" l.gp
    course narrow 9 20 # logarithmic also where they hardly change
    gg-plot loss --script -o l.svg narrow
    grep -qx "set logscale y" l.gp
    grep -qx "set yrange \[8.87255:9.52\]" l.gp # 9.05 / 1.02; (9 + 1/3) 1.02
    grep -qx "set ytics (9, 9.2, 9.4)" l.gp
    # epochs are whole, and a few of them: of three, of forty
    course three 1 3
    course forty 1 40
    for n in three:1 forty:10; do
        gg-plot loss --script -o l.svg "${n%:*}"
        grep -qx "set xtics ${n#*:}" l.gp
    done
    course minus -3 20
    gg-plot loss --script -o l.svg minus
    run ! grep -q "^set logscale y" l.gp
    grep "^set yrange" l.gp | tr -d '[]' | tr ':' ' ' | awk '{ exit !($3 < -2.95 && $3 > -3.1 && $4 > -2.67 && $4 < -2.6) }'
    sed 's/"loss":1\..*,"loss_v/"loss":null,"loss_v/; s/"loss":0\..*,"loss_v/"loss":null,"loss_v/' run1/metrics.jsonl >minus/metrics.jsonl
    gg-plot loss --script -o l.svg minus # only the first epoch is a number
    grep -qx "set yrange \[98.0392:102\]" l.gp
}

@test "loss: of one epoch, points, in the middle; lines where there are more" {
    log run1
    grep -v '"epoch":[23],' run1/metrics.jsonl >one.jsonl
    gg-plot loss --script -o one.svg one.jsonl
    [ "$(grep -c 'with points' one.gp)" -eq 4 ] # loss, that of validation, two times
    grep -qx 'set xrange \[0:2\]' one.gp
    need_program gnuplot
    gnuplot -d one.gp
    [ "$(grep -c "<use xlink:href='#gpPt6'" one.svg)" -ge 8 ] # each in the picture and in the legend
    gg-plot loss --script -o both.svg run1 one.jsonl
    [ "$(grep -c 'with points' both.gp)" -eq 4 ]
    run ! grep -q '^set xrange' both.gp
    gg-plot loss --script -o three.svg run1
    run ! grep -q 'with points' three.gp
}

# letters FILE.gp: those of its panels
letters() { sed -nE "s/^set label 99 '\(([a-z])\)'.*/\1/p" "$1" | tr -d '\n'; }

@test "panels have letters, in the order of reading; a picture of one panel has none" {
    log run1
    grep -v '"event":"eval"' run1/metrics.jsonl >plain.jsonl
    corr >c.tsv
    curve >l.tsv
    radial >r.tsv
    hidden >h.tsv
    sweep >s.tsv
    gg-corr --spatial --target propensity --predictor displacement --tsv -o spatial.tsv "$DATA/tiny.ggs"
    gg-corr -q --fluctuations --target propensity --predictor propensity --tsv -o f.tsv "$DATA/tiny.ggs"
    awk -F '\t' '$9 != "G4"' f.tsv >one.tsv
    gg-select --rename propensity_var=propensity_pred -o pred.ggs "$DATA/tiny.ggs"
    while read -r wanted kind file more; do
        # shellcheck disable=SC2086
        gg-plot $kind --script $more -o p.svg "$file"
        [ "$(letters p.gp)" = "${wanted#-}" ] || { echo "$kind $file: $(letters p.gp)"; false; }
    done <<<"ab loss run1
- loss plain.jsonl
- corr-time c.tsv
- learncurve l.tsv
abc radial r.tsv
abc degrees h.tsv
abc sweep s.tsv
ab spectrum spatial.tsv
ab fluctuations f.tsv
- fluctuations one.tsv
ab slice pred.ggs
- slice $DATA/tiny.ggs --target=propensity"
}

@test "corr-time: the rows of A with their ceiling, and published ones beside them" {
    corr >corr.tsv
    printf '# a comment\ntemperature\ttime\taverage\tmethod\tpearson\n0.64\t1\tconfig\tX`Y\t0.5\n0.64\t1\tpooled\tX`Y\t0.6\n0.5\t1\tconfig\tX`Y\t0.7\n' >ref.tsv
    gg-plot corr-time --script -o c.svg --reference ref.tsv corr.tsv
    awk -F '\t' '$6 == "A" { print $5 + 0 }' corr.tsv | cmp - <(awk 'NR > 1 && NF == 5 { print $1 }' c.tsv)
    [ "$(tail -n 1 c.tsv)" = "$(printf '1\t0.5')" ]
    [ "$(grep -c "noise ceiling" c.gp)" -eq 1 ]
    refuses 3 "ref.tsv: has nothing on propensity of B at T = 0.64$" gg-plot corr-time --species B --reference ref.tsv corr.tsv
    grep -v config ref.tsv >pooled.tsv
    refuses 3 "pooled.tsv: has nothing .*T = 0.64 by --rho config: add --rho pooled" gg-plot corr-time --reference pooled.tsv corr.tsv
    gg-plot corr-time --script -o c.svg --rho pooled --reference pooled.tsv corr.tsv
}

@test "corr-time: a mark and dashes of its own for each published method, also in grey" {
    corr >corr.tsv
    awk -v OFS='\t' 'BEGIN { print "temperature", "time", "average", "method", "pearson"; for (m = 1; m <= 20; m++) for (t = 0.1; t < 20; t *= 10) print 0.64, t, "config", "method" m, 0.04 * m }' >ref.tsv
    gg-plot corr-time --script -o c.svg --reference ref.tsv corr.tsv
    grep "title 'method" c.gp | grep -o 'dashtype.*pointtype [0-9]*' >looks
    [ "$(wc -l <looks)" -eq 20 ]
    [ -z "$(sort looks | uniq -d)" ]
    [ "$(head -n 12 looks | grep -o 'pointtype.*' | sort -u | wc -l)" -eq 12 ] # up to so many the mark alone tells
    run ! grep -qw 'pointtype 7' looks                                          # that of the predictions
}

@test "profile: shells at their middle, the species of neighbours, the distance of nearly all squares" {
    profile >p.tsv
    gg-plot profile --script -o s.svg p.tsv
    [ "$(head -n 3 s.tsv)" = "$(printf '# distance\trms\tfrom\tto\tshare\n1.25\t0.2100\t1\t1.5\t0.5\n2.25\t0.02\t1.5\t3\t0.2' | sed 's/0.2100/0.21/')" ]
    [ "$(grep -c '^[0-9]' s.tsv)" -eq 5 ] # the shell without an end is not drawn
    grep -q "propensity of A, t = 100 τ" s.gp
    grep -q "title 'B'" s.gp
    grep -q "saliency" s.gp
    grep -q "from first 3, graph 0 .*" s.gp # 0.998 within 3
    sed 's/0\.29/0.27/; s/0\.002$/0.022/' p.tsv | gg-plot profile --script -o s.svg
    grep -q "arrow 1 from first 4," s.gp
    gg-plot profile --script --time 1 -o s.svg p.tsv p.tsv
    [ "$(sed -n 2p s.tsv)" = "$(printf '1.25\t0.21\t1\t1.5\t0.5')" ]
    run ! grep -q arrow s.gp # of which of the two?
    cut -f 1-3,5- p.tsv | gg-plot profile --script -o o.svg
    grep -q "occlusion" o.gp
    refuses 3 "no row of target propensity and species B" gg-plot profile --species B p.tsv
    refuses 3 "gg-explain saliency --tsv, or occlusion, is wanted: .*has no column 'other'" gg-plot profile <(corr)
    awk -F '\t' -v OFS='\t' 'NR > 1 { $10 = 0 } { print }' p.tsv >none.tsv
    refuses 3 "none.tsv: no shell in which the prediction changes at all" gg-plot profile none.tsv
}

@test "learncurve: one of the times" {
    { curve; curve | awk -F '\t' -v OFS='\t' 'NR > 1 { $6 = 50; $8 -= 0.1; print }'; } >l.tsv
    gg-plot learncurve --script -o p.svg l.tsv
    grep -q "title 't = 10 τ'" p.gp
    grep -q "title 't = 50 τ'" p.gp
    gg-plot learncurve --time 40 --script -o p.svg l.tsv
    grep -q "propensity of A, T = 0.5, t = 50 τ" p.gp
    run ! grep -q "t = 10" p.gp
    [ "$(sed -n 2p p.tsv | cut -f 2)" = 0.347214 ]
}

@test "learncurve: means, deviations and the fit" {
    curve >learncurve.tsv
    gg-plot learncurve --script -o l.svg learncurve.tsv
    [ "$(sed -n 2p l.tsv)" = "$(printf '1\t0.447214\t0.0141421\t2\tnan')" ]
    # the fit passes through the points: 0.70711 at 4
    awk -F '\t' '/fit/ { on = 1; next } on && $1 > 3.9 && $1 < 4.1 { d = $2 - 0.70711; if (d * d < 1e-4) ok = 1 } END { exit !ok }' l.tsv
    # between the ends of its band
    awk -F '\t' '/fit/ { on = 1; next } on { n++; if (!($3 <= $2 && $2 <= $4)) exit 1 } END { exit n != 65 }' l.tsv
}

@test "learncurve: no curve through few sizes, and it says so; a line for each setting" {
    curve | awk -F '\t' '$1 != 2' >few.tsv
    gg-plot learncurve --script -o f.svg few.tsv 2>said
    grep -qx "gg-plot: prediction: no curve is drawn: fewer than five sizes" said
    run ! grep -q fit f.tsv
    curve | awk -F '\t' -v OFS='\t' 'NR == 1 { print "setting", $0; next } { print "let.C=4", $0; $8 += 0.05; print "let.C=8", $0 }' >settings.tsv
    gg-plot learncurve --script -o s.svg settings.tsv
    grep -q "title 'let.C=4'" s.gp
    grep -q "title 'let.C=8'" s.gp
}

@test "scatter: every particle is in a hexagon, or counted as outside" {
    gg-plot scatter --script -o s.svg --target propensity --predictor propensity_var --species B --time 1.2 "$DATA/tiny.ggs"
    # six corners a hexagon; all but the outermost particles of 400
    inside=$(awk -F '\t' 'NF == 3 { n += $3 / 6 } END { print n }' s.tsv)
    outside=$(sed -n "s/^set label 2 '\([0-9]*\) of 400 particles are outside'.*/\1/p" s.gp)
    [ "$inside" -gt 395 ]
    [ $((inside + outside)) -eq 400 ]
    grep -q "of B, T = 0.64, t = 1 τ: 8 configurations" s.gp
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-plot scatter --script -o all.svg --target type --predictor type --species all
    run ! grep -q outside all.gp
}

@test "spectrum: the rows of S at one time, a block a predictor; reliability: bins of enough particles, one range on both axes" {
    gg-corr --spatial --target propensity --predictor displacement --predictor propensity_var --tsv -o spatial.tsv "$DATA/tiny.ggs"
    gg-plot spectrum --time 1.1 --script -o s.svg spatial.tsv
    awk -F '\t' '$7 == "S" && $4 == 1 && $2 == "displacement" { print $10, $13, $19 }' spatial.tsv >want
    [ "$(wc -l <want)" -ge 5 ]
    awk -F '\t' '/^#/ { block++; next } NF == 8 && block == 1 { print $1, $2, $6 }' s.tsv | cmp - want
    [ "$(grep -c '^# q' s.tsv)" -eq 2 ]
    grep -q "of A, T = 0.64, t = 1 τ'" s.gp
    run ! grep -q "title 'residual'" s.gp # of another quantity
    gg-select --rename propensity=propensity_pred --keep propensity,type "$DATA/tiny.ggs" |
        gg-corr --spatial --truth "$DATA/tiny.ggs" --tsv | gg-plot spectrum --script -o r.svg
    grep -q "dashtype (4,3).*title 'residual'" r.gp
    reliability | gg-plot reliability --script -o r.svg
    [ "$(grep -c '^# predicted' r.tsv)" -eq 2 ]
    [ "$(awk -F '\t' 'NF == 4 && !/^#/' r.tsv | wc -l)" -eq 9 ] # four bins and five, at the last time
    [ "$(sed -n 's/^set xrange //p' r.gp)" = "$(sed -n 's/^set yrange //p' r.gp)" ]
    refuses 3 "output of gg-corr --spatial --tsv is wanted: .*has no column 'quantity'" gg-plot spectrum <(corr)
    refuses 3 "output of gg-corr --reliability --tsv is wanted: .*has no column 'predicted'" gg-plot reliability spatial.tsv
    refuses 3 "no row of target propensity and species C with a number in at" gg-plot spectrum --species C spatial.tsv
    refuses 3 "no bin of 10 particles or more" gg-plot reliability <(reliability | awk -F '\t' 'NR == 1 || $9 == 9')
}

@test "fluctuations: S4 and G4 of the smooth step at one time; chi4: against time, of predictions that are there" {
    gg-corr -q --fluctuations --target propensity --predictor propensity --tsv -o f.tsv "$DATA/tiny.ggs"
    gg-plot fluctuations --time 1.1 --script -o p.svg f.tsv
    for q in S4 G4; do
        awk -F '\t' -v q=$q '$9 == q && $4 == 1 { print $13, $16, $18 }' f.tsv >want
        [ "$(wc -l <want)" -ge 2 ]
        awk -F '\t' -v block="$([ "$q" = S4 ] && echo 1 || echo 2)" '/^#/ { b++; next } NF == 5 && b == block { print $1, $2, $4 }' p.tsv | cmp - want
    done
    chi4 >chi4.tsv
    gg-plot chi4 --script -o c.svg chi4.tsv
    [ "$(grep -v '^#' c.tsv | sed '/^$/d' | head -n 3 | cut -f 1,2,4 | tr '\t\n' '  ')" = "1 1.5 1 10 10.5 10 100 100.5 100 " ]
    grep -q "title 'one'" c.gp
    run ! grep -q "title 'two'" c.gp # nothing is predicted
    [ "$(grep -c "title 'truth'" c.gp)" -eq 1 ]
    # a box without bins of distances, or waves
    for without in G4 S4; do
        awk -F '\t' -v q=$without '$9 != q' f.tsv >less.tsv
        gg-plot fluctuations --script -o l.svg less.tsv
        gg-plot fluctuations -o drawn.svg less.tsv
        grep -q '<svg' drawn.svg
        [ "$(grep -c '^plot' l.gp)" -eq 1 ]
        grep -q 'multiplot layout 1,1' l.gp
        grep -q "${without/4/_4}(" p.gp
        run ! grep -q "${without/4/_4}(" l.gp
    done
    awk -F '\t' 'BEGIN { OFS = FS } NR > 1 { $16 = "nan" } 1' f.tsv >nothing.tsv
    refuses 3 "nothing.tsv: has no numbers of S4 or G4 at this time" gg-plot fluctuations nothing.tsv
    # S4 of halves where the runs are there, chi4 never
    sed 's/\tsmooth\t/\tsmooth_halves\t/' f.tsv | gg-plot fluctuations --time 1.1 --script -o h.svg
    cmp p.gp <(sed 's/h\.tsv/p.tsv/; s/h\.svg/p.svg/' h.gp)
    refuses 3 "f.tsv: has no chi4: it is of too few configurations" gg-plot chi4 f.tsv
    refuses 3 "output of gg-corr --fluctuations --tsv is wanted" gg-plot fluctuations <(corr)
}

@test "labels, ranges, size and key as they are wanted, in the script" {
    curve >l.tsv
    gg-plot learncurve --script -o p.svg --xlabel 'N `touch ran`' --ylabel 'my ρ' --xrange 1,20 --yrange 0.2,0.9 --size 300,200 --key off l.tsv
    for line in "set xlabel 'N " "set ylabel 'my ρ'" "set xrange \[1:20\]" "set yrange \[0.2:0.9\]" "unset key" "set terminal svg size 300,200 font "; do
        [ "$(grep -c "^$line" p.gp)" -eq 1 ]
    done
    # they come last: just before the picture is drawn
    [ "$(grep -n '^unset key' p.gp | cut -d : -f 1)" -eq $(($(grep -n '^plot ' p.gp | cut -d : -f 1) - 1)) ]
    [ ! -e ran ]
    gg-corr --spatial --target propensity --predictor displacement --tsv -o spatial.tsv "$DATA/tiny.ggs"
    gg-plot spectrum --script -o s.svg --xlabel mine --ylabel 'S of mine' --key outside spatial.tsv # two panels
    [ "$(grep -c "^set xlabel 'mine'" s.gp)" -eq 1 ]
    [ "$(grep -c "^set ylabel 'S of mine'" s.gp)" -eq 1 ]
    refuses 2 "--xrange: LO,HI are wanted, the lower first" gg-plot learncurve --xrange 2,1 l.tsv
    refuses 2 "--yrange: LO,HI are wanted" gg-plot learncurve --yrange 2 l.tsv
    refuses 2 "--size: WIDTH or WIDTH,HEIGHT are wanted" gg-plot learncurve --size 200,100,50 l.tsv
    refuses 2 "--key" gg-plot learncurve --key middle l.tsv
}

@test "labels: names of the lines, or of the files, in every kind that has lines; refused elsewhere" {
    corr >a.tsv
    sed 's/displacement/other/' a.tsv >b.tsv
    named() { grep "data index" "$1" | grep -o "title '[^']*'" | sed "s/title '\(.*\)'/\1/" | grep -v '^$\|noise\|truth\|residual\|ideal\|fit' | tr '\n' ';'; }
    gg-plot corr-time --script -o c.svg --label 'SE(3),MACE' a.tsv b.tsv
    [ "$(named c.gp)" = "SE(3);MACE;" ]
    gg-plot corr-time --script -o c.svg --label mine a.tsv
    [ "$(named c.gp)" = "mine;" ]
    tail -n +2 b.tsv | cat a.tsv - >both.tsv # three lines of two files: names of the files
    gg-plot corr-time --script -o c.svg --label x --label y both.tsv b.tsv
    [ "$(named c.gp)" = "x, displacement;x, other;y, other;" ]
    gg-plot corr-time --script -o c.svg --label x,y,z both.tsv b.tsv
    [ "$(named c.gp)" = "x;y;z;" ]
    refuses 2 "^gg-plot: --label: 1 name for 3 lines: 3 are wanted, in the order of the legend, or 2, one for each file$" gg-plot corr-time --label x both.tsv b.tsv
    refuses 2 "^gg-plot: --label: 2 names for 1 line: 1 is wanted, in the order of the legend$" gg-plot corr-time --label x,y a.tsv
    refuses 2 "--label" gg-plot corr-time --label x,,y both.tsv
    curve >l.tsv
    gg-plot learncurve --script -o c.svg --label 'l = 0,l = 1' l.tsv l.tsv
    [ "$(named c.gp)" = "l = 0;l = 1;" ]
    reliability | gg-plot reliability --script -o c.svg --label one,two
    [ "$(named c.gp)" = "one;two;" ]
    profile | gg-plot profile --script -o c.svg --label large,small
    [ "$(named c.gp)" = "large;small;" ]
    chi4 | gg-plot chi4 --script -o c.svg --label one # the other has no predictions
    [ "$(named c.gp)" = "one;" ]
    log run1
    log run2
    gg-plot loss --script -o c.svg --label 'first,second`touch ran`' run1 run2
    [ "$(grep -o "title 'first'" c.gp | wc -l)" -eq 1 ]
    grep -q "title 'second" c.gp
    [ ! -e ran ]
    matrix >m.tsv
    for m in 'cold 0.44' 'hot 0.64'; do printf 'propensity\t%s\t0.5\t1\tA\t0.5\t%s\t1\n' ${m% *} ${m#* } >>m.tsv; done
    gg-plot matrix --script -o c.svg --label K,H m.tsv
    grep -q "^set ytics ('H (T = 0.64)' 0, 'K (T = 0.44)' 1)" c.gp
    refuses 2 "this picture has no lines to name: leave it out" gg-plot loss --label one run1
    refuses 2 "this picture has no lines to name: leave it out" gg-plot scatter --target propensity --predictor displacement --label one "$DATA/tiny.ggs"
    [ ! -e scatter.svg ]
}

@test "radial: a panel a layer and degree of the sender, only where neighbours are; attention: a panel a species, a line a head" {
    radial >r.tsv
    gg-plot radial --script -o p.svg r.tsv
    [ "$(grep -c '^plot ' p.gp)" -eq 3 ] # of scalars in both layers, of vectors in the second one
    [ "$(grep -c '^# distance' p.tsv)" -eq 6 ]
    [ "$(grep -c '^0.5.nan.0$' p.tsv)" -eq 6 ]
    [ "$(grep -c '^1.25.0.8.12$' p.tsv)" -eq 6 ]
    run ! grep -q 99 p.tsv
    for line in "set title 'sender l = 1'" "title 'harmonic l = 1'" "title 'result l = 2'" "set ylabel 'layers.two'"; do
        [ "$(grep -c "$line" p.gp)" -eq 1 ]
    done
    grep -q "^set yrange \[0:0.84\]" p.gp # of what is drawn
    gg-plot radial --script -o off.svg --key off --xlabel r r.tsv
    run ! grep -q "^ plot NaN" off.gp
    gg-plot radial --script -o in.svg --key top-right r.tsv
    [ "$(grep -n "harmonic l = 1" in.gp | cut -d : -f 1)" -lt "$(grep -n '^plot ' in.gp | sed -n 2p | cut -d : -f 1)" ] # in the first panel
    awk -F '\t' -v OFS='\t' 'NR > 1 { $3 = "A"; $4 = "B" } 1' r.tsv | gg-plot radial --script -o s.svg
    grep -q "set ylabel 'layers.two, B of A'" s.gp
    attention | gg-plot attention --script -o a.svg
    [ "$(grep -c '^plot ' a.gp)" -eq 2 ]
    [ "$(grep -c '^# distance' a.tsv)" -eq 4 ]
    [ "$(grep -c '^[0-9]' a.tsv)" -eq 8 ] # the last shell has no end
    grep -q "title 'head 1'" a.gp
    refuses 3 "output of gg-explain radial --tsv is wanted: .*has no column 'path'" gg-plot radial <(attention)
    refuses 3 "output of gg-explain attention --tsv is wanted: .*has no column 'head'" gg-plot attention r.tsv
    refuses 2 "one picture shows one table, not 2: draw the others by themselves" gg-plot radial r.tsv r.tsv
    refuses 2 "this picture has no lines to name" gg-plot radial --label x r.tsv
    awk -F '\t' -v OFS='\t' 'NR > 1 { $8 = 0 } 1' r.tsv >r0.tsv
    refuses 3 "r0.tsv: has no rms where there are neighbours" gg-plot radial r0.tsv
}

@test "degrees: power, rank and roughness against the degree, a line a layer; what is 0 has no place on a logarithmic axis" {
    hidden >h.tsv
    gg-plot degrees --script -o d.svg h.tsv
    [ "$(grep -c '^plot ' d.gp)" -eq 3 ]
    # a block a layer; irreps by degree, the parity of the harmonics first, however the table has them
    [ "$(grep -v '^$' d.tsv | tr '\t\n' ' ;')" = "# irrep power rank roughness name;0 0.25 1 20 0e;# irrep power rank roughness name;0 4 3.5 20 0e;1 0.09 2.5 20 1o;2 nan nan 20 1e;" ]
    grep -q "'0e' 0, '1o' 1, '1e' 2)" d.gp
    { head -n 1 h.tsv; tail -n +2 h.tsv | sort -k 2,2; } | gg-plot degrees --script -o e.svg
    cmp d.tsv e.tsv
    grep -q "NaN with linespoints .*title 'layers.1.conv'" d.gp
    gg-plot degrees --script --key top-left -o k.svg h.tsv # in the first panel
    grep -q "data index 1 .*title 'layers.1.conv'" k.gp
    hidden - | gg-plot degrees --script -o d.svg # of a model without a geometry
    [ "$(grep -c '^plot ' d.gp)" -eq 2 ]
    refuses 3 "output of gg-explain hidden --tsv is wanted: .*has no column 'irrep'" gg-plot degrees <(radial)
    hidden 1 | awk -v OFS='\t' '{ print (NR == 1 ? "time" : NR % 2), $0 }' >times.tsv
    refuses 3 "times.tsv: column 'time' has several: gg-explain hidden --time with one" gg-plot degrees times.tsv
    awk -F '\t' -v OFS='\t' 'NR > 1 { $4 = 0 } 1' h.tsv >none.tsv
    refuses 3 "none.tsv: no layer has features other than 0" gg-plot degrees none.tsv
}

@test "sweep: means over the other settings with their interval, levels in order; the front of cost and response" {
    sweep >s.tsv
    gg-plot sweep --script -o p.svg s.tsv
    # lmax: 0.02 + 0.4 + 0.025, 0.1 + ...; the scatter is sqrt(8 / 5) of 0.01, its interval over the four runs of a level t_5 sqrt(1/4) of it
    [ "$(sed -n 2,3p p.tsv)" = "$(printf '0\t0.445\t0.0162578\t4\t2\n1\t0.525\t0.0162578\t4\t10')" ]
    [ "$(grep -c '^# level' p.tsv)" -eq 2 ] # norm has one level
    [ "$(grep -c '^plot ' p.gp)" -eq 3 ]
    [ "$(awk '/^# cost/ { n++; next } n == 1 && NF' p.tsv | wc -l)" -eq 4 ]
    [ "$(awk '/^# cost/ { n++; next } n == 2 && NF' p.tsv)" = "$(printf '8\t0.42\t2\tlmax=2 C=4\n16\t0.47\t2\tlmax=2 C=8\n80\t0.55\t2\tlmax=10 C=8')" ]
    grep -q "title 'lmax=10 C=8'" p.gp
    gg-plot sweep --script --key off -o k.svg s.tsv
    run ! grep -q "title 'lmax" k.gp
    # less is better: the front is below
    sed '1s/rho_config/loss/' s.tsv >loss.tsv
    gg-plot sweep --script -o l.svg --response loss --better lower loss.tsv
    [ "$(awk '/^# cost/ { n++; next } n == 2 && NF' l.tsv | cut -f 1,2)" = "$(printf '8\t0.42')" ]
    # without a cost the effects alone; of settings that change together the first
    cut -f 1-5 s.tsv | gg-plot sweep --script -o e.svg
    [ "$(grep -c '^plot ' e.gp)" -eq 2 ]
    awk -F '\t' -v OFS='\t' '{ print (NR == 1 ? "D" : 2 * $1), $0 }' s.tsv | gg-plot sweep --script -o t.svg 2>said
    [ "$(grep -c '^plot ' t.gp)" -eq 3 ]
    grep -qx "gg-plot: D: lmax changes with it, and is not told apart" said
    sed 's/\t0.48\t/\tnan\t/' s.tsv | gg-plot sweep --script -o n.svg 2>said
    grep -qx "gg-plot: standard input: 1 of 8 runs have no number in rho_config and are left out" said
}

@test "sweep: the table of gg-learncurve, its settings as words, one target, species and time; what is refused" {
    {
        printf 'setting\tsize\tseed\ttarget\tpredictor\tkind\ttemperature\ttime\tspecies\trho_config\trho_pooled\n'
        for t in 1 100; do for x in A B; do for c in 4 8; do for n in 2 10; do for s in 0 1; do
            printf "let.C=$c train.lr=0.01\t$n\t$s\tpropensity\tpropensity_pred\tscalar\t0.44\t$t\t$x\t0.%d%d\t0.9\n" $((t == 1 ? 1 : x == A ? 3 : 5)) $((c + s))
        done; done; done; done; done
    } >l.tsv
    gg-plot sweep --script --cost size -o p.svg l.tsv
    [ "$(grep -c '^# level' p.tsv)" -eq 2 ]
    [ "$(sed -n 2,3p p.tsv | cut -f 2,4,5)" = "$(printf '0.345\t4\t4\n0.385\t4\t8')" ]
    grep -q "'propensity of A, t = 100 τ, 8 runs'" p.gp
    grep -q "set xlabel 'let.C'" p.gp
    [ "$(awk '/^# cost/ { n++; next } n == 2 && NF' p.tsv | cut -f 4)" = "let.C=8 size=2" ]
    gg-plot sweep --script --time 2 --species B -o p.svg l.tsv
    grep -q "'propensity of B, t = 1 τ, 8 runs'" p.gp
    gg-plot sweep --script --rho pooled -o p.svg l.tsv
    [ "$(sed -n 2p p.tsv | cut -f 2)" = 0.9 ]
    # tests at two temperatures: one more setting, at the last time of each
    { cat l.tsv; tail -n +2 l.tsv | awk -F '\t' -v OFS='\t' '{ $7 = 0.64; $8 /= 10; print }'; } | gg-plot sweep --script -o p.svg
    grep -q "set xlabel 'temperature'" p.gp
    grep -q "'propensity of A, 16 runs'" p.gp
    refuses 3 "a table with settings left of the column seed is wanted: .*has no column 'seed'" gg-plot sweep <(corr)
    refuses 3 "l.tsv: no run of propensity and species C has a number in rho_config" gg-plot sweep --species C l.tsv
    refuses 3 "--response COLUMN is wanted: .*has no column 'rho_config'" gg-plot sweep <(sed '1s/rho_config/r/' l.tsv)
    refuses 3 "has no column 'loss'" gg-plot sweep --response loss l.tsv
    refuses 3 "has no column 'joule'" gg-plot sweep --cost joule l.tsv
    refuses 3 "no setting has two levels: settings stand left of the column seed" gg-plot sweep <(curve | awk 'NR == 1 || $1 == 2')
    refuses 3 "more than 16 settings, or 64 levels of one" gg-plot sweep <(echo "n	seed	rho_config"; seq 70 | sed 's/$/\t0\t0.5/')
    refuses 2 "one picture shows one table, not 2" gg-plot sweep l.tsv l.tsv
}

@test "slice: in one column its letters are 5 points high, and its panels smaller" {
    need_program gnuplot
    printf '%s\n' "#gg-text 1" "member gg.graph/1" "frame t/1" "	nodes 2, edges 0, dim 3, pbc 7" "	cell 10 0 0 0 10 0 0 0 10" \
        "field pos f64 [2 node, 3 free] structure irreps=1x1o unit=sigma" "	2 2 5.2" "	4 4 5.1" \
        "field propensity f32 [2 node] target irreps=0e unit=sigma" "	0.1" "	0.8" \
        "field propensity_pred f32 [2 node] prediction irreps=0e unit=sigma" "	0.2" "	0.4" end | gg-dump -r | gg-plot slice --size 246 --script -o s.svg
    [ "$(grep -c '^plot ' s.gp)" -eq 3 ]
    grep -o 'font-size="[0-9.]*"' s.svg | tr -dc '0-9.\n' | awk '$1 < 5 { small++ } END { exit !(NR > 20 && !small) }'
    awk -f "$ROOT/tests/layout.awk" s.svg >said
    [ ! -s said ]
}

@test "names: what tells the lines apart, folders where tables have one name; of a prediction no field" {
    mkdir -p a/one a/two
    curve | sed 's/propensity_pred/propensity_pred.gnn/' >gnn.tsv
    curve >a/one/corr.tsv
    cp a/one/corr.tsv a/two/corr.tsv
    { curve; curve | tail -n +2 | sed 's/propensity_pred/propensity_pred.gnn/'; curve | tail -n +2 | sed 's/propensity_pred/displacement/'; } >three.tsv
    names() { gg-plot corr-time --script -o n.svg "$@"; grep -o "linespoints .*title '[^']*'" n.gp | sed "s/.*title '\(.*\)'/\1/" | grep -v noise | tr '\n' ';'; }
    [ "$(names a/one/corr.tsv a/two/corr.tsv)" = "one;two;" ]
    mkdir -p a/C4/n5 a/C8/n5
    cp a/one/corr.tsv a/C4/n5
    cp a/one/corr.tsv a/C8/n5
    [ "$(names a/C4/n5/corr.tsv "$PWD/a/C8/n5/corr.tsv")" = "C4/n5;C8/n5;" ] # as many folders as it takes
    [ "$(names gnn.tsv a/two/corr.tsv)" = "gnn, gnn;corr, prediction;" ]
    [ "$(names a/one/corr.tsv)" = "prediction;" ]
    [ "$(names three.tsv)" = "prediction;gnn;displacement;" ]
    [ "$(names --label mine a/one/corr.tsv)" = "mine;" ]
    grep -q "set title 'propensity of A, T = 0.5, t = 10 τ'" n.gp # of one time
    # more than seven lines have no colour twice
    for k in 1 2 3 4 5 6 7 8; do curve | sed "s/propensity_pred/model$k/" >m$k.tsv; done
    gg-plot corr-time --script -o n.svg m?.tsv
    [ "$(sed -n "s/.*linespoints.*linecolor '\(#[0-9a-f]*\)' title 'm.*/\1/p" n.gp | sort -u | wc -l)" -eq 8 ]
}

@test "learncurve: fit and ceiling have entries of their own, where there are any" {
    curve | awk -F '\t' -v OFS='\t' 'NR > 1 { $14 = 0.9 } 1' >in.tsv
    gg-plot learncurve --script -o c.svg in.tsv
    grep -q "NaN with lines .*dashtype (4,3) .*title 'fit'" c.gp
    grep -q "NaN with lines .*dashtype (1,3) .*title 'noise ceiling'" c.gp
    awk -F '\t' '$1 != 2' in.tsv | gg-plot learncurve --script -o f.svg
    run ! grep -q "title 'fit'" f.gp
    curve | gg-plot learncurve --script -o n.svg
    run ! grep -q "title 'noise ceiling'" n.gp
}

@test "logarithmic axes: bars that reach 0 and less end in an arrow at the lower end, and what is 0 or less is told" {
    need_program gnuplot
    printf 'target\tpredictor\ttemperature\ttime\tspecies\tquantity\tdefinition\tat\ttruth\ttruth_error\tprediction\tprediction_error\n' >s4.tsv
    printf 'propensity\tone\t0.5\t1\tA\tS4\tsmooth\t%s\t%s\t%s\tnan\tnan\n' 1 2 0.5  2 0.05 0.2  3 -0.1 0.3 >>s4.tsv
    gg-plot fluctuations --script -o s.svg s4.tsv 2>said
    grep -qx "gg-plot: 1 value of S4, 0 or less, has no place on a logarithmic axis" said
    grep -qx "set yrange \[0.01:\*\]" s.gp
    grep -qx "bottom = 0.01" s.gp
    # what gnuplot makes of them: x, y, and how far the arrow goes, of the second and the third point
    sed 's/^plot .*/set format y "%.4f"\nset table "drawn"\n&/' s.gp >t.gp
    cp s.tsv t.tsv
    gnuplot -d t.gp
    [ "$(awk 'NF == 5 && $4 < 0 { print $1, $2, $4 }' drawn)" = "$(printf '2 0.2500 -0.2400\n3 0.2000 -0.1900')" ]
    [ "$(awk 'NF == 5 && $4 ~ /^[1-9]/ { print $1, $2, $4 }' drawn)" = "1 1.5000 1.0000" ] # a bar as ever
    # a lower end that the user names is that of the arrows, too
    gg-plot fluctuations --script --yrange 1e-3,10 -o y.svg s4.tsv
    grep -qx "bottom = 0.001" y.gp
}

@test "slice: the thickness is that of the slab" {
    for thickness in 0.3 1 1.5 2; do
        printf '%s\n' "#gg-text 1" "member gg.graph/1" "frame t/1" "	nodes 3, edges 0, dim 3, pbc 7" "	cell 10 0 0 0 10 0 0 0 10" \
            "field pos f64 [3 node, 3 free] structure irreps=1x1o unit=sigma" "	2 2 5.2" "	4 4 5.6" "	6 6 5.9" \
            "field propensity f32 [3 node] target irreps=0e unit=sigma" "	1" "	2" "	3" end |
            gg-dump -r | gg-plot slice --target propensity --thickness $thickness --script -o s.svg || [ $thickness = 0.3 ]
        grep -v '^#' s.tsv | cut -f 4 | tr '\n' ' '
    done >drawn 2>said
    [ "$(cat drawn)" = "1 1 2 1 2 3 " ]
    grep -q "no particle in this slice" said
    gg-plot --help | tr -s ' \n' '  ' | grep -qe '--thickness.*centres within half of it are drawn'
}

@test "slice: one disc a particle of a slab as thick as the cell, periodic copies at the borders" {
    gg-plot slice --script -o s.svg --target propensity --predictor displacement --thickness 5.9 --across x --frame 3 "$DATA/tiny.ggs"
    # centres inside the cell: about 250 particles; outside: copies within a radius
    [ "$(awk -F '\t' '!/^#/ && NF == 6 && $1 >= 0 && $1 < 5.93 && $2 >= 0 && $2 < 5.93' s.tsv | wc -l)" -gt 240 ]
    [ "$(awk -F '\t' '!/^#/ && NF == 6 && ($1 < -0.51 || $1 > 6.44 || $2 < -0.51 || $2 > 6.44)' s.tsv | wc -l)" -eq 0 ]
    [ "$(awk -F '\t' '!/^#/ && NF == 6 && $1 < 0' s.tsv | wc -l)" -gt 5 ]
    awk -F '\t' 'NF == 6 { d = $5 - $4 - $6; if (d * d > 1e-10) exit 1 }' s.tsv
    grep -q "T = 0.64, t = 10 τ   KA/N250/T0.64/4" s.gp
    gg-plot slice --script -o one.svg --target propensity "$DATA/tiny.ggs"
    run ! grep -q "prediction" one.gp
    lo() { sed -n 's/^set cbrange \[\(.*\):\(.*\)\]/\1 \2/p' "$1"; }
    lo one.gp | awk '{ exit !($1 > 0) }'
    gg-select --scramble propensity --keep pos,type,time,propensity --rename propensity=propensity_pred "$DATA/tiny.ggs" |
        gg-corr --truth "$DATA/tiny.ggs" --residual s.ggs >/dev/null
    gg-plot slice --script -o signs.svg --target propensity_residual s.ggs # both signs: about 0
    lo signs.gp | awk '{ exit !($1 == -$2 && $2 > 0) }'
}

@test "text from outside is shown, never run" {
    curve | sed 's/propensity_pred/`touch ran`_{a}^@"\x27\\&~$(touch ran)/' >l.tsv
    gg-plot learncurve --script -o x.svg --title '`touch ran`%d'"'"'; system("touch ran") #' l.tsv
    gg-plot learncurve -o "'q\`touch ran\`.svg" l.tsv
    gg-plot learncurve -o '<touch ran.svg' l.tsv
    [ ! -e ran ]
    local hostile='`touch ran`_{a}^@"\x27\\\&~$(touch ran)'
    for kind in radial attention hidden sweep; do
        $kind | sed "s/layers\.[a-z0-9.]*/$hostile/; s/^lmax/$hostile/; s/\tlayer\t/\t$hostile\t/" >"x.$kind.tsv"
        grep -qF 'touch ran' "x.$kind.tsv"
    done
    awk -F '\t' -v OFS='\t' 'NR > 1 { $3 = $3 (NR % 2 ? "\"" : "b") } 1' x.sweep.tsv >y.sweep.tsv # a level more
    for kind in radial attention degrees sweep; do
        local table=x.$kind.tsv
        case $kind in degrees) table=x.hidden.tsv ;; sweep) table=y.sweep.tsv ;; esac
        gg-plot $kind --script -o "$kind.svg" "$table"
        run ! grep -q '`' "$kind.gp"
        grep -q '(touch ran)' "$kind.svg"
    done
    [ ! -e ran ]
    [ -s "'q\`touch ran\`.svg" ]
    [ -s '<touch ran.svg' ]
    run ! grep -q '`' x.gp
}

@test "without gnuplot: status 5, or data and script" {
    curve >l.tsv
    refuses 5 "gnuplot is not installed.*--script" env PATH="$GG_BIN" "$GG_BIN/gg-plot" learncurve -o x.svg l.tsv
    [ -z "$(find . -name 'x*')" ]
    env PATH="$GG_BIN" "$GG_BIN/gg-plot" learncurve --script -o x.svg l.tsv
    [ -s x.tsv ]
    [ -s x.gp ]
    [ ! -e x.svg ]
}

@test "reads standard input, names the picture after its kind, keeps nothing else" {
    need_program gnuplot
    corr | gg-plot corr-time
    [ "$(echo *)" = corr-time.svg ]
}

@test "what is refused" {
    curve >l.tsv
    cp l.tsv x.tsv
    log run1
    refuses 2 "no picture 'scater': did you mean scatter\?" gg-plot scater l.tsv
    refuses 2 "the name must end in .svg, .png or .pdf" gg-plot learncurve -o x.jpg l.tsv
    refuses 2 "--script would write over the input x.tsv" gg-plot learncurve --script -o x.svg x.tsv
    cmp l.tsv x.tsv
    refuses 2 "one picture shows one" gg-plot scatter --target a --target b "$DATA/tiny.ggs"
    refuses 2 "neither a letter" gg-plot scatter --species AB "$DATA/tiny.ggs"
    refuses 3 "no line of an epoch" gg-plot loss l.tsv
    refuses 3 "has no column 'target'" gg-plot corr-time run1/metrics.jsonl
    refuses 3 "has no column 'size'" gg-plot learncurve <(corr)
    refuses 3 "no row of target propensity and species C" gg-plot learncurve --species C l.tsv
    refuses 3 "only 14 cells, the header has 15" gg-plot learncurve <(cat l.tsv; head -n 2 l.tsv | tail -n 1 | cut -f 2-)
    refuses 4 "is empty" gg-plot learncurve /dev/null
    refuses 3 "has a header and no rows" gg-plot learncurve <(head -n 1 l.tsv)
    refuses 3 "propensity_pred" gg-plot scatter "$DATA/tiny.ggs"
    gg-plot slice "$DATA/tiny.ggs" -o slice.svg
    refuses 3 "no field X beside its prediction X_pred, and no target" bash -c 'gg-select --drop propensity,propensity_var,displacement "$0" | gg-plot slice -o none.svg' "$DATA/tiny.ggs"
    refuses 3 "no frame 8, only 8" gg-plot slice --target propensity --frame 8 "$DATA/tiny.ggs"
    refuses 3 "not a gg stream" gg-plot slice l.tsv
    refuses 5 "cannot open" gg-plot loss none.jsonl
    refuses 5 "l.tsv: a folder is wanted here" gg-plot learncurve -o l.tsv/where.svg l.tsv
    [ -z "$(find . -name '*.tmp.*')" ]
}
