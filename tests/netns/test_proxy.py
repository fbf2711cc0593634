# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Real firmware beside a real DHCP server that knows nothing of network boot: mode proxy tells it what
to boot, by TFTP and by HTTP, and a boot server on port 4011 tells those that ask there.
"""

import re

import pytest

from lib import firmware
from lib.neighbour import SERVERS, PointingDnsmasq
from lib.router import Router
from lib.server import BOOT, Xdpxe, config
from lib.wait import until
from lib.web import Web

pytestmark = pytest.mark.firmware
HTTP = {"efi-x64-http": "http://10.77.0.1/ipxe.efi"}

# another server -> the machines that boot beside it, together
BESIDE = {"dnsmasq": [firmware.UefiX64, firmware.BiosBesideAnother],
          "kea": [firmware.UefiX64, firmware.BiosRom, firmware.UefiHttp]}


def need(*kinds):
    """Skip, with the reason, where a program or its firmware is not installed."""
    lacking = firmware.missing(*(path for kind in kinds for path in kind.needs))
    if lacking:
        pytest.skip(f"not installed: {lacking}")


def proxy(lab):
    """A server in mode proxy, not started."""
    text = config(lab, {**BOOT, **HTTP}).replace("mode: server", "mode: proxy")
    return Xdpxe(lab, re.sub(r"\n    pool: .*", "", text))


@pytest.mark.parametrize("kind", BESIDE)
def test_firmware_gets_its_address_there_and_its_boot_here(lab, files, kind):
    need(*BESIDE[kind], SERVERS[kind])
    lab.bridge()
    neighbour, server = SERVERS[kind](lab), proxy(lab).start()
    web = Web(lab)
    with Router(lab.client, "br0"):
        machines = [one(lab, f"tap{number}", f"52:54:00:aa:01:0{number}")
                    for number, one in enumerate(BESIDE[kind])]
        words = firmware.boot_all(machines, 150)
    for machine, said in zip(machines, words):
        assert neighbour.gave(said[1]) and machine.watch.faults == []
        by_tftp = machine.boots if not isinstance(machine, firmware.UefiHttp) else "boot.ipxe"
        assert machine.watch.files[by_tftp] == len(files[by_tftp]), machine.name
    assert web.gave("ipxe.efi") == (firmware.UefiHttp in BESIDE[kind])
    assert (server.counter("dhcp_offer"), server.counter("dhcp_ack")) == (0, 0)
    assert server.counter("dhcp_boot_server") == 0, "told what to boot, nobody asks on port 4011"
    assert server.json("leases") == []


@pytest.mark.parametrize("kind", SERVERS)
def test_firmware_boots_where_the_other_server_is_on_this_very_host(lab, files, kind):
    """It hears every message, although the proxy stands before it."""
    need(firmware.UefiX64, firmware.BiosRom, SERVERS[kind])
    lab.bridge()
    neighbour, server = SERVERS[kind](lab, here=True), proxy(lab).start()
    with Router(lab.client, "br0"):
        machines = [one(lab, f"tap{number}", f"52:54:00:aa:02:0{number}")
                    for number, one in enumerate((firmware.UefiX64, firmware.BiosRom))]
        words = firmware.boot_all(machines, 150)
    for machine, said in zip(machines, words):
        assert neighbour.gave(said[1]) and machine.watch.faults == []
        assert machine.watch.files[machine.boots] == len(files[machine.boots])
    shared = server.counter("dhcp_proxy_shared")
    assert shared >= 3 and server.counter("dhcp_proxy_offer") == shared
    assert server.json("leases") == []


def test_uefi_that_is_told_only_who_the_boot_server_is_asks_it_on_port_4011(lab, files):
    """
    This server is started when the machine has its offer, so that it is not asked for one. EDK2
    asks from port 4011 and hears nothing that comes to 68.
    """
    need(firmware.UefiX64, PointingDnsmasq)
    lab.bridge()
    neighbour, server = PointingDnsmasq(lab), Xdpxe(lab, config(lab, BOOT))
    machine = firmware.UefiX64(lab, "tap0", "52:54:00:aa:01:09")

    def fetched():
        machine.watch.look()
        return machine.watch.files.get("ipxe.efi", 0) >= len(files["ipxe.efi"])

    def offered():
        machine.watch.look()
        return machine.watch.received.get("dhcp_offer")
    until(offered, 60, "the machine to get an offer")
    server.start()
    until(fetched, 60, "the machine to fetch its file")
    assert neighbour.gave(machine.watch.address)
    assert server.counter("dhcp_boot_server") >= 1 and server.counter("dhcp_offer") == 0
