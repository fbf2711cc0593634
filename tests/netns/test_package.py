# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The Debian package: installed, upgraded while machines boot, removed, purged."""

import pytest

from lib.clients import udhcpc
from lib.debian import Debian
from lib.download import Download
from lib.lab import TOP
from lib.namespace import sh
from lib.server import BOOT, config

CONFIG = "/etc/xdpxe/xdpxe.yaml"
RUN = ("/usr/sbin/xdpxe", "run", "-c", CONFIG, "--persist")


@pytest.fixture(scope="module", name="packages")
def _packages(tmp_path_factory):
    """The package of this tree, and one of a later version."""
    folder = tmp_path_factory.mktemp("deb")
    sh(TOP / "packaging/deb.sh", folder, timeout=300)
    now = next(folder.glob("xdpxe_*.deb"))
    files = folder / "files"
    sh("dpkg-deb", "-R", now, files)
    control = files / "DEBIAN/control"
    control.write_text(control.read_text().replace("Version: ", "Version: 99."))
    later = folder / "later.deb"
    sh("dpkg-deb", "--root-owner-group", "-b", files, later)
    return now, later


def version(debian):
    """Which version is installed there."""
    return debian.run("dpkg-query", "-W", "-f", "${Version}", "xdpxe").stdout


def serve(debian):
    """Run the packaged daemon as its unit does."""
    daemon = debian.start(*RUN)
    daemon.wait_line("ready:", 20)
    return daemon


def test_install_upgrade_while_machines_boot_remove_and_purge(lab, files, packages):
    """What the service manager does is done by hand here: it stops and starts the unit's command."""
    debian = Debian(lab)
    debian.run("dpkg", "-i", debian.give(packages[0]))
    assert debian.run("xdpxe", "--version").stdout.startswith("xdpxe ")
    for path in ("/lib/systemd/system/xdpxe.service", "/usr/share/man/man8/xdpxe.8.gz",
                 "/usr/share/man/man5/xdpxe.yaml.5.gz", "/usr/share/doc/xdpxe/examples/xdpxe.yaml",
                 "/usr/share/bash-completion/completions/xdpxe"):
        assert debian.exists(path), path
    (debian.root / CONFIG.lstrip("/")).write_text(config(lab, BOOT), encoding="ascii")
    daemon = serve(debian)
    address = udhcpc(lab)["ip"]
    download = Download(lab, "ipxe.efi")
    download.step(5)

    assert daemon.stop() == 0
    old = version(debian)
    debian.run("dpkg", "-i", debian.give(packages[1]))
    assert version(debian) == f"99.{old}"
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
