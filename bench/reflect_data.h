/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ACK -> DATA. A lone block is written into the ACK's own frame. A window goes out as clones, which a devmap's program
 * fills; the last of them is the original. The frames of a first ACK come from a socket, and have no room on a veth:
 * there all blocks are clones, and the original is dropped. The kernel hands frames over by 16, and wakes the receiver
 * only if the last hand-over has something to send: so their number is even, and a clone too many goes first.
 */
#ifndef XDPXE_BENCH_REFLECT_DATA_H
#define XDPXE_BENCH_REFLECT_DATA_H

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, REFLECT_READS);
	__type(key, __u32);
	__type(value, struct reflect_read);
} reads SEC(".maps");

/* The blocks of all files, one after another. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct reflect_block);
} blocks SEC(".maps");

struct copies {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_devmap_val));
};

/* By number of frames: a devmap that makes as many, the last of them of the original. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, REFLECT_FRAMES_MAX + 1);
	__type(key, __u32);
	__array(values, struct copies);
} clones SEC(".maps");

/* Block @block, counted from 1, over a frame whose headers are turned round. Return: 0, or not 0 */
static __always_inline long data__put(struct xdp_md *ctx, struct headers *head,
				      const struct reflect_read *read, __u32 block)
{
	__u32 slot = read->first + block - 1;
	__u32 len = block == read->count ? read->last : read->blksize;
	struct reflect_block *bytes = bpf_map_lookup_elem(&blocks, &slot);

	if (!bytes)
		return -1;
	headers__resize(head, sizeof(head->tftp) + len);
	head->tftp.opcode = bpf_htons(TFTP_DATA);
	head->tftp.block = bpf_htons((__u16)block);
	if (frame__resize(ctx, sizeof(*head) + len))
		return -1;
	len--;
	asm volatile("" : "+r"(len)); /* Verifier: what is compared is what is used */
	if (len >= REFLECT_BLOCK_MAX)
		return 0; /* an empty block */
	asm volatile("" : "+r"(len));
	return bpf_xdp_store_bytes(ctx, sizeof(*head), bytes->data, len + 1);
}

/* Where the frames of a window are: the next one is the block at @place, and dropped unless that is 0 to @end - 1. */
struct window {
	__s32 place;
	__s32 end;
};

/* A frame carries the number of its window where its UDP checksum was. More than 16 frames never wait. */
#define WINDOWS 64
struct windows {
	__u32 next;
	struct window list[WINDOWS];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct windows);
} windows SEC(".maps");

/* @left blocks follow an ACK of @number. */
static __always_inline int data__window(struct headers *head, __u32 size, __u32 number, __u32 left)
{
	__u32 zero = 0, ticket, frames = left < size ? left : size;
	struct windows *all = bpf_map_lookup_elem(&windows, &zero);
	void *copies;

	if (number == 0)
		frames = size == 1 ? 2 : size + 2;
	copies = bpf_map_lookup_elem(&clones, &frames);
	if (!all || !copies)
		return XDP_DROP;
	ticket = all->next++ % WINDOWS;
	head->udp.check = ticket;
	all->list[ticket].end = size;
	all->list[ticket].place = number == 0 && size > 1 ? -1 : 0;
	return bpf_redirect_map(copies, 0, BPF_F_BROADCAST);
}

/* What follows the ACK, or the error, that is sent to a file's port. */
static __always_inline int data__reflect(struct xdp_md *ctx, struct headers *head, __u32 slot)
{
	const struct reflect_read *read = bpf_map_lookup_elem(&reads, &slot);
	__u32 number = bpf_ntohs(head->tftp.block);

	if (!read || head->tftp.opcode != bpf_htons(TFTP_ACK) || number >= read->count)
		return XDP_DROP;
	headers__turn(head);
	if (number == 0 || (read->window > 1 && read->count - number > 1))
		return data__window(head, read->window, number, read->count - number);
	return data__put(ctx, head, read, number + 1) ? XDP_DROP : XDP_TX;
}

SEC("xdp/devmap")
int reflect_window(struct xdp_md *ctx)
{
	struct headers *head = (void *)(long)ctx->data;
	const struct reflect_read *read;
	__u32 zero = 0, slot;
	struct windows *all = bpf_map_lookup_elem(&windows, &zero);
	struct window *window;
	__s32 place;

	if (!all || (void *)(head + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	window = &all->list[head->udp.check % WINDOWS];
	place = window->place++;
	slot = bpf_ntohs(head->udp.source) - REFLECT_TID_FIRST;
	read = bpf_map_lookup_elem(&reads, &slot);
	if (!read || place < 0 || place >= window->end)
		return XDP_DROP;
	return data__put(ctx, head, read, bpf_ntohs(head->tftp.block) + 1 + place) ? XDP_DROP
										   : XDP_PASS;
}

#endif
