# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The bare reflector (reflect.bpf.c) as a server on srv0: what it is to say, and its start. It knows the
machines of `xdpxe storm`, and no other.
"""

import struct

from lib import packet
from lib.lab import TOP

PROGRAM = TOP / "build/reflector"
SERVER = bytes((10, 77, 0, 1))
OFFER, ACK = 2, 5
SECTOR, REQUESTS = 512, 256
BIOS_BLOCK, UEFI_BLOCK, WINDOW = 1456, 1468, 4


def _options(words):
    """name, value, ... as TFTP has them."""
    return b"".join(str(word).encode() + b"\0" for word in words)


def _request(name, *options):
    """The payload of a read request."""
    return b"\0\1" + _options((name, "octet", *options))


def oack(read, request, *granted):
    """Words for the program: the answer to a request for a file (its number) is an OACK."""
    place = (len(request) + request[2]) % REQUESTS
    return ["oack", place, read, (b"\0\6" + _options(granted)).hex()]


def _reply(mac, kind, broadcast, file, more=b""):
    """An OFFER or ACK, a frame without xid, yiaddr and chaddr."""
    bootp = struct.pack("!BBBBIHH4s4s4s4s", 2, 1, 6, 0, 0, 0, broadcast << 15, bytes(4), bytes(4),
                        SERVER, bytes(4)).ljust(108, b"\0") + file.encode().ljust(128, b"\0")
    options = b"\x63\x82\x53\x63" + bytes((53, 1, kind)) + b"\x36\x04" + SERVER + \
        b"\x33\x04" + struct.pack("!I", 3600) + b"\x01\x04\xff\xff\0\0" + more + b"\xff"
    frame = packet.udp(packet.BROADCAST_MAC, mac, (SERVER, 67), (b"\xff" * 4, 68),
                       (bootp + options).ljust(300, b"\0"))
    return frame[:40] + b"\0\0" + frame[42:]


def replies(lab, bios, ipxe, uefi, uefi_size):
    """
    Words for the program: OFFER and ACK for each kind of machine, from a file. UEFI is told the
    size of its boot file, and so does not ask for that first.
    """
    mac = packet.mac_bytes(lab.server.run("ip", "-br", "link", "show", "srv0").stdout.split()[2])
    sectors = b"\x0d\x02" + struct.pack("!H", -(-uefi_size // SECTOR))
    kinds = ((False, bios, b""), (True, ipxe, b""), (True, uefi, sectors))
    path = lab.dir / "replies"
    path.write_bytes(b"".join(_reply(mac, kind, broadcast, file, more)
                              for broadcast, file, more in kinds for kind in (OFFER, ACK)))
    return ["replies", path]


class Reflector:
    """A process that serves srv0 from start to stop()."""

    def __init__(self, lab, *words):
        self.process = lab.start(lab.server, PROGRAM, "srv0", *words)
        self.process.wait_line("ready", 10)

    def stop(self):
        """Leave nothing of it."""
        self.process.stop()


def boot(lab, boot_files):
    """The server of a full boot; `boot_files`: bios, efi-x64 and ipxe -> name under lab.root."""
    bios, uefi = boot_files["bios"], boot_files["efi-x64"]
    bios_size, uefi_size = ((lab.root / name).stat().st_size for name in (bios, uefi))
    return Reflector(
        lab, *replies(lab, bios, boot_files["ipxe"], uefi, uefi_size),
        "read", BIOS_BLOCK, 1, lab.root / bios, "read", UEFI_BLOCK, WINDOW, lab.root / uefi,
        *oack(0, _request(bios, "tsize", 0), "tsize", bios_size),
        *oack(0, _request(bios, "blksize", BIOS_BLOCK, "tsize", 0),
              "blksize", BIOS_BLOCK, "tsize", bios_size),
        *oack(1, _request(uefi, "blksize", UEFI_BLOCK, "windowsize", WINDOW),
              "blksize", UEFI_BLOCK, "windowsize", WINDOW))


def file(lab, path, blksize, window=1):
    """The server of machines of `--client ipxe` that read one file, without DHCP."""
    asked = ["blksize", blksize, "tsize", 0] + ["windowsize", window] * (window > 1)
    granted = [path.stat().st_size if word == 0 else word for word in asked]
    return Reflector(lab, "read", blksize, window, path,
                     *oack(0, _request(path.name, *asked), *granted))
