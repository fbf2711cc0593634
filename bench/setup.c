// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "setup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "frames.h"
#include "images.h"
#include "tids.h"

void fail(const char *what)
{
	fprintf(stderr, "bench_prog: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void write_file(const char *root, const char *name, uint32_t blocks)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	out = fopen(path, "w");
	for (uint32_t i = 0; out && i < blocks * (BARE_BLOCK / 4); i++) {
		uint32_t word = i * 2654435761u;

		fwrite(&word, sizeof(word), 1, out);
	}
	if (!out || fclose(out))
		fail(path);
}

static void short_name(char name[16], uint32_t number)
{
	snprintf(name, 16, "file%04u", number);
}

/* Files are loaded as the daemon loads them, from a folder that lasts no longer. */
static void load_files(struct bench *bench, bool is_long, uint32_t shorts)
{
	char root[] = "/tmp/xdpxe-bench-XXXXXX", path[128], name[16];
	const char *first[] = { NULL };
	struct images_report report;

	if (!mkdtemp(root))
		fail("temporary folder");
	if (is_long)
		write_file(root, "long", FILE_BLOCKS);
	for (uint32_t i = 0; i < shorts; i++) {
		short_name(name, i);
		write_file(root, name, SHORT_BLOCKS);
	}
	if (images__sync(bench->images, root, 1 << 30, first, &report) ||
	    report.files != shorts + is_long)
		fail("files");
	for (uint32_t i = 0; i < shorts + is_long; i++) {
		short_name(name, i);
		snprintf(path, sizeof(path), "%s/%s", root, i < shorts ? name : "long");
		unlink(path);
	}
	rmdir(root);
}

static uint16_t tid_of(const struct bench *bench, const char *text)
{
	struct xdpxe_params params = { .blksize = BARE_BLOCK, .windowsize = 1 };
	struct xdpxe_name name = { "" };
	struct xdpxe_file file;
	int tid;

	memcpy(&name, text, strlen(text));
	if (bpf_map_lookup_elem(bench->maps.files, &name, &file))
		fail("file is not in the map");
	params.image = file.image;
	tid = tids__get(&bench->maps, &params, &name, file.size);
	if (tid < 0)
		fail("tid");
	return (uint16_t)tid;
}

static void put_tid(const struct bench *bench, uint32_t file, uint16_t tid)
{
	uint16_t port = htons(tid);

	if (bpf_map_update_elem(bpf_map__fd(bench->bare->maps.tid_ports), &file, &port, 0))
		fail("tids");
}

void setup__read_long(const struct bench *bench)
{
	put_tid(bench, 0, tid_of(bench, "long"));
}

void setup__read_short(struct bench *bench, uint32_t count)
{
	char name[16];

	load_files(bench, false, count);
	for (uint32_t i = 0; i < count; i++) {
		short_name(name, i);
		put_tid(bench, i, tid_of(bench, name));
	}
}

static void fill_maps(const struct bench *bench)
{
	struct xdpxe_port port = {
		.ifindex = 1, .mtu = 1500, .blksize_max = BARE_BLOCK, .dhcp = 1, .tftp = 1
	};
	struct xdpxe_network network = { .subnet = htonl(SUBNET),
					 .mask = htonl(MASK),
					 .server = htonl(SERVER),
					 .lease_time_s = 600,
					 .offer_time_s = 60,
					 .options_len = 60,
					 .tftp_name_len = 12 };
	struct xdpxe_boot boot = { .flags = XDPXE_BOOT_TFTP, .options_len = 20, .pxe_len = 17 };
	struct xdpxe_limits limits = { .message_ns = 1, .request_ns = 1, .offers_max = 100000 };
	uint64_t key = 0x7eed5eedb0075eed;
	uint32_t zero = 0;

	network.boot_arch[7] = key;
	network.next = XDPXE_NONE;
	if (bpf_map_update_elem(bench->maps.ports, &zero, &port, 0) ||
	    bpf_map_update_elem(bench->maps.networks, &zero, &network, 0) ||
	    bpf_map_update_elem(bench->maps.limits, &zero, &limits, 0) ||
	    bpf_map_update_elem(bench->maps.boots, &key, &boot, 0))
		fail("maps");
}

void setup__pool(const struct bench *bench, uint32_t from, uint32_t to)
{
	int queue = bpf_map_create(BPF_MAP_TYPE_QUEUE, "pool", 0, 4, to - from, NULL);
	uint32_t zero = 0;

	if (queue < 0)
		fail("pool");
	for (uint32_t i = from; i < to; i++) {
		uint32_t addr = htonl(FIRST_ADDRESS + i);

		if (bpf_map_update_elem(queue, NULL, &addr, 0))
			fail("pool");
	}
	if (bpf_map_update_elem(bench->maps.pools, &zero, &queue, 0))
		fail("pool");
	close(queue);
}

void setup__leases(const struct bench *bench, uint32_t from, uint32_t to)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	for (uint32_t i = from; i < to; i++) {
		struct xdpxe_client client = { .subnet = htonl(SUBNET), .htype = 1, .hlen = 6 };
		struct xdpxe_lease lease = { .addr = htonl(FIRST_ADDRESS + i) };

		lease.word = XDPXE_LEASE_WORD(XDPXE_LEASE_BOUND | XDPXE_LEASE_KNOWN,
					      (uint32_t)now.tv_sec + 3600);
		frames__mac(client.chaddr, i);
		if (bpf_map_update_elem(bench->maps.owners, &lease.addr, &client, 0) ||
		    bpf_map_update_elem(bench->maps.leases, &client, &lease, 0))
			fail("leases");
	}
}

