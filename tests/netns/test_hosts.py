# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What real clients are told by number and by reservation, and 50,000 reservations beside them."""

import json

from lib.clients import dhclient, udhcpc
from lib.download import Download
from lib.many_hosts import many, write
from lib.server import Xdpxe, config
from lib.wait import until

COUNT = 50_000
OPTIONS = """\
    ntp: [10.77.0.9, 10.77.0.8]
    mtu: 1400
    renew-time: 200s
    options:
      - { code: 252, text: "http://10.77.0.1/wpad.dat" }
      - { code: 200, hex: "06:01:ff" }
"""


def own_mac(lab):
    """The client's hardware address."""
    link, = json.loads(lab.client.run("ip", "-j", "link", "show", "cli0").stdout)
    return link["address"]


def told(lab):
    """A configuration that says more than addresses."""
    text = config(lab, None, [f'mac: "{own_mac(lab)}", ip: 10.77.0.44, hostname: n44.boot.example'])
    return text.replace("    lease-time: 10m\n", "    lease-time: 10m\n" + OPTIONS)


def test_udhcpc_is_told(lab):
    Xdpxe(lab, told(lab)).start()
    lease = udhcpc(lab, "-O", "252", "-O", "200", "-O", "ntpsrv", "-O", "mtu", "-O", "hostname",
                   "-O", "58")
    assert (lease["ip"], lease["hostname"]) == ("10.77.0.44", "n44.boot.example")
    assert (lease["ntpsrv"], lease["mtu"]) == ("10.77.0.9 10.77.0.8", "1400")
    assert lease["opt200"] == "0601ff"
    wpad = lease.get("wpad") or bytes.fromhex(lease["opt252"]).decode()
    assert wpad == "http://10.77.0.1/wpad.dat"
    assert int(lease["opt58"], 16) == 200


def test_dhclient_is_told(lab):
    Xdpxe(lab, told(lab)).start()
    lab.offload(False)
    lease = dhclient(lab)
    assert (lease["new_ip_address"], lease["new_host_name"]) == ("10.77.0.44", "n44.boot.example")
    assert (lease["new_ntp_servers"], lease["new_interface_mtu"]) == ("10.77.0.9 10.77.0.8", "1400")
    assert lease["new_unknown_200"] == "06:01:ff" or lease["new_unknown_200"] == "6:1:ff"
    assert lease["new_dhcp_renewal_time"] == "200"


def test_fifty_thousand_hosts_come_change_and_go_beside_a_machine_that_boots(lab, noise):
    data = noise(300_000)
    lab.put("file", data)
    server = Xdpxe(lab, config(lab)).start()
    address = udhcpc(lab)["ip"]
    download = Download(lab, "file").step(20)
    for hosts in (many(COUNT), many(COUNT, "b"), many(COUNT // 2)):
        server.write(config(lab) + write(lab, "csv", hosts))
        server.command("reload")
        download.step(10)
        assert udhcpc(lab)["ip"] == address
        said = server.command("check", "-c", server.path).stdout
        assert f"hosts: {len(hosts)} ({len(hosts)} with an address, {len(hosts)}" in said
    server.crash()
    server.start()
    assert udhcpc(lab)["ip"] == address
    server.write(config(lab))
    server.command("reload")
    assert download.finish() == data
    assert udhcpc(lab)["ip"] == address
    until(lambda: server.json("status")["counters"]["dhcp_ack"] >= 6, 10, "the counters")
