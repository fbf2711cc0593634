// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Serves storms with reflect.bpf.c until it is ended:
 *
 *	reflector INTERFACE { replies FRAMES | oack REQUEST READ HEX | read BLKSIZE WINDOW FILE } ...
 *
 * FRAMES holds what goes into the map `replies`. Files are numbered from 0 as they come, and their ports follow one
 * another; an OACK is the answer to requests of that REFLECT_REQUEST(), and comes from the port of file READ.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/* The skeleton needs it. */
#include "../bench/reflect.h"

#include "reflect.skel.h"

static void fail(const char *what) __attribute__((noreturn));

static void fail(const char *what)
{
	fprintf(stderr, "reflector: %s: %s\n", what, errno ? strerror(errno) : "not legal");
	exit(1);
}

static void put(const struct bpf_map *map, uint32_t slot, const void *value)
{
	if (bpf_map_update_elem(bpf_map__fd(map), &slot, value, BPF_ANY) < 0)
		fail(bpf_map__name(map));
}

static uint32_t number(const char *text, uint32_t most)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value > most)
		fail(text);
	return (uint32_t)value;
}

/* Return: bytes written to @out */
static uint16_t from_hex(const char *text, uint8_t *out, size_t room)
{
	size_t len = strlen(text) / 2;

	if (strlen(text) % 2 || len > room)
		fail(text);
	for (size_t i = 0; i < len; i++) {
		const char digits[3] = { text[2 * i], text[2 * i + 1], '\0' };
		char *end;

		out[i] = (uint8_t)strtoul(digits, &end, 16);
		if (*end != '\0')
			fail(text);
	}
	return (uint16_t)len;
}

/* The interface's own addresses. */
static void ask_self(const char *interface, struct reflect_self *self)
{
	struct ifreq request = { .ifr_addr.sa_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	if (fd < 0 || ioctl(fd, SIOCGIFADDR, &request) < 0)
		fail(interface);
	memcpy(&address, &request.ifr_addr, sizeof(address));
	self->address = address.sin_addr.s_addr;
	if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
		fail(interface);
	memcpy(self->mac, request.ifr_hwaddr.sa_data, sizeof(self->mac));
	close(fd);
}

/* How a file is cut. */
static void cut(char **words, struct reflect_read *read)
{
	struct stat facts;

	if (stat(words[2], &facts) < 0)
		fail(words[2]);
	read->blksize = (uint16_t)number(words[0], REFLECT_BLOCK_MAX);
	read->window = number(words[1], REFLECT_WINDOW_MAX);
	if (!read->blksize || !read->window || (read->window > 1 && read->window % 2))
		fail("BLKSIZE WINDOW");
	read->last = (uint16_t)((uint64_t)facts.st_size % read->blksize);
	read->count = (uint32_t)((uint64_t)facts.st_size / read->blksize) + 1;
	if (read->count < read->window || read->count > UINT16_MAX)
		fail(words[2]);
}

static void put_file(const struct reflect_bpf *skeleton, const char *path,
		     const struct reflect_read *read)
{
	struct reflect_block block;
	FILE *file = fopen(path, "r");

	if (!file)
		fail(path);
	for (uint32_t i = 0; i < read->count; i++) {
		size_t want = i + 1 == read->count ? read->last : read->blksize;

		memset(&block, 0, sizeof(block));
		if (fread(block.data, 1, want, file) != want)
			fail(path);
		put(skeleton->maps.blocks, read->first + i, &block);
	}
	fclose(file);
}

static void put_oack(const struct reflect_bpf *skeleton, char **words)
{
	uint32_t read = number(words[1], REFLECT_READS - 1);
	struct reflect_oack oack = { .tid = htons((uint16_t)(REFLECT_TID_FIRST + read)) };

	oack.len = from_hex(words[2], oack.bytes, sizeof(oack.bytes));
	put(skeleton->maps.oacks, number(words[0], REFLECT_REQUESTS - 1), &oack);
}

static void put_replies(const struct reflect_bpf *skeleton, const char *path)
{
	struct reflect_reply reply;
	FILE *file = fopen(path, "r");

	if (!file)
		fail(path);
	for (uint32_t i = 0; i < REFLECT_REPLIES; i++) {
		if (fread(&reply, sizeof(reply), 1, file) != 1)
			fail(path);
		put(skeleton->maps.replies, i, &reply);
	}
	fclose(file);
}

/* Clones go to the interface itself, through the program that fills them. */
static void put_clones(const struct reflect_bpf *skeleton, int ifindex)
{
	struct bpf_devmap_val value = { .ifindex = (uint32_t)ifindex };

	value.bpf_prog.fd = bpf_program__fd(skeleton->progs.reflect_window);
	for (uint32_t frames = 2; frames <= REFLECT_FRAMES_MAX; frames++) {
		int fd = bpf_map_create(BPF_MAP_TYPE_DEVMAP, "copies", sizeof(uint32_t),
					sizeof(value), frames, NULL);

		for (uint32_t slot = 0; slot < frames; slot++)
			if (fd < 0 || bpf_map_update_elem(fd, &slot, &value, BPF_ANY) < 0)
				fail("copies");
		put(skeleton->maps.clones, frames, &fd);
		close(fd);
	}
}

/* How many words belong to what a word names, itself among them. */
static int words_of(const char *word)
{
	if (strcmp(word, "replies") == 0)
		return 2;
	return strcmp(word, "oack") == 0 || strcmp(word, "read") == 0 ? 4 : 0;
}

/* Return: blocks of all files */
static uint32_t cut_all(char **words, struct reflect_read *reads)
{
	uint32_t files = 0, blocks = 0;

	for (int step; *words; words += step) {
		step = words_of(*words);
		for (int i = 0; i < step; i++)
			if (!words[i])
				step = 0;
		if (step == 0 || files == REFLECT_READS)
			fail(*words);
		if (strcmp(*words, "read") != 0)
			continue;
		cut(words + 1, &reads[files]);
		reads[files].first = blocks;
		blocks += reads[files++].count;
	}
	return blocks;
}

static void put_all(const struct reflect_bpf *skeleton, char **words,
		    const struct reflect_read *reads)
{
	uint32_t files = 0;

	for (; *words; words += words_of(*words)) {
		if (strcmp(*words, "replies") == 0) {
			put_replies(skeleton, words[1]);
		} else if (strcmp(*words, "oack") == 0) {
			put_oack(skeleton, words + 1);
		} else {
			put(skeleton->maps.reads, files, &reads[files]);
			put_file(skeleton, words[3], &reads[files++]);
		}
	}
}

int main(int argc, char **argv)
{
	struct reflect_read reads[REFLECT_READS] = { 0 };
	struct reflect_bpf *skeleton = reflect_bpf__open();
	int ifindex = argc > 2 ? (int)if_nametoindex(argv[1]) : 0;

	if (!skeleton || !ifindex)
		fail("INTERFACE");
	ask_self(argv[1], (struct reflect_self *)&skeleton->rodata->self);
	bpf_map__set_max_entries(skeleton->maps.blocks, cut_all(argv + 2, reads));
	if (reflect_bpf__load(skeleton) < 0)
		fail("load");
	put_all(skeleton, argv + 2, reads);
	put_clones(skeleton, ifindex);
	if (!bpf_program__attach_xdp(skeleton->progs.reflect, ifindex))
		fail(argv[1]);
	printf("ready\n");
	fflush(stdout);
	pause();
	return 0;
}