static int pass_over(void *context, void *data, size_t size)
{
	(void)context;
	(void)data;
	(void)size;
	return 0;
}

/* They share a map with xdpxe, which is loaded. */
static struct bare_bpf *open_bare(const struct xdpxe_bpf *xdpxe)
{
	struct bare_bpf *bare = bare_bpf__open();

	if (!xdpxe || !bare)
		fail("programs (root is needed)");
	bare->rodata->event_parts = xdpxe->rodata->event_parts;
	if (bpf_map__reuse_fd(bare->maps.event_heads, bpf_map__fd(xdpxe->maps.event_heads)) ||
	    bare_bpf__load(bare))
		fail("bare programs");
	return bare;
}

static void open_programs(struct bench *bench)
{
	struct bpf_program *programs[BARE_TARGETS];
	uint32_t i;

	bench->xdpxe = xdpxe_bpf__open();
	if (bench->xdpxe)
		bench->xdpxe->rodata->event_parts = xdpxe_event_parts(libbpf_num_possible_cpus());
	if (bench->xdpxe && xdpxe_bpf__load(bench->xdpxe))
		fail("program (root is needed)");
	bench->bare = open_bare(bench->xdpxe);
	programs[BARE_NOTHING] = bench->bare->progs.nothing;
	programs[BARE_GROW] = bench->bare->progs.grow;
	programs[BARE_GROW_COPY] = bench->bare->progs.grow_copy;
	programs[BARE_XDPXE] = bench->xdpxe->progs.xdpxe_ingress;
	for (i = 0; i < BARE_TARGETS; i++) {
		int fd = bpf_program__fd(programs[i]);

		if (bpf_map_update_elem(bpf_map__fd(bench->bare->maps.targets), &i, &fd, 0))
			fail("tail calls");
	}
#define KEEP(name) bench->maps.name = bpf_map__fd(bench->xdpxe->maps.name);
	XDPXE_MAPS(KEEP)
#undef KEEP
	bench->lease_events = ring_buffer__new(bench->maps.lease_events, pass_over, NULL, NULL);
	if (!bench->lease_events)
		fail("ring of lease events");
}

void setup__all(struct bench *bench)
{
	open_programs(bench);
	fill_maps(bench);
	bench->images = images__new(&bench->maps, false);
	if (!bench->images)
		fail("images");
	load_files(bench, true, 0);
	setup__read_long(bench);
}
