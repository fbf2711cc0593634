# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Many TFTP transfers side by side in one thread, each over a socket of its own, on a network that may
lose, double and reorder packets in both directions, alike in every run.
"""

import heapq
import itertools
import random
import selectors
import socket
import time

from lib import tftp
from lib.clients import SERVER

RETRY, TRIES = 0.1, 60
LATE = (0.001, 0.02)


class Network:
    """What becomes of packets: shares of them are lost, doubled, or overtaken by others."""

    def __init__(self, seed=0, loss=0.0, double=0.0, reorder=0.0):
        self.luck = random.Random(seed)
        self.loss, self.double, self.reorder = loss, double, reorder

    def delays(self):
        """Seconds by which each copy of the next packet is late; none if it is lost."""
        if self.luck.random() < self.loss:
            return ()
        late = self.luck.uniform(*LATE) if self.luck.random() < self.reorder else 0
        if self.luck.random() < self.double:
            return (late, self.luck.choice((0, self.luck.uniform(*LATE))))
        return (late,)


class OneFault:
    """A slow network that treats one packet of a transfer, counted from 0, in its own way."""

    def __init__(self, at, delays, usual=0.004):
        self.at, self.fault, self.usual, self.seen = at, delays, usual, 0

    def delays(self):
        """As Network.delays()."""
        self.seen += 1
        return self.fault if self.seen == self.at + 1 else (self.usual,)


class Client:
    """
    One read. network: its own, instead of the one of all. Subclasses say what a client does with a
    block that is not the next one.
    """

    def __init__(self, name, options=(), network=None):
        self.network = network
        self.name, self.options = name, tuple((key, str(value)) for key, value in options)
        self.blksize, self.window = 512, 1
        self.block, self.acked, self.data = 0, 0, []
        self.tid, self.over, self.error = None, False, ""
        self.heard_data = self.timeouts = 0
        self.send = None

    def start(self, send):
        """send(payload, port) is the way out."""
        self.send = send
        self._ask()

    def _ask(self):
        """The request."""
        self.send(tftp.request(self.name, self.options), 69)

    def ack(self):
        """ACK of the last block in order."""
        self.acked = self.block
        self.send(tftp.ack(self.block), self.tid)

    def retry(self):
        """Nothing came for long."""
        self.timeouts += 1
        if self.tid is None:
            self._ask()
        else:
            self.ack()

    def hear(self, payload, port):
        """A packet; true if it was one to restart the clock for."""
        if self.tid not in (None, port):
            return False
        answer = tftp.parse(payload)
        if answer.opcode == tftp.ERROR:
            self.over, self.error = True, f"ERROR {answer.number} {answer.data!r}"
            return True
        if answer.opcode == tftp.OACK:
            return self._agree(answer, port)
        self.tid = port
        self.heard_data += 1
        if answer.number != (self.block + 1) & 0xFFFF:
            return self.unexpected(answer)
        return self._take(answer)

    def _agree(self, answer, port):
        """The first OACK counts."""
        if self.tid is not None:
            return False
        self.tid = port
        self.blksize = int(answer.options.get("blksize", 512))
        self.window = int(answer.options.get("windowsize", 1))
        self.ack()
        return True

    def _take(self, answer):
        """The next block."""
        self.block += 1
        self.data.append(answer.data)
        self.over = len(answer.data) < self.blksize
        if self.over or self.block - self.acked >= self.window:
            self.ack()
        return True

    def unexpected(self, answer):
        """A block that is not the next one. Returns whether the clock starts anew."""
        raise NotImplementedError


class Ipxe(Client):
    """iPXE: every block is acknowledged, also one that came before."""

    def unexpected(self, answer):
        self.ack()
        return True


class UBoot(Client):
    """U-Boot: blocks that came before are ignored; in windows it asks once for what is missing."""

    nacked = -1

    def unexpected(self, answer):
        if self.window > 1 and self.nacked != self.block:
            self.nacked = self.block
            self.ack()
            return True
        return False


class Edk2(Client):
    """EDK2: every unexpected block is answered with the ACK of the last one in order."""

    def unexpected(self, answer):
        self.ack()
        return True


class Swarm:
    """Runs clients to their end."""

    def __init__(self, lab, network=None, address="10.77.0.2"):
        self.lab, self.address, self.network = lab, address, network or Network()
        self.selector, self.moments = selectors.DefaultSelector(), []
        self.order, self.clocks, self.sockets = itertools.count(), {}, {}

    def run(self, clients, seconds, retry=RETRY, tick=None, pace=None):
        """
        Run them side by side; those that are not over after so many seconds have .error set.
        tick() is called now and then; pace() gives seconds by which a client is late to begin.
        """
        self.retry, limit = retry, time.monotonic() + seconds
        try:
            for client in clients:
                self._at(pace() if pace else 0, self._begin, client)
            while any(not client.over for client in clients) and time.monotonic() < limit:
                self._pump()
                if tick:
                    tick()
        finally:
            for sock in self.sockets.values():
                sock.close()
            self.selector.close()
        for client in clients:
            if not client.over:
                client.error = f"not done after {seconds} s: block {client.block}"
        return clients

    def _at(self, delay, call, *args):
        """Call something later."""
        heapq.heappush(self.moments, (time.monotonic() + delay, next(self.order), call, args))

    def _begin(self, client):
        """Open a client's socket and send its request."""
        with self.lab.client.entered():
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((self.address, 0))
        sock.setblocking(False)
        self.sockets[client] = sock
        self.selector.register(sock, selectors.EVENT_READ, client)
        client.start(lambda payload, port:
                     self._through(client, sock.sendto, payload, (SERVER, port)))
        self._restart(client)

    def _through(self, client, call, *args):
        """A packet of a client, or for it, enters the network."""
        for delay in (client.network or self.network).delays():
            if delay:
                self._at(delay, call, *args)
            else:
                call(*args)

    def _restart(self, client):
        """A client's clock starts anew."""
        self.clocks[client] = clock = next(self.order)
        self._at(self.retry, self._expire, client, clock)

    def _expire(self, client, clock):
        """A client's clock runs out, unless it was started anew."""
        if client.over or self.clocks[client] != clock:
            return
        if client.timeouts >= TRIES:
            client.over, client.error = True, f"gave up at block {client.block}"
            return
        client.retry()
        self._restart(client)

    def _pump(self):
        """Packets that are there, then moments that have come."""
        wait = self.moments[0][0] - time.monotonic() if self.moments else 0.05
        for key, _ in self.selector.select(max(0, min(wait, 0.02))):
            self._receive(key.fileobj, key.data)
        while self.moments and self.moments[0][0] <= time.monotonic():
            _, _, call, args = heapq.heappop(self.moments)
            call(*args)

    def _receive(self, sock, client):
        """All that a socket has."""
        while True:
            try:
                payload, peer = sock.recvfrom(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return
            self._through(client, self._deliver, client, payload, peer[1])

    def _deliver(self, client, payload, port):
        """A packet leaves the network."""
        if not client.over and client.hear(payload, port):
            self._restart(client)
