# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Packet by packet over a veth: xdpxe beside bare XDP programs (pong.bpf.c) that transmit, that grow
the frame, and that grow it and copy a block, out of 64 or out of as many as the file has that xdpxe
serves. Clients are an XDP program (acks.bpf.c), in lock-step.

Each server has a veth pair of its own in one laboratory, so that they can take turns without a
program or a thread being made anew. First both ends of a pair are in one softirq, as by default:
the time of a block is what both ends cost. Then each end is a kernel thread on a CPU of its own,
whose time the kernel keeps.
"""

import contextlib
import os
import socket
import struct
import time

from acks import Acks
from ends import CLIENT_CPU, SERVER_CPU, napi_thread, thread_ends, thread_seconds
from lib.lab import TOP, Lab
from lib.namespace import BPFFS, SCRATCH, sh
from lib.server import Xdpxe, config
from lib.wait import until
from measure import recorded

BLOCK, BLOCKS, TID = 1468, 20_000, 4444
CLIENTS = 128  # at once, half of the ring of 256 frames that a veth has: hardly an end ever waits
BARE = {"bare: transmit": ("transmit", 1), "bare: grow": ("grow", BLOCK),
        "bare: grow, copy": ("grow_copy", BLOCK),
        "bare: grow, copy a file": ("grow_copy_file", BLOCK)}  # program, and bytes of a block
OURS = "xdpxe"
SERVERS = (*BARE, OURS)


class Pong:
    """The bare programs on the servers' ends of links 0, 1 and so on."""

    def __init__(self, lab):
        self.lab, self.pins = lab, BPFFS / f"{SCRATCH}{os.getpid()}-pong"
        maps = self.pins.with_name(self.pins.name + "-maps")
        lab.at_end.insert(0, lambda: sh("rm", "-r", self.pins, maps, check=False))
        sh("bpftool", "prog", "loadall", TOP / "build/pong.bpf.o", self.pins, "pinmaps", maps)
        sh("bpftool", "map", "update", "pinned", maps / "pong_length", "key", *bytes(4), "value",
           *struct.pack("=I", BLOCKS))
        for link, (program, _) in enumerate(BARE.values()):
            lab.server.run("bpftool", "net", "attach", "xdpdrv", "pinned", self.pins / program,
                           "dev", f"srv{link}")

    def begin(self, link, length):
        """Block 1 for each client, by a socket: its frame has room for the blocks that follow."""
        with self.lab.server.entered():
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with sock:
            sock.bind((f"10.{77 + link}.0.1", TID))
            for client in range(CLIENTS):
                sock.sendto(b"\0\3\0\1" + bytes(length),
                            (f"10.{77 + link}.0.2", 20_000 + client))


def begin_xdpxe(lab, link):
    """Each client has its OACK, and then sends the first ACK, by a socket."""
    with lab.client.entered(), contextlib.ExitStack() as stack:
        ready = []
        for _ in range(CLIENTS):
            sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            sock.settimeout(5)
            sock.sendto(b"\0\1file\0octet\0blksize\0%d\0" % BLOCK, (f"10.{77 + link}.0.1", 69))
            oack, peer = sock.recvfrom(600)
            assert oack == b"\0\6blksize\0%d\0" % BLOCK, oack
            ready.append((sock, peer))
        for sock, peer in ready:
            sock.sendto(b"\0\4\0\0", peer)


class PingPong:
    """A laboratory with all servers, and the clients of each."""

    def __init__(self, lab):
        self.lab, self.threads = lab, {}
        (lab.root / "file").write_bytes(os.urandom(BLOCK * BLOCKS))
        self.acks = Acks(lab)
        lab.at_end.insert(0, self.acks.remove)
        self.pong = Pong(lab)
        Xdpxe(lab, config(lab, links=[len(BARE)])).start()

    def part(self):
        """A thread for each end, on CPUs apart."""
        for link, name in enumerate(SERVERS):
            thread_ends(self.lab, link)
            self.threads[name] = napi_thread(f"srv{link}"), napi_thread(f"cli{link}")
            for pid, cpu in zip(self.threads[name], (SERVER_CPU, CLIENT_CPU)):
                os.sched_setaffinity(pid, {cpu})

    def spent(self, name):
        """CPU time of the server's end and of the clients', if they are apart."""
        return [thread_seconds(pid) for pid in self.threads.get(name, ())]

    def run(self, name):
        """All transfers from one server, once. Returns a record; raises what went wrong."""
        link = SERVERS.index(name)
        length = BARE[name][1] if name in BARE else BLOCK
        self.acks.begin(1, length)
        before = self.spent(name)
        if name in BARE:
            self.pong.begin(link, length)
        else:
            begin_xdpxe(self.lab, link)
        time.sleep(0.2)  # who asks takes time of a CPU
        until(lambda: self.acks.read()[1] >= CLIENTS, 60, f"the transfers from {name} to end")
        blocks, done, first, last = self.acks.read()
        wanted = CLIENTS * (BLOCKS + 1)
        if done != CLIENTS or not wanted <= blocks < wanted * 1.001:
            raise AssertionError(f"{name}: {done} transfers, {blocks} blocks, not {wanted}")
        ns = [(now - then) * 1e9 / blocks for now, then in zip(self.spent(name), before)]
        apart = ({"server_ns": ns[0], "both_ns": sum(ns)} if ns
                 else {"both_ns": (last - first) / blocks})
        return {"peer": name, "threads": bool(ns), "blocks": blocks,
                "blocks_per_s": blocks * 1e9 / (last - first), **apart}


def rounds_of(one, rounds):
    """So many rounds, after one that is for warming up."""
    for number in range(-1, rounds):
        for name in SERVERS:
            record = one.run(name)
            if number >= 0:
                yield {"round": number, **record}


@recorded
def pingpong(_peer, rounds):
    """Records of all servers, `rounds` times in turns: one softirq, and ends apart."""
    with Lab(links=len(SERVERS)) as lab:
        one = PingPong(lab)
        records = list(rounds_of(one, rounds))
        one.part()
        records += rounds_of(one, rounds)
    return records
