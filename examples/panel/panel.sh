#!/bin/bash
# panel.sh -- what cell.sh has written, put together
#
#   panel.sh search CELL...           a line for each setting: its name, the mean of rho over sets, targets, times and seeds
#   panel.sh best SEARCH.tsv          of these the name with the highest mean
#   panel.sh join CELL...             cells below one header
#   panel.sh panel REFERENCE ARM.tsv...   the panel, for people
#   panel.sh scales ARM.tsv...        for people: whether the scale of the prediction is right, at each temperature and over all of them
#   panel.sh curves ARM.tsv...        rows for gg-plot learncurve: the test set, a predictor for each arm
#
# Differences to REFERENCE are paired over configurations and seeds.  Configurations and seeds are both drawn: the variance of the mean is that of
# the means over configurations, by seed, plus that of the means over seeds, by configuration (each over its number; what both share is counted
# twice, so intervals are rather too wide), and t is that of the smaller number.
set -eu -o pipefail
what=$1
shift
[ $# -gt "$([ "$what" = panel ] && echo 1 || echo 0)" ] || { echo "panel.sh: no results yet" >&2; exit 1; } # awk would wait for the terminal
case $what in
search)
    awk -F '\t' -v OFS='\t' '
        FNR == 1 { for (c = 1; c <= NF; c++) at[$c] = c; next }
        { a = $at["arm"]; if (!(a in n)) order[++arms] = a; n[a]++; sum[a] += $at["rho_config"] == "nan" ? 0 : $at["rho_config"] }
        END { for (k = 1; k <= arms; k++) print order[k], sum[order[k]] / n[order[k]] }' "$@"
    ;;
best) sort -t "$(printf '\t')" -k 2,2gr "$1" | head -n 1 | cut -f 1 ;;
curves)
    awk -F '\t' -v OFS='\t' '
        NR == 1 { print "size", "seed", "target", "predictor", "temperature", "time", "species", "rho_config", "rho_config_lo", "rho_config_hi", "ceiling_config" }
        FNR == 1 { for (c = 1; c <= NF; c++) at[$c] = c; next }
        $at["set"] == "test" { print $at["size"], $at["seed"], $at["target"], $at["arm"], $at["temperature"], $at["time"], $at["species"], $at["rho_config"], "nan", "nan", $at["ceiling_config"] }' "$@"
    ;;
scales)
    # Pearson inside a configuration cannot see a wrong scale.  R2 over all sets: about one mean for all, in the unit of the target, the last times
    # of the sets together, the first ones, and so on.
    awk -F '\t' '
        FNR == 1 { delete at; for (c = 1; c <= NF; c++) at[$c] = c; next }
        !("mean" in at) { if (FNR == 2) print FILENAME ": without means and squares, of an older version: make it again for scales"; next }
        $at["mean"] == "nan" { next }
        {
            arm = $at["arm"]; size = $at["size"] + 0; set = $at["set"]; key = arm SUBSEP $at["target"]
            if (!(key in rows)) { rows[key]; row[++n_row] = key }
            if (!(set in sets)) { sets[set]; set_name[++n_set] = set }
            if (size > big) big = size
            if (!((set, $at["time"]) in place)) { place[set, $at["time"]] = ++n_time[set]; time[set, n_time[set]] = $at["time"]; T[set] = $at["temperature"] }
            q = place[set, $at["time"]]; cell = key SUBSEP size SUBSEP set SUBSEP q; seeds[cell]++
            x = $at["mean"]; y = $at["mean_pred"]
            if (x == 0) unknown[cell]; else error[cell] += y / x - 1
            slope[cell] += $at["yy"] > 0 ? $at["xy"] / $at["yy"] : 0
            rho[cell] += $at["rho_config"]
            n = $at["n"]; all = key SUBSEP size SUBSEP q; N[all] += n; sx[all] += n * x; s2[all] += $at["xx"] + n * x * x
            dd[all] += $at["xx"] + $at["yy"] - 2 * $at["xy"] + n * (y - x) ^ 2
        }
        END {
            for (q = 1; q <= n_time[set_name[1]]; q++) {
                printf "%sThe first %d training configurations, time %d of each temperature: error of the mean, slope, rho\n%-32s %8s", (q > 1 ? "\n" : ""), big, q, "arm, target", "R2 all T"
                for (s = 1; s <= n_set; s++) printf "  %24s", "T=" T[set_name[s]] " t=" time[set_name[s], q]
                print ""
                for (k = 1; k <= n_row; k++) {
                    all = row[k] SUBSEP big SUBSEP q
                    if (!N[all]) continue
                    split(row[k], p, SUBSEP)
                    square = s2[all] - sx[all] ^ 2 / N[all]
                    printf "%-18s %-13s %8s", p[1], p[2], (square > 0 ? sprintf("%.3f", 1 - dd[all] / square) : "n/a")
                    for (s = 1; s <= n_set; s++) {
                        cell = row[k] SUBSEP big SUBSEP set_name[s] SUBSEP q
                        if (!seeds[cell]) { printf "  %24s", "n/a"; continue } # a set that this arm has not
                        printf "  %9s %6.2f %7.3f", ((cell in unknown) ? "n/a" : sprintf("%+.1f%%", 100 * error[cell] / seeds[cell])), slope[cell] / seeds[cell], rho[cell] / seeds[cell]
                    }
                    print ""
                }
            }
        }' "$@"
    ;;
