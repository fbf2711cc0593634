# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""UEFI HTTP boot: OVMF is told a URL, and fetches it from a real web server."""

import pytest

from lib import firmware
from lib.router import Router
from lib.server import BOOT, Xdpxe, config
from lib.web import Web

pytestmark = pytest.mark.firmware


def test_uefi_boots_by_http_to_the_second_stage(lab, files):
    lacking = firmware.missing(*firmware.UefiHttp.needs)
    if lacking:
        pytest.skip(f"not installed: {lacking}")
    lab.bridge()
    web = Web(lab)
    boot = {**BOOT, "efi-x64-http": "http://10.77.0.1/ipxe.efi"}
    server = Xdpxe(lab, config(lab, boot)).start()
    with Router(lab.client, "br0"):
        machine = firmware.UefiHttp(lab, "tap0", "52:54:00:aa:00:05")
        said, = firmware.boot_all([machine], 150)
    assert said[2] == "efi" and web.gave("ipxe.efi")
    assert machine.watch.faults == [] and machine.watch.address == said[1]
    assert machine.watch.files == {"boot.ipxe": len(files["boot.ipxe"])}, "only iPXE used TFTP"
    assert (server.counter("dhcp_offer"), server.counter("dhcp_ack")) == (2, 2)
    assert server.counter("dhcp_no_boot_file") == 0
