# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the server of these tests is told: networks, boot files, reservations, and the files."""

import random

from lib import packet
from lib.server import config
from tables import arches

SERVER, SUBNET, MASK, BROADCAST = (packet.ip_bytes(text) for text in (
    "10.77.0.1", "10.77.0.0", "255.255.0.0", "10.77.255.255"))
ROUTER = SERVER
POOL_FIRST, POOL_LAST = packet.ip_bytes("10.77.1.0"), packet.ip_bytes("10.77.8.255")
LEASE_SECONDS = 600
DOMAIN = b"boot.example"

NO_FILE = "s390-extended"  # the one architecture that is left without a boot file
IPXE = "tftp://10.77.0.1/boot.ipxe"
LONG_URL = "http://10.77.0.1/" + "n" * 180 + ".ipxe"

# The machines of the captures keep the addresses that they were given there.
CAPTURED = {"52:54:00:77:00:01": "10.77.0.173", "52:54:00:77:00:02": "10.77.0.174",
            "52:54:00:77:00:03": "10.77.0.175", "52:54:00:77:00:04": "10.77.0.176",
            "de:72:1c:c2:37:67": "10.77.0.136", "00:0c:01:02:03:04": "10.77.0.240"}

FIXED, CUSTOM, SCRIPTED, DENIED, ALL, LONG, IN_POOL, BY_HTTP = (
    f"52:54:00:00:00:{number:02x}" for number in range(0x20, 0x28))
HOSTS = [
    f'mac: "{FIXED}", ip: 10.77.0.20',
    f'mac: "{CUSTOM}", boot: custom.efi',
    f'mac: "{SCRIPTED}", ipxe: "http://10.77.0.1/n22.ipxe"',
    f'mac: "{DENIED}", deny: true',
    f'mac: "{ALL}", ip: 10.77.0.24, boot: custom.efi, ipxe: "http://10.77.0.1/n24.ipxe"',
    f'mac: "{LONG}", ipxe: "{LONG_URL}"',
    f'mac: "{IN_POOL}", ip: 10.77.1.50',
    f'mac: "{BY_HTTP}", boot: "http://10.77.0.1/custom.efi"',
    *(f'mac: "{mac}", ip: {address}' for mac, address in CAPTURED.items()),
]

NOISE = random.Random(1350).randbytes
LONGEST_NAME = "d/" + "n" * 125  # 127 bytes: the longest that fits with its NUL
BIOS_FILE, EFI_FILE = "undionly.kpxe", "ipxe.efi"

# A test may play one machine a thousand times in a second.
UNLIMITED = "limits: { messages: none, requests: none, combinations: none }\n"


def boot():
    """The `boot` section: a file or URL for every architecture but one."""
    section = {arch.name: f"http://10.77.0.1/{arch.name}.efi" if arch.http
               else f"{arch.name}/first.img" for arch in arches() if arch.name != NO_FILE}
    section.update({"bios": BIOS_FILE, "efi-x64": EFI_FILE, "ipxe": IPXE})
    return section


def files():
    """Name -> bytes, of every file that is served."""
    served = {name: NOISE(100 + 700 * number) for number, name in enumerate(
        name for name in boot().values() if "://" not in name)}
    served.update({
        BIOS_FILE: NOISE(74213), EFI_FILE: NOISE(100_000), "custom.efi": NOISE(511),
        "boot.ipxe": b"#!ipxe\necho second stage\n", "undionly121.kpxe": NOISE(4000),
        "ipxe121.efi": NOISE(996864), "grubaa64.efi": NOISE(2000), "odd.bin": NOISE(40_001),
        "exact.bin": NOISE(10 * 512), "empty.bin": b"", "one.bin": b"x",
        "large.bin": NOISE(600_000),
        "sub/Deep/name.txt": NOISE(700), LONGEST_NAME: NOISE(600)})
    return served


def write(lab):
    """
    Put the files under the laboratory's root; returns (files, text of the configuration). Addresses
    are not probed: nothing changes the queue of free ones but the frames of a test.
    """
    served = files()
    for name, data in served.items():
        lab.put(name, data)
    text = "authoritative: yes\n" + config(lab, boot(), HOSTS)
    text = text.replace("    lease-time:", "    conflict-check: no\n    lease-time:")
    return served, text.replace("10.77.250.255", packet.ip_text(POOL_LAST))
