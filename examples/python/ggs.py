"""ggs.py -- reads and writes gg streams with numpy and nothing else (gg_stream(5)).

    import ggs
    for frame in ggs.read("a.ggs"):              # a path, or a binary file such as sys.stdin.buffer
        print(frame.id, frame.cell, frame["pos"].shape, frame.fields["pos"].irreps)

    whole = ggs.Mapped("a.ggs")                  # random access to a file with an index
    print(len(whole), whole[5]["pos"])

    with ggs.Writer("b.ggs", meta={"system": "mine"}) as out:
        out.frame({"pos": pos, "type": types, "force": force}, cell=[[5, 0, 0], [0, 5, 0], [0, 0, 5]], id="mine/1",
                  fields={"force": {"irreps": "1x1o", "role": "target"}})
        out.frame(frame)                         # one that was read, as it is

Arrays are views into what was read: read-only, copy before writing into them.  bf16 is given as float32.  Checksums of
preambles, headers and tables are compared; those of the bodies are not: gg-dump --check does.
"""
import math
import os
import signal
import sys
from collections import namedtuple

import numpy as np

MAGIC = b"\x89GGS\r\n\x1a\n"
PREAMBLE = np.dtype([("magic", "S8"), ("order", "S4"), ("major", "<u2"), ("minor", "<u2"), ("align", "<u4"),
                     ("flags", "<u4"), ("schema", "S32"), ("reserved", "<u4"), ("crc", "<u4")])
HEADER = np.dtype([("type", "S4"), ("flags", "<u4"), ("seq", "<u8"), ("table_len", "<u8"), ("body_len", "<u8"),
                   ("aux", "<u8"), ("table_crc", "<u4"), ("body_crc", "<u4"), ("chain", "<u4"), ("reserved", "<u8"),
                   ("header_crc", "<u4")])
INFO = np.dtype([("n_node", "<u8"), ("n_edge", "<u8"), ("n_tensor", "<u4"), ("dim", "u1"), ("pbc", "u1"),
                 ("zero", "<u2"), ("cell", "<f8", (3, 3)), ("id", "S96")])
DESCRIPTOR = np.dtype([("name", "S64"), ("irreps", "S128"), ("unit", "S32"), ("shape", "<u8", 8), ("offset", "<u8"),
                       ("nbytes", "<u8"), ("dtype", "u1"), ("ndim", "u1"), ("role", "u1"), ("flags", "u1"),
                       ("reserved", "<u4"), ("axis", "u1", 8)])
assert (PREAMBLE.itemsize, HEADER.itemsize, INFO.itemsize, DESCRIPTOR.itemsize) == (64, 64, 192, 320)

