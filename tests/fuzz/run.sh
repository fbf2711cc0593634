#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Fuzz every target for a while, one after the other. Usage: run.sh DIR SECONDS, where DIR holds the built targets.
# What is found anew stays in DIR/corpus-NAME; an input that fails is written to DIR.
set -eu

[ $# -eq 2 ] || { echo "usage: run.sh DIR SECONDS" >&2; exit 2; }
here=$(dirname "$0")
dir=$1
seconds=$2
passed=0
failed=0

for source in "$here"/fuzz_*.c; do
	target=$(basename "$source" .c)
	name=${target#fuzz_}
	echo "== $target"
	mkdir -p "$dir/corpus-$name"
	set -- -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=1024 -print_final_stats=1
	[ ! -f "$here/$name.dict" ] || set -- "$@" -dict="$here/$name.dict"
	if "$dir/$target" "$@" -artifact_prefix="$dir/" "$dir/corpus-$name" "$here/corpus/$name"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
