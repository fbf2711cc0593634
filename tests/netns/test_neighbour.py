# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Mode server, and a second DHCP server on the segment, which some clients choose."""

import re

import pytest

from lib import dhcp, packet
from lib.dhcp_client import DhcpClient
from lib.neighbour import ADDRESS as NEIGHBOUR
from lib.neighbour import SERVERS, Dnsmasq
from lib.server import BOOT, Xdpxe, config
from lib.wait import until

OWN, MAC = "10.77.0.1", "52:54:00:bb:00:01"
ELSEWHERE = packet.ip_bytes("192.0.2.5")


@pytest.fixture(name="asker", params=SERVERS)
def _asker(lab, request):
    """A client on a segment with both servers."""
    lab.bridge()
    lab.add_port("m0")
    lab.neighbour = SERVERS[request.param](lab)
    with DhcpClient(lab.client, "m0", MAC) as asker:
        yield asker


def chooses(asker, offers, server):
    """It takes one of the offers up; returns the address that it is given."""
    chosen = offers[server]
    asker.say(dhcp.REQUEST, [(54, packet.ip_bytes(server)), (50, chosen.yiaddr)])
    ack = asker.hear(dhcp.ACK, [server])[server]
    assert ack.yiaddr == chosen.yiaddr
    return ack.yiaddr


def test_a_client_that_chooses_the_other_server_is_let_go(lab, server, asker):
    """Both offer; it chooses the other one; nothing of it is left here, and nothing is refused."""
    asker.say(dhcp.DISCOVER)
    offers = asker.hear(dhcp.OFFER, [OWN, NEIGHBOUR])
    assert lab.neighbour.gave(packet.ip_text(offers[NEIGHBOUR].yiaddr))
    assert [row["mac"] for row in server.json("leases")] == [MAC]
    address = chooses(asker, offers, NEIGHBOUR)
    until(lambda: server.counter("dhcp_offer_withdrawn") == 1, 20, "the offer to be withdrawn")
    assert not server.json("leases")
    asker.say(dhcp.REQUEST, [(50, address)])
    assert OWN not in asker.hear(dhcp.ACK, [NEIGHBOUR]), "it spoke about the other's lease"
    asker.say(dhcp.REQUEST, ciaddr=address)
    until(lambda: server.counter("dhcp_no_lease") == 2, 20, "both requests to be passed up")
    assert server.counter("dhcp_other_server") == 1
    assert (server.counter("dhcp_ack"), server.counter("dhcp_nak")) == (0, 0)


def test_a_client_that_chooses_this_server_keeps_its_lease(lab, server, asker):
    asker.say(dhcp.DISCOVER)
    address = chooses(asker, asker.hear(dhcp.OFFER, [OWN, NEIGHBOUR]), OWN)
    asker.say(dhcp.REQUEST, [(50, address)])
    assert asker.hear(dhcp.ACK, [OWN])[OWN].yiaddr == address
    assert lab and [row["state"] for row in server.json("leases")] == ["bound"]


def test_a_proxy_that_stands_still_costs_a_server_on_its_host_nothing(lab):
    """More messages than the daemon's ring has room for; the other server hears every one."""
    text = config(lab, {"bios": "a"}).replace("mode: server", "mode: proxy")
    text += "limits: { messages: none }\n"
    lab.put("a", b"x")
    server = Xdpxe(lab, re.sub(r"\n    pool: .*", "", text)).start()
    Dnsmasq(lab, here=True)
    with DhcpClient(lab.client, "cli0", MAC, [(60, b"PXEClient"), (93, b"\0\0")]) as asker:
        asker.say(dhcp.DISCOVER)
        until(lambda: server.counter("dhcp_proxy_shared") and server.counter("dhcp_proxy_offer"),
              20, "an answer while the daemon runs")
        server.freeze()
        for _ in range(1500):
            asker.say(dhcp.DISCOVER)
        until(lambda: server.counter("dhcp_proxy_passed"), 30, "the ring to be full")
        asker.xid = b"late"
        asker.say(dhcp.DISCOVER)
        assert packet.ip_text(asker.hear(dhcp.OFFER, [OWN])[OWN].yiaddr).startswith("10.77.200.")
        assert server.counter("miss_ring_full") == 0
        server.thaw()


def test_an_address_of_elsewhere_is_refused_only_by_a_server_that_is_authoritative(lab, asker):
    """A visitor's address may be the business of the other server."""
    server = Xdpxe(lab, config(lab, BOOT).replace("undionly.kpxe", "a").replace("ipxe.efi", "a")
                   .replace("ipxe-arm64.efi", "a"))
    lab.put("a", b"x")
    server.start()
    asker.say(dhcp.REQUEST, [(50, ELSEWHERE)])
    until(lambda: server.counter("dhcp_not_refused") == 1, 20, "the request to be met with silence")
    assert server.counter("dhcp_nak") == 0
    server.write("authoritative: yes\n" + server.path.read_text(encoding="utf-8"))
    server.command("reload")
    asker.say(dhcp.REQUEST, [(50, ELSEWHERE)])
    asker.hear(dhcp.NAK, [OWN])
    assert server.counter("dhcp_nak") == 1
