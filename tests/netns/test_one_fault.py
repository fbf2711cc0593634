# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every packet of a transfer in turn, request to last ACK, is lost, or doubled, or comes late."""

import pytest

from lib.swarm import Edk2, Ipxe, OneFault, Swarm, UBoot

LOST, DOUBLED, ECHOED, LATE = (), (0.004, 0.004), (0.004, 0.03), (0.02,)
BLOCKS = 10
RETRY = 0.15
WINDOW = (("blksize", 512), ("windowsize", 4))
KINDS = {"iPXE": (Ipxe, (("blksize", 512),)), "U-Boot": (UBoot, (("blksize", 512),)),
         "without-options": (Ipxe, ()), "EDK2-in-windows": (Edk2, WINDOW),
         "U-Boot-in-windows": (UBoot, WINDOW)}




@pytest.fixture(name="data")
def _data(lab, server, noise):
    """A file of ten blocks, the last one short, served."""
    lab.put("file", noise((BLOCKS - 1) * 512 + 100))
    server.command("reload")
    return (lab.root / "file").read_bytes()


def packets(lab, kind, options):
    """How many packets a transfer has when nothing goes wrong."""
    client = kind("file", options, OneFault(-1, ()))
    Swarm(lab).run([client], 10, RETRY)
    return client.network.seen


def data_sent(server):
    """DATA that left by either way out."""
    counters = server.json("status")["counters"]
    return counters["egress_written"] + counters["in_place"] - counters["tftp_oack"]


@pytest.mark.parametrize("fault", (LOST, DOUBLED, ECHOED, LATE),
                         ids=("lost", "doubled", "echoed", "late"))
def test_whichever_packet_it_befalls_the_file_is_right_and_little_goes_twice(
        lab, server, data, fault):
    """
    "echoed": a copy follows 30 ms later. A fault may cost the window that is sent again for it, or
    in lockstep the one block.
    """
    clients, most = {}, 0
    for name, (kind, options) in KINDS.items():
        count, window = packets(lab, kind, options), dict(options).get("windowsize", 1)
        assert count >= 2 * BLOCKS // window
        clients |= {(name, at): kind("file", options, OneFault(at, fault)) for at in range(count)}
        most += count * (BLOCKS + window)
    before = data_sent(server)
    Swarm(lab).run(list(clients.values()), 15, RETRY)
    broken = {key: client.error or "wrong bytes" for key, client in clients.items()
              if client.error or b"".join(client.data) != data}
    assert broken == {}
    assert data_sent(server) - before <= most