join) awk 'FNR > 1 || NR == 1' "$@" ;;
panel)
    reference=$1
    shift
    awk -F '\t' -v reference="$reference" '
        function t95(df) { # 0.975 quantile of Student'"'"'s t
            split("12.706 4.303 3.182 2.776 2.571 2.447 2.365 2.306 2.262 2.228 2.201 2.179 2.160 2.145 2.131 2.120 2.110 2.101 2.093 2.086", table, " ")
            return df < 1 ? 0 : df <= 20 ? table[df] : 1.96 + 2.5 / df
        }
        # rho[row, size, seed, set, time, configuration]; a row is arm, target, predictor
        FNR == 1 { for (c = 1; c <= NF; c++) at[$c] = c; next }
        {
            arm = $at["arm"]; sub(/@.*/, "", arm)
            row = arm SUBSEP $at["target"] SUBSEP $at["predictor"]
            size = $at["size"]; seed = $at["seed"]; set = $at["set"]
            if (!(row in rows)) { rows[row] = ++n_row; name[n_row] = row; setting[row] = $at["arm"] }
            if (!(size in sizes)) { sizes[size]; order[++n_size] = size }
            if (!(set in sets)) { sets[set]; set_name[++n_set] = set }
            if (!(seed in seeds)) { seeds[seed]; seed_name[++n_seed] = seed }
            if (!((set, $at["time"]) in place)) { place[set, $at["time"]] = ++n_time[set]; time[set, n_time[set]] = $at["time"]; temperature[set] = $at["temperature"] }
            q = place[set, $at["time"]]
            ceiling[set, q, $at["target"]] = $at["ceiling_config"]
            cost[row, size] = $at["tflop"]
            n_config[set] = split($at["by_config"], list, ",")
            for (k = 1; k <= n_config[set]; k++) rho[row, size, seed, set, q, k] = list[k]
        }
        # means over configurations of the row, or of its difference to `less`, for all seeds: sets mean, sd (over seeds), half (interval)
        function look(row, size, set, q, less,   s, k, v, n, by_seed, by_config, vs, vc, K) {
            mean = sd = half = n = 0; K = n_config[set]
            for (s = 1; s <= n_seed; s++) {
                if (!((row, size, seed_name[s], set, q, 1) in rho) || (less != "" && !((less, size, seed_name[s], set, q, 1) in rho))) continue
                n++; by_seed[n] = 0
                for (k = 1; k <= K; k++) {
                    v = rho[row, size, seed_name[s], set, q, k] - (less == "" ? 0 : rho[less, size, seed_name[s], set, q, k])
                    by_seed[n] += v / K; by_config[k] += v
                }
                mean += by_seed[n]
            }
            if (!n) return 0
            mean /= n
            for (s = 1; s <= n; s++) vs += (by_seed[s] - mean) ^ 2
            for (k = 1; k <= K; k++) vc += (by_config[k] / n - mean) ^ 2
            sd = n > 1 ? sqrt(vs / (n - 1)) : 0
            half = n > 1 && K > 1 ? t95((n < K ? n : K) - 1) * sqrt(vs / (n - 1) / n + vc / (K - 1) / K) : 0
            return n
        }
        function part(c) { return c + 0 > 0 ? sprintf("%.3f", mean / c) : "n/a" } # of a ceiling that is known
        function label(row,   p) { split(row, p, SUBSEP); return sprintf("%-18s %-14s %-20s", setting[row], p[2], p[3]) }
        function base(row,   p, k, r) { # the row of the reference with the same target
            split(row, p, SUBSEP)
            for (k = 1; k <= n_row; k++) { split(name[k], r, SUBSEP); if (r[1] == reference && r[2] == p[2]) return name[k] }
            return ""
        }
        function verdict() {
            if (half == 0) return "-"
            if (mean - half > 0) return "helps"
            if (mean + half < 0) return "harms"
            return sprintf("not resolved above %.3f", (mean > 0 ? mean : -mean) + half)
        }
        END {
            big = order[1]
            for (k = 2; k <= n_size; k++) if (order[k] + 0 > big + 0) big = order[k]
            printf "The first %d training configurations, %d seeds; test set: %d configurations at T = %s.  In brackets the sd over seeds, in thousandths.\n", big, n_seed, n_config["test"], temperature["test"]
            for (q = 1; q <= n_time["test"]; q++) {
                printf "\nt = %s\n%-54s %11s %8s %8s   %s\n", time["test", q], "arm, target, predictor", "rho", "rho/max", "Tflop", "difference to " reference ", 95 %"
                for (k = 1; k <= n_row; k++) {
                    split(name[k], p, SUBSEP)
                    if (!look(name[k], big, "test", q, "")) continue
                    printf "%s %6.3f(%03.0f) %8s %8.3g", label(name[k]), mean, 1000 * sd, part(ceiling["test", q, p[2]]), cost[name[k], big]
                    less = base(name[k])
                    if (less != "" && less != name[k] && look(name[k], big, "test", q, less)) printf "   %+.3f [%+.3f, %+.3f]  %s", mean, mean - half, mean + half, verdict()
                    print ""
                }
            }
            printf "\nAll temperatures, the first %d training configurations: rho (rho/max)\n%-54s", big, "arm, target, predictor"
            for (s = 1; s <= n_set; s++) for (q = 1; q <= n_time[set_name[s]]; q++) printf " %14s", "T=" temperature[set_name[s]] " t=" time[set_name[s], q]
            print ""
            for (k = 1; k <= n_row; k++) {
                split(name[k], p, SUBSEP); printf "%s", label(name[k])
                for (s = 1; s <= n_set; s++) for (q = 1; q <= n_time[set_name[s]]; q++)
                    if (look(name[k], big, set_name[s], q, "")) printf "  %5.3f (%5s)", mean, part(ceiling[set_name[s], q, p[2]])
                print ""
            }
            for (q = 1; q <= n_time["test"]; q++) {
                printf "\nLearning curve, t = %s: rho at the first so many configurations, and the difference to %s\n%-54s", time["test", q], reference, "arm, target, predictor"
                for (n = 1; n <= n_size; n++) printf " %10s", order[n]
                print ""
                for (k = 1; k <= n_row; k++) {
                    printf "%s", label(name[k])
                    for (n = 1; n <= n_size; n++) if (look(name[k], order[n], "test", q, "")) printf " %5.3f(%03.0f)", mean, 1000 * sd; else printf " %10s", "-"
                    print ""
                    less = base(name[k])
                    if (less == "" || less == name[k]) continue
                    printf "%-54s", ""
                    for (n = 1; n <= n_size; n++) if (look(name[k], order[n], "test", q, less)) printf " %10s", sprintf("%+.3f~%.3f", mean, half); else printf " %10s", "-"
                    print ""
                }
            }
        }' "$@"
    ;;
esac
