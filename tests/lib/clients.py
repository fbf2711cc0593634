# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Real clients: the DHCP and TFTP programs of a distribution, run in the client's namespace."""

import contextlib
import os
import signal

from lib.wait import until

SERVER = "10.77.0.1"
CLEAN = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin")
MACHINE_PXE = ("-V", "PXEClient:Arch:00000:UNDI:002001", "-x", "0x5d:0000", "-x", "0x5e:010201")


def udhcpc(lab, *options, interface="cli0"):
    """Get a lease; returns what udhcpc told its script, as a dict."""
    told, script = lab.dir / "udhcpc.told", lab.dir / "udhcpc.sh"
    told.unlink(missing_ok=True)
    script.write_text(f'#!/bin/sh\n[ "$1" = bound ] && env >{told}\nexit 0\n', encoding="ascii")
    script.chmod(0o755)
    lab.client.run(*CLEAN, "udhcpc", "-i", interface, "-f", "-n", "-q", "-t", "5", "-T", "2", "-s",
                   script, *options)
    lines = told.read_text(encoding="ascii", errors="replace").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def dhclient(lab, interface="cli0"):
    """
    Get a lease, or ask to keep the one of the last call (INIT-REBOOT); returns what its script was
    told.
    """
    told, script, conf = (lab.dir / f"dhclient.{what}" for what in ("told", "sh", "conf"))
    pid = lab.dir / "dhclient.pid"
    for left in (told, pid):
        left.unlink(missing_ok=True)
    script.write_text(f'#!/bin/sh\nenv >>{told}\nexit 0\n', encoding="ascii")
    script.chmod(0o755)
    conf.write_text("timeout 15;\nrequest subnet-mask, routers, domain-name;\n", encoding="ascii")
    files = ["-lf", lab.dir / "dhclient.leases", "-pf", pid, "-cf", conf,
             "-sf", script]
    lab.client.run("dhclient", "-4", "-1", "-v", *files, interface)
    number = until(lambda: pid.exists() and pid.read_text(encoding="ascii").strip(), 5,
                   "dhclient to tell its process, which it does when it has gone to the background")
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(number), signal.SIGKILL)
    lines = told.read_text(encoding="ascii", errors="replace").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def tftp_hpa(lab, name, into, blksize):
    """tftp-hpa knows no options."""
    assert blksize == 512
    return ["tftp", "-m", "binary", SERVER, "-c", "get", name, into]


def atftp(lab, name, into, blksize):
    """atftp sends tsize, timeout and blksize when asked."""
    return ["atftp", "--option", f"blksize {blksize}", "--option", "tsize", "--option", "timeout 2",
            "-g", "-r", name, "-l", into, SERVER]


def atftp_windows(lab, name, into, blksize):
    """atftp with windows of 8 blocks (RFC 7440)."""
    return [*atftp(lab, name, into, blksize)[:-6], "--option", "windowsize 8", "-g", "-r", name,
            "-l", into, SERVER]


def curl(lab, name, into, blksize):
    """curl sends tsize, blksize and timeout always."""
    return ["curl", "-sS", "--tftp-blksize", blksize, "-o", into, f"tftp://{SERVER}/{name}"]


def busybox(lab, name, into, blksize):
    """busybox sends tsize, and blksize when it is not 512."""
    return ["busybox", "tftp", "-g", "-b", blksize, "-r", name, "-l", into, SERVER]


def fetch(lab, client, name, blksize=512, check=True):
    """Run a TFTP client; returns the completed process and the bytes it wrote."""
    into = lab.dir / "fetched"
    into.unlink(missing_ok=True)
    done = lab.client.run(*client(lab, name, into, blksize), check=check, timeout=60)
    return done, into.read_bytes() if into.exists() else b""
