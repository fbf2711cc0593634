#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Does everything that the dashboard and the alert rules name exist? Reads what /metrics serves from standard input:
#
#   curl -s http://127.0.0.1:8067/metrics | packaging/check-metrics.sh
#
# Prints metrics and values of the label `reason` that are not there, and exits with 1.
set -eu

cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/served"
sed -n 's/^\(xdpxe_[a-z0-9_]*\).*/\1/p' "$work/served" | sort -u >"$work/names"
sed -n 's/.*[{,]reason="\([^"]*\)".*/\1/p' "$work/served" | tr '[:upper:]' '[:lower:]' | sort -u >"$work/reasons"

grep -ohE '\bxdpxe_[a-z0-9_]+' grafana-dashboard.json prometheus-alerts.yaml | sort -u |
	comm -23 - "$work/names" | sed 's/$/: no such metric is served/' >"$work/bad"
grep -ohE '\(\?i:[a-z_|]+\)' grafana-dashboard.json prometheus-alerts.yaml | sed 's/(?i:\(.*\))/\1/' |
	tr '|' '\n' | sort -u | comm -23 - "$work/reasons" | sed 's/$/: no such reason is counted/' >>"$work/bad"
[ -s "$work/names" ] || echo "nothing of xdpxe on standard input" >>"$work/bad"
cat "$work/bad" >&2
[ ! -s "$work/bad" ]
