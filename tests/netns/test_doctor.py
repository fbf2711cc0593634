# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`xdpxe doctor`: what it finds, what it says is lost, and what to type; and typing it mends it."""

import json

from lib.dnsmasq import start_dnsmasq
from lib.lab import attach_pass
from lib.server import BINARY, BOOT


def ask(lab, *words, namespace=None):
    """Its findings: (exit code, {check: finding})."""
    done = (namespace or lab.server).run(BINARY, "doctor", "--json", *words, check=False)
    return done.returncode, {line["check"]: line for line in json.loads(done.stdout)}


def test_an_interface_that_can_serve_is_told_so_and_left_as_it_was(lab):
    code, found = ask(lab, "--quiet-wire", "srv0")
    assert code == 0
    assert found["address"]["found"] == "10.77.0.1/16"
    assert found["driver"]["found"] == "veth"
    assert found["native XDP"]["level"] == "good"
    assert all(line["level"] in ("good", "note", "poor") for line in found.values())
    shown = json.loads(lab.server.run("ip", "-j", "-d", "link", "show", "srv0").stdout)
    assert "xdp" not in shown[0] and not lab.server.run("ss", "-Haln0").stdout


def test_each_fault_has_a_line_and_what_is_to_be_typed_mends_it(lab):
    run = lab.server.run
    run("ip", "address", "flush", "dev", "srv0")
    run("ip", "link", "set", "dev", "srv0", "mtu", "1280", "down")
    run("sysctl", "-qw", "net.ipv4.ip_local_port_range=20000 30000")
    code, found = ask(lab, "srv0")
    assert code == 1
    assert found["address"]["level"] == found["link"]["level"] == "BAD"
    assert found["MTU"]["level"] == found["local ports"]["level"] == "poor"
    for check in ("address", "link", "MTU", "local ports"):
        assert found[check]["lost"]
        run("sh", "-c", found[check]["type"])
    code, found = ask(lab, "--quiet-wire", "srv0")
    assert code == 0
    assert {found[check]["level"] for check in ("address", "link", "MTU", "local ports")} == {"good"}


def test_another_program_is_a_fault_and_our_own_is_not(lab, files, server):
    assert files
    code, found = ask(lab, "--quiet-wire", "srv0")
    assert code == 0 and "xdpxe serves here, native" in found["XDP program"]["found"]
    assert server.stop() == 0
    attach_pass(lab.server, "srv0")
    code, found = ask(lab, "--quiet-wire", "srv0")
    assert code == 1 and found["XDP program"]["level"] == "BAD"
    assert "xdp_pass" in lab.server.run("sh", "-c", found["XDP program"]["type"]).stdout


def test_another_dhcp_server_on_the_segment_is_named_and_no_lease_is_taken(lab):
    start_dnsmasq(lab, BOOT)
    _, found = ask(lab, "cli0", namespace=lab.client)
    other = found["other DHCP server"]
    mac = json.loads(lab.server.run("ip", "-j", "link", "show", "srv0").stdout)[0]["address"]
    assert other["level"] == "poor" and "10.77.0.1 (" in other["found"] and mac in other["found"]
    assert "offers 10.77." in other["found"]
    assert not (lab.dir / "dnsmasq.leases").read_text(encoding="ascii")
    _, found = ask(lab)
    assert found["UDP port 67"]["found"] == "dnsmasq listens, too"


def test_a_silent_segment_is_told_so(lab):
    _, found = ask(lab, "srv0")
    assert found["other DHCP server"]["level"] == "good"


def test_names_that_are_no_interfaces_and_arguments_too_many(lab):
    done = lab.server.run(BINARY, "doctor", "eth99", check=False)
    assert done.returncode == 1 and "srv0" in done.stderr
    assert lab.server.run(BINARY, "doctor", "srv0", "lo", check=False).returncode == 2
    text = lab.server.run(BINARY, "doctor", "lo", check=False)
    assert text.returncode == 1 and "no Ethernet" in text.stdout
