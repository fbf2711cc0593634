/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* For a client's end of a veth: drops what is for the machines of a flood (02:66:...), passes the rest. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int xdp_sieve(struct xdp_md *ctx)
{
	const unsigned char *data = (void *)(long)ctx->data;

	if ((void *)(data + 2) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	return data[0] == 0x02 && data[1] == 0x66 ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
