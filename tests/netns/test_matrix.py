# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Transfers over a network that loses, doubles and reorders, in all combinations."""

import random

import pytest

from lib.lab import Lab
from lib.server import Xdpxe, config
from lib.swarm import Edk2, Ipxe, Network, Swarm, UBoot

CLIENTS, RETRY = 8, 0.08
KINDS = {1: (Ipxe, UBoot), 4: (Edk2, UBoot), 8: (Edk2, UBoot)}


@pytest.fixture(name="place", scope="module")
def _place():
    """One laboratory for all cells: (lab, server)."""
    with Lab() as lab:
        for blocks in (20, 96):
            lab.put(f"{blocks}", random.Random(77).randbytes((blocks - 1) * 512 + 100))
        yield lab, Xdpxe(lab, config(lab)).start()


def data_sent(counters):
    """DATA that left by either way out."""
    return (counters["egress_written"] + counters["in_place"] - counters["tftp_oack"]
            - counters["tftp_stranger"])


def most(loss, double, reorder, window):
    """
    DATA sent for each block needed that the network explains.

    An ACK is answered by W blocks, of which those up to the first that is lost, late or doubled
    bring the client on (it asks again from there): with a share e of such blocks, on average
    (1-e) + (1-e)^2 + ... + (1-e)^W of W. In lockstep only loss counts: what is late or comes twice
    is recognised. A quarter more, and a few blocks, are left to luck; a server that answers every
    repeated ACK sends each block twice from the first one on, or many times.
    """
    share = loss if window == 1 else 1 - (1 - loss) * (1 - double) * (1 - reorder)
    return 1.25 * window / sum((1 - share) ** block for block in range(1, window + 1))


@pytest.mark.parametrize("window", (1, 4, 8), ids="window-{}".format)
@pytest.mark.parametrize("reorder", (0, 0.05), ids="reorder-{}".format)
@pytest.mark.parametrize("double", (0, 0.05), ids="double-{}".format)
@pytest.mark.parametrize("loss", (0, 0.01, 0.05, 0.2), ids="loss-{}".format)
def test_every_byte_arrives_and_no_more_is_sent_than_the_network_explains(
        place, loss, double, reorder, window):
    lab, server = place
    blocks = 20 if loss > 0.1 else 96
    data = (lab.root / f"{blocks}").read_bytes()
    options = [("blksize", 512)] + ([("windowsize", window)] if window > 1 else [])
    clients = [KINDS[window][at % 2](str(blocks), options) for at in range(CLIENTS)]
    before = server.json("status")["counters"]
    network = Network(f"{loss} {double} {reorder} {window}", loss, double, reorder)
    Swarm(lab, network).run(clients, 30, RETRY)
    after = server.json("status")["counters"]
    assert [client.error for client in clients if client.error] == []
    assert all(b"".join(client.data) == data for client in clients)
    rescued = window * (after["tftp_rescued"] - before["tftp_rescued"])
    sent = data_sent(after) - data_sent(before) - rescued
    needed = CLIENTS * blocks
    assert needed <= sent + rescued
    assert sent <= needed * most(loss, double, reorder, window) + 2 * window, \
        f"{sent / needed:.2f} sent for each block"
    if not loss + double + reorder:
        assert sent == needed
