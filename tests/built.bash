# built.bash -- what the Makefile leaves out where a library is missing; for the scripts and the bats files
# shellcheck shell=bash

# left_out NAME: this program or unit test is not made here
left_out() {
    case $1 in
    gg-import-hdf5 | test_hdf5*) ! pkg-config --exists hdf5 2>/dev/null ;;
    gg-train-mpi) [ ! -x "${GG_BIN:-build/release}/gg-train-mpi" ] ;;
    *) false ;;
    esac
}
