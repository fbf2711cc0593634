// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "frames.h"

#include <arpa/inet.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include "xdpxe/dhcp_wire.h"
#include "xdpxe/tftp_wire.h"

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static uint64_t sum_bytes(const void *bytes, size_t len)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < len; i += 2) {
		uint16_t word = 0;

		memcpy(&word, (const uint8_t *)bytes + i, len - i < 2 ? 1 : 2);
		sum += word;
	}
	return sum;
}

/* Headers of a datagram around @payload_len bytes that are in place already; the UDP checksum too. */
static void wrap(struct bare_plan *plan, uint32_t from, uint32_t to, uint16_t sport, uint16_t dport,
		 size_t payload_len)
{
	struct ethhdr *eth = (struct ethhdr *)plan->frame;
	struct iphdr *ip = (struct iphdr *)(eth + 1);
	struct udphdr *udp = (struct udphdr *)(ip + 1);
	uint16_t udp_len = sizeof(*udp) + payload_len;
	uint64_t sum;

	memset(eth->h_dest, 2, 6);
	memset(eth->h_source, 4, 6);
	eth->h_proto = htons(ETH_P_IP);
	*ip = (struct iphdr){ .version = 4,
			      .ihl = 5,
			      .ttl = 64,
			      .protocol = IPPROTO_UDP,
			      .tot_len = htons(sizeof(*ip) + udp_len),
			      .saddr = htonl(from),
			      .daddr = htonl(to) };
	ip->check = ~fold(sum_bytes(ip, sizeof(*ip)));
	*udp = (struct udphdr){ .source = htons(sport),
				.dest = htons(dport),
				.len = htons(udp_len) };
	sum = sum_bytes(udp, udp_len) + sum_bytes(&ip->saddr, 8) + htons(IPPROTO_UDP) +
	      htons(udp_len);
	plan->payload_sum = fold(sum);
	udp->check = ~fold(sum);
	plan->len = ETH_HLEN + sizeof(*ip) + udp_len;
	if (plan->len < ETH_ZLEN)
		plan->len = ETH_ZLEN;
}

static uint8_t *payload_of(struct bare_plan *plan)
{
	return plan->frame + ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr);
}

/* What the program adds to the sums is left out of them: the client's address and port, and what @at asks for. */
static struct bare_plan from_clients(uint32_t sessions, uint32_t files, uint16_t dport, size_t len,
				     struct bare_plan plan)
{
	struct iphdr *ip = (struct iphdr *)(plan.frame + ETH_HLEN);

	plan.sessions = sessions;
	plan.files = files;
	plan.client = CLIENT;
	wrap(&plan, 0, SERVER, 0, dport, len);
	plan.ip_sum = (uint16_t)~ip->check;
	return plan;
}

struct bare_plan frames__ack(uint32_t sessions, uint32_t files, uint32_t blocks)
{
	struct bare_plan plan = { .blocks = blocks };

	payload_of(&plan)[1] = TFTP_ACK;
	return from_clients(sessions, files, 0, 4, plan);
}

struct bare_plan frames__request(uint32_t sessions, uint32_t files)
{
	static const char words[] = "\0\1file\0\0\0\0\0octet\0blksize\0001468\0tsize\0000";
	struct bare_plan plan = { 0 };

	memcpy(payload_of(&plan), words, sizeof(words));
	return from_clients(sessions, files, TFTP_PORT, sizeof(words), plan);
}

void frames__mac(uint8_t *mac, uint32_t machine)
{
	uint32_t number = htonl(machine);

	mac[0] = 2;
	mac[1] = 0;
	memcpy(mac + 2, &number, sizeof(number));
}

/* The parts that the harness fills in are zero: the last four bytes of chaddr, and the address in option 50. */
struct bare_plan frames__dhcp(uint8_t type, uint32_t machines, uint32_t first)
{
	static const uint8_t options[] = {
		57,  2,	  5,   192, 93,	 2,   0,   7,	94,  3,	 1,  3,	 0,  60, 9,
		'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', 97, 17, 0,	 1,  2,	 3,
		4,   5,	  6,   7,   8,	 9,   10,  11,	12,  13, 14, 15, 16,
	};
	struct bare_plan plan = { .machines = machines,
				  .first_machine = first,
				  .first_address = FIRST_ADDRESS };
	struct bootp_header *bootp = (struct bootp_header *)payload_of(&plan);
	uint8_t *end = (uint8_t *)(bootp + 1);

	*bootp = (struct bootp_header){ .op = BOOTP_REQUEST,
					.htype = 1,
					.hlen = 6,
					.xid = 0x1234,
					.flags = htons(DHCP_FLAG_BROADCAST),
					.chaddr = { 2 },
					.magic = htonl(DHCP_MAGIC) };
	memcpy(end, (uint8_t[]){ 53, 1, type }, 3);
	memcpy(end + 3, options, sizeof(options));
	end += 3 + sizeof(options);
	if (type == DHCP_REQUEST) {
		memcpy(end, (uint8_t[]){ 54, 4, 10, 77, 0, 1, 50, 4 }, 8);
		plan.address_at = end + 8 - plan.frame;
		end += 12;
	}
	*end = DHCP_OPT_END;
	wrap(&plan, 0, 0xffffffff, DHCP_CLIENT_PORT, DHCP_SERVER_PORT, 347);
	return plan;
}
