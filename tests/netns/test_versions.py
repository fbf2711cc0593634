# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Files change while they are read: a transfer has one version, and a change is soon served."""

import os
import random
import shutil
import time

import pytest

from lib import tftp
from lib.churn import Churn
from lib.led import Led
from lib.server import BOOT, Xdpxe, config
from lib.swarm import Ipxe, Network, Swarm
from lib.wait import until

SOON = 2  # seconds; one is promised
TRANSFERS, SECONDS = 300, 6


class Reader(Ipxe):
    """Notes which versions of its file there were when it asked and when it had all."""

    def __init__(self, churn, name, options):
        super().__init__(name, options)
        self.churn, self.began, self.spanned = churn, None, 0

    def start(self, send):
        self.began = len(self.churn.versions[self.name])
        super().start(send)

    def _take(self, answer):
        done = super()._take(answer)
        self.spanned = len(self.churn.versions[self.name]) - self.began
        return done

    def fault(self):
        """What is wrong with what it got, or an empty text."""
        if self.error:
            return "" if self.error.startswith("ERROR 1 ") else f"{self.name}: {self.error}"
        data = b"".join(self.data)
        if data in [one for one in self.churn.versions[self.name] if one is not None]:
            return ""
        return f"{self.name}: {len(data)} bytes that no version had"


def run_readers(lab, act, every):
    """Readers on a slow network while act() is called now and then; returns them and the churn."""
    churn, luck = Churn(lab.root, 77), random.Random(77)
    readers = [Reader(churn, luck.choice(churn.names), [("blksize", blksize)])
               for blksize in luck.choices((512, 1024, 1468), k=TRANSFERS)]
    following = [0.0]

    def tick():
        if time.monotonic() >= following[0]:
            act(churn)
            following[0] = time.monotonic() + every
    slow = Network("slow", reorder=1)
    Swarm(lab, slow).run(readers, 30, retry=0.5, tick=tick,
                         pace=lambda: luck.uniform(0.5, SECONDS))
    return readers, churn


def check(readers):
    """Each has exactly one version, and enough of them were overtaken by changes."""
    assert [reader.fault() for reader in readers if reader.fault()] == []
    whole = [reader for reader in readers if not reader.error]
    assert len(whole) > TRANSFERS / 2
    assert sum(reader.spanned > 0 for reader in whole) > TRANSFERS / 10


def test_each_of_300_transfers_has_exactly_one_version(lab, server):
    """Files are renamed, rewritten, cut, removed and made anew, and whole folders are swapped."""
    readers, churn = run_readers(lab, Churn.change, 0.1)
    check(readers)
    assert churn.count > 50 and server.process.running()

    def settled():
        return all(Led(lab).open(name, blksize=1468).rest() == churn.versions[name][-1]
                   for name in churn.names)
    until(settled, SOON, "the last version of every file to be served")


def test_each_of_300_transfers_has_exactly_one_version_while_reload_reads_anew(lab, server):
    def act(churn):
        churn.change()
        churn.change()
        server.command("reload")
    readers, _ = run_readers(lab, act, 0.3)
    check(readers)
    assert server.process.running()


def replace(path, data):
    """Rename over it."""
    path.with_name("fresh").write_bytes(data)
    path.with_name("fresh").rename(path)


def rewrite(path, data):
    """Empty it and write it."""
    path.write_bytes(data)


def overwrite(path, data):
    """Write over its start."""
    with open(path, "r+b") as file:
        file.write(data)


def cut(path, data):
    """Cut its end off."""
    overwrite(path, data)
    os.truncate(path, len(data))


def recreate(path, data):
    """Remove it and make it anew."""
    path.unlink()
    path.write_bytes(data)


def swap_folder(path, data):
    """Another folder takes the place of its own."""
    other = path.parent.with_name("other")
    other.mkdir()
    (other / path.name).write_bytes(data)
    path.parent.rename(path.parent.with_name("away"))
    other.rename(path.parent)


CHANGES = pytest.mark.parametrize("change", (replace, rewrite, overwrite, cut, recreate,
                                             swap_folder), ids=lambda change: change.__name__)


@CHANGES
def test_a_transfer_in_flight_ends_with_the_old_bytes_and_new_ones_have_the_new(
        lab, server, noise, change):
    path = lab.put("folder/file", noise(30_000))
    server.command("reload")
    old = path.read_bytes()
    led = Led(lab).open("folder/file", windowsize=4)
    led.ack(0).take(1, 4)
    change(path, noise(30_000 if change is overwrite else 20_000))
    new = path.read_bytes()
    until(lambda: Led(lab).open("folder/file", blksize=1468).rest() == new, SOON,
          "the new version to be served")
    assert led.rest(4) == old[4 * 512:]
    states = [image["state"] for image in server.json("images") if image["name"] == "folder/file"]
    assert sorted(states) == ["cached", "old"]


def told(lab, name):
    """What an RRQ is answered with: the opcode and the number."""
    return Led(lab).ask(name, blksize=1468).hear()[:2]


def test_a_new_file_is_served_soon(lab, server, noise):
    assert server.attached() and told(lab, "new") == (tftp.ERROR, 1)
    (lab.root / "new").write_bytes(noise(5000))
    until(lambda: told(lab, "new") == (tftp.OACK, 0), SOON, "the new file")
    (lab.root / "deep" / "er").mkdir(parents=True)
    (lab.root / "deep" / "er" / "new").write_bytes(noise(5000))
    until(lambda: told(lab, "deep/er/new") == (tftp.OACK, 0), SOON, "a file in a new folder")
    assert Led(lab).open("deep/er/new", blksize=512).rest() == \
        (lab.root / "deep" / "er" / "new").read_bytes()


def test_a_file_that_goes_is_missing_soon_and_read_to_its_end(lab, server, noise):
    path = lab.put("folder/file", noise(30_000))
    server.command("reload")
    old = path.read_bytes()
    led = Led(lab).open("folder/file", blksize=512)
    led.ack(0).take(1, 1)
    shutil.rmtree(path.parent)
    until(lambda: told(lab, "folder/file") == (tftp.ERROR, 1), SOON, "the file to be gone")
    assert led.rest(1) == old[512:]


def test_a_file_renamed_is_served_by_its_new_name_alone(lab, server, noise):
    path = lab.put("before", noise(5000))
    server.command("reload")
    path.rename(lab.root / "after")
    until(lambda: told(lab, "after") == (tftp.OACK, 0), SOON, "the new name")
    until(lambda: told(lab, "before") == (tftp.ERROR, 1), SOON, "the old name to be gone")


def state_of(server, name):
    """A file's state as `images` says it, or None."""
    return next((image["state"] for image in server.json("images") if image["name"] == name), None)


def test_a_file_beyond_the_cache_is_left_to_the_host_until_it_fits(lab, files, noise):
    lab.put("big", noise(4 << 20))
    server = Xdpxe(lab, config(lab, BOOT).replace("64MiB", "3MiB")).start()
    assert files and state_of(server, "big") == "passed"
    Led(lab).ask("big", blksize=1468)
    until(lambda: server.counter("tftp_pass_file") == 1, 2, "the request to be passed up")
    lab.put("big", noise(100_000))
    until(lambda: state_of(server, "big") == "cached", SOON, "the smaller file to be cached")
    assert Led(lab).open("big", blksize=1468).rest() == (lab.root / "big").read_bytes()
    lab.put("big", noise(4 << 20))
    until(lambda: state_of(server, "big") == "passed", SOON, "the bigger one to be passed up")
    assert all(state_of(server, name) == "cached" for name in files)
