# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A network namespace: run programs in it, open sockets in it, remove it with all that is left inside.
"""

import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from lib.process import LIBC, Process
from lib.wait import until

CLONE_NEWNET = 0x40000000
PREFIX, SCRATCH = "xdpxe-", "xdpxe-lab-"
BPFFS = pathlib.Path("/sys/fs/bpf")


def sh(*argv, check=True, timeout=30):
    """Run a command to its end; a failure shows what it said."""
    done = subprocess.run([str(word) for word in argv], stdin=subprocess.DEVNULL,
                          capture_output=True,
                          text=True, errors="replace", timeout=timeout, check=False)
    if check and done.returncode:
        raise AssertionError(f"$ {' '.join(map(str, argv))}\nexit code {done.returncode}\n"
                             f"{done.stdout}{done.stderr}")
    return done


def _setns(fd):
    """Move this thread into the network namespace of a descriptor."""
    if LIBC.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


class Namespace:
    """A network namespace of our own; its name holds our pid, so that leftovers can be told."""

    def __init__(self, name):
        self.name = f"{PREFIX}{os.getpid()}-{name}"
        self.path = f"/run/netns/{self.name}"
        sh("ip", "netns", "add", self.name)
        self.inode = os.stat(self.path).st_ino
        self.run("ip", "link", "set", "lo", "up")
        self.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                 "net.ipv6.conf.default.disable_ipv6=1")

    def command(self, *argv):
        """The command that runs argv inside; `ip netns exec` would hide bpffs, nsenter does not."""
        return ["nsenter", f"--net={self.path}", "--", *argv]

    def run(self, *argv, check=True, timeout=30):
        """Run a command inside to its end."""
        return sh(*self.command(*argv), check=check, timeout=timeout)

    def start(self, *argv, **popen):
        """Start a background process inside."""
        return Process(self.command(*argv), **popen)

    @contextlib.contextmanager
    def entered(self):
        """This thread is inside; sockets made here belong to the namespace for good."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        there = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _setns(there)
            yield
        finally:
            _setns(home)
            os.close(there)
            os.close(home)

    def pids(self):
        """Processes that are inside."""
        listed = sh("ip", "netns", "pids", self.name, check=False).stdout
        return [int(word) for word in listed.split()]

    def remove(self):
        """Kill what still runs inside, by pid, and remove the namespace."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not self.pids(), 5, f"processes in {self.name} to end")
        sh("ip", "netns", "del", self.name)


def pins_of(inode):
    """What xdpxe pinned for the namespace with this inode number."""
    return sorted((BPFFS / "xdpxe").glob(f"{inode}-*"))


def _is_left(name, prefix):
    """Is it of a test run that no longer exists?"""
    pid = name.removeprefix(prefix).split("-")[0]
    return name.startswith(prefix) and pid.isdigit() and not os.path.exists(f"/proc/{pid}")


def sweep():
    """Remove what test runs left that were killed: our prefix, and a pid that no longer exists."""
    for path in pathlib.Path("/run/netns").glob(f"{PREFIX}*"):
        if _is_left(path.name, PREFIX):
            for pin in pins_of(path.stat().st_ino):
                shutil.rmtree(pin, ignore_errors=True)
            sh("ip", "netns", "del", path.name, check=False)
    for path in pathlib.Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        if _is_left(path.name, SCRATCH):
            shutil.rmtree(path, ignore_errors=True)
