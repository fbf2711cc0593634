// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Configuration files: text in, values or one line of error out.
#include <time.h>

#include "config_examples.h"

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10
#define A120 A60 A60

static const struct plain_example structure_examples[] = {
	{ NET, NULL },
	{ "", ":1: nothing in it; legal: at least interfaces and networks" },
	{ "# only a comment\n", ":1: nothing in it; legal: at least interfaces and networks" },
	{ "- a\n", ":1: a list; legal: keys with values" },
	{ "text\n", ":1: a single value; legal: keys with values" },
	{ NET "lease: 1\n",
	  ":4: lease: unknown key; legal: authoritative, boot, boot-options, hosts, hosts-file, "
	  "interfaces, leases, limits, mode, networks, reply-delay, telemetry, tftp, "
	  "unknown-clients, web" },
	{ NET "    leasetime: 10m\n",
	  ":4: networks[0].leasetime: unknown key; legal: address, authoritative, conflict-check, "
	  "dns, domain, interface, lease-time, mtu, ntp, options, pool, rebind-time, relayed, "
	  "renew-time, router, subnet, unknown-clients, vlan" },
	{ NET "tftp:\n  # folder\n  folder: /srv\n",
	  ":6: tftp.folder: unknown key; legal: aliases, cache, rollover-one, root, window" },
	{ NET "hosts: [{}, { name: a }]\n",
	  ":4: hosts[1].name: unknown key; legal: boot, deny, hostname, ip, ipxe, mac, options" },
	{ NET "mode: server\ninterfaces: [a]\n",
	  ":5: interfaces: given twice, first in line 1; legal: once" },
	{ NET "    subnet: 10.0.0.0/8\n",
	  ":4: networks[0].subnet: given twice, first in line 3; legal: once" },
	{ "interfaces: eth1\n", ":1: interfaces: a single value; legal: a list" },
	{ "interfaces:\n", ":1: interfaces: empty; legal: a list" },
	{ "interfaces: []\n", ":1: interfaces: 0 entries; legal: 1 to 16" },
	{ "interfaces: [a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q]\n",
	  ":1: interfaces: 17 entries; legal: 1 to 16" },
	{ "interfaces: [eth1, [eth2]]\n", ":1: interfaces[1]: a list; legal: a single value" },
	{ "interfaces: [eth1]\nnetworks: {}\n", ":2: networks: keys with values; legal: a list" },
	{ NET "mode:\n", ":4: mode: empty; legal: a single value" },
	{ NET "mode: [server]\n", ":4: mode: a list; legal: a single value" },
	{ NET "tftp:\n", ":4: tftp: empty; legal: keys with values" },
	{ NET "mode: \"a\\nb\"\n", ":4: mode: a control character in it; legal: one line of text" },
	{ NET "mode: |\n  server\n",
	  ":4: mode: a control character in it; legal: one line of text" },
	{ NET "? [a]\n: b\n", ":4: ?: a key that is no text; legal: a name" },
};

static void test_structure(void **state)
{
	(void)state;
	check_plain_examples(structure_examples, COUNT(structure_examples));
}

static const struct plain_example yaml_examples[] = {
	{ NET "tftp: {\n",
	  ":5: YAML: did not find expected node content while parsing a flow node; "
	  "legal: YAML 1.1 in UTF-8" },
	{ NET "mode: \xff\n", ":4: YAML: invalid leading UTF-8 octet; legal: YAML 1.1 in UTF-8" },
	{ NET "\tmode: tftp\n",
	  ":4: YAML: found a tab character that violates indentation while scanning a plain "
	  "scalar; legal: YAML 1.1 in UTF-8" },
	{ "interfaces: &all [eth1]\n",
	  ":1: YAML: anchor or alias \"all\"; legal: every value written out where "
	  "it stands" },
	{ NET "mode: *m\n",
	  ":4: YAML: anchor or alias \"m\"; legal: every value written out where it stands" },
	{ NET "---\nmode: tftp\n", ":4: YAML: a second document; legal: one" },
	{ NET "hosts: [[[[[[[[[]]]]]]]]]\n",
	  ":4: YAML: nested deeper than 8 levels; legal: six levels" },
};

