# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Real firmware boots: SeaBIOS and OVMF together in QEMU, AAVMF alone."""

import pytest

from lib import firmware
from lib.router import Router
from lib.server import BOOT, sockets
from lib.wait import until

pytestmark = pytest.mark.firmware


def need(*kinds):
    """Skip, with the reason, where a program or its firmware is not installed."""
    lacking = firmware.missing(*(path for kind in kinds for path in kind.needs))
    if lacking:
        pytest.skip(f"not installed: {lacking}")


def look_at_economy(watch):
    """
    What option 13 spares EDK2: the request for a size, which it would break off. iPXE 1.21 asks for
    autoexec.ipxe before its DHCP.
    """
    assert [name for name, _ in watch.requests if name != "autoexec.ipxe"] == [
        watch.biggest()[0], "boot.ipxe"], "each file is asked for once"


def test_bios_and_uefi_machines_boot_to_the_second_stage_together(lab, server, files):
    need(firmware.Bios, firmware.UefiX64)
    lab.bridge()
    with Router(lab.client, "br0"):
        machines = [firmware.Bios(lab, "tap0", "52:54:00:aa:00:01"),
                    firmware.UefiX64(lab, "tap1", "52:54:00:aa:00:02")]
        words = firmware.boot_all(machines, 120)
    assert [one[2] for one in words] == ["pcbios", "efi"]
    assert len({one[1] for one in words}) == 2
    for machine, one in zip(machines, words):
        assert machine.watch.faults == []
        assert machine.watch.address == one[1]
        assert machine.watch.files[machine.boots] == len(files[machine.boots])
        assert "boot.ipxe" in machine.watch.files
        look_at_economy(machine.watch)
        assert "ipxe: 0x1" in machine.console(), "option 175.176 has arrived"
    assert server.counter("tftp_size_probe") == 0 and server.counter("dhcp_boot_server") == 0
    assert not sockets(lab.server)
    assert server.counter("dhcp_is_ipxe") >= 4


def test_a_uefi_arm64_machine_fetches_its_file(lab, server, files):
    need(firmware.UefiArm64)
    name = BOOT["efi-arm64"]
    lab.bridge()
    machine = firmware.UefiArm64(lab, "tap0", "52:54:00:aa:00:03")

    def fetched():
        machine.watch.look()
        return machine.watch.files.get(name, 0) >= len(files[name])
    until(fetched, 120, f"AAVMF to fetch {name}")
    assert machine.watch.faults == []
    assert server.counter("tftp_complete") >= 1
