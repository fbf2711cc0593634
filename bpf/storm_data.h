/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* DATA -> ACK, for DATA in which nothing is wrong. */
#ifndef XDPXE_BPF_STORM_DATA_H
#define XDPXE_BPF_STORM_DATA_H

#define DATA_OFFSET (HEADERS_LEN + 4) /* where the bytes of a block stand in a frame */
#define STEP 64			      /* bytes compared between two looks at the bounds */
#define CHUNK_MASK (XDPXE_CHUNK_BYTES - 1)

struct data_frame {
	struct reply_headers headers;
	struct tftp_header tftp;
} __attribute__((packed, aligned(2)));

/* Is this, by its headers, a DATA of the transfer? The rest of the checks follow once its length is known to matter. */
static __always_inline bool is_of_flow(const struct data_frame *data, const struct storm_flow *flow)
{
	const struct reply_headers *headers = &data->headers;

	return headers->eth.h_proto == bpf_htons(ETH_P_IP) && headers->ip.version == 4 &&
	       headers->ip.ihl == 5 && headers->ip.protocol == IPPROTO_UDP &&
	       headers->ip.ttl != 0 && headers->ip.saddr == flow->server &&
	       headers->ip.daddr == flow->address && headers->udp.source == flow->tid &&
	       headers->udp.dest == flow->port &&
	       !(headers->ip.frag_off & bpf_htons((__u16)~IP_DF)) &&
	       data->tftp.opcode == bpf_htons(TFTP_DATA);
}

/* The sum of the IP header, which is aligned to 2 and no more. */
static __always_inline __u16 ip_sum(const struct reply_headers *headers)
{
	const __u16 *words = (const __u16 *)((const __u8 *)headers + ETH_HLEN);
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < 10; i++)
		sum += words[i];
	return csum__fold(sum);
}

/* Do all lengths agree, and the sum of the IP header? Leaves the bytes of the block in @len. */
static __always_inline bool lengths_agree(const struct data_frame *data, __u32 frame_len,
					  __u32 *len)
{
	__u32 total = bpf_ntohs(data->headers.ip.tot_len);
	__u32 udp = bpf_ntohs(data->headers.udp.len);

	*len = total - sizeof(struct iphdr) - sizeof(struct udphdr) - 4;
	return total >= DATA_OFFSET - ETH_HLEN && total + ETH_HLEN <= frame_len &&
	       udp == total - sizeof(struct iphdr) && ip_sum(&data->headers) == 0xffff;
}

/* Eight words at once, and one look at the bounds of the frame. */
static __always_inline bool step_differs(const __u64 *got, const __u64 *want)
{
	__u64 difference = 0;

#pragma unroll
	for (int i = 0; i < STEP / 8; i++)
		difference |= got[i] ^ want[i];
	return difference != 0;
}

/* Up to seven words. */
static __always_inline bool words_differ(const __u8 *got, const __u8 *end, const __u8 *want,
					 __u32 len)
{
	for (__u32 i = 0; i < STEP / 8 - 1; i++) {
		if ((i + 1) * 8 > len)
			break;
		if (got + 8 > end || *(const __u64 *)got != *(const __u64 *)want)
			return true;
		got += 8;
		want += 8;
	}
	return false;
}

/* A block of up to seven bytes. */
static __always_inline bool bytes_differ(const __u8 *got, const __u8 *end, const __u8 *want,
					 __u32 len)
{
	for (__u32 i = 0; i < 7; i++)
		if (i < len && (got + i + 1 > end || got[i] != want[i]))
			return true;
	return false;
}

/**
 * block_differs() - is any byte of the block not what stands in @chunk from @at on?
 * @at: in the first XDPXE_CHUNK_BYTES of it; @len: at most XDPXE_BLKSIZE_MAX
 */
