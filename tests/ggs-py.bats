#!/usr/bin/env bats
# ggs-py.bats -- the numpy reader sees what the C reader sees, and what it writes is a stream

load helper

PYTHON=/usr/bin/python3
setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    "$PYTHON" -c 'import numpy' 2>/dev/null || skip "needs python3-numpy"
    export PYTHONPATH="$ROOT/examples/python" PYTHONDONTWRITEBYTECODE=1
}

# same FILE: each frame's tensors against gg-dump --json
same() {
    gg-dump --json "$1" >frames.json
    "$PYTHON" "$ROOT/tests/cases/readers.py" same "$1" frames.json
}

@test "every type, empty tensors, several members" {
    gg-dump -r -o types.ggs "$ROOT/tests/golden/types.txt"
    same types.ggs
}

@test "real configurations with edges, several files in one" {
    gg-neighbors --cutoff 1.5 --vectors -o edges.ggs "$DATA/tiny.ggs"
    cat "$DATA/tiny.ggs" edges.ggs >both.ggs
    same both.ggs
}

@test "streams accepted by fuzzers' targets, and changed copies of them: the same tensors" {
    local n=${SLOW:+10000} kept=("$ROOT"/build/hard/corpus/stream)
    gg-dump -r -o types.ggs "$ROOT/tests/golden/types.txt"
    gg-dump -r -o small.ggs "$ROOT/tests/cases/small.txt"
    [ -n "${SLOW:-}" ] && [ -d "${kept[0]}" ] || kept=()
    find "$ROOT/tests/fuzz/corpus/stream" "${kept[@]}" -type f | sort | awk -v step="$(every 6)" 'NR % step == 0' >corpus
    mapfile -t files <corpus
    "$PYTHON" "$ROOT/tests/cases/readers.py" fuzz "${n:-40}" types.ggs small.ggs "${files[@]}" | tee said
    [ "$(cut -d ' ' -f 1 said)" -ge 40 ]
    counted "$(cut -d ' ' -f 1 said)"
}

@test "META, PROV and the trailer are dictionaries" {
    gg-dump -r -o types.ggs "$ROOT/tests/golden/types.txt"
    "$PYTHON" - <<'EOF'
import ggs
frames = list(ggs.read("types.ggs"))
m = frames[0].member
assert m.meta["system"] == "all types\tand \\ escapes" and m.meta["note"].startswith("two lines:\n")
assert m.prov[0]["program"] == "by-hand" and m.trailer == {"frames": "2"}
assert frames[0].fields["a.f32"].unit == "sigma / tau^2"
EOF
}

@test "from a pipe, and by number from a file" {
    gg-select --join -o one.ggs "$DATA/tiny.ggs"
    gg-select one.ggs | "$PYTHON" -c '
import sys, ggs
import numpy as np
mapped = ggs.Mapped("one.ggs")
n = 0
for f in ggs.read(sys.stdin.buffer):
    assert np.array_equal(f["pos"], mapped[n]["pos"]) and f.id == mapped[n].id
    assert not f["pos"].flags.writeable
    n += 1
assert n == len(mapped) == 8, n'
}

@test "damage is refused: cut, empty, foreign, given up" {
    head -c 5000 "$DATA/tiny.ggs" >cut.ggs
    : >empty.ggs
    gzip -c "$DATA/tiny.ggs" >a.gz
    gg-neighbors --cutoff 2 cut.ggs >aborted.ggs 2>/dev/null || true
    for name in cut.ggs empty.ggs aborted.ggs; do
        "$PYTHON" -c "
import ggs
try:
    list(ggs.read('$name'))
except ggs.Truncated as why:
    print(why)
else:
    raise SystemExit('$name was read')"
    done
    run "$PYTHON" "$ROOT/examples/python/ggs.py" a.gz
    [ "$status" -eq 1 ]
    [[ "$output" == "ggs.py: not a gg stream" ]]
}

@test "written by numpy: checked, and what was read comes back bit for bit" {
    gg-neighbors --cutoff 1.5 --vectors "$DATA/tiny.ggs" | gg-select --join -o edges.ggs
    "$PYTHON" - <<'EOF'
import ggs
import numpy as np
frames = list(ggs.read("edges.ggs"))
with ggs.Writer("back.ggs", meta=frames[0].member.meta) as out:
    for f in frames:
        out.frame(f)
    out.trailer = frames[0].member.trailer
x = np.random.default_rng(1).random((50, 3)) * 5
with ggs.Writer("own.ggs", meta={"system": "mine\tand\nno other"}) as out:
    for k in range(3):
        out.frame({"pos": x, "type": np.arange(50) % 2, "force": -x, "temperature": 0.5, "time": [1.0],
                   "propensity": x[:, :1]}, cell=np.diag([5, 5, 5]), id=f"own/{k}",
                  fields={"force": {"irreps": "1x1o", "role": "target"}})
try:
    with ggs.Writer("half.ggs") as out:
        raise KeyError
except KeyError:
    pass
EOF
    [ ! -e half.ggs ]
    gg-dump --check back.ggs own.ggs
    gg-cmp --tol 0 edges.ggs back.ggs
    gg-dump own.ggs >shown
    grep -qE '^  force +f64  \[node, 3\] +target +1x1o' shown
    grep -qE '^  propensity +f32  \[node, time\] +target +0e' shown
    gg-select --frames 1 own.ggs | gg-neighbors --cutoff 1 | gg-dump -o near
    grep -q '50 nodes, [1-9][0-9]* edges, 3D periodic, cell 5 5 5' near
    "$PYTHON" -c '
import ggs
whole = ggs.Mapped("own.ggs")
assert len(whole) == 3 and whole[2].id == "own/2" and whole.member.schema == "gg.graph/1"'
}