static void test_yaml(void **state)
{
	(void)state;
	check_plain_examples(yaml_examples, COUNT(yaml_examples));
}

static const struct plain_example top_values_examples[] = {
	{ "networks: [{subnet: 10.0.0.0/8}]\n",
	  ":1: interfaces: missing; legal: a list of names such as [eth1]" },
	{ "interfaces: [eth1]\n",
	  ":1: networks: missing; legal: a list of networks, each with a subnet: they say "
	  "whom to serve" },
	{ "interfaces: [eth1, \"a/b\"]\n",
	  ":1: interfaces[1]: \"a/b\"; legal: the name of an interface, 1 to 15 characters" },
	{ "interfaces:\n  - eth1\n  - abcdefghijklmnop\n",
	  ":3: interfaces[1]: \"abcdefghijklmnop\"; legal: the name of an interface, 1 to 15 "
	  "characters" },
	{ "interfaces: [abcdefghijklmno]\nnetworks: [{subnet: 10.0.0.0/8}]\n", NULL },
	{ "interfaces: [a, b, a]\n", ":1: interfaces[2]: \"a\" again; legal: each interface once" },
	{ NET "mode: server\n", NULL },
	{ NET "mode: Server\n", ":4: mode: \"Server\"; legal: server, proxy, tftp" },
	{ ROOT "mode: tftp\n", NULL },
	{ NET "mode: tftp\n",
	  ":1: tftp.root: missing; legal: a folder; mode tftp serves its files" },
	{ NET "mode: tftp\ntftp: { cache: 1MiB }\n",
	  ":5: tftp.root: missing; legal: a folder; mode tftp serves its files" },
	{ NET "tftp: { cache: 1MiB }\n", NULL },
	{ NET "tftp: { cache: 64GiB }\n", NULL },
	{ NET "tftp: { cache: 1048575 }\n",
	  ":4: tftp.cache: \"1048575\"; legal: 1MiB to 64GiB, in KiB, MiB or GiB" },
	{ NET "tftp: { cache: 65GiB }\n",
	  ":4: tftp.cache: \"65GiB\"; legal: 1MiB to 64GiB, in KiB, MiB or GiB" },
	{ NET "tftp: { cache: 256M }\n",
	  ":4: tftp.cache: \"256M\"; legal: 1MiB to 64GiB, in KiB, MiB or GiB" },
};

static void test_top_values(void **state)
{
	(void)state;
	check_plain_examples(top_values_examples, COUNT(top_values_examples));
}

#define SUBNET(given) "interfaces: [eth1]\nnetworks:\n  - subnet: " given "\n"
#define SUBNET_LEGAL "; legal: an address and a prefix of 8 to 30, such as 10.77.0.0/16"
#define VLAN_LEGAL                                                                                 \
	"; legal: a VLAN of 1 to 4094, or two with a dot between, the outer one first, such as "   \
	"100.200"
#define MEMBER_LEGAL "; legal: an address in 10.77.0.1-10.77.255.254"

