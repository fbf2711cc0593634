# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
This machine's Debian once more, in which packages can be installed and purged: its files lie under
ours, and what is written goes to a folder of the laboratory. Network and bpffs are those of the
laboratory; no service manager runs in it.
"""

import shutil

from lib.namespace import sh

SHARED = ("/proc", "/sys", "/dev", "/run")


class Debian:
    """A root file system over ours."""

    def __init__(self, lab):
        self.lab = lab
        base = lab.dir / "debian"
        self.root = base / "root"
        for name in ("upper", "work", "root"):
            (base / name).mkdir(parents=True)
        sh("mount", "-t", "overlay", "overlay", "-o",
           f"lowerdir=/,upperdir={base / 'upper'},workdir={base / 'work'}", self.root)
        lab.at_end.append(self.remove)
        for path in SHARED:
            sh("mount", "--rbind", "--make-rslave", path, f"{self.root}{path}")

    def command(self, *argv):
        """The command that runs argv inside."""
        return ["chroot", str(self.root), *argv]

    def run(self, *argv, check=True, timeout=120):
        """Run a command inside, in the server's network namespace."""
        return self.lab.server.run(*self.command("env", "DEBIAN_FRONTEND=noninteractive", *argv),
                                   check=check, timeout=timeout)

    def start(self, *argv):
        """Start a process inside, in the server's network namespace."""
        return self.lab.start(self.lab.server, *self.command(*argv))

    def give(self, path):
        """Copy a file of ours to /tmp there; returns its name there."""
        shutil.copy(path, self.root / "tmp")
        return f"/tmp/{path.name}"

    def exists(self, path):
        """Is there such a file?"""
        return (self.root / path.lstrip("/")).exists()

    def remove(self):
        """Unmount it all."""
        for path in reversed(SHARED):
            sh("umount", "-R", "-l", f"{self.root}{path}", check=False)
        sh("umount", "-l", self.root, check=False)
