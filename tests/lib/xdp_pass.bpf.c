/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A veth delivers XDP_TX and redirected frames only to a peer that runs a native XDP program: this is the smallest. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int xdp_pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
