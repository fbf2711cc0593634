#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The wall as one page: wall.html with the style and the scripts that it names put in their places. With --c as an array of C.
# Usage: page.sh [--c]
set -eu

cd "$(dirname "$0")"

page() {
	while IFS= read -r line; do
		case "$line" in
		'@INSERT '*) for file in ${line#@INSERT }; do cat "$file"; done ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <wall.html
}

if [ "${1:-}" = --c ]; then
	echo 'static const unsigned char wall[] = {'
	page | od -An -v -tx1 | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo '};'
else
	page
fi
