#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Plain checks of the source tree; `make lint` runs them. Prints what is wrong and exits with 1.
set -eu

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=$work/bad
page=man/xdpxe.8
keys=man/xdpxe.yaml.5

# Every file of the tree, without what is built and without seeds of fuzz targets, which are arbitrary bytes.
find . -path ./.git -prune -o -path './build*' -prune -o -name __pycache__ -prune -o \
	-path ./tests/fuzz/corpus -prune -o -type f -print | sed 's|^\./||' | sort >"$work/all"

sources() {
	grep -E '\.([ch]|def|dict|sh|py|ya?ml|ini|5|8|service)$|^Makefile$|^\.clang-format$|^\.ci/run$' "$work/all"
}

wrong() {
	sed "s|\$|: $1|" >>"$bad"
}

sources | while read -r file; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause' || echo "$file"
done | wrong "no SPDX line at its head"

grep -E '\.([ch]|py)$' "$work/all" | while read -r file; do
	most=400
	case "$file" in tests/unit/*) most=700 ;; esac # tables of cases
	[ "$(wc -l <"$file")" -le "$most" ] || echo "$file"
done | wrong "longer than 400 lines (700 for tables of cases)"

# The patterns are written so that they do not match this file; the text of the GPL is left as it is.
grep -v '^LICENSE$' "$work/all" >"$work/own"
search() {
	tr '\n' '\0' <"$work/own" | xargs -0 grep -InE "$1" | cut -d: -f1,2 || true
}
search '\b(TO[D]O|FIX[M]E|X[X]X)\b' | wrong "a note to self"
search '[[:space:]]$' | wrong "trailing whitespace"
search '/wor[k]/' | wrong "a path of one machine"

# What `xdpxe --help` lists, the manual and README.md list, too: usage and text, one a line.
sed -n 's/^\tX([a-z]*, "\([a-z]*\)", "\([^"]*\)", *"\([^"]*\)").*/xdpxe \1 \2: \3/p' user/cmd.h |
	sed 's/ :/:/' >"$work/commands"
[ "$(grep -c '^	X(' user/cmd.h)" -eq "$(wc -l <"$work/commands")" ] ||
	echo "user/cmd.h: a row is not of the form X(function, \"name\", \"arguments\", \"text\")" >>"$bad"
sed -n 's/\\|/|/g; s/^| .\(xdpxe .*\). | \(.*\) |$/\1: \2/p' README.md >"$work/readme"
sed -n '/^\.SH COMMANDS/,/^\.SH CONF/p' $page |
	sed -n '/^\.SS /{s/^\.SS //; N; s/\n/: /; s/["\\]//g; s/\.$//; p;}' >"$work/man"
for list in readme man; do
	diff -u "$work/commands" "$work/$list" >"$work/diff" || {
		echo "$list: its list of commands is not that of user/cmd.h:"
		tail -n +4 "$work/diff"
	} >>"$bad"
done

packaging/reason-table.sh >"$work/reasons" 2>>"$bad" || true
sed -n '/^\.\\" begin reasons/,/^\.\\" end reasons/p' $page | sed '1d;$d' >"$work/page"
cmp -s "$work/reasons" "$work/page" ||
	echo "$page: its counters are not those of reasons.def; run packaging/reason-table.sh --update" >>"$bad"

# Every key that the configuration may have stands in the manual; those under `boot` come from arch.def.
sed -n 's/.*\(TEXT\|LIST\|_MAPPING\|_SEQUENCE\|_STRING_PTR\)("\([a-z-]*\)".*/\2/p' user/config_schema*.c | sort -u |
	while read -r key; do
		sed 's/\\-/-/g' $keys | grep -qE "^\.(B|BR|BI)\b.*\b$key\b" || echo "$key"
	done | wrong "a key of the configuration that $keys does not explain"

for each in $page $keys; do
	MANROFFSEQ='' MANWIDTH=100 man --warnings -E UTF-8 -l -Tutf8 -Z "$each" 2>&1 >/dev/null | wrong "$each" || true
done
grep -q . "$bad" || exit 0
cat "$bad" >&2
exit 1
