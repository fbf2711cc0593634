# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Configurations of other servers, as ours."""

import pytest

from lib import imported
from lib.imported import SAMPLES, Imported
from lib.server import BOOT, Xdpxe

FIRST_STAGES = {"bios": "undionly.kpxe", "efi-x64": "ipxe.efi",
                "ipxe": "http://10.77.0.1/boot.ipxe"}
SUBNET = "subnet 10.77.0.0 netmask 255.255.0.0 {\n  range 10.77.1.0 10.77.9.255;\n%s\n}\n"


def test_a_dhcpd_conf_is_carried_over():
    got = Imported(SAMPLES / "dhcpd.conf")
    assert got.boot == FIRST_STAGES | {"efi-ia32": "ipxe32.efi", "efi-arm64": "ipxe-arm64.efi"}
    one, other = got.networks["10.77.0.0/16"], got.networks["10.78.0.0/24"]
    assert one == ["pool: 10.77.1.0-10.77.9.255, 10.77.20.1-10.77.20.1", "router: 10.77.0.1",
                   "dns: [10.77.0.1, 10.77.0.2]", "ntp: [10.77.0.3]", "domain: boot.example",
                   "lease-time: 600s", "mtu: 1400", "authoritative: yes", "options:",
                   '- { code: 17, text: "nfs:10.77.0.1:/srv" }']
    assert {"pool: 10.78.0.10-10.78.0.99", "lease-time: 3600s",
            "unknown-clients: ignore"} <= set(other)
    assert got.hosts == [
        'mac: "52:54:00:12:34:56", ip: 10.77.0.20, hostname: "n20", boot: "custom.efi"',
        'mac: "52:54:00:12:34:57", boot: "custom.efi"', 'mac: "52:54:00:aa:bb:cc", deny: true']
    assert [line for line, _ in got.notes] == [24, 45, 42, 56, 60, 63, 64, 0, 0]
    assert "left out" in got.noted(60) and not got.refused


def test_a_dnsmasq_conf_is_carried_over():
    got = Imported(SAMPLES / "dnsmasq.conf")
    assert got.lines[0] == "interfaces: [eth2]" and 'root: "/srv/boot"' in got.section("tftp")
    assert got.boot == FIRST_STAGES | {"efi-ia32": "ipxe32.efi", "efi-arm64": "ipxe-arm64.efi"}
    assert {"pool: 10.77.1.0-10.77.9.255", "router: 10.77.0.1", "lease-time: 43200s",
            "authoritative: yes", "unknown-clients: ignore"} <= set(got.networks["10.77.0.0/16"])
    assert "192.168.5.0/24" in got.networks and len(got.hosts) == 2
    assert [line for line, _ in got.notes] == [9, 12, 13, 24, 27, 29, 30, 32, 34]
    assert not got.refused


def test_a_kea_json_is_carried_over():
    got = Imported(SAMPLES / "kea.json")
    assert got.lines[0] == "interfaces: [eth1]" and got.boot == FIRST_STAGES
    assert {"pool: 10.77.1.0-10.77.9.255, 10.77.20.1-10.77.20.254", "router: 10.77.0.1",
            "lease-time: 600s", "renew-time: 200s"} <= set(got.networks["10.77.0.0/16"])
    assert {"pool: 10.78.0.10-10.78.0.99",
            "authoritative: yes"} <= set(got.networks["10.78.0.0/24"])
    assert got.hosts == ['mac: "52:54:00:12:34:56", ip: 10.77.0.20, hostname: "n20"']
    assert [line for line, _ in got.notes] == [14, 19, 22, 31, 33, 0] and not got.refused


@pytest.mark.parametrize("condition", [
    'if exists user-class and option user-class = "iPXE" { %s } else { %s }',
    'if (option user-class = "iPXE") {%s} elsif (option arch=00:00) {%s}',
    'if not exists ipxe.bus-id { filename "undionly.kpxe"; } else { filename "boot.ipxe"; }',
    'if option user-class != "iPXE" { filename "undionly.kpxe"; }'
    ' else { filename "boot.ipxe"; }'])