TYPES = [None, "i1", "u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "bf16", "<f4", "<f8", "?"]
AXES = ["free", "node", "edge", "node+1", "time", "replica"]
ROLES = ["other", "structure", "feature", "target", "prediction", "mask", "parameter", "optimiser", "metric"]

Field = namedtuple("Field", "name irreps unit shape axes role dtype")


class Error(Exception):
    """Not a gg stream, or a damaged one."""


class Truncated(Error):
    """The input ends early, is empty, or was given up by the program that wrote it."""


class Frame(dict):
    """Names to arrays; fields[name] tells irreps, unit, axes and role of each."""

    def __init__(self, info, member):
        super().__init__()
        self.n_node, self.n_edge = int(info["n_node"]), int(info["n_edge"])
        self.dim = int(info["dim"])
        self.pbc = [bool(int(info["pbc"]) >> a & 1) for a in range(3)]
        self.cell = np.array(info["cell"])
        self.id = text(info["id"])
        self.fields = {}
        self.member = member  # schema, meta, prov; trailer once its end was read


class Member:
    def __init__(self, schema):
        self.schema, self.meta, self.prov, self.trailer = schema, {}, [], {}


_TABLE = []
for _b in range(256):
    for _ in range(8):
        _b = _b >> 1 ^ (0x82F63B78 if _b & 1 else 0)
    _TABLE.append(_b)


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in bytes(data):
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def apply(columns, x):
    y = 0
    for b in range(x.bit_length()):
        y ^= columns[b] if x >> b & 1 else 0
    return y


def zeros_behind(n):
    """What n zero bytes do to the register of the checksum: powers of what one does."""
    step = [_TABLE[1 << b & 255] ^ (1 << b >> 8) for b in range(32)]
    out = [1 << b for b in range(32)]
    while n:
        if n & 1:
            out = [apply(step, column) for column in out]
        step, n = [apply(step, column) for column in step], n >> 1
    return out


def crc32c_long(data):
    """The same sum of many bytes: 4096 pieces side by side, then joined."""
    data, lanes = np.frombuffer(data, np.uint8), 4096
    length = len(data) // lanes
    if length < 64:
        return crc32c(data.tobytes())
    table, pieces = np.array(_TABLE, np.uint32), data[: lanes * length].reshape(lanes, length)
    register = np.zeros(lanes, np.uint32)
    for k in range(length):
        register = register >> np.uint32(8) ^ table[(register ^ pieces[:, k]) & np.uint32(255)]
    step, crc = zeros_behind(length), 0xFFFFFFFF
    for one in register.tolist():
        crc = apply(step, crc) ^ one
    return crc32c(data[lanes * length :].tobytes(), crc ^ 0xFFFFFFFF)


def text(value):
    """An S field without its padding; numpy has dropped trailing NULs, an inner one is damage."""
    value = bytes(value)
    if b"\0" in value:
        raise Error("a string with a NUL inside")
    return value.decode("ascii")


def take(stream, n):
    """Exactly n bytes; a pipe gives what is there, so ask again.  Memory grows only as bytes arrive."""
    parts = bytearray()
    while len(parts) < n:
        part = stream.read(min(n - len(parts), 1 << 20))
        if not part:
            raise Truncated(f"input ends early: {n - len(parts)} bytes are missing")
        parts += part
    return memoryview(parts).toreadonly()


def lines(body, found=None):
    """META, PROV, ABRT: key TAB value LF.  A key that is there twice becomes a list."""
    found = {} if found is None else found
    for line in bytes(body).split(b"\0", 1)[0].decode("utf-8").split("\n")[:-1]:
        key, _, value = line.partition("\t")
        plain = value.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace("\0", "\\")
        if key not in found:
            found[key] = plain
        elif isinstance(found[key], list):
            found[key].append(plain)
        else:
            found[key] = [found[key], plain]
    return found


def check_preamble(raw):
    if not raw.startswith(MAGIC):
        raise Error("not a gg stream")
    p = np.frombuffer(raw, PREAMBLE, 1)[0]
    if bytes(raw[8:12]) != b"\x04\x03\x02\x01":
        raise Error("written on a big-endian machine")
    if int(p["major"]) != 1:
        raise Error(f"version {int(p['major'])} of the format, this reads 1")
    if int(p["align"]) != 64 or crc32c(raw[:60]) != int(p["crc"]):
        raise Error("a damaged preamble")
    return text(p["schema"])


def check_header(raw):
    h = np.frombuffer(raw, HEADER, 1)[0]
    if crc32c(raw[:60]) != int(h["header_crc"]):
        raise Error("checksum of a chunk header is wrong")
    return h


def array(d, body, start):
    """A view of one payload, without a copy.  Zero-size tensors work too."""
    shape = tuple(int(n) for n in d["shape"][: int(d["ndim"])])
    code = TYPES[int(d["dtype"])]
    kind = np.dtype("<u2" if code == "bf16" else code)
    count = math.prod(shape)
    if int(d["nbytes"]) != count * kind.itemsize:
        raise Error(f"field {text(d['name'])}: size and shape disagree")
    flat = np.frombuffer(body, kind, count, start + int(d["offset"]))
    if code == "bf16":
        flat = (flat.astype("<u4") << 16).view("<f4")
    return flat.reshape(shape)


def parse_frame(table, body, start, member):
    info = np.frombuffer(table, INFO, 1)[0]
    frame = Frame(info, member)
    for d in np.frombuffer(table, DESCRIPTOR, int(info["n_tensor"]), INFO.itemsize):
        name, ndim = text(d["name"]), int(d["ndim"])
        value = array(d, body, start)
        frame[name] = value
        frame.fields[name] = Field(name, text(d["irreps"]), text(d["unit"]), value.shape,
                                   [AXES[int(a)] for a in d["axis"][:ndim]], ROLES[int(d["role"])],
                                   TYPES[int(d["dtype"])])
    return frame


def chunks(stream):
    """type, critical, table, body and aux of each chunk, to the end of the member."""
    while True:
        h = check_header(take(stream, 64))
        table = take(stream, int(h["table_len"]))
        if crc32c(table) != int(h["table_crc"]):
            raise Error("checksum of a table is wrong")
        body = take(stream, int(h["body_len"]))
        kind = bytes(h["type"])
        yield kind, int(h["flags"]) & 1, table, body, int(h["aux"])
        if kind == b"ENDS":
            return


def read_member(stream, schema):
    member, n = Member(schema), 0
    for kind, critical, table, body, aux in chunks(stream):
        if kind == b"FRAM":
            yield parse_frame(table, body, 0, member)
            n += 1
        elif kind == b"META":
            lines(body, member.trailer if n else member.meta)
        elif kind == b"PROV":
            member.prov.append(lines(body))
        elif kind == b"ABRT":
            why = lines(body)
            raise Truncated(f"upstream gave up: {why.get('program')}: {why.get('message')}")
        elif kind == b"ENDS" and aux != n:
            raise Error(f"{aux} frames announced, {n} read")
        elif kind not in (b"ENDS", b"INDX") and critical:
            raise Error(f"critical chunk {kind!r} is unknown: made by a newer version")


def read(source):
    """The frames of all members of a path or a binary file."""
    opened = isinstance(source, (str, bytes)) or hasattr(source, "__fspath__")
    stream = open(source, "rb") if opened else source
    try:
        n_member = 0
        while True:
            first = stream.read(1)
            if not first and n_member:
                return  # the only clean end: behind a member
            if not first:
                raise Truncated("empty input")
            yield from read_member(stream, check_preamble(first + bytes(take(stream, 63))))
            n_member += 1
    finally:
        if opened:
            stream.close()


class Mapped:
    """Random access to the last member of a file, through its index and without reading the rest."""

    def __init__(self, path):
        self.map = np.memmap(path, np.uint8, "r")
        ends = self.map[-64:].view("<u8")
        self.start = len(self.map) - int(ends[1])
        if self.start < 0 or int(ends[2]) == 0:
            raise Error("no index: use read()")
        self.member = Member(check_preamble(bytes(self.map[self.start : self.start + 64])))
        at = self.start + int(ends[2])
        if bytes(check_header(bytes(self.map[at : at + 64]))["type"]) != b"INDX":
            raise Error("no index: use read()")
        self.index = np.frombuffer(self.map, "<u8", 2 * int(ends[0]), at + 64).reshape(-1, 2)

    def __len__(self):
        return len(self.index)

    def __getitem__(self, k):
        at = self.start + int(self.index[k][0])
        h = check_header(bytes(self.map[at : at + 64]))
        table = bytes(self.map[at + 64 : at + 64 + int(h["table_len"])])
        return parse_frame(table, self.map, at + 64 + len(table), self.member)


def padded(data):
    return data + bytes(-len(data) % 64)


def plain_lines(pairs):
    """META as text; a list is several lines of one key."""
    flat = [(k, str(v)) for k, values in pairs.items() for v in (values if isinstance(values, list) else [values])]
    code = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n"})
    return "".join(f"{k}\t{v.translate(code)}\n" for k, v in flat).encode("utf-8")


KNOWN = {"pos": ("<f8", "1x1o", "sigma", "structure"), "type": ("<i4", "", "", "structure"),
         "temperature": ("<f8", "", "eps", "other"), "time": ("<f8", "", "tau", "other"),
         "propensity": ("<f4", "0e", "sigma", "target"), "displacement": ("<f4", "1x1o", "sigma", "target")}
KNOWN_AXES = {"time": ["time"], "propensity": ["node", "time"], "displacement": ["node", "time", "free"]}
OF_KIND = {"b": "?", "i": "<i8", "u": "<u8"}


def describe(name, value, n_node, said):
    """Array and Field of what is to be written, by what is said of it, else by what is known of the name."""
    code, irreps, unit, role = KNOWN.get(name, (None, "", "", "other"))
    value = np.asarray(value)
    code = said.get("dtype", code) or OF_KIND.get(value.dtype.kind, "<f8")
    code = "<f4" if code == "bf16" else code
    value = np.array(value, dtype=np.dtype(code), order="C")
    plain = ["node" if n == n_node else "free" for n in value.shape[:1]] + ["free"] * (value.ndim - 1)
    axes = said.get("axes") or KNOWN_AXES.get(name) or plain[: value.ndim]
    return value, Field(name, said.get("irreps", irreps), said.get("unit", unit), value.shape, axes,
                        said.get("role", role), code)


class Writer:
    """One member into a path, which appears when it is whole, or into a binary file."""

    def __init__(self, target, schema="gg.graph/1", meta=None):
        self.path = None if hasattr(target, "write") else os.fspath(target)
        self.file = target if self.path is None else open(f"{self.path}.tmp.{os.getpid()}", "wb")
        p = np.zeros(1, PREAMBLE)
        p["magic"], p["order"], p["major"], p["align"], p["schema"] = MAGIC, b"\4\3\2\1", 1, 64, schema.encode()
        p["crc"] = crc32c(p.tobytes()[:60])
        self.previous, self.seq, self.length, self.index, self.trailer = crc32c(p.tobytes()), 0, 0, [], {}
        self.put(p.tobytes())
        if meta:
            self.chunk(b"META", 0, b"", padded(plain_lines(meta)), 0)

    def put(self, data):
        self.file.write(data)
        self.length += len(data)

    def chunk(self, kind, critical, table, body, aux):
        h = np.zeros(1, HEADER)
        h["type"], h["flags"], h["seq"], h["aux"] = kind, critical, self.seq, aux
        h["table_len"], h["body_len"], h["body_crc"] = len(table), len(body), crc32c_long(body)
        h["table_crc"] = crc32c(table) if table else 0
        h["chain"] = crc32c(h.tobytes()[:48], self.previous)
        h["header_crc"] = crc32c(h.tobytes()[:60])
        self.previous, self.seq = crc32c(h.tobytes()), self.seq + 1
        self.put(h.tobytes() + table + body)

    def frame(self, arrays, cell=None, pbc=None, id=None, dim=None, n_edge=None, fields=None):
        """Names to arrays, or a Frame.  `fields`: name -> irreps, unit, role, axes, dtype, where they are not known."""
        old, fields = arrays if isinstance(arrays, Frame) else None, dict(fields or {})
        for name in old or ():
            fields.setdefault(name, old.fields[name]._asdict())
        info, body, table, offset = np.zeros(1, INFO), [], [], 0
        n_node = old.n_node if old is not None else len(np.asarray(arrays["pos"]))
        cell = (old.cell if old is not None else np.zeros((3, 3))) if cell is None else np.asarray(cell, float)
        pbc = (old.pbc if old is not None else [cell.any()] * 3) if pbc is None else pbc
        dim = (old.dim if old is not None else 3) if dim is None else dim
        info["n_node"], info["n_tensor"], info["dim"], info["cell"] = n_node, len(arrays), dim, cell
        info["n_edge"] = (old.n_edge if old is not None else 0) if n_edge is None else n_edge
        info["pbc"] = sum(1 << a for a in range(dim) if pbc[a])
        info["id"] = (id if id is not None else old.id if old is not None else "").encode("ascii")
        for name, value in arrays.items():
            value, field = describe(name, value, n_node, fields.get(name, {}))
            d = np.zeros(1, DESCRIPTOR)
            d["name"], d["irreps"], d["unit"] = name.encode(), field.irreps.encode(), field.unit.encode()
            d["shape"][0, : value.ndim], d["axis"][0, : value.ndim] = value.shape, [AXES.index(a) for a in field.axes]
            d["ndim"], d["nbytes"], d["offset"] = value.ndim, value.nbytes, offset
            d["dtype"], d["role"] = TYPES.index(field.dtype), ROLES.index(field.role)
            d["flags"] = int(value.dtype.kind == "f" and bool(np.isnan(value).any()))
            body.append(padded(value.tobytes()))
            table.append(d.tobytes())
            offset += len(body[-1])
        self.index.append((self.length, 64 + len(info.tobytes()) + 320 * len(table) + offset))
        self.chunk(b"FRAM", 1, info.tobytes() + b"".join(table), b"".join(body), len(self.index) - 1)

    def close(self):
        if self.trailer:  # what is known behind the frames only
            self.chunk(b"META", 0, b"", padded(plain_lines(self.trailer)), 0)
        at, ends = self.length, np.zeros(8, "<u8")
        self.chunk(b"INDX", 0, b"", padded(np.array(self.index, "<u8").tobytes()), len(self.index))
        ends[:3] = len(self.index), self.length + 128, at
        self.chunk(b"ENDS", 1, b"", ends.tobytes(), len(self.index))
        if self.path is not None:
            self.file.close()
            os.replace(self.file.name, self.path)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.close()
        elif self.path is not None:
            self.file.close()
            os.unlink(self.file.name)


def main():
    sources = sys.argv[1:] or [sys.stdin.buffer]
    for source in sources:
        for frame in read(source):
            print(f"{frame.id}  {frame.n_node} nodes, {frame.n_edge} edges, cell {frame.cell.tolist()}")
            for name, field in frame.fields.items():
                print(f"  {name:18} {field.dtype:4} {list(field.shape)} {field.role} {field.irreps} {field.unit}")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        main()
    except Error as why:
        sys.exit(f"ggs.py: {why}")
