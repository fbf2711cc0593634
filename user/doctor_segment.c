// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which DHCP servers answer on a segment: a DISCOVER, and what comes back. */
#include "doctor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mapread.h"
#include "storm_dhcp.h"
#include "storm_packet.h"
#include "view.h"

#define SERVERS_MAX 16 /* told of; more are not looked at */

/* An answer to it; addresses in network byte order. */
struct answer {
	uint8_t mac[6];
	uint32_t server, address;
};

struct probe {
	int fd;
	unsigned int ifindex;
	uint8_t mac[6]; /* of a machine that does not exist: no maker has given it out */
	uint32_t xid;
	struct answer answers[SERVERS_MAX];
	size_t count;
};

/* What a UEFI machine says. Return: bytes of the frame */
static size_t make_discover(const struct probe *probe,
			    uint8_t frame[STORM_HEADERS + STORM_DHCP_MAX])
{
	struct storm_dhcp_say say = { .type = DHCP_DISCOVER, .arch = 7, .xid = probe->xid };
	struct storm_ends ends = { .mac_to = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
				   .target = INADDR_BROADCAST,
				   .source_port = htons(DHCP_CLIENT_PORT),
				   .target_port = htons(DHCP_SERVER_PORT),
				   .ttl = 64 };

	memcpy(say.mac, probe->mac, sizeof(say.mac));
	memcpy(ends.mac_from, probe->mac, sizeof(ends.mac_from));
	return storm_packet__udp(frame, &ends, storm_dhcp__build(frame + STORM_HEADERS, &say));
}

/*
 * Is this frame an answer to us? A sender on this host may have left its checksum to the NIC, and a server whose options
 * are wrong is one all the same.
 */
static bool read_answer(const uint8_t *bytes, size_t len, const struct probe *probe,
			struct answer *answer)
{
	struct storm_dhcp_heard heard;
	struct storm_packet packet;
	struct bootp_header bootp;

	storm_packet__parse(bytes, len, &packet);
	if (packet.kind != STORM_PACKET_UDP && packet.kind != STORM_PACKET_CHECKSUM)
		return false;
	if (packet.target_port != htons(DHCP_CLIENT_PORT) || packet.len < sizeof(bootp))
		return false;
	memcpy(&bootp, packet.payload, sizeof(bootp));
	if (bootp.op != BOOTP_REPLY || bootp.xid != probe->xid)
		return false;
	memcpy(answer->mac, packet.mac_from, sizeof(answer->mac));
	answer->server = packet.source;
	answer->address = bootp.yiaddr;
	if (!storm_dhcp__parse(packet.payload, packet.len, &heard) && heard.server_id)
		answer->server = heard.server_id;
	return true;
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
		if (len > 0 && read_answer(bytes, (size_t)len, probe, &answer))
			note_answer(probe, &answer);
	}
}

static int ask(struct probe *probe, unsigned int seconds)
{
	struct sockaddr_ll where = { .sll_family = AF_PACKET,
				     .sll_protocol = htons(ETH_P_IP),
				     .sll_ifindex = (int)probe->ifindex };
	uint8_t frame[STORM_HEADERS + STORM_DHCP_MAX];

	if (getrandom(&probe->xid, sizeof(probe->xid), 0) != sizeof(probe->xid))
		return -EAGAIN;
	memcpy(probe->mac, (uint8_t[]){ 0x02, 'p' }, 2);
	memcpy(probe->mac + 2, &probe->xid, sizeof(probe->xid));
	if (bind(probe->fd, (struct sockaddr *)&where, sizeof(where)) < 0)
		return -errno;
	if (send(probe->fd, frame, make_discover(probe, frame), 0) < 0)
		return -errno;
	listen_for(probe, seconds);
	return 0;
}

static void tell(struct doctor *doctor, const struct net_interface *facts,
		 const struct answer *answer)
{
	char server[INET_ADDRSTRLEN], address[INET_ADDRSTRLEN], mac[VIEW_MAC_TEXT];

	inet_ntop(AF_INET, &answer->server, server, sizeof(server));
	inet_ntop(AF_INET, &answer->address, address, sizeof(address));
	view__mac_text(mac, answer->mac, sizeof(answer->mac));
	doctor__add(doctor, DOCTOR_POOR, "other DHCP server",
		    answer->address ? "machines may take its offer and not boot: end it, or give "
				      "addresses there only (mode: proxy or tftp)"
				    : "machines get its boot files as well as yours",
		    NULL, "%s (%s) on %s offers %s", server, mac, facts->name,
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
