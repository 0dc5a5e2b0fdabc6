#!/bin/sh
# table.sh ARM.SET.KIND.tsv... -- what recipe.mk has scored, for people: a line for each arm and time, "structure only" beside "structure and
# sampling", then the controls.  In brackets the sd over seeds, in thousandths; the interval is that of the difference to ridge.
set -eu
[ $# -gt 0 ] || { echo "table.sh: no results yet" >&2; exit 1; }
awk -F '\t' '
    $5 == "target" { for (c = 5; c <= NF; c++) at[$c] = c; next }
    $at["predictor"] == "ridge" { next } # what is compared with, in a line of its own
    {
        time = $at["time"]; cell = $1 SUBSEP $2 SUBSEP $3 SUBSEP time
        if (!($1 in arms)) { arms[$1]; arm[++n_arm] = $1 }
        if (!(time in times)) { times[time]; t[++n_time] = time }
        if ($4 ~ /seed\.[0-9]+/) { n[cell]++; s[cell] += $at["rho_config"]; q[cell] += $at["rho_config"] ^ 2; next }
        rho[cell] = $at["rho_config"]; lo[cell] = $at["diff_config_lo"]; hi[cell] = $at["diff_config_hi"]; d[cell] = $at["diff_config"]
        configs = $at["configs"]; ceiling[time] = $at["ceiling_config"]
    }
    function number(x, form) { return x == "" || x == "nan" ? "-" : sprintf(form, x) }
    function text(a, set, kind, time,   c, v) {
        c = a SUBSEP set SUBSEP kind SUBSEP time
        if (!(c in rho)) return sprintf("%-38s", "-")
        v = n[c] > 1 ? (q[c] - s[c] ^ 2 / n[c]) / (n[c] - 1) : 0
        return sprintf("%-38s", sprintf("%s(%03.0f)  %s [%s, %s]", number(rho[c], "%.3f"), 1000 * sqrt(v > 0 ? v : 0), number(d[c], "%+.3f"), number(lo[c], "%+.3f"), number(hi[c], "%+.3f")))
    }
    END {
        printf "%d test configurations; Pearson inside configurations (sd of one seed, in thousandths), minus ridge on one structure [95 %%]\n", configs
        for (k = 1; k <= n_time; k++) {
            printf "\nt = %s, ceiling %s\n%-8s %-38s %s\n", t[k], number(ceiling[t[k]], "%.3f"), "", "structure only", "structure and sampling"
            for (a = 1; a <= n_arm; a++)
                printf "%-8s %s %s\n", arm[a], text(arm[a], "structure", "plain", t[k]), text(arm[a], "sampling", "samples", t[k])
            a = arm[n_arm]
            printf "controls, %s: no cage, samples   %s\n", a, text(a, "structure", "samples", t[k])
            printf "controls, %s: no cage, noise     %s\n", a, text(a, "structure", "noise", t[k])
            printf "controls, %s: other minimisers   %s\n", a, text(a, "structure", "minimisers", t[k])
            printf "controls, %s: cage, no samples   %s\n", a, text(a, "sampling", "plain", t[k])
        }
    }' "$@"
