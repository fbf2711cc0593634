# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A configuration or a file changes while machines boot."""

from lib.clients import atftp, curl, fetch, udhcpc
from lib.download import Download
from lib.server import BOOT
from lib.wait import until


def test_a_wrong_file_changes_nothing(lab, server, files):
    address = udhcpc(lab)["ip"]
    good = server.path.read_text(encoding="utf-8")
    server.write(good.replace("mode: server", "mode: bogus"))
    failed = server.command("reload", check=False)
    said = failed.stderr + failed.stdout + "\n".join(server.process.stderr)
    assert failed.returncode == 1
    assert "bogus" in said, said
    assert server.process.running()
    assert udhcpc(lab)["ip"] == address
    assert fetch(lab, curl, BOOT["bios"], 1428)[1] == files[BOOT["bios"]]


def test_a_new_configuration_is_in_force_after_reload(lab, server):
    before = udhcpc(lab)
    assert before["domain"] == "boot.example"
    server.write(server.path.read_text(encoding="utf-8").replace("boot.example", "other.example"))
    server.command("reload")
    after = udhcpc(lab)
    assert (after["domain"], after["ip"]) == ("other.example", before["ip"])


def test_new_transfers_get_new_bytes_and_those_in_flight_the_old(lab, server, noise):
    old, new = noise(200_000), noise(150_000)
    lab.put("file", old)
    server.command("reload")
    download = Download(lab, "file").step(10)
    lab.put("file", new)
    server.command("reload")
    download.step(10)
    assert fetch(lab, atftp, "file", 1024)[1] == new
    assert download.finish() == old
    assert Download(lab, "file").finish() == new


def test_a_changed_file_is_noticed_without_reload(lab, server, noise):
    lab.put("file", noise(3000))
    server.command("reload")
    assert fetch(lab, atftp, "file")[1] == (lab.root / "file").read_bytes()
    lab.put("file", noise(4000))
    until(lambda: fetch(lab, atftp, "file")[1] == (lab.root / "file").read_bytes(), 10,
          "the new file to be served")


def test_a_removed_file_is_missing_after_reload(lab, server, noise):
    lab.put("file", noise(3000))
    server.command("reload")
    assert fetch(lab, atftp, "file")[0].returncode == 0
    (lab.root / "file").unlink()
    server.command("reload")
    done, _ = fetch(lab, atftp, "file", check=False)
    assert "not found" in (done.stdout + done.stderr).lower()
