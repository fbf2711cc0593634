# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
This machine's Debian once more, in which packages can be installed and purged: its files lie under
ours, and what is written goes to a folder of the laboratory. Network and bpffs are those of the
laboratory. No service manager runs in it; a stand-in does what one would (systemctl.sh), where a
test wants it.
"""

import pathlib
import shutil

from lib.lab import TOP
from lib.namespace import sh

STAND_IN = pathlib.Path(__file__).with_name("systemctl.sh")
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

    def manage(self):
        """Let the maintainer scripts find a service manager, by the means that they look for it."""
        sh("mount", "-t", "tmpfs", "tmpfs", self.root / "run")
        for name in ("lock", "systemd/system"):
            (self.root / "run" / name).mkdir(parents=True)
        shutil.copy(STAND_IN, self.root / "usr/bin/systemctl")
        (self.root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)

    def told(self):
        """What the service has said since the beginning; the latest start is in it when it is ready."""
        return (self.root / "run/stand-in.log").read_text(encoding="utf-8")

    def exists(self, path):
        """Is there such a file?"""
        return (self.root / path.lstrip("/")).exists()

    def install(self, package):
        """Install or upgrade."""
        self.run("dpkg", "-i", self.give(package))

    def remove(self):
        """Unmount it all."""
        for path in reversed(SHARED):
            sh("umount", "-R", "-l", f"{self.root}{path}", check=False)
        sh("umount", "-l", self.root, check=False)


def built(folder, tree=TOP):
    """The package of a tree, built into a folder."""
    sh(tree / "packaging/deb.sh", folder, timeout=300)
    return next(folder.glob("xdpxe_*.deb"))


def repacked(package, folder, version, binary=None):
    """A package once more, with another version number, and another program if one is given."""
    files = folder / f"files-{version}"
    sh("dpkg-deb", "-R", package, files)
    control = files / "DEBIAN/control"
    control.write_text("".join(f"Version: {version}\n" if line.startswith("Version: ") else line
                               for line in control.read_text().splitlines(True)))
    if binary:
        shutil.copy(binary, files / "usr/sbin/xdpxe")
    out = folder / f"xdpxe_{version}.deb"
    sh("dpkg-deb", "--root-owner-group", "-b", files, out)
    return out


def copied(folder):
    """This source tree in another folder, to be changed and built there."""
    folder.mkdir()
    sh("sh", "-c", f"cd {TOP} && git ls-files -z | xargs -0 tar -c --null | tar -x -C {folder}")
    return folder
