#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A laboratory of two namespaces to try things by hand, which touches no interface of this host.
#
#   tests/lab.sh up              make it: eth1 with 10.77.0.1/16 for the server, eth0 for machines
#   tests/lab.sh server CMD...   run a command where the server is
#   tests/lab.sh client CMD...   run a command where the machines are
#   tests/lab.sh storm OPTION... `xdpxe storm -i eth0 OPTION...` there
#   tests/lab.sh qemu [bios|uefi] boot a virtual machine there, on this terminal; Ctrl-A X ends it
#   tests/lab.sh down            remove it
#
# XDPXE_LAB names another one than "xdpxe-try".
set -eu

name=${XDPXE_LAB:-xdpxe-try}
exec= # "exec" for the last command, so that signals reach it
top=$(cd "$(dirname "$0")/.." && pwd)
object=$top/build/xdp_pass.o
PATH=$top/build:$PATH:/usr/sbin

# `ip netns exec` would hide the bpffs of this host.
inside() {
	space=$1
	shift
	[ -e "/run/netns/$name-$space" ] || {
		echo "there is no laboratory: tests/lab.sh up" >&2
		exit 1
	}
	$exec nsenter --net="/run/netns/$name-$space" -- "$@"
}

# A veth hands the frames that XDP sends to its peer only if that has a native XDP program, too.
pass() {
	mkdir -p "$top/build"
	clang -O2 -g -target bpf "-I/usr/include/$(uname -m)-linux-gnu" -c "$top/tests/lib/xdp_pass.bpf.c" -o "$object"
	pin=/sys/fs/bpf/$name-pass # `ip link set ... object` would leave folders there
	bpftool prog load "$object" "$pin"
	inside client bpftool net attach xdpdrv pinned "$pin" dev eth0
	rm "$pin"
}

up() {
	ip netns add "$name-server"
	ip netns add "$name-client"
	inside server ip link add eth1 type veth peer name eth0 netns "$name-client"
	inside server ip addr add 10.77.0.1/16 dev eth1
	pass
	inside server ip link set lo up
	inside server ip link set eth1 up
	inside client ip link set eth0 up
	echo "ready: tests/lab.sh server xdpxe doctor eth1"
}

down() {
	for space in server client; do
		[ -e "/run/netns/$name-$space" ] || continue
		[ "$space" = client ] || inside server xdpxe detach --all >/dev/null || true
		ip netns pids "$name-$space" | xargs -r kill
		ip netns del "$name-$space"
	done
}

# It brings an XDP program of its own.
storm() {
	inside client bpftool net detach xdpdrv dev eth0
	code=0
	inside client xdpxe storm -i eth0 "$@" || code=$?
	pass
	exit "$code"
}

# The machine is on a bridge with eth0, by a tap.
qemu() {
	inside client ip link show tap0 >/dev/null 2>&1 || {
		inside client ip link add br0 type bridge stp_state 0
		inside client ip tuntap add dev tap0 mode tap
		for port in eth0 tap0; do inside client ip link set "$port" up master br0; done
		inside client ip link set br0 up
	}
	firmware=
	[ "${1:-bios}" = bios ] || firmware="-bios /usr/share/ovmf/OVMF.fd"
	exec="exec"
	# shellcheck disable=SC2086 # words of a command
	inside client qemu-system-x86_64 -nodefaults -nographic -serial mon:stdio -m 512 -boot n $firmware \
		-netdev tap,id=n,ifname=tap0,script=no,downscript=no -device virtio-net-pci,netdev=n
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
up) up ;;
down) down ;;
server | client)
	exec="exec"
	inside "$command" "$@"
	;;
storm | qemu) "$command" "$@" ;;
*) sed -n '3,12s/^# \{0,1\}//p' "$0" ;;
esac