CHECKED_ALONE int block_differs(struct xdp_md *ctx, const struct xdpxe_chunk *chunk, __u32 at,
				__u32 len)
{
	const __u8 *end = (void *)(long)ctx->data_end;
	const __u8 *first = (void *)(long)ctx->data + DATA_OFFSET, *got = first;
	const __u8 *want;
	__u32 steps, done, last;

	if (!chunk || !is_at_most(&at, CHUNK_MASK) || !is_at_most(&len, XDPXE_BLKSIZE_MAX))
		return 1;
	if (len < 8)
		return bytes_differ(first, end, &chunk->data[at], len);
	steps = len / STEP;
	done = steps * STEP;
	last = len - 8; /* the last word overlaps the one before */
	want = &chunk->data[at];
	for (__u32 i = 0; i < XDPXE_BLKSIZE_MAX / STEP; i++) {
		if (i >= steps)
			break;
		if (got + STEP > end || step_differs((const __u64 *)got, (const __u64 *)want))
			return 1;
		got += STEP;
		want += STEP;
	}
	if (!is_at_most(&done, XDPXE_BLKSIZE_MAX) || !is_at_most(&last, XDPXE_BLKSIZE_MAX) ||
	    words_differ(first + done, end, &chunk->data[at + done], len % STEP))
		return 1;
	got = first + last;
	return got + 8 > end || *(const __u64 *)got != *(const __u64 *)&chunk->data[at + last];
}

/* The checksum over bytes that are known to be those of the file; nothing is summed again. */
static __always_inline bool checksum_ok(const struct data_frame *data,
					const struct storm_flow *flow,
					const struct xdpxe_chunk *chunk, __u32 at, __u32 len)
{
	const struct reply_headers *headers = &data->headers;
	__u16 udp_len = len + 4 + sizeof(struct udphdr);
	__u32 pseudo = csum__pseudo(headers->ip.saddr, headers->ip.daddr, udp_len);
	__u64 sum = (__u64)pseudo + headers->udp.source + headers->udp.dest + bpf_htons(udp_len) +
		    data->tftp.opcode + data->tftp.block;
	__u32 stored;

	if (headers->udp.check == 0) {
		tally(STORM_TALLY_NO_CHECKSUM, 1);
		return true;
	}
	if (headers->udp.check == pseudo) {
		tally(STORM_TALLY_HALF_CHECKSUM, 1);
		return true;
	}
	at &= CHUNK_MASK;
	stored = csum__block(chunk, flow->sums, at, flow->blksize);
	sum += stored ? stored : csum__range(chunk, at, len);
	return csum__fold(sum + headers->udp.check) == 0xffff;
}

/* The frame becomes the ACK of @block. */
static __always_inline void turn(struct data_frame *data, const struct storm_flow *flow,
				 __u32 block)
{
	struct reply_headers *headers = &data->headers;
	__u16 udp_len = sizeof(struct udphdr) + sizeof(struct tftp_header);
	__u8 mac[ETH_ALEN];

	__builtin_memcpy(mac, headers->eth.h_dest, ETH_ALEN);
	__builtin_memcpy(headers->eth.h_dest, headers->eth.h_source, ETH_ALEN);
	__builtin_memcpy(headers->eth.h_source, mac, ETH_ALEN);
	headers->ip.tos = 0;
	headers->ip.tot_len = bpf_htons(sizeof(struct iphdr) + udp_len);
	headers->ip.id = bpf_htons((__u16)block);
	headers->ip.frag_off = 0;
	headers->ip.ttl = flow->ttl;
	headers->ip.check = 0;
	headers->ip.saddr = flow->address;
	headers->ip.daddr = flow->server;
	headers->ip.check = (__u16)~ip_sum(headers);
	headers->udp.source = flow->port;
	headers->udp.dest = flow->tid;
	headers->udp.len = bpf_htons(udp_len);
	headers->udp.check = 0;
	data->tftp.opcode = bpf_htons(TFTP_ACK);
	data->tftp.block = bpf_htons((__u16)block);
	if (!(flow->habits & STORM_NO_CHECKSUM))
		headers->udp.check = csum__udp(
			(__u64)csum__pseudo(flow->address, flow->server, udp_len) + flow->port +
			flow->tid + bpf_htons(udp_len) + data->tftp.opcode + data->tftp.block);
}

