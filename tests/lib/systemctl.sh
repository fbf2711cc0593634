#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A stand-in for systemctl(1) where no systemd runs, of one service: it does what the unit file says, with the
# capabilities that it allows. A test puts it in the place of the real one.
set -eu

unit=/lib/systemd/system/xdpxe.service
pid_file=/run/stand-in.pid
log=/run/stand-in.log

value() {
	sed -n "s/^$1=//p" "$unit"
}

# One that has ended but has no parent to reap it is gone, too.
is_active() {
	[ -s "$pid_file" ] && state=$(sed 's/.*) //; s/ .*//' "/proc/$(cat "$pid_file")/stat" 2>/dev/null) &&
		[ "$state" != Z ]
}

start() {
	if is_active || [ ! -e "$(value ConditionPathExists)" ]; then
		return 0
	fi
	caps=$(value CapabilityBoundingSet | tr 'A-Z ' 'a-z\n' | sed 's/^cap_/+/' | paste -sd,)
	: >"$log.now"
	# shellcheck disable=SC2046 # the words of a command
	setsid setpriv --no-new-privs --bounding-set="-all,$caps" $(value ExecStart) >"$log.now" 2>&1 </dev/null &
	echo $! >"$pid_file"
	until grep -q '^ready:' "$log.now"; do
		is_active || {
			cat "$log.now" >>"$log"
			return 1
		}
		sleep 0.05
	done
	cat "$log.now" >>"$log"
}

stop() {
	is_active || return 0
	kill -TERM "$(cat "$pid_file")"
	while is_active; do sleep 0.05; done
}

action=
for word in "$@"; do
	case $word in
	-*) ;;
	*) action=${action:-$word} ;;
	esac
done
case $action in
start) start ;;
stop) stop ;;
restart)
	stop
	start
	;;
is-active) is_active ;;
is-enabled) find /etc/systemd/system -name xdpxe.service | grep -q . && echo enabled ;;
*) ;;
esac
