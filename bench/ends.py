# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The two ends of a laboratory's link on CPUs of their own, and what the server's end spends.

By default both ends of a veth pair run in one softirq, on the CPU of whoever sent first, and in
nobody's CPU time. With threaded NAPI each end has a kernel thread, whose time the kernel keeps to
the nanosecond: that of srv0 is the server's part of the kernel, with XDP, and with the way through
the stack to a socket. What a server's own system calls do is in the time of its processes, which is
that of a control group, since it has to hold those that have ended, too.
"""

import contextlib
import os
import pathlib
import time

from lib.background import Background
from lib.wait import until

SERVER_CPU, CLIENT_CPU = 0, (os.cpu_count() or 1) - 1
PROC = pathlib.Path("/proc")


def thread_ends(lab, link=0):
    """A thread for each end of a pair, from now on. Both ends must have a native program."""
    for space, device in ((lab.server, f"srv{link}"), (lab.client, f"cli{link}")):
        space.run("unshare", "-m", "sh", "-c", "mount -t sysfs sysfs /sys && "
                  f"echo 1 > /sys/class/net/{device}/threaded")


def napi_thread(device):
    """Pid of the latest thread of a device with this name, or None."""
    pids = []
    for path in PROC.glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):  # it has ended
            if path.read_text(encoding="ascii", errors="replace").startswith(f"napi/{device}-"):
                pids.append(int(path.parent.name))
    return max(pids, default=None)


def pin(pid, cpu):
    """Move all threads of a process, and what it starts from now on, to a CPU."""
    for path in (PROC / str(pid) / "task").iterdir():
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(int(path.name), {cpu})


class PinClients(Background):
    """Moves the thread of cli0 away from the server's CPU, whenever there is a new one."""

    def work(self):
        seen = None
        while not self.over.is_set():
            pid = napi_thread("cli0")
            if pid and pid != seen:
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(pid, {CLIENT_CPU})
                    seen = pid
            time.sleep(0.005)


def thread_seconds(pid):
    """CPU time of a thread."""
    return int((PROC / str(pid) / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def groups():
    """Where control groups (version 2) are mounted."""
    for line in (PROC / "mounts").read_text(encoding="ascii").splitlines():
        _, where, kind, *_ = line.split()
        if kind == "cgroup2":
            return pathlib.Path(where)
    raise OSError("no cgroup2 is mounted: mount -t cgroup2 none /sys/fs/cgroup")


class ServerEnd:
    """The server's end of a laboratory, after the server was started: kept on a CPU, and timed."""

    def __init__(self, lab):
        self.thread = napi_thread("srv0")
        os.sched_setaffinity(self.thread, {SERVER_CPU})
        self.group = groups() / lab.server.name
        self.group.mkdir()
        lab.at_end.insert(0, self.remove)
        for pid in lab.server.pids():
            pin(pid, SERVER_CPU)
            (self.group / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def seconds(self):
        """(the kernel's, the processes') CPU time so far."""
        words = (self.group / "cpu.stat").read_text(encoding="ascii").split()
        return thread_seconds(self.thread), int(words[words.index("usage_usec") + 1]) / 1e6

    def remove(self):
        """Remove the group, when all in it have ended."""
        def gone():
            with contextlib.suppress(OSError):
                self.group.rmdir()
            return not self.group.exists()
        until(gone, 10, f"{self.group} to be empty")
