// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which DHCP servers answer on a segment: a DISCOVER, and what comes back. */
#include "doctor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mapread.h"
#include "xdpxe/dhcp_wire.h"

#define SERVERS_MAX 16 /* told of; more are not looked at */
#define OPTIONS_LEN 60 /* padded to DHCP_MIN_REPLY */

struct discover {
	struct ether_header eth;
	struct iphdr ip;
	struct udphdr udp;
	struct bootp_header bootp;
	uint8_t options[OPTIONS_LEN];
} __attribute__((packed));

/* An answer to it. */
struct answer {
	uint8_t mac[6];
	uint32_t server, address; /* network byte order */
	bool is_offer;
};

struct probe {
	int fd;
	unsigned int ifindex;
	uint32_t xid;
	struct answer answers[SERVERS_MAX];
	size_t count;
};

/* RFC 1071, over an even number of bytes. */
static uint16_t checksum(const void *bytes, size_t len)
{
	uint32_t sum = 0;
	uint16_t word;

	for (size_t i = 0; i + 1 < len; i += 2) {
		memcpy(&word, (const char *)bytes + i, sizeof(word));
		sum += word;
	}
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~((sum & 0xffff) + (sum >> 16));
}

/* A UEFI machine of a hardware address that no maker has given out, which wants its answer broadcast. */
static void make_discover(struct discover *frame, uint32_t xid)
{
	static const uint8_t options[] = {
		DHCP_OPT_MESSAGE_TYPE,
		1,
		DHCP_DISCOVER,
		DHCP_OPT_VENDOR_CLASS,
		9,
		'P',
		'X',
		'E',
		'C',
		'l',
		'i',
		'e',
		'n',
		't',
		DHCP_OPT_ARCH,
		2,
		0,
		7,
		DHCP_OPT_PRL,
		4,
		DHCP_OPT_SUBNET_MASK,
		DHCP_OPT_ROUTER,
		DHCP_OPT_TFTP_NAME,
		DHCP_OPT_BOOT_FILE,
		DHCP_OPT_END,
	};
	uint8_t mac[6] = { 0x02, 'p' };

	memset(frame, 0, sizeof(*frame));
	memcpy(mac + 2, &xid, sizeof(xid));
	memset(frame->eth.ether_dhost, 0xff, sizeof(mac));
	memcpy(frame->eth.ether_shost, mac, sizeof(mac));
	frame->eth.ether_type = htons(ETHERTYPE_IP);
	frame->ip.version = 4;
	frame->ip.ihl = 5;
	frame->ip.ttl = 64;
	frame->ip.protocol = IPPROTO_UDP;
	frame->ip.tot_len = htons(sizeof(*frame) - sizeof(frame->eth));
	frame->ip.daddr = INADDR_BROADCAST;
	frame->ip.check = checksum(&frame->ip, sizeof(frame->ip));
	frame->udp.source = htons(DHCP_CLIENT_PORT);
	frame->udp.dest = htons(DHCP_SERVER_PORT);
	frame->udp.len = htons(sizeof(*frame) - sizeof(frame->eth) - sizeof(frame->ip));
	frame->bootp.op = BOOTP_REQUEST;
	frame->bootp.htype = 1;
	frame->bootp.hlen = sizeof(mac);
	frame->bootp.xid = xid;
	frame->bootp.flags = htons(DHCP_FLAG_BROADCAST);
	memcpy(frame->bootp.chaddr, mac, sizeof(mac));
	frame->bootp.magic = htonl(DHCP_MAGIC);
	memcpy(frame->options, options, sizeof(options));
}

/* Options behind the header: message type and server identifier. */
static void read_options(const uint8_t *options, size_t len, struct answer *answer)
{
	size_t at = 0;

	while (at + 1 < len && options[at] != DHCP_OPT_END) {
		size_t size = options[at + 1];

		if (options[at] == DHCP_OPT_PAD) {
			at++;
			continue;
		}
		if (at + 2 + size > len)
			return;
		if (options[at] == DHCP_OPT_MESSAGE_TYPE && size == 1)
			answer->is_offer = options[at + 2] == DHCP_OFFER;
		if (options[at] == DHCP_OPT_SERVER_ID && size == sizeof(answer->server))
			memcpy(&answer->server, options + at + 2, size);
		at += 2 + size;
	}
}

