#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Does the verifier of another kernel take the programs, and does the daemon serve on it? Boots a Debian kernel in QEMU
# (no KVM needed, half a minute), loads BUILD/xdpxe.bpf.o there, then runs BUILD/xdpxe on a veth and gets an address
# and a file from it with busybox, and the file by windows with atftp; all of it again in a VLAN, and in a VLAN of that;
# and the file twenty times over with a storm.
#
# Usage: kernel-load.sh PACKAGE [BUILD]
#   PACKAGE  linux-image-cloud-amd64 or any other linux-image package that apt knows, or a .deb file
#   BUILD    default: build
# Needs: apt-get, dpkg-deb, qemu-system-x86_64, clang, bpftool, ip, ethtool, atftp, a static busybox. Not root.
# KERNEL_LOAD_SECONDS: how long the machine may take (180).
set -eu

PATH=$PATH:/usr/sbin:/sbin
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo 'Usage: kernel-load.sh PACKAGE [BUILD]' >&2
	exit 2
fi
package=$1
top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${2:-$top/build}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

# --- the kernel ----------------------------------------------------------------------------------

# The .deb of a package; a meta package stands for what it depends on.
fetch() {
	real=$(apt-cache depends -i "$1" | sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
	(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "${real:-$1}" >&2)
	echo "$work"/*.deb
}

case "$package" in
*.deb) deb=$package ;;
*) deb=$(fetch "$package") ;;
esac
dpkg-deb -x "$deb" "$work/kernel"
vmlinuz=$(find "$work/kernel" -path '*/boot/vmlinuz-*')
if [ -z "$vmlinuz" ]; then
	echo "kernel-load: $package holds no kernel" >&2
	exit 1
fi

# --- what it boots -------------------------------------------------------------------------------

mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp" "$root/srv" "$root/modules" "$root/etc"

# A program and its libraries.
put_program() {
	cp -L "$1" "$root/bin/"
	ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$root$(dirname "$library")"
		cp -L "$library" "$root$library"
	done || true
}

# A module and, before it, those it needs; none is right where it is built in.
put_module() {
	found=$(find "$work/kernel" -name "$1.ko*" | head -n 1)
	[ -n "$found" ] && [ ! -e "$root/modules/$1.ko" ] || return 0
	case "$found" in
	*.xz) xz -dc "$found" >"$root/modules/$1.ko" ;;
	*.zst) zstd -qdc "$found" >"$root/modules/$1.ko" ;;
	*) cp "$found" "$root/modules/$1.ko" ;;
	esac
	for needed in $(tr '\0' '\n' <"$root/modules/$1.ko" | sed -n 's/^depends=//p' | tr ',' ' '); do
		put_module "$needed"
	done
	echo "$1" >>"$root/modules/order"
}

: >"$root/modules/order"
put_module veth
put_module 8021q
for program in busybox bpftool ip atftp ethtool; do
	put_program "$(command -v "$program")"
done
put_program "$build/xdpxe"
cp "$build/xdpxe.bpf.o" "$root/xdpxe.bpf.o"
clang -O2 -g -target bpf -I"/usr/include/$(gcc -print-multiarch)" \
	-c "$top/tests/lib/xdp_pass.bpf.c" -o "$root/xdp_pass.o"
head -c 3000001 /dev/urandom >"$root/srv/file"

echo 'tftp 69/udp' >"$root/etc/services"

cat >"$root/xdpxe.yaml" <<'END'
interfaces: [srv0]
networks:
  - subnet: 10.77.0.0/16
    pool: 10.77.1.0-10.77.1.255
  - subnet: 10.78.0.0/16
    pool: 10.78.1.0-10.78.1.255
    vlan: 100
  - subnet: 10.79.0.0/16
    pool: 10.79.1.0-10.79.1.255
    vlan: 100.200
leases:
  database: none
tftp:
  root: /srv
  cache: 16MiB
boot:
  bios: file
END

cat >"$root/bin/lease" <<'END'
#!/bin/busybox sh
[ "$1" = bound ] && echo "bound $ip by $serverid, to boot $boot_file" >>/tmp/lease
exit 0
END

cat >"$root/init" <<'END'
#!/bin/busybox sh
/bin/busybox --install /bin 2>/dev/null
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
mount -t bpf bpf /sys/fs/bpf
ulimit -l unlimited

finish() {
	echo "kernel-load: $(uname -r): $*"
	poweroff -f
}

# Run a step; the first that fails is the last.
step() {
	what=$1
	shift
	"$@" >/tmp/log 2>&1 && return
	tail -n 60 /tmp/log
	[ ! -s /tmp/daemon ] || sed 's/^/xdpxe: /' /tmp/daemon
	finish "FAILED: $what"
}

