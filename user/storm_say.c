// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_say.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "storm.skel.h"
#include "storm_veth.h"

#define ROOM 400 /* what most DISCOVERs need; frames of others grow */

void storm_say__add(struct storm_engine *engine, uint32_t machine)
{
	engine->say->machines[engine->saying++] = machine;
	if (engine->saying == STORM_SAY_MAX)
		storm_say__flush(engine);
}

void storm_say__flush(struct storm_engine *engine)
{
	uint8_t frame[ROOM] = { 0 };
	struct xdp_md meta = { .data_end = sizeof(frame),
			       .ingress_ifindex = engine->facts.ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = sizeof(frame),
		    .ctx_in = &meta, .ctx_size_in = sizeof(meta), .repeat = (int)engine->saying,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = STORM_BATCH);
	int program = bpf_program__fd(engine->skeleton->progs.storm_discover);
	uint64_t before, lost;

	if (engine->saying == 0)
		return;
	engine->say->next = 0;
	before = storm_veth__count(engine->facts.name, STORM_VETH_LOST);
	lost = bpf_prog_test_run_opts(program, &run) < 0 ? engine->saying - engine->say->next : 0;
	lost += storm_veth__count(engine->facts.name, STORM_VETH_LOST) - before;
	engine->sent += engine->saying - lost;
	engine->refused += lost;
	engine->saying = 0;
}
