// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_engine.h"

#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "image_sums.h"
#include "log.h"
#include "storm.skel.h"
#include "storm_port.h"

#define RING_LEAST (1u << 24)

static uint32_t chunks_of(const struct storm_expected *expected)
{
	return (uint32_t)(expected->size >> XDPXE_CHUNK_SHIFT) + 1;
}

/* Room for an answer to every machine while all are being switched on; a power of two. */
static uint32_t ring_bytes(uint32_t clients)
{
	uint32_t size = RING_LEAST;

	while (size < clients * (STORM_BRIEF_MAX + 64))
		size *= 2;
	return size;
}

static size_t flows_bytes(const struct storm_engine *engine)
{
	return engine->rules.clients * sizeof(struct storm_flow);
}

static size_t talks_bytes(const struct storm_engine *engine)
{
	return engine->rules.clients * sizeof(struct storm_talk);
}

/* Sizes and constants, while they can be set. */
static int prepare(struct storm_engine *engine, const struct storm_options *options)
{
	uint64_t chunks = 1;

	for (size_t i = 0; i < options->expects.count; i++)
		chunks += chunks_of(&options->expects.list[i]);
	if (chunks > STORM_CHUNKS_MAX) {
		log_error("expected files: more than 1 GiB in all");
		return -EFBIG;
	}
	engine->skeleton = storm_bpf__open();
	if (!engine->skeleton)
		return -errno;
	engine->rules = (struct storm_rules){
		.seed = options->seed,
		.clients = options->clients,
		.loss = options->loss,
		.dup = options->dup,
		.reorder = options->reorder,
	};
	engine->skeleton->rodata->rules = engine->rules;
	bpf_map__set_max_entries(engine->skeleton->maps.flows, options->clients);
	bpf_map__set_max_entries(engine->skeleton->maps.talks, options->clients);
	bpf_map__set_max_entries(engine->skeleton->maps.chunks, (uint32_t)chunks);
	bpf_map__set_max_entries(engine->skeleton->maps.events, ring_bytes(options->clients));
	engine->memory = chunks * sizeof(struct xdpxe_chunk) + flows_bytes(engine) +
			 talks_bytes(engine) + STORM_KINDS * sizeof(struct storm_script) +
			 bpf_map__max_entries(engine->skeleton->maps.events);
	return 0;
}

static int fill_file(struct storm_engine *engine, uint32_t slot,
		     const struct storm_expected *expected, uint32_t chunk)
{
	const struct storm_file file = { .size = expected->size, .chunk = chunk };
	struct xdpxe_chunk *buffer = calloc(1, sizeof(*buffer));
	int err = buffer ? 0 : -ENOMEM;

	if (!err && bpf_map_update_elem(bpf_map__fd(engine->skeleton->maps.files), &slot, &file,
					BPF_ANY) < 0)
		err = -errno;
	for (uint32_t i = 0; !err && i < chunks_of(expected); i++) {
		uint64_t at = (uint64_t)i << XDPXE_CHUNK_SHIFT, left = expected->size - at;
		uint32_t key = chunk + i;

		memset(buffer, 0, sizeof(*buffer));
		memcpy(buffer->data, expected->data + at,
		       left < XDPXE_CHUNK_DATA ? left : XDPXE_CHUNK_DATA);
		image_sums__fill(buffer, at);
		if (bpf_map_update_elem(bpf_map__fd(engine->skeleton->maps.chunks), &key, buffer,
					BPF_ANY) < 0)
			err = -errno;
	}
	free(buffer);
	return err;
}

static int fill(struct storm_engine *engine, const struct storm_expects *expects)
{
	uint32_t chunk = 0;

	for (uint32_t i = 0; i < expects->count; i++) {
		int err = fill_file(engine, i, &expects->list[i], chunk);

		if (err)
			return err;
		chunk += chunks_of(&expects->list[i]);
	}
	return 0;
}

static size_t mapped_bytes(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) & ~(page - 1);
}

