// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A TFTP client fast enough for long files: it compares what it reads with FILE as it comes.
// FIRST is the block number that follows 65,535.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#define OP_RRQ 1
#define OP_DATA 3
#define OP_ACK 4
#define OP_OACK 6
#define RETRIES 25
#define PACKET_MAX 2048

struct fetch {
	int socket;
	struct sockaddr_in peer;
	const unsigned char *file;
	size_t size, at;
	unsigned int blksize, window, first;
	unsigned long block, acked;
	unsigned long datagrams, again;
	int asked_again, stuck;
};

static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* The number of a block on the wire. */
static unsigned int number(const struct fetch *fetch, unsigned long block)
{
	return fetch->first && block ? (block - 1) % 65535 + 1 : block % 65536;
}

static void open_socket(struct fetch *fetch, const char *address, const char *server)
{
	struct sockaddr_in own = { .sin_family = AF_INET };
	struct timeval patience = { .tv_usec = 200000 };

	fetch->peer.sin_family = AF_INET;
	fetch->peer.sin_port = htons(69);
	if (!inet_aton(address, &own.sin_addr) || !inet_aton(server, &fetch->peer.sin_addr))
		die("%s, %s: not addresses", address, server);
	fetch->socket = socket(AF_INET, SOCK_DGRAM, 0);
	if (fetch->socket < 0 || bind(fetch->socket, (struct sockaddr *)&own, sizeof(own)) < 0)
		die("socket: %s", strerror(errno));
	setsockopt(fetch->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

static void open_file(struct fetch *fetch, const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat facts;

	if (fd < 0 || fstat(fd, &facts) < 0)
		die("%s: %s", path, strerror(errno));
	fetch->size = facts.st_size;
	if (fetch->size)
		fetch->file = mmap(NULL, fetch->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fetch->file == MAP_FAILED)
		die("%s: %s", path, strerror(errno));
	close(fd);
}

static void put(const struct fetch *fetch, const void *data, size_t len)
{
	if (sendto(fetch->socket, data, len, 0, (struct sockaddr *)&fetch->peer,
		   sizeof(fetch->peer)) < 0)
		die("send: %s", strerror(errno));
}

static void acknowledge(struct fetch *fetch)
{
	unsigned int value = number(fetch, fetch->block);
	unsigned char ack[4] = { 0, OP_ACK, value >> 8, value };

	fetch->acked = fetch->block;
	put(fetch, ack, sizeof(ack));
}

/* The request, until its OACK comes, which must say what was asked for. */
static void ask(struct fetch *fetch, const char *name)
{
	unsigned char packet[PACKET_MAX] = { 0, OP_RRQ };
	char options[64];
	socklen_t len = sizeof(fetch->peer);
	int asked = 2 +
		    sprintf((char *)packet + 2, "%s%coctet%cblksize%c%u%cwindowsize%c%u", name, 0,
			    0, 0, fetch->blksize, 0, 0, fetch->window) +
		    1;
	int wanted = sprintf(options, "blksize%c%u%cwindowsize%c%u", 0, fetch->blksize, 0, 0,
			     fetch->window) +
		     1;
	ssize_t got = -1;

	for (int i = 0; i < RETRIES && got < 0; i++) {
		put(fetch, packet, asked);
		got = recvfrom(fetch->socket, packet, sizeof(packet), 0,
			       (struct sockaddr *)&fetch->peer, &len);
		if (got < 0)
			memcpy(packet, "\0\1", 2);
	}
	if (got != 2 + wanted || packet[1] != OP_OACK || memcmp(packet + 2, options, wanted))
		die("%s: not the OACK that was asked for (%zd bytes, opcode %d)", name, got,
		    packet[1]);
}

/* Return: was it the last? */
static int take(struct fetch *fetch, const unsigned char *data, size_t len)
{
	size_t left = fetch->size - fetch->at;
	size_t wanted = left < fetch->blksize ? left : fetch->blksize;

	if (len != wanted)
		die("block %lu has %zu bytes, expected %zu", fetch->block + 1, len, wanted);
	if (memcmp(data, fetch->file + fetch->at, len))
		die("block %lu differs", fetch->block + 1);
	fetch->at += len;
	fetch->block++;
	fetch->asked_again = fetch->stuck = 0;
	if (len < fetch->blksize || fetch->block - fetch->acked == fetch->window)
		acknowledge(fetch);
	return len < fetch->blksize;
}

/* Return: was it the last? */
static int hear(struct fetch *fetch, const unsigned char *packet, ssize_t got)
{
	if (got > 4 && packet[1] == OP_OACK)
		return 0; /* again */
	if (got < 4 || packet[1] != OP_DATA)
		die("block %lu: opcode %d: %.*s", fetch->block + 1, packet[1], (int)got - 4,
		    packet + 4);
	fetch->datagrams++;
	if ((unsigned int)(packet[2] << 8 | packet[3]) == number(fetch, fetch->block + 1))
		return take(fetch, packet + 4, got - 4);
	if (!fetch->asked_again)
		acknowledge(fetch);
	fetch->asked_again = 1;
	return 0;
}

/* Nothing of use came for long. */
static void ask_again(struct fetch *fetch)
{
	fetch->again++;
	fetch->asked_again = 0;
	if (++fetch->stuck > RETRIES)
		die("no use in asking again for block %lu", fetch->block + 1);
	acknowledge(fetch);
}

static void read_all(struct fetch *fetch)
{
	unsigned char packet[PACKET_MAX];
	int over = 0;

	acknowledge(fetch);
	while (!over) {
		ssize_t got = recv(fetch->socket, packet, sizeof(packet), 0);

		if (got < 0)
			ask_again(fetch);
		else
			over = hear(fetch, packet, got);
	}
}

int main(int argc, char **argv)
{
	struct fetch fetch = {};

	if (argc != 8)
		die("usage: fetch ADDRESS SERVER NAME BLKSIZE WINDOW FIRST FILE");
	fetch.blksize = atoi(argv[4]);
	fetch.window = atoi(argv[5]);
	fetch.first = atoi(argv[6]);
	open_file(&fetch, argv[7]);
	open_socket(&fetch, argv[1], argv[2]);
	ask(&fetch, argv[3]);
	read_all(&fetch);
	if (fetch.at != fetch.size)
		die("%zu bytes of %zu", fetch.at, fetch.size);
	printf("{\"blocks\": %lu, \"datagrams\": %lu, \"again\": %lu}\n", fetch.block,
	       fetch.datagrams, fetch.again);
	return 0;
}