/* Send the ACK of @block in this frame, if the bad network lets it. Return: XDP action */
static __always_inline int acknowledge(struct xdp_md *ctx, struct storm_flow *flow, __u32 machine,
				       __u32 block)
{
	struct data_frame *data = (void *)(long)ctx->data;
	enum storm_fate_kind fate = STORM_FATE_GO;

	flow->acked = block;
	if (network__is_bad())
		fate = network__fate(machine, flow->departures++, STORM_OUT);
	if (fate == STORM_FATE_LOST)
		tally(STORM_TALLY_LOST_OUT, 1);
	if (fate == STORM_FATE_TWICE || fate == STORM_FATE_LATE) {
		tally(fate == STORM_FATE_TWICE ? STORM_TALLY_TWICE : STORM_TALLY_LATE, 1);
		event__plain(machine, STORM_EVENT_ACK, block);
	}
	if (fate == STORM_FATE_LOST || fate == STORM_FATE_LATE ||
	    (void *)(data + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	turn(data, flow, block);
	if (bpf_xdp_adjust_tail(ctx, STORM_ACK_LEN - (int)(ctx->data_end - ctx->data)))
		return XDP_DROP;
	flow->acks++;
	return XDP_TX;
}

/* A block that is not the next one. */
static __always_inline int out_of_order(struct xdp_md *ctx, struct storm_flow *flow, __u32 machine,
					__u16 ahead)
{
	__u32 block = flow->next - 1;
	__u8 wanted;

	if (ahead & 0x8000) {
		flow->old++;
		wanted = STORM_ANSWERS_OLD;
	} else {
		flow->ahead++;
		wanted = flow->gap ? STORM_ANSWERS_AHEAD : STORM_ANSWERS_AHEAD | STORM_ANSWERS_GAP;
		flow->gap = 1;
	}
	return flow->habits & wanted ? acknowledge(ctx, flow, machine, block) : XDP_DROP;
}

/* The block that was waited for, and right. Somebody else may have taken it meanwhile, on another CPU. */
static __always_inline int in_order(struct xdp_md *ctx, struct storm_flow *flow, __u32 machine,
				    __u32 block, __u32 len)
{
	if (__sync_val_compare_and_swap(&flow->next, block, block + 1) != block)
		return XDP_DROP;
	flow->heard_ns = bpf_ktime_get_coarse_ns();
	flow->gap = 0;
	if (len < flow->blksize) {
		flow->state = STORM_FLOW_DONE;
		event__plain(machine, STORM_EVENT_DONE, block);
		return acknowledge(ctx, flow, machine, block);
	}
	return block - flow->acked >= flow->window ? acknowledge(ctx, flow, machine, block)
						   : XDP_DROP;
}

/* Is this what stands in the file at @block? */
static __always_inline bool is_expected(struct xdp_md *ctx, const struct storm_flow *flow,
					__u32 block, __u32 len)
{
	const struct data_frame *data = (void *)(long)ctx->data;
	__u32 slot = flow->file, index;
	const struct storm_file *file = bpf_map_lookup_elem(&files, &slot);
	__u64 at = (__u64)(block - 1) * flow->blksize;
	const struct xdpxe_chunk *chunk;
	__u64 left;

	if (!file || at > file->size)
		return false;
	left = file->size - at;
	index = file->chunk + (__u32)(at >> XDPXE_CHUNK_SHIFT);
	chunk = bpf_map_lookup_elem(&chunks, &index);
	if (!chunk || len != (left < flow->blksize ? left : flow->blksize) ||
	    !is_at_most(&len, XDPXE_BLKSIZE_MAX) ||
	    (const void *)(data + 1) > (const void *)(long)ctx->data_end)
		return false;
	return !block_differs(ctx, chunk, (__u32)at & CHUNK_MASK, len) &&
	       checksum_ok(data, flow, chunk, (__u32)at, len);
}

/**
 * data__take() - take a frame that is DATA of @machine's transfer, and right
 * Return: XDP action; GO_ON when it is something else, or something is wrong
 */
static __always_inline int data__take(struct xdp_md *ctx, struct storm_flow *flow, __u32 machine)
{
	const struct data_frame *data = (void *)(long)ctx->data;
	__u32 len = 0, block;
	__u16 ahead;

	if (flow->state != STORM_FLOW_OPEN ||
	    (const void *)(data + 1) > (const void *)(long)ctx->data_end ||
	    !is_of_flow(data, flow) ||
	    !lengths_agree(data, (__u32)(ctx->data_end - ctx->data), &len))
		return GO_ON;
	block = flow->next;
	ahead = bpf_ntohs(data->tftp.block) - (__u16)block;
	if (ahead)
		return out_of_order(ctx, flow, machine, ahead);
	if (!is_expected(ctx, flow, block, len))
		return GO_ON;
	return in_order(ctx, flow, machine, block, len);
}

#endif
