#!/usr/bin/env bats
# gg-import-hdf5.bats -- built only where the library is: skipped elsewhere

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    need_program gg-import-hdf5
}

@test "a configuration of gamdpy: images, species from 0, velocities" {
    need_shared data/foreign
    gg-import-hdf5 -q "$SHARED/data/foreign/gamdpy/conf_LJ.h5" -o c.ggs
    gg-dump c.ggs | grep -q '^frame 0  conf_LJ/1   2048 nodes, 0 edges, 3D periodic, cell 12.8156 12.8156 12.8156'
    [ "$(gg-dump -d type c.ggs | sort -u)" = 0 ]
    paste -d ' ' <(gg-dump -d pos --rows 0:1 c.ggs) <(gg-dump -d image --rows 0:1 c.ggs) | awk '
        { l = 12.815602; x = $1 + l * $4 - (6.362485 - l); y = $2 + l * $5 + 6.405745; z = $3 + l * $6 + 6.366047
          exit !(x * x + y * y + z * z < 1e-9) }'
    gg-dump c.ggs | grep -qE '^  velocity +f64  \[node, 3\] +other +1x1o'
    gg-import-hdf5 -q --drop velocity --drop mass "$SHARED/data/foreign/gamdpy/conf_LJ.h5" | gg-dump -o head
    run -1 grep -E '^  (velocity|mass)' head
}

@test "what is not read says so" {
    printf 'text\n' >words
    refuses 3 'words: no HDF5 file' gg-import-hdf5 words
    refuses 2 'gg-import-hdf5' gg-import-hdf5
    need_shared data/foreign
    refuses 3 'neither H5MD .* nor gamdpy .*; NetCDF packings have to be converted to npz' \
        gg-import-hdf5 "$SHARED/data/foreign/jaxmd/2d_polyuniform_N64_Lp-1.0.nc"
    refuses 3 'is HDF5: gg-import-hdf5 .*reads H5MD' gg-import "$SHARED/data/foreign/gamdpy/conf_LJ.h5"
}
