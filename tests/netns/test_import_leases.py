# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Leases that another server gave, and a daemon that knows them."""

import time

import pytest

from lib import leasedb
from lib.clients import udhcpc
from lib.server import BOOT, Xdpxe, config

HOUR = 3600


def isc(when):
    """A time as dhcpd writes it, in UTC."""
    return time.strftime("%w %Y/%m/%d %H:%M:%S", time.gmtime(when))


def isc_lease(address, mac, ends, state="active", more=""):
    """A block of dhcpd.leases."""
    return (f"lease {address} {{\n  starts {isc(time.time() - HOUR)};\n  ends {ends};\n"
            f"  binding state {state};\n  next binding state free;\n"
            f"  hardware ethernet {mac};\n{more}}}\n")


def dhcpd(mac, now):
    """Earlier and later words on an address, and all that is not taken over."""
    ends = isc(now + HOUR)
    return ('# written by dhcpd\nauthoring-byte-order little-endian;\n'
            'failover peer "x" state { my state normal; }\n'
            + isc_lease("10.77.3.3", "52:54:00:00:00:01", ends)
            + isc_lease("10.77.3.3", mac, ends, more='  uid "\\001}\\"{;";\n')
            + isc_lease("10.77.3.4", "52:54:00:00:00:02", "never")
            + isc_lease("10.77.3.5", "52:54:00:00:00:03", f"epoch {now + HOUR}; # a day")
            + isc_lease("10.77.3.6", "52:54:00:00:00:04", isc(now - HOUR))
            + isc_lease("10.77.3.7", "52:54:00:00:00:05", ends, state="free")
            + isc_lease("10.99.3.3", "52:54:00:00:00:06", ends)
            + isc_lease("10.77.3.8", "01:02", ends))


def dnsmasq(mac, now):
    """Lines of dnsmasq.leases."""
    return (f"{now + HOUR} {mac} 10.77.3.3 n3 01:{mac}\n"
            "0 52:54:00:00:00:02 10.77.3.4 * *\n"
            f"{now + HOUR} 52:54:00:00:00:03 10.77.3.5 * *\n"
            f"{now - HOUR} 52:54:00:00:00:04 10.77.3.6 * *\n"
            f"{now - HOUR} 52:54:00:00:00:05 10.77.3.7 * *\n"
            f"{now + HOUR} 52:54:00:00:00:06 10.99.3.3 * *\n"
            f"{now + HOUR} 06-01:02 10.77.3.8 * *\n"
            "duid 00:01:00:01:2a\n1795370400 1 fd00::1 n3 00:01\n")


def kea(mac, now):
    """kea-leases4.csv: columns by name, and the last line on an address counts."""
    def line(address, hardware, expire, valid=7200, state=0):
        return f"{address},{hardware},,{valid},{expire},1,0,0,n&#x2c3,{state},,0\n"
    return ("address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,"
            "state,user_context,pool_id\n"
            + line("10.77.3.3", "52:54:00:00:00:01", now + HOUR)
            + line("10.77.3.3", mac, now + HOUR)
            + line("10.77.3.4", "52:54:00:00:00:02", now + HOUR, 4294967295)
            + line("10.77.3.5", "52:54:00:00:00:03", now + HOUR)
            + line("10.77.3.6", "52:54:00:00:00:04", now - HOUR)
            + line("10.77.3.7", "52:54:00:00:00:05", now + HOUR, 0)
            + line("10.99.3.3", "52:54:00:00:00:06", now + HOUR)
            + line("10.77.3.8", "", now + HOUR))


def take_over(server, text, *options):
    """Run the command on a file of this text; its database is that of the configuration."""
    path = server.lab.dir / "given.leases"
    path.write_text(text, encoding="ascii")
    return server.lab.server.run("env", "TZ=EST5EDT", server.binary, "import", "--leases", path,
                                 *options, server.path, check=False)


@pytest.mark.parametrize("write", [dhcpd, dnsmasq, kea])
def test_a_machine_keeps_the_address_that_another_server_gave(lab, files, write):
    assert files
    mac = lab.client.run("ip", "-br", "link", "show", "cli0").stdout.split()[2]
    now = int(time.time())
    text = write(mac, now)
    server = Xdpxe(lab, config(lab, BOOT))
    done = take_over(server, text)
    assert done.returncode == 0, done.stderr
    assert "leases written: 3, over: 2, left out: 2" in done.stderr
    outside = text[:text.index("10.99.3.3")].count("\n") + 1
    strange = text[:text.index("10.77.3.8")].count("\n") + 1
    assert f"given.leases:{outside}: 10.99.3.3: a machine's address in none" in done.stderr
    assert f"given.leases:{strange}: 10.77.3.8: it is known by no Ethernet" in done.stderr
    held = leasedb.leases(lab.dir / "leases.db")
    assert {one: address for one, (address, _) in held.items()} == {
        mac: "10.77.3.3", "52:54:00:00:00:02": "10.77.3.4", "52:54:00:00:00:03": "10.77.3.5"}
    assert held[mac][1] == held["52:54:00:00:00:03"][1] == now + HOUR
    assert held["52:54:00:00:00:02"][1] > now + 300 * 24 * HOUR, "one that does not end"
    server.start()
    assert udhcpc(lab)["ip"] == "10.77.3.3"
    assert {row["address"] for row in server.json("leases")} == {"10.77.3.3", "10.77.3.4",
                                                                 "10.77.3.5"}


def test_a_machine_of_several_leases_keeps_the_one_that_lasts(lab, files):
    assert files
    now = int(time.time())
    server = Xdpxe(lab, config(lab, BOOT))
    mac = "52:54:00:00:00:01"
    done = take_over(server, f"{now + 2 * HOUR} {mac} 10.77.3.9 * 01\n"
                             f"{now + HOUR} {mac} 10.77.3.3 * 02\nnonsense\n")
    assert "leases written: 1, over: 0, left out: 1" in done.stderr
    assert ":2: 10.77.3.3: its machine has another" in done.stderr
    assert ":3: nonsense: no lease" in done.stderr
    assert leasedb.leases(lab.dir / "leases.db") == {mac: ("10.77.3.9", now + 2 * HOUR)}


def test_nothing_is_written_beside_a_daemon_or_into_a_file_of_others(lab, server):
    line = f"{int(time.time()) + HOUR} 52:54:00:00:00:01 10.77.3.9 * *\n"
    done = take_over(server, line)
    assert done.returncode == 1 and f"(pid {server.process.pid})" in done.stderr
    foreign = lab.dir / "foreign.db"
    with leasedb.opened(foreign) as base:
        base.execute("CREATE TABLE theirs (x)")
    before = foreign.read_bytes()
    done = take_over(server, line, "--database", foreign)
    assert done.returncode == 1 and "another program's database" in done.stderr
    (lab.dir / "text.db").write_text("no database at all, but text of somebody\n" * 50,
                                     encoding="ascii")
    done = take_over(server, line, "--database", lab.dir / "text.db")
    assert done.returncode == 1 and foreign.read_bytes() == before
    assert (lab.dir / "text.db").read_text(encoding="ascii").startswith("no database")
    assert leasedb.leases(lab.dir / "leases.db") == {}


@pytest.mark.parametrize("words", [("-o", "x"), ("--root", "/srv"), ("--from", "bind")])
def test_options_that_do_not_go_with_leases(lab, words):
    server = Xdpxe(lab, config(lab, BOOT))
    assert take_over(server, "", *words).returncode == 2
