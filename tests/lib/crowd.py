# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
One process drives dozens of simulated machines: a packet socket, a clock, and a generator for each
machine.
"""

import errno
import select
import socket
import struct
import time

from lib import packet

ETH_P_ALL = 3
SOL_PACKET, PACKET_IGNORE_OUTGOING, PACKET_QDISC_BYPASS = 263, 23, 20
PACKET_AUXDATA, TP_STATUS_VLAN_VALID = 8, 0x10
AUXDATA = struct.Struct("=IIIHHHH")  # struct tpacket_auxdata
SO_RCVBUFFORCE = 33
BUFFER = 32 << 20


def packet_socket(namespace, interface, bypass=False):
    """
    A packet socket on an interface of a namespace, with room for bursts, deaf to what this host
    sends.
    """
    with namespace.entered():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        sock.bind((interface, ETH_P_ALL))
    sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    if bypass:
        sock.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, 1)
    return sock


def recv_tagged(sock):
    """A frame from a packet socket, with the tag that the kernel has taken off it."""
    frame, notes, *_ = sock.recvmsg(4096, 64)
    for level, kind, data in notes:
        if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
            status, *_, tci, tpid = AUXDATA.unpack(data[:AUXDATA.size])
            if status & TP_STATUS_VLAN_VALID:
                return packet.tagged(frame, packet.tag((tpid, tci)))
    return frame


class Crowd:
    """
    Boots machines side by side over one interface. outgoing and incoming stand for a bad network:
    each is given a frame and returns the frames that come out of it, none if it is lost.
    """

    def __init__(self, namespace, interface="cli0", outgoing=None, incoming=None):
        self.socket = packet_socket(namespace, interface)
        self.outgoing = outgoing or (lambda frame: [frame])
        self.incoming = incoming or (lambda frame: [frame])
        self.machines, self.steps, self.deadlines = {}, {}, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def boot(self, machines, seconds=60, tick=None, every=0.1):
        """
        Boot machines to their end, or the bound; tick() is called now and then. Returns their
        results.
        """
        for machine in machines:
            self._switch_on(machine)
        limit, next_tick = time.monotonic() + seconds, 0
        while self.steps and time.monotonic() < limit:
            self._pump()
            if tick and time.monotonic() >= next_tick:
                tick()
                next_tick = time.monotonic() + every
        for mac in list(self.steps):
            self._forget(mac, f"not done after {seconds} s")
        return [machine.result for machine in machines]

    def _switch_on(self, machine):
        """Start a machine's generator."""
        self.machines[machine.mac] = machine
        self.steps[machine.mac] = machine.boot(self._send)
        self._advance(machine.mac, None)

    def _forget(self, mac, error=None):
        """A machine is through."""
        if error:
            self.machines[mac].result.errors.append(error)
        del self.steps[mac], self.deadlines[mac]

    def _send(self, frame):
        """Send, or lose the frame as a full network would."""
        for sent in self.outgoing(frame):
            try:
                self.socket.send(sent)
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise

    def _advance(self, mac, frame):
        """Send a frame (or None: the moment came) to a machine."""
        try:
            self.deadlines[mac] = self.steps[mac].send(frame)
        except StopIteration:
            self.deadlines.setdefault(mac, 0)
            self._forget(mac)

    def _pump(self):
        """Frames that are there, then moments that have come."""
        wait = max(0, min(self.deadlines.values()) - time.monotonic())
        if select.select([self.socket], [], [], min(wait, 0.05))[0]:
            self._receive(256)
        now = time.monotonic()
        for mac in [mac for mac, deadline in self.deadlines.items() if deadline <= now]:
            self._advance(mac, None)

    def _receive(self, most):
        """Take up to so many frames and hand each to whom it is for."""
        for _ in range(most):
            try:
                frame = self.socket.recv(2048, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            for heard in self.incoming(frame):
                self._dispatch(heard)

    def _dispatch(self, frame):
        """
        By hardware address; a broadcast DHCP reply by the one inside, an ARP request by address.
        """
        mac = frame[:6]
        if frame[12:14] == b"\x08\x06":
            self._dispatch_arp(frame)
            return
        if mac == packet.BROADCAST_MAC:
            mac = frame[70:76]
        if mac in self.steps:
            self._advance(mac, frame)

    def _dispatch_arp(self, frame):
        """Answer for machines that are asked for, and hand on replies."""
        message = packet.parse(frame)
        if message is None:
            return
        if message.operation == 2 and frame[:6] in self.steps:
            self._advance(frame[:6], frame)
        for machine in self.machines.values():
            if message.operation == 1 and machine.address == message.target:
                self._send(machine.answer_arp(message))
