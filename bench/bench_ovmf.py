# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
How long UEFI firmware (OVMF in QEMU, emulated without KVM) takes to read an ipxe.efi of 1 MiB, with
windows and without: from its RRQ to its ACK of the last block, by the kernel's time stamps at the
machine's own port. Boots with and without are interleaved and medians are printed.
"""

import os
import pathlib
import socket
import statistics
import struct
import sys
import time
from dataclasses import dataclass

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests"))

from lib import firmware
from lib.lab import Lab
from lib.server import BOOT, Xdpxe, config

SIZE, ROUNDS, SECONDS = 1 << 20, int(os.environ.get("ROUNDS", "3")), 120
WINDOWS = {"off": 1, "on": 8}  # the largest that the server grants; OVMF asks for 4
ETH_P_ALL, SO_TIMESTAMPNS = 3, 35
RRQ, DATA, ACK, OACK = 1, 3, 4, 6


@dataclass
class Read:
    """What was seen of the transfer of the boot file, times in seconds."""

    begun: float = 0.0
    ended: float = 0.0
    window: str = "1"
    blksize: int = 512
    blocks: int = 0
    acks: int = 0

    def over(self):
        """Has the last block been acknowledged?"""
        return bool(self.ended)

    def take(self, opcode, payload, when):
        """The payload of a TFTP packet, without its opcode."""
        if opcode == RRQ and payload.startswith(BOOT["efi-x64"].encode() + b"\0"):
            self.begun, self.blocks, self.acks = when, 0, 0
        elif opcode == OACK and self.begun:
            words = payload.split(b"\0")
            options = dict(zip(words[::2], words[1::2]))
            self.window = options.get(b"windowsize", b"1").decode()
            self.blksize = int(options.get(b"blksize", b"512"))
        elif opcode == DATA and self.begun:
            self.blocks += 1
        elif opcode == ACK and self.begun:
            self.acks += 1
            if struct.unpack("!H", payload[:2])[0] == SIZE // self.blksize + 1:
                self.ended = when


def listen(lab, tap):
    """A socket that hears all that passes a port, with the kernel's time stamps."""
    with lab.client.entered():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    sock.bind((tap, ETH_P_ALL))
    sock.settimeout(1)
    return sock


def watch(sock, machine):
    """Follow the machine's transfer to its end."""
    read, deadline = Read(), time.monotonic() + SECONDS
    while not read.over():
        assert time.monotonic() < deadline, f"OVMF did not read the file\n{machine.console()}"
        try:
            frame, ancillary, _, _ = sock.recvmsg(2048, 64)
        except socket.timeout:
            continue
        if len(frame) < 46 or frame[12:14] != b"\x08\0" or frame[23] != socket.IPPROTO_UDP:
            continue
        seconds, nanoseconds = struct.unpack("=qq", ancillary[0][2][:16])
        payload = frame[42:34 + struct.unpack("!H", frame[38:40])[0]]
        if frame[34:38] not in (b"\0\x43\0\x44", b"\0\x44\0\x43"):  # DHCP
            read.take(payload[1], payload[2:], seconds + nanoseconds / 1e9)
    return read


def boot(name, window):
    """One boot, in a laboratory of its own."""
    with Lab() as lab:
        image = (firmware.IPXE / BOOT["efi-x64"]).read_bytes()
        assert len(image) <= SIZE
        lab.put(BOOT["efi-x64"], image.ljust(SIZE, b"\0"))
        text = config(lab, {"efi-x64": BOOT["efi-x64"]})
        Xdpxe(lab, text.replace("  cache:", f"  window: {window}\n  cache:")).start()
        lab.bridge()
        machine = firmware.UefiX64(lab, "tap0", "52:54:00:aa:00:01")
        with listen(lab, "tap0") as sock:
            read = watch(sock, machine)
        machine.off()
    print(f"windows {name}: {read.ended - read.begun:.3f} s", file=sys.stderr)
    return read


def main():
    lacking = firmware.missing(*firmware.UefiX64.needs)
    if lacking:
        sys.exit(f"bench_ovmf: not installed: {lacking}")
    reads = {name: [] for name in WINDOWS}
    for _ in range(ROUNDS):
        for name, window in WINDOWS.items():
            reads[name].append(boot(name, window))
    print(f"OVMF reads a file of {SIZE:,} bytes, medians of {ROUNDS}\n"
          "windows  granted  blksize  DATA  ACK  seconds (fastest to slowest)")
    for name, rows in reads.items():
        times = sorted(read.ended - read.begun for read in rows)
        last = rows[-1]
        print(f"{name:7}  {last.window:>7}  {last.blksize:7}  {last.blocks:4}  {last.acks:3}  "
              f"{statistics.median(times):7.3f} ({times[0]:.3f} to {times[-1]:.3f})")


if __name__ == "__main__":
    main()
