# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Two interfaces at once."""

import pytest

from lib import dialect
from lib.clients import udhcpc
from lib.crowd import Crowd
from lib.machine import Machine
from lib.server import BOOT


@pytest.mark.parametrize("lab", [{"links": 2}], indirect=True)
def test_each_interface_gives_addresses_of_its_own_network(lab, server):
    assert server.attached("srv0") and server.attached("srv1")
    first, second = udhcpc(lab), udhcpc(lab, interface="cli1")
    assert (first["ip"].rsplit(".", 2)[0], first["serverid"]) == ("10.77", "10.77.0.1")
    assert (second["ip"].rsplit(".", 2)[0], second["serverid"]) == ("10.78", "10.78.0.1")


@pytest.mark.parametrize("lab", [{"links": 2}], indirect=True)
def test_machines_boot_over_both_with_the_same_files(lab, server, files):
    assert server.attached("srv1")
    for index in range(2):
        with Crowd(lab.client, f"cli{index}") as crowd:
            result, = crowd.boot([Machine("52:54:00:00:00:01", dialect.UEFI_X64,
                                          (BOOT["efi-x64"],
                                           files[BOOT["efi-x64"]]), BOOT["ipxe"])], 30)
        assert result.done, result
        assert result.address.startswith(f"10.{77 + index}.")


@pytest.mark.parametrize("lab", [{"links": 2}], indirect=True)
def test_detaching_one_ends_the_daemon_and_so_the_other(lab, server):
    server.command("detach", "srv1")
    assert server.process.join(10) == 0
    assert server.attached("srv0") is None and server.attached("srv1") is None
    assert server.pins() == [] and lab.server.pids() == []
