#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Unpack Debian's atftpd, which cannot be installed beside tftpd-hpa, below DIR, if it is not there yet. Prints the path
# of the program. Usage: atftpd.sh DIR
set -eu

dir=$1
program=$dir/atftpd/usr/sbin/atftpd
if [ ! -x "$program" ]; then
	mkdir -p "$dir"
	work=$(mktemp -d "$dir/atftpd.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	# As root, apt downloads as a user of its own, which may not write here; it says so and goes on.
	(cd "$work" && apt-get -q download atftpd) >"$work/log" 2>&1 ||
		{ apt-get -q update && cd "$work" && apt-get -q download atftpd; } >"$work/log" 2>&1 ||
		{ tail -n 5 "$work/log" >&2 && exit 1; }
	dpkg-deb -x "$work"/atftpd_*.deb "$work/root"
	rm -rf "$dir/atftpd"
	mv "$work/root" "$dir/atftpd"
fi
echo "$program"