static const struct plain_example networks_examples[] = {
	{ SUBNET("10.0.0.0/8"), NULL },
	{ SUBNET("192.0.2.4/30"), NULL },
	{ SUBNET("10.0.0.0/7"), ":3: networks[0].subnet: \"10.0.0.0/7\"" SUBNET_LEGAL },
	{ SUBNET("192.0.2.4/31"), ":3: networks[0].subnet: \"192.0.2.4/31\"" SUBNET_LEGAL },
	{ SUBNET("10.77.0.0"), ":3: networks[0].subnet: \"10.77.0.0\"" SUBNET_LEGAL },
	{ SUBNET("10.77.0.1/16"), ":3: networks[0].subnet: \"10.77.0.1/16\" has bits set behind "
				  "the prefix; legal: 10.77.0.0/16" },
	{ SUBNET("127.0.0.0/8"),
	  ":3: networks[0].subnet: \"127.0.0.0/8\"; legal: unicast addresses" },
	{ SUBNET("224.0.0.0/8"),
	  ":3: networks[0].subnet: \"224.0.0.0/8\"; legal: unicast addresses" },
	{ SUBNET("0.0.0.0/8"), ":3: networks[0].subnet: \"0.0.0.0/8\"; legal: unicast addresses" },
	{ "interfaces: [eth1]\nnetworks:\n  - router: 10.0.0.1\n",
	  ":3: networks[0].subnet: missing; legal: a subnet such as 10.77.0.0/16" },
	{ NET "  - subnet: 10.77.64.0/24\n", ":4: networks[1].subnet: \"10.77.64.0/24\" overlaps "
					     "networks[0]; legal: subnets apart from each other" },
	{ NET "  - subnet: 10.0.0.0/8\n", ":4: networks[1].subnet: \"10.0.0.0/8\" overlaps "
					  "networks[0]; legal: subnets apart from each other" },
	{ NET "  - subnet: 10.78.0.0/16\n", NULL },
	{ NET "    address: 10.77.0.1\n", NULL },
	{ NET "    address: 10.78.0.1\n", ":4: networks[0].address: \"10.78.0.1\"" MEMBER_LEGAL },
	{ NET "    address: 10.77.0.0\n", ":4: networks[0].address: \"10.77.0.0\"" MEMBER_LEGAL },
	{ NET "    address: 10.77.255.255\n",
	  ":4: networks[0].address: \"10.77.255.255\"" MEMBER_LEGAL },
	{ NET "    address: 10.77.0.1/16\n",
	  ":4: networks[0].address: \"10.77.0.1/16\"" MEMBER_LEGAL },
	{ NET "    router: 10.1.0.1\n", ":4: networks[0].router: \"10.1.0.1\"" MEMBER_LEGAL },
	{ NET "    vlan: 1\n", NULL },
	{ NET "    vlan: 4094\n", NULL },
	{ NET "    vlan: 100.200\n", NULL },
	{ NET "    vlan: 0\n", ":4: networks[0].vlan: \"0\"" VLAN_LEGAL },
	{ NET "    vlan: 4095\n", ":4: networks[0].vlan: \"4095\"" VLAN_LEGAL },
	{ NET "    vlan: 100.0\n", ":4: networks[0].vlan: \"100.0\"" VLAN_LEGAL },
	{ NET "    vlan: 100.\n", ":4: networks[0].vlan: \"100.\"" VLAN_LEGAL },
	{ NET "    vlan: .100\n", ":4: networks[0].vlan: \".100\"" VLAN_LEGAL },
	{ NET "    vlan: 1.2.3\n", ":4: networks[0].vlan: \"1.2.3\"" VLAN_LEGAL },
	{ NET "    vlan: 00000000100\n", ":4: networks[0].vlan: \"00000000100\"" VLAN_LEGAL },
	{ NET "    interface: eth1\n", NULL },
	{ NET "    interface: eth2\n",
	  ":4: networks[0].interface: \"eth2\" is not in `interfaces`; "
	  "legal: one of those" },
	{ NET "    relayed: no\n", NULL },
	{ NET "    relayed: perhaps\n",
	  ":4: networks[0].relayed: \"perhaps\"; legal: true, false, yes, no" },
	{ NET "    relayed: yes\n    router: 10.77.0.254\n", NULL },
	{ NET "    relayed: yes\n    router: 10.77.0.254\n    address: 192.0.2.1\n", NULL },
	{ NET "    relayed: yes\n    router: 10.77.0.254\n    address: 10.77.0.1\n", NULL },
	{ NET "    relayed: yes\n",
	  ":3: networks[0].router: missing, but relayed; legal: the router "
	  "through which its machines reach this server" },
	{ NET "    relayed: yes\n    router: 10.77.0.254\n    address: 224.0.0.1\n",
	  ":6: networks[0].address: \"224.0.0.1\"; legal: an address of this server, which relays "
	  "are told" },
	{ NET "    relayed: no\n    address: 192.0.2.1\n",
	  ":5: networks[0].address: \"192.0.2.1\"" MEMBER_LEGAL },
	{ NET "    conflict-check: no\n", NULL },
	{ NET "    conflict-check: maybe\n",
	  ":4: networks[0].conflict-check: \"maybe\"; legal: yes, no" },
	{ NET "    lease-time: 60s\n", NULL },
	{ NET "    lease-time: 365d\n", NULL },
	{ NET "    lease-time: 59\n",
	  ":4: networks[0].lease-time: \"59\"; legal: 60s to 365d, in s, m, h or d" },
	{ NET "    lease-time: 31536001\n",
	  ":4: networks[0].lease-time: \"31536001\"; legal: 60s to 365d, in s, m, h or d" },
	{ NET "    lease-time: infinite\n",
	  ":4: networks[0].lease-time: \"infinite\"; legal: 60s to 365d, in s, m, h or d" },
	{ NET "    dns: []\n", NULL },
	{ NET "    dns: [1.1.1.1, 224.0.0.1]\n",
	  ":4: networks[0].dns: \"224.0.0.1\"; legal: unicast addresses" },
	{ NET "    dns: [dns.example]\n",
	  ":4: networks[0].dns: \"dns.example\"; legal: unicast addresses" },
	{ NET "    dns: 1.1.1.1\n", ":4: networks[0].dns: a single value; legal: a list" },
	{ NET "    dns: [1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8]\n",
	  NULL },
	{ NET
	  "    dns: [1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8,1.1.1.9]\n",
	  ":4: networks[0].dns: 9 entries; legal: 0 to 8" },
	{ NET "    domain: under_score.example\n",
	  ":4: networks[0].domain: \"under_score.example\"; legal: a "
	  "domain name of at most 64 characters" },
	{ NET "    domain: " A60 ".abc\n", NULL },
	{ NET "    domain: " A60 ".abcd\n",
	  ":4: networks[0].domain: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaa...\"; legal: a domain name of at most 64 characters" },
};

