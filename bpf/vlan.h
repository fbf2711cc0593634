/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * 802.1Q and 802.1ad tags. A frame of a VLAN that is served loses them for as long as it is looked at, so that all else
 * knows only untagged frames, and whatever leaves gets them back: the reply those of the client's frame.
 */
#ifndef XDPXE_BPF_VLAN_H
#define XDPXE_BPF_VLAN_H

#define MACS_LEN (2 * ETH_ALEN)
#define TAG_LEN ((__u32)sizeof(struct vlan_tag))
#define VLAN_ID_MASK 0x0fff

static __always_inline bool tags__is_tpid(__be16 tpid)
{
	return tpid == bpf_htons(ETH_P_8021Q) || tpid == bpf_htons(ETH_P_8021AD);
}

/* The tags of a frame, at most TAGS_MAX. Leaves the cursor where an untagged frame would begin. */
static __always_inline void tags__parse(struct cursor *cursor, struct tags *tags)
{
	for (__u32 i = 0; i < TAGS_MAX; i++) {
		struct cursor at = { cursor->pos + MACS_LEN, cursor->end };
		const struct vlan_tag *tag = cursor__take(&at, TAG_LEN);

		if (!tag || !tags__is_tpid(tag->tpid))
			return;
		tags->tag[i] = *tag;
		tags->len += TAG_LEN;
		cursor->pos += TAG_LEN;
	}
}

static __always_inline __u16 tags__id(const struct tags *tags, __u32 i)
{
	return tags->len > i * TAG_LEN ? bpf_ntohs(tags->tag[i].tci) & VLAN_ID_MASK : 0;
}

/* The slot of the first network of a VLAN, NULL for one that is not served. A tag with no identifier names none. */
static __always_inline const __u32 *vlan__network(const struct xdpxe_port *port,
						  const struct tags *tags)
{
	struct xdpxe_vlan key = {
		.half = port->half,
		.port = port_number,
		.outer = tags__id(tags, 0),
		.inner = tags__id(tags, 1),
	};

	if (tags->len > TAG_LEN && key.inner == 0)
		return NULL;
	return bpf_map_lookup_elem(&vlans, &key);
}

/* Is there any tag to take off, and is it for us at all? Return: GO_ON, or the reason to pass the frame up */
static __always_inline int vlan__look(struct xdp_md *ctx, const struct xdpxe_port *port,
				      struct tags *tags, struct frame *frame, __u32 *network)
{
	struct cursor cursor = { (void *)(long)ctx->data, (void *)(long)ctx->data_end };
	const __u32 *first;
	int reason;

	tags__parse(&cursor, tags);
	first = vlan__network(port, tags);
	if (!first)
		return XDPXE_R_VLAN_TAGGED;
	*network = *first;
	reason = frame__parse(cursor, frame);
	if (reason == GO_ON && frame->dport != bpf_htons(TFTP_PORT) &&
	    frame->dport != bpf_htons(DHCP_SERVER_PORT) && !is_tid(frame->dport))
		reason = XDPXE_R_OTHER_PORT;
	return reason;
}

/* Take the tags off. Return: false for a frame that stays as it is */
static __always_inline bool tags__take_off(struct xdp_md *ctx, const struct tags *tags)
{
	__u8 macs[MACS_LEN];

	return bpf_xdp_load_bytes(ctx, 0, macs, sizeof(macs)) == 0 &&
	       bpf_xdp_adjust_head(ctx, tags->len) == 0 &&
	       bpf_xdp_store_bytes(ctx, 0, macs, sizeof(macs)) == 0;
}

/**
 * tags__put_on() - between the addresses and the EtherType of a frame that has none
 * There is room where tags__take_off() made it. Return: 0, or not 0 when the frame is no good
 */
static __always_inline long tags__put_on(struct xdp_md *ctx, const struct tags *tags)
{
	__u32 len = tags->len;
	__u8 macs[MACS_LEN];

	if (len == 0)
		return 0;
	if (bpf_xdp_load_bytes(ctx, 0, macs, sizeof(macs)) < 0 ||
	    bpf_xdp_adjust_head(ctx, -(int)len) < 0 ||
	    bpf_xdp_store_bytes(ctx, 0, macs, sizeof(macs)) < 0)
		return -1;
	if (len == TAG_LEN)
		return bpf_xdp_store_bytes(ctx, MACS_LEN, (void *)tags->tag, TAG_LEN);
	return bpf_xdp_store_bytes(ctx, MACS_LEN, (void *)tags->tag, sizeof(tags->tag));
}

/*
 * The port as the VLAN has it. The first tag does not count in the MTU; drivers leave room for one, so a second one
 * does.
 */
static __always_inline void vlan__fill_port(struct xdpxe_port *vlan, const struct xdpxe_port *port,
					    const struct tags *tags, __u32 network)
{
	__u16 block;

	*vlan = *port;
	vlan->network = network;
	if (tags->len == TAG_LEN)
		return;
	vlan->mtu -= TAG_LEN;
	block = vlan->mtu - sizeof(struct iphdr) - sizeof(struct udphdr) -
		sizeof(struct tftp_header);
	if (vlan->blksize_max > block)
		vlan->blksize_max = block;
}

#endif
