# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What xdpxe refuses, in one sentence, and leaves as it was."""

import pytest

from lib.clients import udhcpc
from lib.lab import attach_pass
from lib.server import BOOT, Xdpxe, config

WRONG = {
    "an unknown key": ("mode: server", "mood: server", "mood"),
    "an unknown mode": ("mode: server", "mode: bogus", "bogus"),
    "addresses in mode proxy": ("mode: server", "mode: proxy", "pool"),
    "an interface that does not exist": ("[srv0]", "[srv9]", "srv9"),
    "a subnet that is none": ("10.77.0.0/16", "10.77.0.0/33", "10.77.0.0/33"),
    "a pool outside its subnet": ("10.77.1.0-", "10.66.1.0-", "10.66.1.0"),
    "a pool that runs backwards": ("10.77.1.0-10.77.250.255", "10.77.9.0-10.77.8.0", "10.77.9.0"),
    "an address that is not the interface's": ("address: 10.77.0.1", "address: 10.77.0.9",
                                               "10.77.0.9"),
    "a lease time that is none": ("10m", "10 moons", "10 moons"),
    "a root that does not exist": ("/tftp\n", "/nowhere\n", "nowhere"),
    "a boot file that does not exist": ("undionly.kpxe", "undionly.kpex", "undionly.kpex"),
    "an architecture that is none": ("efi-x64:", "efi-x65:", "efi-x65"),
    "text that is no YAML": ("networks:", "networks: [", ""),
}


@pytest.mark.parametrize("old, new, word", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_configuration_is_refused_in_one_line(lab, files, old, new, word):
    text = config(lab, BOOT)
    assert files and old in text
    server = Xdpxe(lab, text.replace(old, new, 1))
    process = server.launch()
    assert process.join(10) == 1
    assert len(process.stderr) == 1, process.report()
    line = process.stderr[0]
    assert line.startswith(f"{server.path}:") and line[len(str(server.path)) + 1].isdigit(), line
    assert word in line
    assert not process.stdout
    assert server.attached() is None and server.pins() == []


@pytest.mark.parametrize("old, new, word", WRONG.values(), ids=WRONG.keys())
def test_check_refuses_it_with_the_same_line(lab, files, old, new, word):
    server = Xdpxe(lab, config(lab, BOOT).replace(old, new, 1))
    done = server.command("check", "-c", server.path, check=False)
    assert files and done.returncode == 1
    assert done.stderr.startswith(f"{server.path}:") and word in done.stderr


def test_check_accepts_a_right_configuration_and_attaches_nothing(lab, files):
    server = Xdpxe(lab, config(lab, BOOT))
    done = server.command("check", "-c", server.path)
    assert done.stdout and not done.stderr
    assert all(name in done.stdout for name in files if name != "boot.ipxe")
    assert server.attached() is None and server.pins() == []


@pytest.mark.parametrize("old, new, line", [
    ("mode: server", "mode: server", "mode server: DHCP and TFTP"),
    ("mode: server", "mode: server\nauthoritative: yes",
     "authoritative in networks[0]: a wrong address is refused with a NAK"),
    ("    pool: 10.77.1.0-10.77.250.255\n", "", "mode proxy: TFTP, and what to boot by DHCP;"
                                                " another server gives the addresses")])
def test_check_says_what_the_server_is_to_its_networks(lab, files, old, new, line):
    text = config(lab, BOOT).replace(old, new)
    if "proxy" in line:
        text = text.replace("mode: server", "mode: proxy")
    done = Xdpxe(lab, text).command("check", "-c", lab.dir / "xdpxe.yaml")
    assert files and line in done.stdout.splitlines()


def test_check_prints_limits_probing_and_delays(lab, files):
    text = config(lab, BOOT).replace("    lease-time:", "    conflict-check: no\n    lease-time:")
    text += ("limits: { leases: 40, combinations: none }\nreply-delay:\n"
             '  - { mac: "b8:27:eb", delay: 1s }\n  - { class: arm-rpi, delay: 500ms }\n')
    lines = Xdpxe(lab, text).command("check", "-c", lab.dir / "xdpxe.yaml").stdout.splitlines()
    for line in ("  messages      100 a second of one machine", "  leases        40 addresses of one"
                 " source", "  combinations  none", "  own-mac       no",
                 "conflict-check: yes, but not in networks[0]", "  1000 ms for b8:27:eb",
                 "  500 ms for arm-rpi"):
        assert files and line in lines, line


def test_a_configuration_that_does_not_exist_is_refused(lab):
    server = Xdpxe(lab, "")
    server.path.unlink()
    process = server.launch()
    assert process.join(10) == 1
    said = "\n".join(process.stderr)
    assert str(server.path) in said and "No such file" in said


USAGE = ([], ["dance"], ["run"], ["run", "--dance"], ["status", "--dance"])


@pytest.mark.parametrize("words", USAGE)
def test_wrong_usage_ends_with_exit_code_2(lab, words):
    done = Xdpxe(lab, "").command(*words, check=False)
    assert done.returncode == 2
    assert "usage" in done.stderr.lower() or "--help" in done.stderr


def test_a_second_daemon_on_the_same_interface_is_refused(lab, server):
    program = server.attached()
    second = Xdpxe(lab, server.path.read_text(encoding="utf-8"), name="second.yaml").launch()
    assert second.join(10) == 1
    said = "\n".join(second.stderr)
    assert "srv0" in said and str(server.process.pid) in said, said
    assert server.process.running() and server.attached() == program
    assert udhcpc(lab)["ip"]


def test_a_foreign_xdp_program_is_left_alone(lab, files):
    attach_pass(lab.server, "srv0")
    server = Xdpxe(lab, config(lab, BOOT))
    foreign = server.attached()
    process = server.launch()
    assert files and process.join(10) == 1
    said = "\n".join(process.stderr)
    assert "srv0" in said and "XDP" in said, said
    assert server.attached() == foreign
    assert server.pins() == []


def test_detach_of_what_is_not_served_says_so(lab, server):
    done = server.command("detach", "lo", check=False)
    assert done.returncode == 1
    assert "lo" in done.stderr
    assert server.attached()