# By its path: the shell would take its own for a bare `ip`.
ip() {
	/bin/ip "$@"
}

client() {
	nsenter -n/run/netns/client "$@"
}

link() {
	while read -r module; do
		insmod "/modules/$module.ko" || return 1
	done </modules/order
	ip netns add client && ip link add srv0 type veth peer name cli0 netns client &&
		ip addr add 10.77.0.1/16 dev srv0 && ip link set srv0 up &&
		bpftool prog load /xdp_pass.o /sys/fs/bpf/pass &&
		client bpftool net attach xdpdrv pinned /sys/fs/bpf/pass dev cli0 &&
		client /bin/ip link set cli0 up
}

# VLANs 100 and 100.200, at either end; the client's tags shall be in its frames.
trunk() {
	client ethtool -K cli0 txvlan off || return 1
	for side in srv cli; do
		run=
		[ "$side" = srv ] || run=client
		$run /bin/ip link add link "${side}0" name "${side}0.100" type vlan id 100 &&
			$run /bin/ip link add link "${side}0.100" name "${side}0.100.200" type vlan id 200 &&
			$run /bin/ip link set "${side}0.100" up && $run /bin/ip link set "${side}0.100.200" up ||
			return 1
	done
	ip addr add 10.78.0.1/16 dev srv0.100 && ip addr add 10.79.0.1/16 dev srv0.100.200
}

serve() {
	xdpxe run -c /xdpxe.yaml >/tmp/daemon 2>&1 &
	for _ in $(seq 60); do
		grep -q '^ready:' /tmp/daemon && return
		kill -0 $! 2>/dev/null || return
		sleep 1
	done
	return 1
}

get() {
	rm -f /tmp/got
	client "$@" && cmp /srv/file /tmp/got
}

# Is a counter above zero?
counted() {
	xdpxe status >/tmp/status && cat /tmp/status && grep -q " $1 " /tmp/status
}

step 'the verifier refuses the programs' bpftool prog loadall /xdpxe.bpf.o /sys/fs/bpf/objects
bpftool prog show | grep -A 2 xdpxe_ | grep -E 'name|xlated'
rm -r /sys/fs/bpf/objects
step 'no veth' link
step 'no VLANs' trunk
step 'xdpxe does not start' serve
cat /tmp/daemon
grep -q '(native)' /tmp/daemon || finish 'FAILED: not native'
step 'no address' client udhcpc -f -q -n -i cli0 -s /bin/lease -V PXEClient -x 0x5d:0000
step 'no lease' cat /tmp/lease
cat /tmp/lease
client /bin/ip addr add 10.77.0.2/16 dev cli0
step 'no file' get tftp -g -b 1468 -r file -l /tmp/got 10.77.0.1
step 'no file by windows' get atftp -g -r file -l /tmp/got --option 'blksize 1468' \
	--option 'windowsize 8' 10.77.0.1
step 'no clones' counted cloned
for net in 78 79; do
	vlan=cli0.100
	[ $net = 78 ] || vlan=cli0.100.200
	step "no address on $vlan" client udhcpc -f -q -n -i $vlan -s /bin/lease
	step "no lease of $vlan" grep "bound 10.$net.1.* by 10.$net.0.1" /tmp/lease
	client /bin/ip addr add 10.$net.0.2/16 dev $vlan
	step "no file on $vlan" get tftp -g -b 1468 -r file -l /tmp/got 10.$net.0.1
	step "no file by windows on $vlan" get atftp -g -r file -l /tmp/got \
		--option 'blksize 1468' --option 'windowsize 8' 10.$net.0.1
done
cat /tmp/lease
xdpxe status
step 'no room for a storm' client bpftool net detach xdpdrv dev cli0
step 'no storm' client xdpxe storm -i cli0 -n 20 --stage tftp --server 10.77.0.1 --addresses 10.77.2.1 \
	--client edk2 --expect /srv/file
tail -n 8 /tmp/log
finish 'served'
END
chmod 755 "$root/init" "$root/bin/lease"
(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$work/initrd.gz"

# --- the machine ---------------------------------------------------------------------------------

timeout "${KERNEL_LOAD_SECONDS:-180}" qemu-system-x86_64 -accel tcg -cpu max -smp 2 -m 1024 \
	-nodefaults -no-reboot -display none -serial stdio -kernel "$vmlinuz" -initrd "$work/initrd.gz" \
	-append 'console=ttyS0 quiet panic=-1' </dev/null 2>"$work/qemu" |
	tr -d '\r' | sed -n '/^[[:print:]]*$/p' | tee "$work/console"
grep -q '^kernel-load: .*: served$' "$work/console" || {
	cat "$work/qemu" >&2
	exit 1
}
