# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Files fetched by the TFTP clients of a distribution, byte for byte."""

import pytest

from lib.clients import SERVER, atftp, atftp_windows, busybox, curl, fetch, tftp_hpa
from lib.download import Download
from lib.wait import until

SIZES = (0, 1, 511, 512, 513, 1468, 74_213, 850_528)
CASES = [(tftp_hpa, 512), (atftp, 512), (atftp, 1024), (atftp, 1468), (atftp_windows, 1024),
         (curl, 512), (curl, 1428), (curl, 8),
         (busybox, 512), (busybox, 1432)]


def wanted(client, blksize, size):
    """Small blocks of big files take long, and show nothing more."""
    return not (blksize == 8 and size > 2000) and not (client is curl and size == 0)


@pytest.mark.parametrize("half_made", [False, True],
                         ids=["checksums-complete", "checksums-half-made"])
def test_every_client_gets_files_of_every_size(lab, server, noise, half_made):
    assert server.attached()
    lab.offload(half_made)
    data = {f"size-{size}": noise(size) for size in SIZES}
    for name, content in data.items():
        lab.put(name, content)
    server.command("reload")
    for client, blksize in CASES:
        for name, content in data.items():
            if wanted(client, blksize, len(content)):
                got = fetch(lab, client, name, blksize)[1]
                what = f"{client.__name__} blksize {blksize} {name}: {len(got)} bytes"
                assert got == content, what


def test_a_file_in_a_folder_is_served_by_its_path(lab, server, noise):
    lab.put("deep/er/file.bin", noise(3000))
    server.command("reload")
    assert fetch(lab, curl,
                 "deep/er/file.bin")[1] == lab.root.joinpath("deep/er/file.bin").read_bytes()
    assert fetch(lab, curl,
                 "/deep/er/file.bin")[1] == lab.root.joinpath("deep/er/file.bin").read_bytes()


@pytest.mark.parametrize("client, words", [(tftp_hpa, "File not found"), (atftp, "File not found"),
                                           (curl, "curl: (68)"), (busybox, "server error: (1)")])
def test_a_missing_file_is_told_as_error_1(lab, server, client, words):
    before = server.counter("tftp_not_found")
    done, _ = fetch(lab, client, "no-such-file", check=False)
    assert words.lower() in (done.stdout + done.stderr).lower()
    assert server.counter("tftp_not_found") == before + 1


def test_a_path_out_of_the_root_is_a_missing_file(lab, server):
    (lab.dir / "secret").write_text("secret", encoding="ascii")
    before = server.counter("tftp_not_found")
    done, got = fetch(lab, atftp, "../secret", check=False)
    assert (done.returncode != 0, got) == (True, b"")
    assert server.counter("tftp_not_found") > before


def test_a_file_cannot_be_written(lab, server):
    file = lab.dir / "mine"
    file.write_bytes(b"mine")
    done = lab.client.run("tftp", "-m", "binary", SERVER, "-c", "put", file, "theirs", check=False)
    assert "Error code 2" in done.stdout + done.stderr
    assert server.counter("tftp_write") == 1
    assert not (lab.root / "theirs").exists()


def test_a_file_that_appears_while_the_server_runs_is_served(lab, server, noise):
    assert "File not found" in "".join(fetch(lab, tftp_hpa, "late", check=False)[0].stdout)
    lab.put("late", noise(5000))
    until(lambda: fetch(lab, tftp_hpa, "late", check=False)[1] == (lab.root / "late").read_bytes(),
          10,
          "the new file to be served without a reload")
    assert server.process.running()


def test_a_block_size_beyond_what_the_link_carries_is_lowered(lab, server, noise):
    lab.put("big", noise(100_000))
    server.command("reload")
    download = Download(lab, "big", (("blksize", "65464"), ("tsize", "0")))
    assert 512 <= download.blksize <= 1468
    assert download.size == 100_000
    assert download.finish() == (lab.root / "big").read_bytes()


def test_block_numbers_roll_over_in_a_long_file(lab, server, noise):
    """65,536 blocks of 8 bytes and some more."""
    lab.put("long", noise(8 * 65_540 + 3))
    server.command("reload")
    download = Download(lab, "long", (("blksize", "8"),))
    assert download.finish() == (lab.root / "long").read_bytes()
    assert download.block == 65_541