static void test_networks(void **state)
{
	(void)state;
	check_plain_examples(networks_examples, COUNT(networks_examples));
}

#define POOL(given) NET "    pool: " given "\n"
#define POOL_LEGAL                                                                                 \
	"; legal: ranges such as 10.77.1.0-10.77.9.255 with the lower address first, and single "  \
	"addresses, "                                                                              \
	"comma-separated"

static const struct plain_example pools_examples[] = {
	{ POOL("10.77.1.0-10.77.1.9, 10.77.2.0 - 10.77.2.9,10.77.3.1"), NULL },
	{ POOL("10.77.0.0-10.77.255.255"), NULL },
	{ POOL("10.77.1.9-10.77.1.0"), ":4: networks[0].pool: \"10.77.1.9-10.77.1.0\"" POOL_LEGAL },
	{ POOL("10.77.1.0-10.77.1.9,"), ":4: networks[0].pool: \"\"" POOL_LEGAL },
	{ POOL("10.77.1.0/24"), ":4: networks[0].pool: \"10.77.1.0/24\"" POOL_LEGAL },
	{ POOL("10.77.1.1 10.77.1.2"), ":4: networks[0].pool: \"10.77.1.1 10.77.1.2\"" POOL_LEGAL },
	{ POOL("10.77.255.0-10.78.0.9"),
	  ":4: networks[0].pool: \"10.77.255.0-10.78.0.9\" is not all in the "
	  "subnet; legal: addresses of 10.77.0.0/16" },
	{ POOL("10.76.0.1"), ":4: networks[0].pool: \"10.76.0.1\" is not all in the subnet; legal: "
			     "addresses of 10.77.0.0/16" },
	{ POOL("10.77.1.0-10.77.1.9, 10.77.1.9-10.77.1.20"),
	  ":4: networks[0].pool: \"10.77.1.9-10.77.1.20\" "
	  "overlaps an earlier range; legal: each address once" },
	{ SUBNET("10.0.0.0/8") "    pool: 10.0.0.0-10.1.255.255\n", NULL },
	{ SUBNET("10.0.0.0/8") "    pool: 10.0.0.0-10.2.0.0\n",
	  ":4: networks[0].pool: too many addresses with "
	  "\"10.0.0.0-10.2.0.0\"; legal: 131072 in all pools together" },
};

static void test_pools(void **state)
{
	(void)state;
	check_plain_examples(pools_examples, COUNT(pools_examples));
}