def test_dhcpd_tells_ipxe_from_a_rom(tmp_path, condition):
    if "%s" in condition:
        condition %= ('filename "boot.ipxe";', 'filename "undionly.kpxe";')
    got = imported.of(tmp_path, SUBNET % condition)
    assert got.boot == {"bios": "undionly.kpxe", "ipxe": "boot.ipxe"}


def test_dhcpd_conditions_in_one_another(tmp_path):
    got = imported.of(tmp_path, SUBNET % """
  # filename "no.efi";
  class "pxe" { match if substring (option vendor-class-identifier, 0, 20) =
    "PXEClient:Arch:00007"; filename "ipxe.efi"; option log-servers 10.77.0.4; }
  if option client-arch = 00:0b {
    if exists user-class { filename "strange.efi"; }
    elsif exists ipxe.http { filename "http://10.77.0.1/arm.ipxe"; }
    else { filename "/arm#64.efi"; }
  }
  if not option client-arch = 00:07 { filename "no.efi"; }
  if option client-arch = 00:06 { if not exists ipxe.http { filename "ia32.efi"; } }""")
    assert got.boot == {"efi-x64": "ipxe.efi", "efi-arm64": "arm#64.efi",
                        "efi-ia32": "ia32.efi", "ipxe": "http://10.77.0.1/arm.ipxe"}
    assert "boot-options" in got.noted(6) and "left out" in got.noted(8)
    assert "left out" in got.noted(12) and "no.efi" not in "".join(got.lines)


def test_dhcpd_files_include_others(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "net.conf").write_text(
        SUBNET % 'strange yes;\ninclude "hosts.conf";\ninclude "none.conf";', encoding="ascii")
    (tmp_path / "part" / "hosts.conf").write_text(
        "host a { hardware ethernet 52:54:00:00:00:0a; fixed-address 10.77.0.9; }",
        encoding="ascii")
    got = imported.of(tmp_path, 'include "part/net.conf";\ninclude "given.conf";\n')
    assert got.hosts == ['mac: "52:54:00:00:00:0a", ip: 10.77.0.9']
    assert "part/net.conf" in got.noted(3) and "No such file" in got.noted(5)
    assert "too deep" in got.said or "not read" in got.said, "a file that includes itself"


def test_dhcpd_options_that_the_file_declares(tmp_path):
    got = imported.of(tmp_path, """
option magic code 208 = string;
option config-file code 209 = text;
option reboot-time code 211 = unsigned integer 32;
option helpers code 212 = array of ip-address;
option odd code 213 = { integer 8, text };
option magic 01:02:F;
option config-file "pxelinux.cfg/default";
option reboot-time 60;
option helpers 10.77.0.5, 10.77.0.6;
option odd 1 "x";
""" + SUBNET % "")
    assert got.networks["10.77.0.0/16"][-4:] == [
        '- { code: 208, hex: "01020F" }', '- { code: 209, text: "pxelinux.cfg/default" }',
        "- { code: 211, u32: 60 }", "- { code: 212, ip: [10.77.0.5,10.77.0.6] }"]
    assert got.noted(11) and not got.refused


def test_what_our_reader_would_refuse_is_mended_and_told(tmp_path):
    got = imported.of(tmp_path, SUBNET % """range 10.77.5.0 10.77.10.9; range 10.99.0.1 10.99.0.9;
  default-lease-time 5;
  host a { hardware ethernet 52:54:00:00:00:0a; fixed-address 10.99.0.1; }
  host b { hardware ethernet 52:54:00:00:00:0a; option host-name "under_score"; }""" +
                      "subnet 10.77.4.0 netmask 255.255.255.0 { option routers 10.77.4.1; }\n")
    assert got.networks == {"10.77.0.0/16": ["pool: 10.77.1.0-10.77.10.9"]}
    assert got.hosts == ['mac: "52:54:00:00:00:0a"']
    for told in ("partly given twice", "no range of addresses", "in none of the networks",
                 "no name of a host", "lease-time", "overlaps networks[0]"):
        assert told in got.said
    assert [line.split()[2] for line in got.refused] == ["lease-time:", "-", "router:", "-"]


