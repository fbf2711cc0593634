# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
How each firmware speaks: options in the order it sends them, its TFTP requests, its patience.

Taken from captures of the real thing. Moments are seconds from the first packet; the last one is
when it gives up.
"""

from dataclasses import dataclass
from typing import NamedTuple

IPXE_FEATURES = bytes.fromhex(
    "b105018086100eeb03010000260101170101270101220101130101140101110101190101290101100102210101"
    "150101180101120101")
ROM_LIST = bytes.fromhex("010306070c0f111a2a2b3c4243778081828384858687")
IPXE_LIST = ROM_LIST + bytes.fromhex("afcb")
EDK2_LIST = bytes.fromhex(
    "0102030405060c0d0f111216171c28292a2b3233363a3b3c4243618081828384858687")


class Rrq(NamedTuple):
    """
    One read request: its options in order, and the ERROR that ends it after the OACK, if it is but
    a probe.
    """

    options: tuple
    abort: tuple = None


@dataclass(frozen=True)
class Firmware:
    """A dialect. collect: seconds an OFFER is waited upon for better ones, None for iPXE's rule."""

    name: str
    arch: int
    undi: bytes
    vendor_minor: bytes
    flags: int
    list: bytes
    max_size: tuple
    has_client_id: bool
    is_ipxe: bool
    collect: float
    secs: tuple
    discover: tuple
    request: tuple
    rrq: tuple
    ack: tuple
    reads: tuple
    skips_probe_for_13: bool = False
    ttl: int = 64

    def vendor_class(self):
        """Option 60."""
        return b"PXEClient:Arch:%05d:UNDI:%s" % (self.arch, self.vendor_minor)

    def options(self, mac, uuid, chosen=None):
        """Options of a DISCOVER, or of the REQUEST that chooses an OFFER, after option 53."""
        most = (57, self.max_size[1 if chosen else 0].to_bytes(2, "big"))
        arch = (93, self.arch.to_bytes(2, "big"))
        undi, vendor = (94, self.undi), (60, self.vendor_class())
        guid, wanted = (97, b"\0" + uuid), (55, self.list)
        choice = [(54, chosen.options.get(54, b"")), (50, chosen.yiaddr)] if chosen else []
        if not self.has_client_id:
            return [*choice, most, wanted, guid, undi, arch, vendor]
        ipxe = [(77, b"iPXE")] if self.is_ipxe else []
        features = [(175, IPXE_FEATURES)] if self.is_ipxe else []
        return [most, arch, undi, vendor, *ipxe, wanted, *features, (61, b"\x01" + mac), guid,
                *choice]


BLKSIZE_EDK2 = ("blksize", "1468")
WINDOW_EDK2 = ("windowsize", "4")
EDK2_MOMENTS = (0, 4, 8, 12, 16, 20, 24)
IPXE_MOMENTS = (0, 0.26, 0.8, 1.85, 3.9, 8, 16)

_ROM = dict(undi=b"\x01\x02\x01", vendor_minor=b"002001", has_client_id=True,
            secs=(4, 10, 18, 26), discover=(0, 1, 3, 7, 15), request=IPXE_MOMENTS,
            rrq=IPXE_MOMENTS, ack=(0, 0.25, 0.55, 1, 2, 4, 8))
_EDK2 = dict(undi=b"\x01\x03\x00", vendor_minor=b"003000", flags=0x8000, list=EDK2_LIST,
             max_size=(1472, 65280), has_client_id=False, is_ipxe=False, collect=3.75, secs=(0,),
             discover=(0, 3.8, 11.8, 27.8, 60), request=(0, 4, 12, 28, 60), rrq=EDK2_MOMENTS,
             ack=EDK2_MOMENTS, skips_probe_for_13=True,
             reads=(Rrq((("tsize", "0"), BLKSIZE_EDK2, WINDOW_EDK2),
                        (8, b"User aborted the transfer")),
                    Rrq((BLKSIZE_EDK2, WINDOW_EDK2))))
_IPXE_READS = (Rrq((("blksize", "1432"), ("tsize", "0"))),)

BIOS = Firmware(name="BIOS PXE ROM", arch=0, flags=0, list=ROM_LIST, max_size=(1260, 1260),
                is_ipxe=False, collect=0, reads=(
                    Rrq((("tsize", "0"),), (0, b"TFTP Aborted")),
                    Rrq((("blksize", "1456"), ("tsize", "0")))), **_ROM)
UEFI_X64 = Firmware(name="UEFI x64", arch=7, **_EDK2)
UEFI_ARM64 = Firmware(name="UEFI arm64", arch=11, **_EDK2)


def _ipxe(arch, undi, minor):
    """iPXE as the firmware of that kind starts it."""
    return Firmware(**{**_ROM, "undi": undi, "vendor_minor": minor}, name="iPXE", arch=arch,
                    flags=0x8000, list=IPXE_LIST, max_size=(1472, 1472), is_ipxe=True, collect=None,
                    reads=_IPXE_READS)


IPXE_AFTER = {0: _ipxe(0, b"\x01\x02\x01", b"002001"), 7: _ipxe(7, b"\x01\x03\x0a", b"003010"),
              11: _ipxe(11, b"\x01\x03\x0a", b"003010")}
