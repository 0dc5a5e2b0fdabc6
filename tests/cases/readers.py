"""readers.py -- the numpy reader (examples/python/ggs.py) against what gg-dump --json says of the same stream

    readers.py same FILE JSON          one stream and its lines
    readers.py fuzz N FILE...          until N streams were taken by gg-dump: the files, and changed copies of those that were taken

Inputs of the fuzzer of streams have a byte in front and zeros for checksums: the byte is taken away, sums are made right.
"""
import io
import json
import random
import struct
import subprocess
import sys

import ggs
import numpy as np


def same(data, lines):
    frames = [json.loads(line) for line in lines]
    mine = list(ggs.read(data))
    assert len(mine) == len(frames), (len(mine), len(frames))
    for f, j in zip(mine, frames):
        assert (f.id, f.n_node, f.n_edge, f.dim, f.pbc) == tuple(j[k] for k in ("id", "n_node", "n_edge", "dim", "pbc"))
        assert f.member.schema == j["schema"] and f.cell.tolist() == j["cell"]
        assert list(f) == list(j["fields"])
        for name, x in f.items():
            want, field = j["fields"][name], f.fields[name]
            assert list(x.shape) == want["shape"] and field.axes == want["axes"], name
            assert (field.role, field.irreps, field.unit) == (want["role"], want["irreps"], want["unit"]), name
            if x.size == 0:
                continue
            if x.dtype.kind == "f":
                y = np.array(want["data"], dtype=object)
                y = np.where(np.equal(y, None), np.nan, y).astype(x.dtype)
                assert np.array_equal(x, y, equal_nan=True), name
            else:
                assert x.tolist() == want["data"], name


def chunks(b):
    """Where preambles and chunk headers are: (offset, is_preamble, table, body), as far as lengths lead."""
    at, fresh = 0, True
    while at + 64 <= len(b):
        if fresh:
            yield at, True, 0, 0
            at, fresh = at + 64, False
            continue
        table, body = struct.unpack_from("<QQ", b, at + 16)
        if table > len(b) - at - 64 or body > len(b) - at - 64 - table:
            return
        yield at, False, table, body
        fresh = bytes(b[at : at + 4]) == b"ENDS"
        at += 64 + table + body


def reseal(b):
    """All sums and the chain made right."""
    previous = 0
    for at, is_preamble, table, body in chunks(b):
        if is_preamble:
            struct.pack_into("<I", b, at + 60, ggs.crc32c(b[at : at + 60]))
        else:
            struct.pack_into("<I", b, at + 40, ggs.crc32c(b[at + 64 : at + 64 + table]))
            struct.pack_into("<I", b, at + 44, ggs.crc32c(b[at + 64 + table : at + 64 + table + body]))
            struct.pack_into("<I", b, at + 48, ggs.crc32c(b[at : at + 48], previous))
            struct.pack_into("<I", b, at + 60, ggs.crc32c(b[at : at + 60]))
        previous = ggs.crc32c(b[at : at + 64])
    return b


def changed(b, draw):
    """A copy with a few other bytes in one table or body."""
    b = bytearray(b)
    spans = [(at + 64, table + body) for at, is_preamble, table, body in chunks(b) if not is_preamble and table + body]
    if spans:
        start, length = draw.choice(spans)
        for _ in range(draw.randint(1, 3)):
            b[start + draw.randrange(length)] = draw.choice([0, 1, 2, 3, 255, 128, draw.randrange(256)])
    return reseal(b)


def taken(b):
    """gg-dump's lines, or None where it refuses."""
    out = subprocess.run(["gg-dump", "--json"], input=bytes(b), capture_output=True)
    assert out.returncode in (0, 3, 4), (out.returncode, out.stderr)
    return out.stdout.decode().splitlines() if out.returncode == 0 else None


def fuzz(n, paths):
    draw, kept, tried, compared = random.Random(1), [], 0, 0
    whole = [open(p, "rb").read() for p in paths]
    start = [reseal(bytearray(b if b.startswith(ggs.MAGIC) else b[1:])) for b in whole]
    while compared < n:
        b = start[tried] if tried < len(start) else changed(draw.choice(kept), draw)
        tried += 1
        lines = taken(b)
        if lines is None:
            continue
        try:
            same(io.BytesIO(bytes(b)), lines)
        except Exception:
            open("differs.ggs", "wb").write(bytes(b))
            raise
        compared += 1
        if tried <= len(start):
            kept.append(b)
    print(f"{compared} compared, {tried} tried")


if sys.argv[1] == "same":
    same(sys.argv[2], open(sys.argv[3]))
else:
    fuzz(int(sys.argv[2]), sys.argv[3:])
