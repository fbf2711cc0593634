// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Nanoseconds a packet, by BPF_PROG_RUN on one CPU: xdpxe beside bare programs, in one run. Read the ratios: machines
 * are noisy. Rounds are interleaved and the median of each is printed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include "../bench/bare.h"
#include "bare.skel.h"
#include "images.h"
#include "tids.h"
#include "xdpxe.skel.h"
#include "xdpxe/reasons.h"

#define ROUNDS 9
#define CALLS 400000
#define EVENTS 100000 /* changed leases that the ring has room for, until they are read */
#define FILE_BLOCKS 30000
#define SERVER 0x0a4d0001 /* 10.77.0.1 */
#define CLIENT 0x0a4d0102
#define FEW_SESSIONS 256 /* each gets fewer ACKs than the file has blocks */
#define MANY_SESSIONS 65536

struct bench {
	struct xdpxe_bpf *xdpxe;
	struct bare_bpf *bare;
	struct maps maps;
	struct ring_buffer *lease_events;
	uint16_t tid;
};

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

static void fail(const char *what)
{
	fprintf(stderr, "bench_prog: %s: %s\n", what, strerror(errno));
	exit(1);
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

static struct bare_plan ack_plan(const struct bench *bench, uint32_t sessions)
{
	struct bare_plan plan = { .sessions = sessions, .blocks = FILE_BLOCKS };

	payload_of(&plan)[1] = TFTP_ACK;
	wrap(&plan, CLIENT, SERVER, 0, bench->tid, 4);
	return plan;
}

static struct bare_plan dhcp_plan(uint8_t type)
{
	static const uint8_t options[] = {
		57,  2,	  5,   192, 93,	 2,   0,   7,	94,  3,	 1,  3,	 0,  60, 9,
		'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', 97, 17, 0,	 1,  2,	 3,
		4,   5,	  6,   7,   8,	 9,   10,  11,	12,  13, 14, 15, 16,
	};
	struct bare_plan plan = {};
	struct bootp_header *bootp = (struct bootp_header *)payload_of(&plan);
	uint8_t *end = (uint8_t *)(bootp + 1);

	*bootp = (struct bootp_header){ .op = BOOTP_REQUEST,
					.htype = 1,
					.hlen = 6,
					.xid = 0x1234,
					.flags = htons(DHCP_FLAG_BROADCAST),
					.chaddr = { 2, 0, 0, 0, 0, 9 },
					.magic = htonl(DHCP_MAGIC) };
	memcpy(end, (uint8_t[]){ 53, 1, type }, 3);
	memcpy(end + 3, options, sizeof(options));
	end += 3 + sizeof(options);
	if (type == DHCP_REQUEST) {
		memcpy(end, (uint8_t[]){ 54, 4, 10, 77, 0, 1, 50, 4, 10, 77, 1, 1 }, 12);
		end += 12;
	}
	*end = DHCP_OPT_END;
	wrap(&plan, 0, 0xffffffff, DHCP_CLIENT_PORT, DHCP_SERVER_PORT, 347);
	return plan;
}

/* A file of FILE_BLOCKS blocks, loaded as the daemon loads it. */
static void load_file(struct bench *bench)
{
	char root[] = "/tmp/xdpxe-bench-XXXXXX", path[64];
	struct xdpxe_name name = { "file" };
	const char *first[] = { NULL };
	struct images_report report;
	struct xdpxe_params params = { .blksize = BARE_BLOCK, .windowsize = 1 };
	struct xdpxe_file file;
	struct images *images = images__new(&bench->maps, false);
	int tid;
	FILE *out;

	if (!images || !mkdtemp(root))
		fail("temporary folder");
	snprintf(path, sizeof(path), "%s/file", root);
	out = fopen(path, "w");
	for (uint32_t i = 0; out && i < FILE_BLOCKS * (BARE_BLOCK / 4); i++) {
		uint32_t word = i * 2654435761u;

		fwrite(&word, sizeof(word), 1, out);
	}
	if (!out || fclose(out) || images__sync(images, root, 1 << 30, first, &report))
		fail("file");
	unlink(path);
	rmdir(root);
	if (bpf_map_lookup_elem(bench->maps.files, &name, &file))
		fail("file is not in the map");
	params.image = file.image;
	tid = tids__get(&bench->maps, &params, &name, file.size);
	if (tid < 0)
		fail("tid");
	bench->tid = tid;
	images__free(images);
}

static void fill_maps(const struct bench *bench)
{
	struct xdpxe_port port = {
		.ifindex = 1, .mtu = 1500, .blksize_max = BARE_BLOCK, .dhcp = 1, .tftp = 1
	};
	struct xdpxe_network network = { .subnet = htonl(0x0a4d0000),
					 .mask = htonl(0xffff0000),
					 .server = htonl(SERVER),
					 .lease_time_s = 600,
					 .offer_time_s = 60,
					 .options_len = 60,
					 .tftp_name_len = 12 };
	struct xdpxe_boot boot = { .flags = XDPXE_BOOT_TFTP, .options_len = 20, .pxe_len = 17 };
	int queue = bpf_map_create(BPF_MAP_TYPE_QUEUE, "pool", 0, 4, 16, NULL);
	uint32_t zero = 0, addr = htonl(0x0a4d0101);

	network.boot_ipxe = XDPXE_NONE;
	if (queue < 0 || bpf_map_update_elem(queue, NULL, &addr, 0) ||
	    bpf_map_update_elem(bench->maps.pools, &zero, &queue, 0) ||
	    bpf_map_update_elem(bench->maps.ports, &zero, &port, 0) ||
	    bpf_map_update_elem(bench->maps.networks, &zero, &network, 0) ||
	    bpf_map_update_elem(bench->maps.boots, &zero, &boot, 0))
		fail("maps");
	close(queue);
}

static int pass_over(void *context, void *data, size_t size)
{
	(void)context;
	(void)data;
	(void)size;
	return 0;
}

static void open_programs(struct bench *bench)
{
	struct bpf_program *programs[BARE_TARGETS];
	uint32_t i;

	bench->xdpxe = xdpxe_bpf__open_and_load();
	bench->bare = bare_bpf__open_and_load();
	if (!bench->xdpxe || !bench->bare)
		fail("programs (root is needed)");
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

/* Nanoseconds a call. Every call must have transmitted. */
static double run(struct bpf_program *program, uint32_t calls)
{
	uint8_t frame[BARE_REPLY] = {}, out[2048];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = 64, .data_out = out,
		    .data_size_out = sizeof(out), .repeat = calls);

	if (bpf_prog_test_run_opts(bpf_program__fd(program), &opts))
		fail("BPF_PROG_RUN");
	if (opts.retval != XDP_TX) {
		fprintf(stderr, "bench_prog: %s did not transmit (%u)\n",
			bpf_program__name(program), opts.retval);
		exit(1);
	}
	return opts.duration;
}

/* As run(), with the ring of lease events read in time, as the daemon does. */
static double run_and_read(const struct bench *bench, struct bpf_program *program, uint32_t calls)
{
	double ns = 0;

	for (uint32_t done = 0; done < calls; done += EVENTS) {
		ring_buffer__consume(bench->lease_events);
		ns += run(program, EVENTS);
	}
	return ns * EVENTS / calls;
}

static uint64_t count_of(const struct bench *bench, uint32_t reason)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *values = calloc(cpus, sizeof(*values)), sum = 0;

	if (values && bpf_map_lookup_elem(bench->maps.counters, &reason, values) == 0)
		for (int i = 0; i < cpus; i++)
			sum += values[i];
	free(values);
	return sum;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

struct result {
	double nothing, grow, grow_copy, xdpxe;
};

/* One frame through the harness with each target in turn, ROUNDS times. */
static struct result measure(const struct bench *bench, const struct bare_plan *plan,
			     uint32_t reason)
{
	struct bpf_program *programs[] = { bench->bare->progs.again_nothing,
					   bench->bare->progs.again_grow,
					   bench->bare->progs.again_grow_copy,
					   bench->bare->progs.again_xdpxe };
	double ns[4][ROUNDS];
	int plans = bpf_map__fd(bench->bare->maps.plans);
	uint64_t before, answered;
	uint32_t zero = 0;

	if (bpf_map_update_elem(plans, &zero, plan, 0))
		fail("plan");
	run(programs[3],
	    plan->sessions ? plan->sessions : 1000); /* every session is known, caches are warm */
	before = count_of(bench, reason);
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < 4; i++) {
			struct bare_plan now;

			/* The bare programs must not use up the ACKs that xdpxe waits for. */
			bpf_map_lookup_elem(plans, &zero, &now);
			ns[i][round] = run_and_read(bench, programs[i], CALLS);
			if (i != 3)
				bpf_map_update_elem(plans, &zero, &now, 0);
		}
	}
	answered = count_of(bench, reason) - before;
	if (answered < (uint64_t)CALLS * ROUNDS * 99 / 100) {
		fprintf(stderr, "bench_prog: only %llu of %u frames were answered\n",
			(unsigned long long)answered, CALLS * ROUNDS);
		exit(1);
	}
	if (count_of(bench, XDPXE_R_LEASE_EVENT_LOST)) {
		fprintf(stderr, "bench_prog: events of leases were lost, which is cheaper\n");
		exit(1);
	}
	return (struct result){ median(ns[0]), median(ns[1]), median(ns[2]), median(ns[3]) };
}

