#!/bin/bash
# model.sh SETTING-VALUE,... -- the network of the sweeps as YAML, from the settings that are varied
#
#   C            channels of each degree (required)
#   target       propensity, at each time, from inherent positions; potential: of an ion, from where it is    default propensity
#   lmax         highest degree, 0 to 3                   default 2
#   depth        message passings                         2
#   nu           most factors of a product of features    1: none
#   cutoff       of neighbours                            2.0
#   norm         actnorm: scales set once from the data, or batch: batch_norm   actnorm
#   act          gate, or norm: norm_act, of the norm of each channel           gate
#   parity       natural: one parity a degree, or both    natural
#   residual     yes: what a layer makes is added, or no  yes
#   radial       width of the radial net                  16
#
# One design, such that each setting changes one thing: a layer sums over neighbours, normalises, multiplies up to nu features of a particle,
# mixes, adds the particle itself, and activates.
set -eu
declare -A set=([target]=propensity [lmax]=2 [depth]=2 [nu]=1 [cutoff]=2.0 [norm]=actnorm [act]=gate [parity]=natural [residual]=yes [radial]=16)
IFS=, read -r -a words <<<"$1"
for word in "${words[@]}"; do set[${word%%-*}]=${word#*-}; done
known() { # SETTING VALUE...: one of these
    local name=$1 value
    shift
    for value; do [ "${set[$name]}" != "$value" ] || return 0; done
    echo "model.sh: $name-${set[$name]}: $name is one of $*" >&2
    exit 2
}
known lmax 0 1 2 3
known nu 1 2 3 4
known norm actnorm batch
known act gate norm
known parity natural both
known residual yes no
[ -n "${set[C]:-}" ] || { echo "model.sh: $1: lacks the channels, such as C-8" >&2; exit 2; }
lmax=${set[lmax]}
irreps="C*all($lmax)" parity=
if [ "${set[parity]}" = both ]; then
    irreps='C*0e' parity=', parity: both'
    for ((l = 1; l <= lmax; l++)); do irreps+="+C*${l}o+C*${l}e"; done
fi
case ${set[act]} in
gate) out="gate($irreps)" act='layer: gate' ;;
norm) out=$irreps act='layer: norm_act, act: silu' ;;
esac
case ${set[norm]} in
actnorm) norm=actnorm ;;
batch) norm=batch_norm ;;
esac

layer() { # NUMBER
    local to=m
    [ "$1" -gt 1 ] && [ "${set[residual]}" = yes ] || to=h
    cat <<END
  - {layer: linear, in: h, out: u}
  - {layer: conv, in: u, lmax: $lmax$parity, out_irreps: $irreps, radial: {n: 10, hidden: [${set[radial]}]}, out: m}
  - {layer: $norm, in: m, out: m}
END
    [ "${set[nu]}" = 1 ] || echo "  - {layer: contract, in: m, correlation: ${set[nu]}, out: m}"
    cat <<END
  - {layer: linear, in: m, out_irreps: $out, out: m}
  - {layer: linear, in: h, species: true, out_irreps: $out, out: s}
  - {layer: add, in: [m, s], out: m}
  - {$act, in: m, out: $to}
END
    [ $to = h ] || echo '  - {layer: add, in: [h, m], out: h}'
}
case ${set[target]} in
propensity) node='type, energy_inherent' positions=pos_inherent times=', times: each' ;;
*) node=type positions=pos times='' ;;
esac

cat <<END
let: {C: ${set[C]}}
inputs:
  node: [$node]
  positions: $positions
  cutoff: ${set[cutoff]}
layers:
  - {layer: embed, channels: C, out: h}
END
for ((n = 1; n <= set[depth]; n++)); do layer "$n"; done
cat <<END
heads:
  - {target: ${set[target]}, in: h, layer: mlp, hidden: [32, 32]$times}
loss:
  kind: mse
  standardise: [time, species]
train: {clip: 1, ema: 0.99, schedule: cosine}
END
