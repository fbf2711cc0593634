#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Replay the corpus of every fuzz target. Usage: replay.sh DIR, where DIR holds the built targets.
set -eu

[ $# -eq 1 ] || { echo "usage: replay.sh DIR" >&2; exit 2; }
corpus=$(dirname "$0")/corpus
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0

fail() {
	echo "$1"
	failed=$((failed + 1))
}

for source in "$(dirname "$0")"/fuzz_*.c; do
	target=$(basename "$source" .c)
	seeds=$corpus/${target#fuzz_}
	if [ ! -x "$1/$target" ]; then
		fail "$target: not built in $1"
	elif [ -z "$(ls "$seeds" 2>/dev/null)" ]; then
		fail "$target: no seeds in $seeds"
	elif "$1/$target" -runs=0 -timeout=20 -artifact_prefix="$1/" "$seeds" >"$log" 2>&1; then
		passed=$((passed + 1))
	else
		cat "$log"
		fail "$target: failed; $1/$target FILE runs one input again"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
