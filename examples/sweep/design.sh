#!/bin/bash
# design.sh screening|grid|larger|field|check DATA "SEED..." [SETTING-VALUE,...] -- the runs of a design, a line each, in the words of run.sh
#
#   screening  ten settings of two levels in 64 of their 1024 combinations, a fraction of resolution IV: no effect of a setting is mixed up with
#              that of a pair of others (generators 7 = 2346, 8 = 1346, 9 = 1245, 10 = 1235: G. Box, W. Hunter, S. Hunter, Statistics for
#              Experimenters, 1978)
#   grid       every lmax 0 to 3 with every depth 1, 2, 4, 6 and every nu 1 to 3, at two budgets
#   larger     every lmax with depth 2 and 4, with more operations and steps than the grid's: does its order last?
#   field      depth by cutoff, at equal depth x cutoff and at equal cutoff: which of the two does it
#   check      lmax, depth and nu of the rows of predicted.tsv (on standard input)
# The words at the end go to all runs.
set -eu
what=$1 data=$2 seeds=$3 more=${4:+,$4}
runs() { # SETTINGS
    local seed
    for seed in $seeds; do echo "data-$data,$1$more,seed-$seed"; done
}
case $what in
screening)
    two() { [ $(($1 & 1)) = 0 ] && echo "$2" || echo "$3"; } # of a sum of signs
    for ((k = 0; k < 64; k++)); do
        for ((f = 1; f <= 6; f++)); do s[f]=$(((k >> (f - 1)) & 1)); done
        s[7]=$((s[2] + s[3] + s[4] + s[6])) s[8]=$((s[1] + s[3] + s[4] + s[6]))
        s[9]=$((s[1] + s[2] + s[4] + s[5])) s[10]=$((s[1] + s[2] + s[3] + s[5]))
        runs "lmax-$(two s[1] 1 3),depth-$(two s[2] 2 6),nu-$(two s[3] 1 3),cutoff-$(two s[4] 1.6 2.4),norm-$(two s[5] actnorm batch),act-$(two s[6] gate norm),parity-$(
            two s[7] natural both),residual-$(two s[8] no yes),radial-$(two s[9] 8 64),rate-$(two s[10] 3e-3 3e-2)"
    done
    ;;
grid)
    for flops in 0.0375 0.15; do for lmax in 0 1 2 3; do for depth in 1 2 4 6; do for nu in 1 2 3; do
        runs "flops-$flops,lmax-$lmax,depth-$depth,nu-$nu"
    done; done; done; done
    ;;
larger) for lmax in 0 1 2 3; do for depth in 2 4; do runs "lmax-$lmax,depth-$depth,nu-1"; done; done ;;
field) for at in 2,2.4 3,2.4 4,2.4 2,1.6 3,1.6 4,1.6 4,1.2 6,1.6; do runs "depth-${at%,*},cutoff-${at#*,}"; done ;;
check) tail -n +2 | while IFS=$'\t' read -r _ lmax depth nu _; do runs "lmax-$lmax,depth-$depth,nu-$nu"; done ;;
*) echo "design.sh: $what: screening, grid, larger, field or check" >&2; exit 2 ;;
esac
