# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The Debian package: installed, upgraded while machines boot, removed, purged."""

import json
import re

import pytest

from lib import storm
from lib.clients import udhcpc
from lib.debian import Debian, built, copied, repacked
from lib.download import Download
from lib.namespace import pins_of, sh
from lib.server import BOOT, config
from lib.wait import until

CONFIG = "/etc/xdpxe/xdpxe.yaml"
RUN = ("/usr/sbin/xdpxe", "run", "-c", CONFIG, "--persist")
MACHINES, RATE = 2500, 125  # so that a storm lasts 20 s


@pytest.fixture(scope="module", name="package")
def _package(tmp_path_factory):
    """The package of this tree."""
    return built(tmp_path_factory.mktemp("deb"))


@pytest.fixture(name="later")
def _later(package, tmp_path):
    """One of a later version, with the same program."""
    return repacked(package, tmp_path, "99.0")


@pytest.fixture(name="changed")
def _changed(package, tmp_path):
    """One of a later version whose program in the kernel is another one: it has one more counter."""
    tree = copied(tmp_path / "tree")
    reasons = tree / "include/xdpxe/reasons.def"
    text = reasons.read_text(encoding="utf-8")
    taken = {int(number) for number in re.findall(r"REASON\((\d+), ", text)}
    free = min(set(range(128)) - taken)
    reasons.write_text(f'{text}XDPXE_REASON({free}, LATER, NOTE, NORMAL, "A later version.")\n',
                       encoding="utf-8")
    states = tree / "bpf/dhcp_states.h"
    text = states.read_text(encoding="utf-8")
    bind = "\tint reason = lease__bind(request, lease);\n"
    assert text.count(bind) == 1
    states.write_text(text.replace(bind, f"{bind}\n\tcount(XDPXE_R_LATER);"), encoding="utf-8")
    sh("make", "-C", tree, "VERSION=99.1", timeout=300)
    return repacked(package, tmp_path, "99.1", tree / "build/xdpxe")


def write_config(lab, debian):
    """What the administrator does after the first installation."""
    (debian.root / CONFIG.lstrip("/")).write_text(config(lab, BOOT), encoding="ascii")


def serve(debian):
    """Run the packaged daemon as its unit does."""
    daemon = debian.start(*RUN)
    daemon.wait_line("ready:", 20)
    return daemon


def test_install_upgrade_remove_and_purge_without_a_service_manager(lab, files, package, later):
    """Who has no service manager stops and starts the daemon by hand."""
    debian = Debian(lab)
    debian.install(package)
    assert debian.run("xdpxe", "--version").stdout.startswith("xdpxe ")
    for path in ("/lib/systemd/system/xdpxe.service", "/usr/share/man/man8/xdpxe.8.gz",
                 "/usr/share/man/man5/xdpxe.yaml.5.gz", "/usr/share/doc/xdpxe/examples/xdpxe.yaml",
                 "/usr/share/doc/xdpxe/examples/prometheus-alerts.yaml",
                 "/usr/share/doc/xdpxe/failures/no-address.md",
                 "/usr/share/bash-completion/completions/xdpxe"):
        assert debian.exists(path), path
    write_config(lab, debian)
    daemon = serve(debian)
    address = udhcpc(lab)["ip"]
    download = Download(lab, "ipxe.efi")
    download.step(5)

    assert daemon.stop() == 0
    debian.install(later)
    assert debian.run("dpkg-query", "-W", "-f", "${Version}", "xdpxe").stdout == "99.0"
    download.step(5)  # nobody runs now but the fast path
    daemon = serve(debian)
    assert any("adopted" in line for line in daemon.stdout)
    assert download.finish() == files["ipxe.efi"] and udhcpc(lab)["ip"] == address

    daemon.kill()
    debian.run("dpkg", "-r", "xdpxe")
    assert not lab.server.run("ip", "-d", "link", "show", "srv0").stdout.count("prog/xdp")
    assert debian.exists(CONFIG) and not debian.exists("/usr/sbin/xdpxe")
    debian.run("dpkg", "-P", "xdpxe")
    assert not debian.exists("/etc/xdpxe") and not debian.exists("/var/lib/xdpxe")


def test_upgrades_under_a_storm_cost_no_machine_its_boot(lab, files, package, changed):
    """
    The maintainer scripts restart the unit, twice: to a version whose program is another one, and
    back. Then removal, with the service still running, leaves nothing.
    """
    assert files
    storm.make_room(lab)
    debian = Debian(lab)
    debian.manage()
    debian.install(package)
    assert not debian.exists("/run/stand-in.pid"), "without a configuration it is not started"
    write_config(lab, debian)
    debian.run("systemctl", "restart", "xdpxe")

    def counters():
        return json.loads(debian.run("xdpxe", "status", "--json").stdout)["counters"]
    assert "later" not in counters()
    room = lab.start(lab.client, *storm.command(lab, "-n", MACHINES, "--rate", RATE, "--json",
                                                "--mix", "bios=1:efi-x64=2"))
    until(lambda: counters()["dhcp_ack"] > 100, 20, "machines to boot")
    debian.install(changed)
    assert room.running(), room.report()
    until(lambda: counters()["later"] > 100, 20, "machines to boot from the later version")
    debian.run("dpkg", "--force-downgrade", "-i", debian.give(package))
    assert room.running(), "all of it happened under the storm"
    assert room.join(90) == 0, room.report()
    summary = json.loads("\n".join(room.stdout))
    assert summary["ok"] and summary["booted"] == MACHINES
    said = debian.told()
    assert said.count("ready:") == 3 and said.count(", adopted") == 2

    debian.run("dpkg", "-P", "xdpxe")
    assert not lab.server.run("ip", "-d", "link", "show", "srv0").stdout.count("prog/xdp")
    assert not pins_of(lab.server.inode) and not debian.exists("/usr/sbin/xdpxe")
    assert not debian.exists("/etc/xdpxe") and not debian.exists("/var/lib/xdpxe")
