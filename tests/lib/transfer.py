# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One TFTP read of a simulated machine: every block and every OACK is looked at."""

import time

from lib import packet, tftp
from lib.failure import Failure


class Transfer:
    """One RRQ and what follows."""

    def __init__(self, machine, name, request):
        self.machine, self.name, self.request = machine, name, request
        self.firmware, self.result = machine.firmware, machine.result
        self.tid, self.blksize, self.window = None, 512, 1
        self.block, self.blocks, self.complete = 0, [], False
        self.regap = False

    def run(self):
        """RRQ, then all blocks; returns the bytes, or nothing for a probe."""
        rrq = self._frame(69, tftp.request(self.name, self.request.options))
        yield from self.machine.exchange(f"RRQ {self.name}", rrq, self.firmware.rrq, self._first)
        if self.request.abort:
            self.machine.send(self._frame(self.tid, tftp.error(*self.request.abort)))
            return b""
        while not self.complete:
            pause = self.machine.pause(self.block)
            if pause:
                yield from self.machine.wait_for(time.monotonic() + pause, lambda frame: None)
            yield from self.machine.exchange(f"ACK {self.block} of {self.name}", self._ack,
                                              self.firmware.ack, self._data)
        self.machine.send(self._ack())
        return b"".join(self.blocks)

    def _frame(self, port, payload):
        """A TFTP frame to the server."""
        machine = self.machine
        return machine.udp(machine.server_mac, (machine.address, machine.port),
                           (machine.server, port), payload)

    def _ack(self):
        """ACK of the last block that came in order."""
        return self._frame(self.tid, tftp.ack(self.block))

    def _answer(self, frame):
        """A TFTP packet for this transfer, or None."""
        machine = self.machine
        datagram = packet.parse(frame)
        if not isinstance(datagram, packet.Datagram) or datagram.dport != machine.port:
            return None
        if datagram.src != machine.server or self.tid not in (None, datagram.sport):
            source = f"{packet.ip_text(datagram.src)}:{datagram.sport}"
            machine.fault(f"TFTP from {source}, expected port {self.tid}")
            return None
        if datagram.fault or datagram.dst != machine.address or datagram.dst_mac != machine.mac:
            machine.fault(f"TFTP packet {datagram.fault or 'to a wrong address'}")
            return None
        try:
            answer = tftp.parse(datagram.payload)
        except ValueError as error:
            raise Failure(str(error)) from None
        if answer.opcode == tftp.ERROR:
            raise Failure(f"TFTP ERROR {answer.number}: {answer.data.rstrip(bytes(1))!r}")
        self.tid = datagram.sport
        return answer

    def _first(self, frame):
        """The OACK, or at once the first DATA of a server without options."""
        answer = self._answer(frame)
        if answer is None:
            return None
        if answer.opcode == tftp.DATA:
            raise Failure("RRQ with options was answered without an OACK")
        fault = tftp.oack_fault(self.request.options, answer.options)
        if fault:
            self.machine.fault(fault)
        self.machine.count("tftp_oack")
        self.blksize = int(answer.options.get("blksize", 512))
        self.window = int(answer.options.get("windowsize", 1))
        if "tsize" in answer.options:
            self._size(int(answer.options["tsize"]))
        return answer

    def _size(self, size):
        """Compare the size told with the one expected."""
        self.result.size = size
        expected = self.machine.expected_bytes
        if expected is not None and size != len(expected):
            self.machine.fault(f"tsize is {size}, the file has {len(expected)} bytes")

    def _data(self, frame):
        """Take the next DATA; true when the window, or the file, is at its end."""
        answer = self._answer(frame)
        if answer is None or answer.opcode != tftp.DATA:
            return None
        self.machine.count("tftp_blocks")
        if answer.number != (self.block + 1) & 0xFFFF:
            return self._out_of_order()
        if len(answer.data) > self.blksize:
            raise Failure(f"DATA of {len(answer.data)} bytes, granted were {self.blksize}")
        self.block += 1
        self.regap = False
        self.blocks.append(answer.data)
        self.result.bytes += len(answer.data)
        self.complete = len(answer.data) < self.blksize
        return True if self.complete or self.block % self.window == 0 else None

    def _out_of_order(self):
        """
        RFC 7440: a gap is answered by one ACK of the last block in order; duplicates are counted.
        """
        self.machine.count("tftp_out_of_order")
        if self.window > 1 and not self.regap:
            self.regap = True
            self.machine.send(self._ack())
        return None
