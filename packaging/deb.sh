#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Build the Debian package from what git has, in a folder of its own, and look it over. Usage: deb.sh FOLDER
set -eu

cd "$(dirname "$0")/.."
mkdir -p "$1"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/xdpxe"
git ls-files -z | xargs -0 tar -c --null | tar -x -C "$work/xdpxe"
(cd "$work/xdpxe" && dpkg-buildpackage -b -us -uc) >"$out/build.log" 2>&1 || {
	tail -n 30 "$out/build.log" >&2
	exit 1
}
cp "$work"/*.deb "$out"
# The address of the maintainer is whoever builds it.
lintian --allow-root --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog,initial-upload-closes-no-bugs --fail-on error,warning "$out"/xdpxe_*.deb
ls -l "$out"/xdpxe_*.deb
