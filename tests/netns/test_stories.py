# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The story of a machine: every step of its boots, and why it is stuck."""

from lib import stories, storm
from lib.server import BOOT


def test_each_machine_of_a_storm_has_its_story(lab, server):
    assert server
    storm.make_room(lab)
    storm.boot(lab, "-n", "30", "--mix", "efi-x64")
    told = stories.wait_for(lab.dir / "leases.db", "30 boots", lambda boots: len(boots) == 30 and all(
        boot.result == "handed-over" for boot in boots))
    for boot in told:
        names = boot.names()
        assert names[:2] == ["offer", "leased"], boot
        assert names[-4:] == ["ipxe", "offer", "leased", "handed-over"], boot
        assert names.count("file-done") == 1 and not boot.reason and boot.ended is None
        assert BOOT["efi-x64"] in boot.detail("file-done")
        assert BOOT["efi-x64"] in boot.detail("offer")
        assert boot.detail("handed-over") == BOOT["ipxe"]
