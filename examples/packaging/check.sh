#!/bin/bash
# check.sh SOURCE -- the packages of a source tree with debian/, in fresh systems: built twice, compared, looked through, installed, tried
#
# Beside SOURCE: chroot/base and chroot/builder, which are kept, and the packages.  As root; MIRROR is a mirror of Debian.
set -eu -o pipefail
source=$(realpath "${1:?a source tree with debian/}")
here=$(cd "$(dirname "$0")" && pwd)
rooms=$(dirname "$source")/chroot
mirror=${MIRROR:-http://deb.debian.org/debian}
[ "$(id -u)" = 0 ] || { echo "check.sh: only root makes and enters fresh systems" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "check.sh: debootstrap is wanted (Debian: debootstrap)" >&2; exit 2; }
# Mounts of its own, which end with it.
[ -n "${GG_OWN_MOUNTS:-}" ] || GG_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" "$@"

say() { echo "packages: $*"; }

# inside ROOM COMMAND: in the fresh system of this name, with proc, sys and pseudo-terminals, and little of our environment
inside() {
    local room=$rooms/$1 mount
    shift
    for mount in proc:proc sysfs:sys devpts:dev/pts; do
        mountpoint -q "$room/${mount#*:}" || mount -t "${mount%:*}" none "$room/${mount#*:}"
    done
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        COMMIT="${COMMIT:-}" chroot "$room" bash -e -o pipefail -c "$*"
}
fresh() { # ROOM: a copy of the base
    rm -rf "${rooms:?}/$1"
    cp -a "$rooms/base" "$rooms/$1"
    cp /etc/resolv.conf "$rooms/$1/etc/resolv.conf"
}

mkdir -p "$rooms"
if [ ! -e "$rooms/base/etc/debian_version" ]; then
    say "a minimal Debian 12"
    rm -rf "$rooms/base" "$rooms/base.tmp"
    debootstrap --variant=minbase bookworm "$rooms/base.tmp" "$mirror" >"$rooms/base.log"
    mv "$rooms/base.tmp" "$rooms/base"
fi
if [ ! -e "$rooms/builder/ready" ]; then
    say "what building wants, in a copy of it"
    fresh builder
    mkdir -p "$rooms/builder/wanted"
    cp -r "$source/debian" "$rooms/builder/wanted"
    inside builder "apt-get update && apt-get install -y --no-install-recommends dpkg-dev lintian && apt-get build-dep -y /wanted && touch /ready" \
        >"$rooms/builder.log" 2>&1 || { tail "$rooms/builder.log"; exit 1; }
fi

# Another place, another time zone, language, mask and number of processes: the same bytes?
build() { # FOLDER SETTINGS
    say "build in $1"
    rm -rf "$rooms/builder$1"
    mkdir -p "$rooms/builder$1"
    cp -r "$source" "$rooms/builder$1/gg"
    inside builder "cd $1/gg && $2 dpkg-buildpackage --build=binary --no-sign" >"$rooms/build.log" 2>&1 || { tail -n 30 "$rooms/build.log"; exit 1; }
}
build /one "umask 022; DEB_BUILD_OPTIONS=noautodbgsym"
build /home/another/place "umask 027; TZ=Asia/Tokyo LANG=de_DE.UTF-8 DEB_BUILD_OPTIONS='noautodbgsym parallel=2'"
n=0
for deb in "$rooms"/builder/one/*.deb; do
    cmp "$deb" "$rooms/builder/home/another/place/$(basename "$deb")"
    n=$((n + 1))
done
[ $n -ge 3 ]
say "$n packages are the same bytes"
rm -f "$(dirname "$source")"/*.deb
cp "$rooms"/builder/one/*.deb "$(dirname "$source")"

inside builder "lintian --fail-on error,warning --info /one/*.changes"
say "lintian has nothing to say"

inside builder "readelf -d /one/gg/debian/gg-tools/usr/bin/gg-train | grep 'FLAGS_1.*NOW.*PIE' >/dev/null && readelf -sW /one/gg/debian/gg-tools/usr/bin/gg-train | grep _chk@ >/dev/null"
say "programs are hardened"

say "installed into a minimal system"
fresh user
mkdir "$rooms/user/packages" "$rooms/user/try"
cp "$rooms"/builder/one/*.deb "$rooms/user/packages"
mkdir "$rooms/user/try/examples"
cp -r "$here/../demo" "$here/../models" "$here/../data" "$rooms/user/try/examples"
inside user "apt-get update && apt-get install -y /packages/gg-tools_*.deb" >"$rooms/user.log" 2>&1 || { tail "$rooms/user.log"; exit 1; }
inside user "GG_BIN=/usr/bin sh /try/examples/demo/run.sh /try/results" | tail -n 12
for picture in slice corr loss; do [ -s "$rooms/user/try/results/$picture.png" ]; done
say "the demo ran"
inside user "apt-get install -y --no-install-recommends pkg-config /packages/libgg-dev_*.deb" >"$rooms/user.log" 2>&1 || { tail "$rooms/user.log"; exit 1; }
inside user 'cd /try && gcc -Wall -Werror -o example /usr/share/doc/libgg-dev/examples/example.c $(pkg-config --cflags --libs gg) &&
    ./example /usr/share/gg/data/tiny.ggs 1.5 >mean && [ "$(wc -l <mean)" -eq 8 ] && head -n 2 mean'
say "a program on the library ran"
inside user "apt-get install -y --no-install-recommends /packages/gg-tools-mpi_*.deb" >"$rooms/user.log" 2>&1 || { tail "$rooms/user.log"; exit 1; }
inside user 'cd /try && gg-select --limit 4 /usr/share/gg/data/tiny.ggs -o four.ggs &&
    options="-q --batch 2 --epochs 2 --set let.rounds=1 --set inputs.positions=pos --set inputs.node=[type] /usr/share/gg/models/se3.yaml four.ggs" &&
    gg-train $options -o alone && export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 &&
    mpirun --oversubscribe -n 2 gg-train-mpi $options -o two && cmp alone/model.ggm two/model.ggm'
say "two processes made the model of one"
inside user "apt-get remove -y gg-tools libgg-dev >/dev/null && [ -z \"\$(ls /usr/bin/gg-* /usr/share/gg /usr/include/gg 2>/dev/null)\" ]"
say "removed without a trace"
