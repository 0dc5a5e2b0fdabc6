#!/usr/bin/env bats
# packaging.bats -- the Debian packages of examples/packaging: what they say of themselves, and, with SLOW=1, built, compared, installed and tried

load helper

@test "packages: the version is the program's, and every library that is linked is wanted for building" {
    [ "$(sed -n '1s/.*(\(.*\)).*/\1/p' "$ROOT/examples/packaging/debian/changelog")" = "$(gg-dump --version | sed -n '1s/^gg-dump \([^ ]*\).*/\1/p')" ]
    control=$ROOT/examples/packaging/debian/control
    for package in $(make -s -C "$ROOT" -p -n clean | sed -n 's/^PACKAGES := //p'); do
        case $package in
        *-dev | pkg-config) [ "$package" = libc6-dev ] || [[ "$package" =~ cmocka|jansson ]] || grep -qF " $package" <(sed -n '/^Build-Depends/,/^Standards/p' "$control") || { echo "$package"; return 1; } ;;
        esac
    done
    for package in gg-tools gg-tools-mpi libgg-dev; do
        grep -qx "Package: $package" "$control"
        [ -s "$ROOT/examples/packaging/debian/$package.install" ]
    done
}

@test "packages: two builds of the same bytes, lintian, installed in a minimal system, the demo, a program on the library, two processes" {
    need_slow
    need_program debootstrap
    [ "$(id -u)" = 0 ] || skip "only root makes and enters fresh systems"
    run -0 make -C "$ROOT/examples/packaging" check
    grep -qE "^packages: [0-9]+ packages are the same bytes\$" <<<"$output"
    for said in "lintian has nothing to say" "programs are hardened" "the demo ran" "a program on the library ran" \
        "two processes made the model of one" "removed without a trace"; do
        grep -qx "packages: $said" <<<"$output"
    done
    [ "$(ls "$ROOT"/build/packaging/*.deb | wc -l)" -ge 3 ]
}