/* Is this frame an OFFER to us? */
static bool read_answer(const uint8_t *bytes, size_t len, uint32_t xid, struct answer *answer)
{
	const size_t headers = offsetof(struct discover, options);
	struct discover frame;

	memset(answer, 0, sizeof(*answer));
	if (len < headers)
		return false;
	memcpy(&frame, bytes, headers);
	if (frame.eth.ether_type != htons(ETHERTYPE_IP) || frame.ip.ihl != 5 ||
	    frame.ip.protocol != IPPROTO_UDP || frame.udp.dest != htons(DHCP_CLIENT_PORT) ||
	    frame.bootp.op != BOOTP_REPLY || frame.bootp.xid != xid)
		return false;
	memcpy(answer->mac, frame.eth.ether_shost, sizeof(answer->mac));
	answer->server = frame.ip.saddr;
	answer->address = frame.bootp.yiaddr;
	read_options(bytes + headers, len - headers, answer);
	return answer->is_offer;
}

static void note_answer(struct probe *probe, const struct answer *answer)
{
	for (size_t i = 0; i < probe->count; i++)
		if (probe->answers[i].server == answer->server &&
		    memcmp(probe->answers[i].mac, answer->mac, sizeof(answer->mac)) == 0)
			return;
	if (probe->count < SERVERS_MAX)
		probe->answers[probe->count++] = *answer;
}

static void listen_for(struct probe *probe, unsigned int seconds)
{
	uint64_t end = mapread__now_ns() + seconds * 1000000000ULL;
	struct pollfd ready = { .fd = probe->fd, .events = POLLIN };
	uint8_t bytes[2048];
	struct answer answer;
	uint64_t now;
	ssize_t len;

	while ((now = mapread__now_ns()) < end) {
		if (poll(&ready, 1, (int)((end - now) / 1000000) + 1) <= 0)
			continue;
		len = recv(probe->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (len > 0 && read_answer(bytes, (size_t)len, probe->xid, &answer))
			note_answer(probe, &answer);
	}
}

static int ask(struct probe *probe, unsigned int seconds)
{
	struct sockaddr_ll where = { .sll_family = AF_PACKET,
				     .sll_protocol = htons(ETH_P_IP),
				     .sll_ifindex = (int)probe->ifindex };
	struct discover frame;

	if (getrandom(&probe->xid, sizeof(probe->xid), 0) != sizeof(probe->xid))
		return -EAGAIN;
	if (bind(probe->fd, (struct sockaddr *)&where, sizeof(where)) < 0)
		return -errno;
	make_discover(&frame, probe->xid);
	if (send(probe->fd, &frame, sizeof(frame), 0) < 0)
		return -errno;
	listen_for(probe, seconds);
	return 0;
}

static void tell(struct doctor *doctor, const struct net_interface *facts,
		 const struct answer *answer)
{
	char server[INET_ADDRSTRLEN], address[INET_ADDRSTRLEN];
	const uint8_t *mac = answer->mac;

	inet_ntop(AF_INET, &answer->server, server, sizeof(server));
	inet_ntop(AF_INET, &answer->address, address, sizeof(address));
	doctor__add(doctor, DOCTOR_POOR, "other DHCP server",
		    answer->address ? "machines may take its offer and not boot: end it, or give "
				      "addresses there only (mode: proxy or tftp)"
				    : "machines get its boot files as well as yours",
		    NULL, "%s (%02x:%02x:%02x:%02x:%02x:%02x) on %s offers %s", server, mac[0],
		    mac[1], mac[2], mac[3], mac[4], mac[5], facts->name,
		    answer->address ? address : "boot information only (proxy)");
}

void doctor__segment(struct doctor *doctor, const struct net_interface *facts, unsigned int seconds)
{
	struct probe probe = { .fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0),
			       .ifindex = facts->ifindex };
	int err = probe.fd < 0 ? -errno : ask(&probe, seconds);

	if (probe.fd >= 0)
		close(probe.fd);
	if (err < 0)
		doctor__add(doctor, DOCTOR_NOTE, "other DHCP server", NULL, NULL,
			    "cannot be looked for: %s", strerror(-err));
	else if (probe.count == 0)
		doctor__add(doctor, DOCTOR_GOOD, "other DHCP server", NULL, NULL,
			    "none answered within %u s", seconds);
	for (size_t i = 0; i < probe.count; i++)
		tell(doctor, facts, &probe.answers[i]);
}
