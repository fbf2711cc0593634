# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The database of leases between real clients and several daemons."""

import json

import pytest

from lib import leasedb
from lib.clients import dhclient, udhcpc
from lib.server import BOOT, Xdpxe, config
from lib.wait import until


def test_a_real_client_keeps_its_address_over_a_restart_of_the_server(lab, server):
    """dhclient asks in INIT-REBOOT; a server without a record would be silent."""
    first = dhclient(lab)
    assert server.stop() == 0
    server.start()
    again = dhclient(lab)
    assert again["reason"] == "REBOOT" and again["new_ip_address"] == first["new_ip_address"]


def test_a_database_can_be_read_while_the_daemon_runs_and_after(lab, server):
    told = udhcpc(lab)
    path = lab.dir / "leases.db"
    until(lambda: [one[0] for one in leasedb.leases(path).values()] == [told["ip"]], 5, "the lease")
    shown = server.command("leases", "--database", path).stdout
    assert told["ip"] in shown and "bound" in shown
    server.stop()
    late, = json.loads(server.command("leases", "--database", path, "--json").stdout)
    assert late["address"] == told["ip"] and late["network"] == "10.77.0.0/16"
    missing = server.command("leases", "--database", lab.dir / "none.db", check=False)
    assert missing.returncode == 1 and "there is no such file" in missing.stderr


@pytest.mark.parametrize("lab", [{"links": 2}], indirect=True)
def test_two_daemons_do_not_share_a_database(lab, files):
    one = Xdpxe(lab, config(lab, BOOT, links=[0])).start()
    other = Xdpxe(lab, config(lab, BOOT, links=[1]), name="other.yaml")
    assert files and other.launch().join(20) == 1
    said, = other.process.stderr
    assert f"{lab.dir}/leases.db" in said and f"(pid {one.process.pid})" in said
    assert "`leases.database`" in said and other.attached("srv1") is None
    other.write(other.path.read_text(encoding="utf-8").replace("leases.db", "second.db"))
    other.start()
    assert other.attached("srv1") and one.attached("srv0")