#define BOOT(line) ROOT "boot:\n  " line "\n"
#define NAME_LEGAL "; legal: a file name under tftp.root, without \"..\", at most 127 bytes"
#define LOOP                                                                                       \
	" is a first-stage file too, so that iPXE would load itself for ever; legal: a script or " \
	"another file"
#define SHOWN "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."

static const struct plain_example boot_examples[] = {
	{ BOOT("bios: undionly.kpxe"), NULL },
	{ BOOT("bios: " A120 "1234567"), NULL },
	{ BOOT("bios: /" A120 "1234567"), NULL },
	{ BOOT("bios: " A120 "12345678"), ":6: boot.bios: \"" SHOWN "\"" NAME_LEGAL },
	{ BOOT("bios: a/../b"), ":6: boot.bios: \"a/../b\"" NAME_LEGAL },
	{ BOOT("bios: .."), ":6: boot.bios: \"..\"" NAME_LEGAL },
	{ BOOT("bios: ./a"), ":6: boot.bios: \"./a\"" NAME_LEGAL },
	{ BOOT("bios: a//b"), ":6: boot.bios: \"a//b\"" NAME_LEGAL },
	{ BOOT("bios: /"), ":6: boot.bios: \"/\"" NAME_LEGAL },
	{ BOOT("bios: ..a/b..c/..."), NULL },
	{ BOOT("bios: http://10.0.0.1/a"), ":6: boot.bios: \"http://10.0.0.1/a\"" NAME_LEGAL },
	{ NET "boot: { bios: a }\n",
	  ":4: boot.bios: \"a\" but no tftp.root; legal: with the folder it is in" },
	{ NET "boot: { efi-x64-http: \"http://h/a.efi\" }\n", NULL },
	{ BOOT("efi-x64-http: a.efi"), ":6: boot.efi-x64-http: \"a.efi\"; legal: an http:// or "
				       "https:// URL of at most 250 bytes" },
	{ BOOT("efi-x64-http: tftp://h/a.efi"), ":6: boot.efi-x64-http: \"tftp://h/a.efi\"; legal: "
						"an http:// or https:// URL of at most 250 bytes" },
	{ NET "boot: { ipxe: \"http://h/boot.ipxe\" }\n", NULL },
	{ BOOT("ipxe: http://h/" A120 A60 A10 A10 A10 A10 A10 "12345678901"), NULL },
	{ BOOT("ipxe: http://h/" A120 A60 A10 A10 A10 A10 A10 "123456789012"),
	  ":6: boot.ipxe: \"http://h/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\"; legal: "
	  "an http://, "
	  "https:// or tftp:// URL of at most 250 bytes, or a file name under tftp.root" },
	{ BOOT("ipxe: ftp://h/a"),
	  ":6: boot.ipxe: \"ftp://h/a\"; legal: an http://, https:// or tftp:// URL of at "
	  "most 250 bytes, or a file name under tftp.root" },
	{ BOOT("ipxe: boot.ipxe"), NULL },
	{ NET "boot: { ipxe: boot.ipxe }\n", ":4: boot.ipxe: \"boot.ipxe\" but no tftp.root; "
					     "legal: a URL, or with the folder it is in" },
	{ BOOT("bios: u.kpxe\n  ipxe: u.kpxe"), ":7: boot.ipxe: \"u.kpxe\"" LOOP },
	{ BOOT("ipxe: /u.kpxe\n  bios: u.kpxe"), ":6: boot.ipxe: \"u.kpxe\"" LOOP },
	{ BOOT("efi-x64: b/i.efi\n  ipxe: tftp://10.77.0.1/b/i.efi"),
	  ":7: boot.ipxe: \"tftp://10.77.0.1/b/i.efi\"" LOOP },
	{ BOOT("efi-x64-http: http://h/i.efi\n  ipxe: http://h/i.efi"),
	  ":7: boot.ipxe: \"http://h/i.efi\"" LOOP },
};

static void test_boot(void **state)
{
	(void)state;
	check_plain_examples(boot_examples, COUNT(boot_examples));
}

