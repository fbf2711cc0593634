// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "arp_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_BUFFER (4 << 20) /* a network in which everybody answers */
#define FRAME_READ 128

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

/* ARP alone, behind up to two tags that are still in the frame. */
static int filter_arp(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_ARP, 5, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 16),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_ARP, 3, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 20),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_ARP, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, FRAME_READ),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno
											   : 0;
}

int arp_socket__open(void)
{
	const int on = 1, room = RECEIVE_BUFFER;
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = filter_arp(fd);
	if (!err && (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0 ||
		     setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0))
		err = -errno;
	if (!err && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

int arp_socket__hear(int fd, unsigned int ifindex, enum arp_hearing hearing)
{
	/* Where tags matter all frames are looked at: later, the kernel has forgotten the tag. */
	static const uint16_t protocols[] = {
		[ARP_HEAR_PLAIN] = ETH_P_ARP,
		[ARP_HEAR_TAGGED] = ETH_P_ALL,
	};
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)ifindex,
		.sll_protocol = htons(protocols[hearing]),
	};

	if (hearing == ARP_HEAR_NOTHING)
		return 0;
	return bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
}

bool arp_socket__is_up(int fd, unsigned int ifindex)
{
	struct ifreq request = {};

	return if_indextoname(ifindex, request.ifr_name) &&
	       ioctl(fd, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP) &&
	       (request.ifr_flags & IFF_RUNNING);
}

int arp_socket__send(int fd, unsigned int ifindex, const struct arp_frame *frames, size_t count)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)ifindex,
		.sll_protocol = htons(ETH_P_ARP),
	};
	struct mmsghdr messages[ARP_SOCKET_BATCH] = {};
	struct iovec parts[ARP_SOCKET_BATCH];
	int sent;

	if (count > ARP_SOCKET_BATCH)
		count = ARP_SOCKET_BATCH;
	for (size_t i = 0; i < count; i++) {
		parts[i] = (struct iovec){ (void *)frames[i].bytes, frames[i].len };
		messages[i].msg_hdr = (struct msghdr){ .msg_name = &to,
						       .msg_namelen = sizeof(to),
						       .msg_iov = &parts[i],
						       .msg_iovlen = 1 };
	}
	sent = sendmmsg(fd, messages, (unsigned int)count, 0);
	return sent < 0 ? -errno : sent;
}

/* The tag that the kernel, or the NIC, took out of the frame. */
static bool read_stripped(struct msghdr *message, struct arp_tag *tag)
{
	struct tpacket_auxdata aux;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part;
	     part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_level != SOL_PACKET || part->cmsg_type != PACKET_AUXDATA ||
		    part->cmsg_len < CMSG_LEN(sizeof(aux)))
			continue;
		memcpy(&aux, CMSG_DATA(part), sizeof(aux));
		if (!(aux.tp_status & TP_STATUS_VLAN_VALID))
			return false;
		tag->vid = aux.tp_vlan_tci;
		tag->tpid = aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid
								      : ETHERTYPE_VLAN;
		return true;
	}
	return false;
}

bool arp_socket__receive(int fd, struct arp_claim *claim)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	uint8_t frame[FRAME_READ];
	struct sockaddr_ll from = {};
	struct iovec part = { frame, sizeof(frame) };
	struct msghdr message = { .msg_name = &from,
				  .msg_namelen = sizeof(from),
				  .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct arp_tag tag;
	ssize_t len;

	len = recvmsg(fd, &message, MSG_DONTWAIT);
	if (len < 0 && errno == ENETDOWN)
		len = recvmsg(fd, &message, MSG_DONTWAIT); /* it is told once */
	if (len < 0)
		return false;
	/* So the kernel marks a frame with the tag of no interface here, when it has taken the tag away. */
	if ((from.sll_protocol == htons(ETH_P_ARP) && from.sll_pkttype == PACKET_OTHERHOST) ||
	    !arp__parse(frame, (size_t)len, read_stripped(&message, &tag) ? &tag : NULL, claim))
		claim->address = 0;
	return true;
}
