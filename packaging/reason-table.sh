#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The table of counters for man/xdpxe.8, from include/xdpxe/reasons.def.
# `reason-table.sh` prints it; `reason-table.sh --update` writes it into the manual, between its two marker comments.
set -eu

cd "$(dirname "$0")/.."
rows=include/xdpxe/reasons.def
page=man/xdpxe.8

# XDPXE_REASON(number, NAME, action, level, "sentence") -> one .TP paragraph, by number
table() {
	sed -n 's/^XDPXE_REASON(\([0-9]*\), \([A-Z0-9_]*\), \([A-Z]*\), \([A-Z]*\), "\(.*\)")$/\1|\2|\3|\4|\5/p' $rows |
		sort -n | awk -F'|' '
		BEGIN {
			does["PASS"] = "passed up"; does["DROP"] = "dropped"; does["REPLY"] = "answered"
			does["MISS"] = "to the daemon"; does["NOTE"] = "noted"
		}
		{
			text = $5
			gsub(/\\/, "\\e", text)
			gsub(/-/, "\\-", text)
			while (match(text, /`[^`]*`/))
				text = substr(text, 1, RSTART - 1) "\\fI" substr(text, RSTART + 1, RLENGTH - 2) \
					"\\fP" substr(text, RSTART + RLENGTH)
			printf ".TP\n\\fB%s\\fP  %s, %s%s\n%s\n", tolower($2), $1, does[$3], \
				$4 == "TROUBLE" ? ", \\fB!\\fP" : "", text
		}'
}

if [ "$(table | grep -c '^\.TP$')" -ne "$(grep -c '^XDPXE_REASON(' $rows)" ]; then
	echo "$rows: a row is not of the form XDPXE_REASON(number, NAME, action, level, \"sentence\") in one line" >&2
	exit 1
fi
case ${1-} in
'')
	table
	;;
--update)
	new=$(mktemp)
	trap 'rm -f "$new"' EXIT
	sed '/^\.\\" begin reasons/q' $page >"$new"
	table >>"$new"
	sed -n '/^\.\\" end reasons/,$p' $page >>"$new"
	cat "$new" >$page
	;;
*)
	echo "usage: reason-table.sh [--update]" >&2
	exit 2
	;;
esac
