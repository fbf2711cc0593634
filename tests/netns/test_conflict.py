# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Free addresses are probed before they are given, and what is in use is set aside."""

import time

import pytest

from lib import dhcp, packet
from lib.aside import end_quarantine
from lib.asker import Asker
from lib.server import RESERVE, Xdpxe, config
from lib.squatter import Segment
from lib.wait import until

POOL = "10.77.1.0-10.77.250.255"
FIVE = [f"10.77.1.{last}" for last in range(1, 6)]
SOMEBODY = "52:54:00:bb:00:01"


def with_pool(lab, pool, check=None, hosts=()):
    """
    A configuration with another pool, of which offers may hold all; check: what conflict-check says,
    None to leave it out.
    """
    text = "limits: { offers: none }\n" + config(lab, hosts=hosts).replace(POOL, pool)
    if check:
        text = text.replace("    lease-time:", f"    conflict-check: {check}\n    lease-time:")
    return text


def started(lab, *args, **kwargs):
    """A server with such a configuration."""
    return Xdpxe(lab, with_pool(lab, *args, **kwargs)).start()


def said(server, words):
    """Lines of the daemon's log with these words."""
    return [line for line in list(server.process.stderr) if words in line]


def probed(server):
    """Addresses that nobody answered for."""
    return server.counter("address_probed")


def aside(server):
    """address -> (state, mac) of what is set aside."""
    return {row["address"]: (row["state"], row["mac"]) for row in server.json("leases")
            if row["state"] in ("in use", "declined")}


def all_probed(server, count):
    """Wait until so many addresses are free, or gave an answer."""
    until(lambda: probed(server) + server.counter("address_in_use") >= count, 10,
          f"{count} addresses to be probed")


def test_an_address_that_a_machine_has_by_hand_is_never_given_away(lab):
    with Segment(lab, SOMEBODY, ["10.77.1.2", "10.77.1.4"]), Asker(lab) as asker:
        server = started(lab, "10.77.1.1-10.77.1.5")
        given = asker.ask(5, 3)
        assert sorted(given.values()) == ["10.77.1.1", "10.77.1.3", "10.77.1.5"]
        assert said(server, f"10.77.1.2 is in use by {SOMEBODY}: set aside for 10 min")
        assert aside(server) == {"10.77.1.2": ("in use", SOMEBODY),
                                 "10.77.1.4": ("in use", SOMEBODY)}
        network, = server.json("status")["instances"][0]["networks"]
        assert (network["leases"], network["set_aside"]) == (3, 2)
        assert server.counter("address_in_use") == 2
        assert until(lambda: said(server, "the pool of network 1 is empty"), 5, "that to be said")
        assert said(server, "2 of them are set aside")


def test_an_address_is_given_when_whoever_had_it_is_gone_and_its_time_is_over(lab):
    with Asker(lab) as asker:
        with Segment(lab, SOMEBODY, ["10.77.1.1"]):
            server = started(lab, "10.77.1.1")
            assert not asker.ask(1, 1)
            assert end_quarantine(server) == ["10.77.1.1"]
            assert not asker.ask(1, 2), "it is probed again, and still in use"
            assert len(said(server, "10.77.1.1 is in use by")) == 1, "told once"
        assert end_quarantine(server) == ["10.77.1.1"]
        assert list(asker.ask(1, 5).values()) == ["10.77.1.1"]


def test_probes_claim_nothing_and_stay_on_their_segment(lab):
    with Segment(lab) as segment:
        server = started(lab, "10.77.1.1-10.77.1.5")
        all_probed(server, 5)
        until(lambda: len(segment.probes()) >= 10, 5, "each address to be asked for twice")
        assert segment.probed() == set(FIVE)
        link = lab.server.run("ip", "-br", "link", "show", "srv0").stdout.split()[2]
        for message, frame in segment.probes():
            assert packet.mac_text(message.mac) == link
            assert (frame[:6], frame[6:12]) == (packet.BROADCAST_MAC, message.mac)
            assert frame[32:38] == bytes(6), "the target's hardware address is not known"
        assert len(segment.probes()) == 10