def test_a_group_in_a_subnet_speaks_for_its_hosts_only(tmp_path):
    got = imported.of(tmp_path, SUBNET % """filename "undionly.kpxe";
  group { filename "custom.efi"; host a { hardware ethernet 52:54:00:00:00:0a; } }""")
    assert got.boot == {"bios": "undionly.kpxe"}
    assert got.hosts == ['mac: "52:54:00:00:00:0a", boot: "custom.efi"']


def test_dnsmasq_tags_and_other_files(tmp_path):
    got = imported.of(tmp_path, """\
dhcp-range=10.77.1.0,10.77.9.255,1h
dhcp-range=10.77.20.1,10.77.20.9,255.255.240.0
dhcp-boot=tag:bios,undionly.kpxe
dhcp-match=set:bios,option:client-arch,0
dhcp-boot=tag:!bios,ipxe.efi
dhcp-option=209,"pxelinux.cfg/default"
dhcp-option=210,01:02:03
conf-file=/etc/other.conf
conf-dir=/etc/dnsmasq.d
dhcp-hostsfile=/etc/hosts.dhcp
""")
    assert got.boot == {"bios": "undionly.kpxe", "efi-x64": "ipxe.efi"}
    assert list(got.networks)[0] == "10.77.0.0/20" and "/20 is a guess" in got.noted(1)
    assert ['- { code: 209, text: "pxelinux.cfg/default" }',
            '- { code: 210, hex: "010203" }'] == got.networks["10.77.0.0/20"][-2:]
    assert all("other files" in got.noted(line) for line in (8, 9, 10))


def test_kea_options_by_bytes_and_classes_on_demand(tmp_path):
    got = imported.of(tmp_path, """{ "Dhcp4": { "client-classes": [
 { "name": "a", "test": "option[93].hex == 0x0000", "only-if-required": true,
   "boot-file-name": "undionly.kpxe", "lease-time-odd": 1 },
  { "name": "b", "test": "not (option[93].hex == 0x0007)", "boot-file-name": "no.efi" } ],
 "option-def": [ { "name": "magic", "code": 222, "type": "uint16", "space": "dhcp4" } ],
 "subnet4": [ { "subnet": "10.77.0.0/16", "option-data": [
  { "name": "magic", "data": "7" },
  { "code": 150, "data": "10.0.0.1 ] } # odd" },
  { "code": 210, "csv-format": false, "data": "01 02:ff" },
  { "code": 17, "csv-format": false, "data": "0x2F61" } ] } ] } }""")
    assert got.boot == {"bios": "undionly.kpxe"}
    assert got.networks["10.77.0.0/16"][-3:] == ["- { code: 222, u16: 7 }",
                                                 '- { code: 210, hex: "0102ff" }',
                                                 '- { code: 17, hex: "2F61" }']
    assert got.noted(2) and "not carried over" in got.noted(3) and "left out" in got.noted(4)
    assert "not carried over" in got.noted(8) and "# odd" not in "".join(got.lines)


def test_what_is_written_passes_the_check(lab, files):
    assert files
    given = lab.dir / "dhcpd.conf"
    given.write_text("authoritative;\n" + SUBNET % f"""
  option routers 10.77.0.1;
  if option user-class = "iPXE" {{ filename "{BOOT['ipxe']}"; }}
  elsif option arch = 00:07 {{ filename "ipxe.efi"; }}
  elsif option arch = 00:0b {{ filename "ipxe-arm64.efi"; }}
  else {{ filename "undionly.kpxe"; }}""", encoding="ascii")
    server = Xdpxe(lab, Imported(given, "--interface", "srv0", "--root", lab.root).text)
    shown = server.command("check", "-c", server.path, check=False)
    assert shown.returncode == 0, shown.stderr + server.path.read_text(encoding="utf-8")
    assert server.start().attached()


def test_a_file_that_exists_is_left_alone(tmp_path):
    there = tmp_path / "xdpxe.yaml"
    there.write_text("mine", encoding="ascii")
    done = imported.run("-o", there, SAMPLES / "dhcpd.conf")
    assert done.returncode == 1 and there.read_text(encoding="ascii") == "mine"
