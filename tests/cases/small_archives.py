# small_archives.py -- into the folder that is named: t.pt, as PyTorch saves a dictionary of two tensors and a number, and b.bin, a binary dump of LAMMPS

import collections, io, pickle, struct, sys, types, zipfile
torch, utils = types.ModuleType('torch'), types.ModuleType('torch._utils')
class FloatStorage: pass
class LongStorage: pass
def _rebuild_tensor_v2(*a): pass
for c in FloatStorage, LongStorage: c.__module__ = 'torch'; setattr(torch, c.__name__, c)
_rebuild_tensor_v2.__module__ = 'torch._utils'; utils._rebuild_tensor_v2 = _rebuild_tensor_v2
sys.modules.update({'torch': torch, 'torch._utils': utils})
class Storage:
    def __init__(self, *id): self.id = id
class Tensor:
    def __init__(self, *state): self.state = state
    def __reduce__(self): return _rebuild_tensor_v2, (*self.state, False, collections.OrderedDict())
class Pickler(pickle.Pickler):
    def persistent_id(self, x): return ('storage', *x.id) if isinstance(x, Storage) else None
folder, pkl = sys.argv[1], io.BytesIO()
Pickler(pkl, 2).dump({'pos': Tensor(Storage(FloatStorage, '0', 'cpu', 6), 0, (2, 3), (3, 1)), 'type': Tensor(Storage(LongStorage, '1', 'cpu', 2), 0, (2,), (1,)), 'cell': 5.0})
with zipfile.ZipFile(folder + '/t.pt', 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('a/data.pkl', pkl.getvalue())
    z.writestr('a/data/0', struct.pack('<6f', 1, 1.5, 2, 2.5, 3, 3.5))
    z.writestr('a/data/1', struct.pack('<2q', 1, 0))
    z.writestr('a/byteorder', 'little')
text, rows = b'id type x y z', [(2, 2, 1, 2, 2.5), (1, 1, 0.5, 1, 0.25)]
with open(folder + '/b.bin', 'wb') as f:
    f.write(struct.pack('<q10s2i2q7i6d', -10, b'DUMPCUSTOM', 1, 2, 100, 2, 0, *[0] * 6, 0, 4, 0, 4, 0, 4))
    f.write(struct.pack('<2ibi%ds2i' % len(text), 5, 0, 0, len(text), text, 1, 10))
    for row in rows: f.write(struct.pack('<5d', *row))