static void print_instructions(const char *name, struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &len) == 0)
		printf("%-34s %7u bytes of BPF, %6u of machine code, %7u instructions verified\n",
		       name, info.xlated_prog_len, info.jited_prog_len, info.verified_insns);
}

static void print_row(const char *name, double ns, const struct result *base)
{
	double bare = base->grow_copy - base->nothing;

	printf("%-44s %8.1f %10.1f %8.2f\n", name, ns, ns - base->nothing,
	       (ns - base->nothing) / bare);
}

int main(void)
{
	struct bench bench = {};
	struct bare_plan plan;
	struct result ack, many, dhcp;

	open_programs(&bench);
	fill_maps(&bench);
	load_file(&bench);
	print_instructions("xdpxe_ingress", bench.xdpxe->progs.xdpxe_ingress);
	print_instructions("xdpxe_egress", bench.xdpxe->progs.xdpxe_egress);
	print_instructions("bare: grow and copy", bench.bare->progs.grow_copy);
	plan = ack_plan(&bench, FEW_SESSIONS);
	ack = measure(&bench, &plan, XDPXE_R_TFTP_DATA);
	plan = ack_plan(&bench, MANY_SESSIONS);
	many = measure(&bench, &plan, XDPXE_R_TFTP_DATA);
	printf("\n%-44s %8s %10s %8s\n", "medians of 9 rounds, ns a packet", "all", "- harness",
	       "x bare");
	print_row("harness: restore the frame, transmit", ack.nothing, &ack);
	print_row("bare: grow", ack.grow, &ack);
	print_row("bare: grow, copy 1,468 bytes", ack.grow_copy, &ack);
	print_row("xdpxe: ACK -> DATA 1,468, 256 sessions", ack.xdpxe, &ack);
	print_row("xdpxe: ACK -> DATA 1,468, 65,536 sessions", many.xdpxe, &many);
	plan = dhcp_plan(DHCP_DISCOVER);
	dhcp = measure(&bench, &plan, XDPXE_R_DHCP_OFFER);
	printf("%-44s %8.1f %10.1f\n", "xdpxe: DISCOVER -> OFFER", dhcp.xdpxe,
	       dhcp.xdpxe - dhcp.nothing);
	plan = dhcp_plan(DHCP_REQUEST);
	dhcp = measure(&bench, &plan, XDPXE_R_DHCP_ACK);
	printf("%-44s %8.1f %10.1f\n", "xdpxe: REQUEST -> ACK", dhcp.xdpxe,
	       dhcp.xdpxe - dhcp.nothing);
	printf("\nACK -> DATA costs %.2f times the bare grow-copy-transmit program (%.2f with the "
	       "harness in both).\n",
	       (ack.xdpxe - ack.nothing) / (ack.grow_copy - ack.nothing),
	       ack.xdpxe / ack.grow_copy);
	ring_buffer__free(bench.lease_events);
	bare_bpf__destroy(bench.bare);
	xdpxe_bpf__destroy(bench.xdpxe);
	return 0;
}