#define MAC "mac: \"52:54:00:12:34:56\""
#define HOST(text) ROOT "hosts:\n  - { " text " }\n"
#define MAC_LEGAL "; legal: a unicast MAC address such as 52:54:00:12:34:56"

static const struct plain_example hosts_examples[] = {
	{ HOST(MAC ", ip: 10.77.0.20, boot: c.efi, ipxe: n20.ipxe"), NULL },
	{ HOST(MAC ", deny: yes"), NULL },
	{ NET "hosts: []\n", NULL },
	{ HOST("ip: 10.77.0.20"),
	  ":6: hosts[0].mac: missing; legal: a MAC address such as 52:54:00:12:34:56" },
	{ HOST("mac: 52-54-00-12-34-56"), NULL },
	{ HOST("mac: 525400123456"), ":6: hosts[0].mac: \"525400123456\"" MAC_LEGAL },
	{ HOST("mac: \"01:54:00:12:34:56\""), ":6: hosts[0].mac: \"01:54:00:12:34:56\"" MAC_LEGAL },
	{ HOST("mac: \"00:00:00:00:00:00\""), ":6: hosts[0].mac: \"00:00:00:00:00:00\"" MAC_LEGAL },
	{ HOST(MAC ", ip: 10.78.0.20"),
	  ":6: hosts[0].ip: \"10.78.0.20\" is in no network; legal: an address of a subnet above" },
	{ HOST(MAC ", ip: node20"),
	  ":6: hosts[0].ip: \"node20\"; legal: an address such as 10.77.0.20" },
	{ HOST(MAC ", ip: 10.77.0.0"),
	  ":6: hosts[0].ip: \"10.77.0.0\" is the network's, broadcast or this server's "
	  "address; legal: another one" },
	{ HOST(MAC ", ip: 10.77.255.255"),
	  ":6: hosts[0].ip: \"10.77.255.255\" is the network's, broadcast or this "
	  "server's address; legal: another one" },
	{ NET "    address: 10.77.0.1\nhosts: [{ " MAC ", ip: 10.77.0.1 }]\n",
	  ":5: hosts[0].ip: \"10.77.0.1\" is the network's, broadcast or this server's address; "
	  "legal: another one" },
	{ HOST(MAC ", deny: on"), ":6: hosts[0].deny: \"on\"; legal: true, false, yes, no" },
	{ HOST(MAC ", boot: ../c.efi"), ":6: hosts[0].boot: \"../c.efi\"" NAME_LEGAL },
	{ HOST(MAC ", boot: \"https://h/c.efi\""), NULL },
	{ HOST(MAC ", boot: \"tftp://h/c.efi\""),
	  ":6: hosts[0].boot: \"tftp://h/c.efi\"; legal: an http:// or https:// URL of at most 250 "
	  "bytes" },
	{ NET "hosts: [{ " MAC ", boot: c.efi }]\n",
	  ":4: hosts[0].boot: \"c.efi\" but no tftp.root; legal: with the folder it is in" },
	{ NET "hosts: [{ " MAC ", ipxe: c.ipxe }]\n",
	  ":4: hosts[0].ipxe: \"c.ipxe\" but no tftp.root; legal: with the folder it is in" },
	{ HOST(MAC ", boot: c.efi, ipxe: c.efi"), ":6: hosts[0].ipxe: \"c.efi\"" LOOP },
	{ BOOT("bios: u.kpxe") "hosts: [{ " MAC ", ipxe: u.kpxe }]\n",
	  ":7: hosts[0].ipxe: \"u.kpxe\"" LOOP },
	{ BOOT("ipxe: i.efi") "hosts: [{ " MAC ", boot: i.efi }]\n",
	  ":7: hosts[0].boot: \"i.efi\"" LOOP },
	{ HOST(MAC ", ip: 10.77.0.20 }\n  - { mac: 52-54-00-12-34-56"),
	  ":7: hosts[1].mac: \"52:54:00:12:34:56\" again, first in hosts[0] (line 6); legal: each "
	  "once" },
	{ HOST(MAC ", ip: 10.77.0.20 }\n  - { mac: 52-54-00-12-34-57, ip: 10.77.0.20"),
	  ":7: hosts[1].ip: \"10.77.0.20\" again, first in hosts[0] (line 6); legal: each once" },
	{ HOST(MAC " }\n  - { mac: 52-54-00-12-34-57"), NULL },
};

