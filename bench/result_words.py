# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What stands above each table of the results."""

HEAD = """\
# Results of `make bench`

Written by `sudo make bench`; the JSON files hold every run. {quick}All servers ran on the same
machine in namespaces, one at a time and in turns, under the same load (same seed); medians of the
rounds. What it means is in [doc/performance.md](../../doc/performance.md).

{machine}
"""

STORM = """\
## A storm: all machines at once

Half of them BIOS (74 KiB in lock-step after a size probe), half UEFI (850 KiB, windows of 4 where
they are granted); each takes both DHCP exchanges, and every byte is compared. Boots a second are
machines that booted by the time until the last of all had booted or given up; times are in seconds,
of machines that booted.

"""

UNTUNED = """\
## The same with the kernel's default for socket buffers

`net.core.rmem_default` 212,992, which is how Debian leaves it; all else as above.

"""

LOSS = """\
## The same with loss

Of each direction's packets. DATA for each block needed: those that arrived, by the share that
arrives; below 1 + 3 × loss is wanted.

"""

TFTP = """\
## TFTP alone

128 blocks in flight: 128 machines at window 1, 32 at 4, 16 at 8; 128 MB in all, 1 GB from xdpxe, for
which that is over too soon. The first column of rates is with both ends of the veth pair as the
kernel has them; the others with each end on a CPU of its own and a kernel thread for each, whose
time is known. Server CPU is all that the server's end takes: XDP or the network stack, and processes.

"""

DHCP = """\
## DHCP alone

4-way exchanges, 32 at a time, by clients in XDP (`exchanges.bpf.c`); columns as above. What xdpxe's
database takes after the last exchange is in its CPU time.

"""

GROWTH = """\
## How the cost of a packet grows

By sessions, leases, files and CPUs: [growth.md](growth.md), written by `make bench-growth`.
"""

REFLECTOR = """\
## Beside a bare XDP reflector

The least that a boot server can do (`reflect.bpf.c`): it answers the same storm, DHCP from templates
and the bytes of the same files out of memory, lone blocks in the ACK's own frame and windows in
clones; it checks nothing, remembers nothing, counts nothing and makes no UDP checksum. The storm
compares every byte. In the storms of reads machines go in lock-step, without DHCP, with blocks of
1,468 bytes. Times are until all are through; the ratio is the median of those of the rounds.

"""

PINGPONG = """\
## Packet by packet, beside bare XDP programs

A veth ping-pong (`pong.bpf.c`, `acks.bpf.c`): 128 clients, an XDP program, read in lock-step; each
ACK is answered with the next DATA of 1,468 bytes. The bare programs turn an ACK round and transmit
it; grow its frame to a full block as well; copy a block into it as well, out of 64, which a CPU's
own cache holds, or out of 20,000, as many as the file has that xdpxe serves: the clients are not in
step, and what is read then comes from slower memory. They check and remember nothing and make no
UDP checksum. Each server has a veth pair of its own, and they take turns within a round: medians,
and medians of the ratios within a round. First with both ends in one softirq, as a veth has it by
default, then with a kernel thread and a CPU for each end.

"""