/* The values of a map, as memory that the program shares; NULL when that cannot be. */
static void *share(const struct bpf_map *map, size_t bytes)
{
	void *values = mmap(NULL, mapped_bytes(bytes), PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(map), 0);

	return values == MAP_FAILED ? NULL : values;
}

static void unshare_values(void *values, size_t bytes)
{
	if (values)
		munmap(values, mapped_bytes(bytes));
}

static int share_all(struct storm_engine *engine)
{
	engine->flows = share(engine->skeleton->maps.flows, flows_bytes(engine));
	engine->talks = share(engine->skeleton->maps.talks, talks_bytes(engine));
	engine->scripts =
		share(engine->skeleton->maps.scripts, STORM_KINDS * sizeof(struct storm_script));
	engine->say = share(engine->skeleton->maps.say, sizeof(struct storm_say));
	return engine->flows && engine->talks && engine->scripts && engine->say ? 0 : -ENOMEM;
}

static int load(struct storm_engine *engine, const struct storm_options *options,
		storm_event_fn *heard, void *context)
{
	int err = prepare(engine, options);

	if (!err)
		err = storm_bpf__load(engine->skeleton);
	if (!err)
		err = fill(engine, &options->expects);
	if (!err)
		err = share_all(engine);
	if (err)
		return err;
	engine->again_fd = bpf_program__fd(engine->skeleton->progs.storm_again);
	engine->cpus = libbpf_num_possible_cpus();
	engine->ring =
		ring_buffer__new(bpf_map__fd(engine->skeleton->maps.events), heard, context, NULL);
	return engine->ring && engine->cpus > 0 ? 0 : -ENOMEM;
}

int storm_engine__open(struct storm_engine *engine, const struct storm_options *options,
		       storm_event_fn *heard, void *context)
{
	int err;

	*engine = (struct storm_engine){ .socket = -1 };
	err = net__read(options->interface, &engine->facts);
	if (err) {
		log_error("%s: no such interface", options->interface);
		return err;
	}
	err = load(engine, options, heard, context);
	if (err) {
		log_error("cannot load the program: %s", strerror(-err));
		return err;
	}
	err = storm_port__open(engine);
	if (!err)
		err = storm_port__attach(engine, options->xdp);
	return err;
}

void storm_engine__close(struct storm_engine *engine)
{
	if (engine->link_fd > 0)
		close(engine->link_fd);
	ring_buffer__free(engine->ring);
	unshare_values(engine->flows, flows_bytes(engine));
	unshare_values(engine->talks, talks_bytes(engine));
	unshare_values(engine->scripts, STORM_KINDS * sizeof(struct storm_script));
	unshare_values(engine->say, sizeof(struct storm_say));
	storm_bpf__destroy(engine->skeleton);
	storm_port__close(engine);
}

uint64_t storm_engine__tally(const struct storm_engine *engine, enum storm_tally which)
{
	uint64_t values[1024] = { 0 }, sum = 0;
	uint32_t key = which;

	if (engine->cpus > 1024 ||
	    bpf_map_lookup_elem(bpf_map__fd(engine->skeleton->maps.tallies), &key, values) < 0)
		return 0;
	for (int i = 0; i < engine->cpus; i++)
		sum += values[i];
	return sum;
}

void storm_engine__sums(const struct storm_engine *engine, const struct storm_expects *expects,
			struct storm_sums *out)
{
	*out = (struct storm_sums){ 0 };
	for (uint32_t i = 0; i < engine->rules.clients; i++) {
		const struct storm_flow *flow = &engine->flows[i];
		uint64_t blocks = flow->next ? flow->next - 1 : 0;
		uint64_t bytes = blocks * flow->blksize;
		uint64_t size = flow->file < expects->count ? expects->list[flow->file].size : 0;

		out->received += flow->arrivals;
		out->acks += flow->acks;
		out->blocks += blocks;
		out->bytes += bytes < size ? bytes : size;
	}
}