def test_the_segment_is_quiet_when_the_reserve_is_probed_and_what_is_taken_comes_back(lab):
    with Segment(lab) as segment, Asker(lab) as asker:
        server = started(lab, POOL)
        all_probed(server, RESERVE)
        time.sleep(1)
        assert probed(server) == RESERVE and len(segment.probes()) == 2 * RESERVE
        assert len(asker.ask(10, 5)) == 10
        all_probed(server, RESERVE + 10)
        time.sleep(1)
        assert probed(server) == RESERVE + 10 and len(segment.probes()) == 2 * RESERVE + 20
        server.command("reload")
        time.sleep(1)
        assert len(segment.probes()) == 2 * RESERVE + 20, "what is probed is kept"


@pytest.mark.parametrize("lab", [{"links": 2}], indirect=True)
def test_each_network_is_probed_on_its_own_link(lab):
    with Segment(lab) as first, Segment(lab, interface="cli1") as second:
        server = Xdpxe(lab, config(lab).replace(".1.0-10.77.250.255", ".1.1-10.77.1.5").replace(
            ".1.0-10.78.250.255", ".1.1-10.78.1.3")).start()
        all_probed(server, 8)
        assert first.probed() == set(FIVE)
        assert second.probed() == {f"10.78.1.{last}" for last in (1, 2, 3)}


def test_without_the_check_nothing_is_asked_and_everything_given(lab):
    with Segment(lab, SOMEBODY, FIVE[:2]) as segment, Asker(lab) as asker:
        server = started(lab, "10.77.1.1-10.77.1.5", "no")
        assert sorted(asker.ask(5, 3).values()) == FIVE
        segment.announce("10.77.1.3")
        assert not segment.probes() and not aside(server) and not probed(server)


def test_2000_machines_right_after_the_start_all_get_an_address(lab):
    with Asker(lab) as asker:
        server = started(lab, POOL)
        given = asker.ask(2000, 20)
    assert len(given) == 2000 and len(set(given.values())) == 2000
    assert not aside(server) and not said(server, "is empty")


@pytest.mark.parametrize("mode", ["native", "generic"])
def test_a_machine_that_asks_while_addresses_are_probed_need_not_ask_again(lab, mode):
    before, after = (with_pool(lab, f"10.77.{net}.1-10.77.{net}.2") for net in (1, 2))
    if mode == "generic":
        lab.add_generic()
        before, after = (text.replace("[srv0]", "[gen0]") for text in (before, after))
    server = Xdpxe(lab, before).start()
    assert f"({mode})" in server.process.wait_line("ready:", 1)
    server.write(after)
    with Segment(lab, SOMEBODY, ["10.77.2.1"]), Asker(lab) as asker:
        server.command("reload")
        assert list(asker.ask(1, 5, again=60).values()) == ["10.77.2.2"]


def test_somebody_who_announces_a_free_address_keeps_it(lab):
    """RFC 5227 section 2.3: also after it has been probed."""
    with Segment(lab, SOMEBODY) as segment, Asker(lab) as asker:
        server = started(lab, "10.77.1.1-10.77.1.5")
        all_probed(server, 5)
        segment.announce("10.77.1.1")
        until(lambda: aside(server), 5, "it to be set aside")
        assert sorted(asker.ask(4, 5).values()) == FIVE[1:]


def release(lab, mac, address):
    """RELEASE of a machine."""
    with Asker(lab) as asker:
        body = dhcp.message(packet.mac_bytes(mac), b"bye!", [
            (53, bytes([dhcp.RELEASE])), (54, packet.ip_bytes("10.77.0.1"))],
                            ciaddr=packet.ip_bytes(address))
        asker.socket.send(packet.udp(packet.BROADCAST_MAC, packet.mac_bytes(mac),
                                     (packet.ip_bytes(address), 68), (b"\xff" * 4, 67), body))


def test_an_address_that_was_given_back_is_probed_before_another_machine_gets_it(lab):
    server = started(lab, "10.77.1.1")
    with Asker(lab) as asker:
        (mac, address), = asker.ask(1, 5).items()
        release(lab, mac, address)
        until(lambda: server.counter("dhcp_released"), 5, "the address to be given back")
        with Segment(lab, SOMEBODY, [address]):
            assert not asker.ask(1, 2, first=7), "somebody has taken it meanwhile"
        assert aside(server) == {address: ("in use", SOMEBODY)}
        end_quarantine(server)
        assert list(asker.ask(1, 5, first=7).values()) == [address]


def test_a_machine_that_gave_its_address_back_gets_it_again(lab):
    server = started(lab, POOL)
    with Asker(lab) as asker:
        (mac, address), = asker.ask(1, 5).items()
        release(lab, mac, address)
        until(lambda: server.counter("dhcp_released"), 5, "the address to be given back")
        assert [row["state"] for row in server.json("leases")] == ["expired"]
        assert asker.ask(1, 5) == {mac: address}


