// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "log.h"
#include "storm.skel.h"
#include "storm_say.h"
#include "storm_veth.h"

#define ETHERTYPE_LOOPBACK 0x9000 /* configuration testing */
#define DISCOVER_ROOM 400	  /* what most need; others grow */
#define SEND_TRIES 200
#define SEND_PAUSE_US 50
#define SEND_BUFFER (4 << 20)

struct storm_outbox {
	uint8_t frames[STORM_BATCH][STORM_FRAME_MAX];
	struct iovec parts[STORM_BATCH];
	struct mmsghdr messages[STORM_BATCH];
};

int storm_port__open(struct storm_engine *engine)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)engine->facts.ifindex,
	};
	struct packet_mreq all = {
		.mr_ifindex = (int)engine->facts.ifindex,
		.mr_type = PACKET_MR_PROMISC,
	};
	int on = 1, buffer = SEND_BUFFER;

	engine->outbox = calloc(1, sizeof(*engine->outbox));
	engine->socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (!engine->outbox || engine->socket < 0 ||
	    bind(engine->socket, (struct sockaddr *)&to, sizeof(to)) < 0) {
		log_error("%s: packet socket: %s", engine->facts.name, strerror(errno));
		return -errno;
	}
	setsockopt(engine->socket, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
	setsockopt(engine->socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all));
	setsockopt(engine->socket, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer));
	for (size_t i = 0; i < STORM_BATCH; i++) {
		engine->outbox->parts[i].iov_base = engine->outbox->frames[i];
		engine->outbox->messages[i].msg_hdr.msg_iov = &engine->outbox->parts[i];
		engine->outbox->messages[i].msg_hdr.msg_iovlen = 1;
	}
	return 0;
}

void storm_port__close(struct storm_engine *engine)
{
	if (engine->socket >= 0)
		close(engine->socket);
	free(engine->outbox);
}

static int attach(struct storm_engine *engine, uint32_t flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, create, .flags = flags);
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	int link = bpf_link_create(bpf_program__fd(engine->skeleton->progs.storm_receive),
				   (int)engine->facts.ifindex, BPF_XDP, &create);

	if (link < 0)
		return -errno;
	if (engine->link_fd > 0)
		close(engine->link_fd);
	engine->link_fd = link;
	engine->native = bpf_xdp_query((int)engine->facts.ifindex, 0, &query) == 0 &&
			 query.attach_mode == XDP_ATTACHED_DRV;
	return 0;
}

/*
 * Does a frame that XDP sends leave? One of loopback type (0x9000), which nobody answers, is sent so; a veth counts
 * those that its other end takes.
 */
static bool xdp_frames_leave(struct storm_engine *engine)
{
	uint8_t frame[STORM_ACK_LEN] = { STORM_MAC_0, STORM_MAC_1, STORM_MAC_2, 0xff, 0xff, 0xff };
	struct xdp_md context = { .data_end = sizeof(frame),
				  .ingress_ifindex = engine->facts.ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = sizeof(frame),
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = 1,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = 1);
	uint64_t before = storm_veth__count(engine->facts.name, STORM_VETH_SENT);

	memcpy(frame + ETH_ALEN, engine->facts.mac, ETH_ALEN);
	frame[12] = ETHERTYPE_LOOPBACK >> 8;
	if (bpf_prog_test_run_opts(bpf_program__fd(engine->skeleton->progs.storm_probe), &run) < 0)
		return true; /* cannot tell */
	return storm_veth__count(engine->facts.name, STORM_VETH_SENT) != before;
}

int storm_port__attach(struct storm_engine *engine, enum storm_xdp mode)
{
	int err = attach(engine, mode == STORM_XDP_GENERIC ? XDP_FLAGS_SKB_MODE : 0);

	if (!err && mode == STORM_XDP_NATIVE && !engine->native)
		err = -EOPNOTSUPP;
	if (!err && mode == STORM_XDP_AUTO && engine->native &&
	    strcmp(engine->facts.driver, "veth") == 0 && !xdp_frames_leave(engine)) {
		close(engine->link_fd);
		engine->link_fd = -1;
		log_info("%s: the other end takes no frames from XDP (a veth needs an XDP program "
			 "there): generic XDP, which is slower",
			 engine->facts.name);
		err = attach(engine, XDP_FLAGS_SKB_MODE);
	}
	if (err == -EBUSY || err == -EEXIST)
		log_error("%s already has an XDP program; it is left alone", engine->facts.name);
	else if (err)
		log_error("%s: cannot attach: %s", engine->facts.name, strerror(-err));
	return err;
}

uint8_t *storm_engine__room(struct storm_engine *engine)
{
	return engine->outbox->frames[engine->queued];
}

/* A full queue empties by itself; who waits too long counts what is left as refused. */
static void flush_outbox(struct storm_engine *engine)
{
	size_t done = 0;

	for (int tries = 0; done < engine->queued && tries < SEND_TRIES;) {
		int sent = sendmmsg(engine->socket, engine->outbox->messages + done,
				    (unsigned int)(engine->queued - done), 0);

		if (sent > 0) {
			done += (size_t)sent;
			continue;
		}
		tries++;
		if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
			break;
		usleep(SEND_PAUSE_US);
	}
	engine->sent += done;
	engine->refused += engine->queued - done;
	engine->queued = 0;
}

void storm_engine__put(struct storm_engine *engine, size_t len)
{
	engine->outbox->parts[engine->queued++].iov_len = len;
	if (engine->queued == STORM_BATCH)
		flush_outbox(engine);
}

void storm_engine__flush(struct storm_engine *engine)
{
	storm_say__flush(engine);
	flush_outbox(engine);
}

void storm_engine__again(struct storm_engine *engine, const uint8_t *frame, size_t len)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = (uint32_t)len,
		    .data_out = storm_engine__room(engine), .data_size_out = STORM_FRAME_MAX,
		    .repeat = 1);

	if (bpf_prog_test_run_opts(engine->again_fd, &run) == 0 && run.retval == XDP_TX)
		storm_engine__put(engine, run.data_size_out);
}