static void test_hosts(void **state)
{
	(void)state;
	check_plain_examples(hosts_examples, COUNT(hosts_examples));
}

static void check_face_network(const struct config_network *net)
{
	assert_int_equal(net->line, 4);
	assert_int_equal(net->subnet, 0x0a4d0000);
	assert_int_equal(net->mask, 0xffff0000);
	assert_int_equal(net->address, 0x0a4d0001);
	assert_int_equal(net->pool_count, 2);
	assert_int_equal(net->pool[0].first, 0x0a4d0100);
	assert_int_equal(net->pool[0].last, 0x0a4dfaff);
	assert_int_equal(net->pool[1].first, 0x0a4dfb07);
	assert_int_equal(net->pool[1].last, 0x0a4dfb07);
	assert_int_equal(net->lease_time_s, 43200);
	assert_int_equal(net->router, 0x0a4d0001);
	assert_int_equal(net->dns_count, 2);
	assert_int_equal(net->dns[0], 0x0a4d0001);
	assert_int_equal(net->dns[1], 0x01010101);
	assert_string_equal(net->domain, "boot.example");
}

static void check_face_hosts(const struct config *config)
{
	static const uint8_t first[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };

	assert_int_equal(config->host_count, 2);
	assert_int_equal(config->hosts[0].line, 22);
	assert_memory_equal(config->hosts[0].mac, first, 6);
	assert_int_equal(config->hosts[0].ip, 0x0a4d0014);
	assert_string_equal(config->hosts[0].boot, "custom.efi");
	assert_string_equal(config->hosts[0].ipxe, "http://10.77.0.1/n20.ipxe");
	assert_false(config->hosts[0].deny);
	assert_int_equal(config->hosts[1].line, 23);
	assert_int_equal(config->hosts[1].ip, 0);
	assert_null(config->hosts[1].boot);
	assert_null(config->hosts[1].ipxe);
	assert_true(config->hosts[1].deny);
}

static const char every_key[] =
	"interfaces: [eth1, eth2]\nmode: server\nnetworks:\n  - subnet: 10.77.0.0/16\n    "
	"address: 10.77.0.1\n"
	"    pool: 10.77.1.0-10.77.250.255, 10.77.251.7\n    lease-time: 12h\n    router: "
	"10.77.0.1\n"
	"    dns: [10.77.0.1, 1.1.1.1]\n    domain: boot.example\n\ntftp:\n  root: "
	"/srv/tftp\n  cache: 1GiB\n"
	"boot:\n  bios: undionly.kpxe\n  efi-x64: /ipxe.efi\n  efi-arm64: arm/ipxe.efi\n"
	"  efi-x64-http: http://10.77.0.1/ipxe.efi\n  ipxe: "
	"http://10.77.0.1/boot.ipxe\nhosts:\n"
	"  - { mac: \"52:54:00:12:34:56\", ip: 10.77.0.20, boot: custom.efi, "
	"ipxe: \"http://10.77.0.1/n20.ipxe\" }\n  - { mac: \"52:54:00:aa:bb:cc\", deny: "
	"true }\n";

static void test_every_key(void **state)
{
	struct config_error err;
	struct config *config = load(every_key, &err);

	(void)state;
	if (!config)
		fail_msg("%s", err.text);
	assert_string_equal(config->path, FILE_NAME);
	assert_int_equal(config->interface_count, 2);
	assert_int_equal(config->interfaces_line, 1);
	assert_string_equal(config->interfaces[1], "eth2");
	assert_int_equal(config->mode, CONFIG_MODE_SERVER);
	assert_int_equal(config->network_count, 1);
	check_face_network(&config->networks[0]);
	assert_string_equal(config->tftp_root, "/srv/tftp");
	assert_int_equal(config->tftp_root_line, 13);
	assert_true(config->cache_bytes == 1073741824);
	assert_string_equal(config->boot[0], "undionly.kpxe");
	assert_int_equal(config->boot_line[0], 16);
	assert_string_equal(config->boot[7], "ipxe.efi");
	assert_string_equal(config->boot[9], "ipxe.efi");
	assert_int_equal(config->boot_line[9], 17);
	assert_string_equal(config->boot[11], "arm/ipxe.efi");
	assert_string_equal(config->boot[16], "http://10.77.0.1/ipxe.efi");
	assert_null(config->boot[6]);
	assert_string_equal(config->boot_ipxe, "http://10.77.0.1/boot.ipxe");
	assert_int_equal(config->boot_ipxe_line, 20);
	check_face_hosts(config);
	config__free(config);
}