def test_a_reload_in_the_middle_keeps_what_is_probed_and_probes_the_rest(lab):
    with Segment(lab, SOMEBODY, ["10.77.30.1"]) as segment, Asker(lab) as asker:
        server = started(lab, "10.77.1.1-10.77.5.254")
        until(lambda: probed(server), 5, "the first addresses to be free")
        server.write(with_pool(lab, "10.77.5.1-10.77.5.254, 10.77.30.1-10.77.30.20"))
        server.command("reload")
        given = asker.ask(273, 15).values()
        wanted = {f"10.77.5.{last}" for last in range(1, 255)}
        wanted |= {f"10.77.30.{last}" for last in range(2, 21)}
        assert set(given) == wanted
        assert aside(server) == {"10.77.30.1": ("in use", SOMEBODY)}
        before = len(segment.probes())
        server.command("reload")
        assert not asker.ask(1, 1, first=5000)
        assert len(segment.probes()) == before, "what has an owner is not probed"


def test_an_arp_proxy_is_told_of_and_the_pool_is_said_to_be_empty(lab):
    with Asker(lab) as asker:
        with Segment(lab, SOMEBODY, everything=True):
            server = started(lab, "10.77.1.1-10.77.2.50")
            assert not asker.ask(3, 3)
            until(lambda: said(server, "the pool of network 1 is empty"), 5, "that to be said")
            assert said(server, f"{SOMEBODY} answers for 32 addresses in a row")
            assert len(server.process.stderr) < 20, "not a line for each address"
            assert len(aside(server)) == server.counter("address_in_use") > 290
            server.write(with_pool(lab, "10.77.1.1-10.77.2.50", "no"))
            server.command("reload")
        end_quarantine(server)
        assert len(asker.ask(3, 5)) == 3
        assert server.process.running()


def test_a_reserved_address_that_another_machine_has_is_reported(lab):
    mine = "52:54:00:00:00:20"
    with Segment(lab, SOMEBODY, ["10.77.0.20"]), Segment(lab, mine, ["10.77.0.21"]):
        server = started(lab, "10.77.1.1-10.77.1.5", hosts=[
            f'mac: "{mine}", ip: 10.77.0.21', 'mac: "52:54:00:00:00:21", ip: 10.77.0.20'])
        until(lambda: server.counter("reserved_address_in_use"), 5, "it to be found")
        assert said(server, f"10.77.0.20 is in use by {SOMEBODY}, but reserved for"
                            " 52:54:00:00:00:21")
        assert not said(server, "10.77.0.21") and not aside(server)


def test_an_interface_without_carrier_is_probed_when_it_is_up(lab):
    lab.client.run("ip", "link", "set", "cli0", "down")
    with Segment(lab, SOMEBODY, ["10.77.1.1"]) as segment:
        server = started(lab, "10.77.1.1-10.77.1.2")
        time.sleep(0.8)  # probes that went nowhere would be done with by now
        assert not probed(server) and not segment.probes()
        lab.client.run("ip", "link", "set", "cli0", "up")
        all_probed(server, 2)
        with Asker(lab) as asker:
            assert list(asker.ask(1, 5).values()) == ["10.77.1.2"]


def test_a_new_daemon_keeps_what_the_old_one_has_probed(lab):
    with Segment(lab, "52:54:00:00:00:00", everything=False) as segment, Asker(lab) as asker:
        server = started(lab, "10.77.1.1-10.77.1.5")
        (mac, address), = asker.ask(1, 5).items()
        all_probed(server, 5)
        server.crash()
        segment.has = {packet.ip_bytes(address)}  # the machine with the lease answers, if asked
        before = len(segment.probes())
        server.start()
        assert mac == "52:54:00:00:00:00"
        assert sorted(asker.ask(5, 5).values()) == FIVE
        assert not aside(server) and len(segment.probes()) == before


def test_an_address_of_this_host_is_not_given_away(lab):
    """It hears no probe of its own."""
    lab.server.run("ip", "addr", "add", "10.77.1.2/16", "dev", "srv0")
    with Asker(lab) as asker:
        server = started(lab, "10.77.1.1-10.77.1.3")
        assert sorted(asker.ask(3, 2).values()) == ["10.77.1.1", "10.77.1.3"]
    assert set(aside(server)) == {"10.77.1.2"}
