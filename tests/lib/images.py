# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Boot files: Debian's iPXE, and for arm64 the nearest thing this machine has."""

import pathlib

from lib import firmware
from lib.server import BOOT

ARM64 = ((pathlib.Path("/usr/lib/ipxe/ipxe-arm64.efi"), None, "iPXE for arm64"),
         (pathlib.Path("/usr/lib/grub/arm64-efi/monolithic/grubnetaa64.efi"), None,
          "GRUB for arm64"),
         (firmware.AAVMF / "AAVMF_CODE.fd", 1_000_000,
          "a stand-in, the first 1000000 bytes of AAVMF: this machine has no iPXE for arm64"))


def arm64_image():
    """Bytes of the arm64 file, and in words what it is."""
    for path, most, words in ARM64:
        if path.exists():
            return path.read_bytes()[:most], words
    return bytes(range(251)) * 4001, "a stand-in: this machine has no boot file for arm64"


def boot_files():
    """Name -> bytes of every file that BOOT names."""
    return {BOOT["bios"]: (firmware.IPXE / "undionly.kpxe").read_bytes(),
            BOOT["efi-x64"]: (firmware.IPXE / "ipxe.efi").read_bytes(),
            BOOT["efi-arm64"]: arm64_image()[0],
            "boot.ipxe": firmware.SECOND_STAGE.encode()}


def put_boot_files(lab):
    """Copy them under the laboratory's TFTP root."""
    files = boot_files()
    for name, data in files.items():
        lab.put(name, data)
    return files