static void test_defaults(void **state)
{
	struct config_error err;
	struct config *config = load(NET, &err);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->mode, CONFIG_MODE_SERVER);
	assert_int_equal(config->networks[0].lease_time_s, 600);
	assert_int_equal(config->networks[0].address, 0);
	assert_int_equal(config->networks[0].router, 0);
	assert_int_equal(config->networks[0].pool_count, 0);
	assert_int_equal(config->networks[0].dns_count, 0);
	assert_null(config->networks[0].domain);
	assert_null(config->tftp_root);
	assert_true(config->cache_bytes == 268435456);
	assert_null(config->boot_ipxe);
	assert_int_equal(config->host_count, 0);
	config__free(config);
}

static void test_relative_root(void **state)
{
	char folder[256], path[300], expected[300];
	struct config_error err;
	struct config *config;

	(void)state;
	config = load(NET "tftp: { root: srv/tftp }\n", &err);
	assert_non_null(config);
	assert_string_equal(config->tftp_root, "srv/tftp");
	config__free(config);
	assert_non_null(getcwd(folder, sizeof(folder)));
	snprintf(path, sizeof(path), "%s/" FILE_NAME, folder);
	snprintf(expected, sizeof(expected), "%s/srv/tftp", folder);
	config = config__load(path, &err);
	assert_non_null(config);
	assert_string_equal(config->tftp_root, expected);
	config__free(config);
}

static void test_files_that_are_none(void **state)
{
	struct config_error err;

	(void)state;
	assert_null(config__load("missing.yaml", &err));
	assert_string_equal(err.text, "missing.yaml: cannot be opened: No such file or directory");
	assert_null(config__load(".", &err));
	assert_string_equal(err.text, ".: no regular file; legal: a file of at most 64 MiB");
	write_as(FILE_NAME, "");
	assert_int_equal(truncate(FILE_NAME, (64 << 20) + 1), 0);
	assert_null(config__load(FILE_NAME, &err));
	assert_string_equal(err.text,
			    FILE_NAME ": longer than 64 MiB; legal: a file of at most 64 MiB");
}

/*
 * Tens of thousands of reservations, and one mistake at their end, are found in seconds even under
 * sanitizers.
 */
static void test_many_hosts(void **state)
{
	enum { HOSTS = 50000 };
	FILE *file = fopen(FILE_NAME, "w");
	struct timespec start, end;
	struct config_error err;
	int i;

	(void)state;
	assert_non_null(file);
	fputs(ROOT "hosts:\n", file);
	for (i = 0; i < HOSTS; i++)
		fprintf(file,
			"  - { mac: \"02:00:00:%02x:%02x:%02x\", ip: 10.77.%d.%d, boot: b%d.efi "
			"}\n",
			i >> 16, i >> 8 & 255, i & 255, i / 250, i % 250 + 1, i % 5);
	fputs("  - { mac: \"02:00:00:00:00:07\" }\n", file);
	fclose(file);
	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_null(config__load(FILE_NAME, &err));
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_string_equal(
		err.text, FILE_NAME
		":50006: hosts[50000].mac: \"02:00:00:00:00:07\" again, first in hosts[7] "
		"(line 13); legal: each once");
	assert_true(end.tv_sec - start.tv_sec < 20);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structure),
		cmocka_unit_test(test_yaml),
		cmocka_unit_test(test_top_values),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_pools),
		cmocka_unit_test(test_boot),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_relative_root),
		cmocka_unit_test(test_files_that_are_none),
		cmocka_unit_test(test_many_hosts),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
