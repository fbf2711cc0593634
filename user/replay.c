// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "replay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#define REPLY_MAX 4096

/* What is run: a frame, behind so many bytes of metadata. */
struct input {
	const void *bytes;
	uint32_t meta, len; /* of the metadata; of both */
};

static int replay_live(const struct engine_port *port, const struct input *input)
{
	struct xdp_md context = { .data = input->meta,
				  .data_end = input->len,
				  .ingress_ifindex = port->ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = input->bytes, .data_size_in = input->len,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = 1,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = 1);

	return bpf_prog_test_run_opts(engine__ingress(port), &run) < 0 ? -errno : 0;
}

static int send_frame(unsigned int ifindex, const void *frame, size_t len)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = ifindex,
		.sll_protocol = htons(ETH_P_IP),
	};
	int packet = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int err = 0;

	if (packet < 0)
		return -errno;
	if (sendto(packet, frame, len, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		err = -errno;
	close(packet);
	return err;
}

/* The kernel hands out the metadata before the reply, too. */
static int replay_by_socket(const struct engine_port *port, const struct input *input)
{
	uint8_t reply[REPLY_MAX];
	struct xdp_md context = { .data = input->meta,
				  .data_end = input->len,
				  .ingress_ifindex = port->ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = input->bytes, .data_size_in = input->len,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .data_out = reply,
		    .data_size_out = sizeof(reply), .repeat = 1);

	if (bpf_prog_test_run_opts(engine__ingress(port), &run) < 0)
		return -errno;
	if (run.retval != XDP_TX || run.data_size_out < input->meta)
		return 0;
	return send_frame(port->ifindex, reply + input->meta, run.data_size_out - input->meta);
}

static int replay(const struct engine_port *port, const struct input *input)
{
	return port->native ? replay_live(port, input) : replay_by_socket(port, input);
}

int replay__copy(const struct engine_port *port, const void *frame, size_t len)
{
	uint8_t copy[XDPXE_FRAME_MAX];

	if (len < ETH_HLEN || len > sizeof(copy))
		return -EMSGSIZE;
	memcpy(copy, frame, len);
	memset(copy, 0, ETH_ALEN);
	return replay__frame(port, copy, len);
}

int replay__frame(const struct engine_port *port, const void *frame, size_t len)
{
	return replay(port, &(struct input){ .bytes = frame, .len = (uint32_t)len });
}

int replay__marked(const struct engine_port *port, uint32_t mark, const void *frame, size_t len)
{
	struct {
		uint32_t mark;
		uint8_t frame[XDPXE_FRAME_MAX];
	} marked = { .mark = mark };

	if (len > sizeof(marked.frame))
		return -EMSGSIZE;
	memcpy(marked.frame, frame, len);
	return replay(port, &(struct input){ .bytes = &marked,
					     .meta = sizeof(marked.mark),
					     .len = (uint32_t)(sizeof(marked.mark) + len) });
}
