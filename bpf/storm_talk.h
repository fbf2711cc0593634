/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* OFFER -> REQUEST, and ACK, for replies that are by every byte what the command has found right. */
#ifndef XDPXE_BPF_STORM_TALK_H
#define XDPXE_BPF_STORM_TALK_H

#define TEXT_WORDS (STORM_TEXT_MAX / 8)

struct said {
	__u64 words[TEXT_WORDS + 1];
};

/* Holds: the DHCP message under inspection. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct said);
} said_here SEC(".maps");

/* A reply, and whom it must be for. */
struct reply {
	struct storm_talk *talk;
	const struct storm_script *script;
	__u32 machine;
	__be32 yiaddr;
	__u32 sum; /* of what is the machine's own in it */
};

static __always_inline void mac_of(__u32 machine, __u8 mac[ETH_ALEN])
{
	mac[0] = STORM_MAC_0;
	mac[1] = STORM_MAC_1;
	mac[2] = STORM_MAC_2;
	mac[3] = machine >> 16;
	mac[4] = machine >> 8;
	mac[5] = machine;
}

/* The sum of @count words that stand at @at of a message. */
static __always_inline __u32 words_at(const __u16 *words, __u32 count, __u32 at)
{
	__u32 sum = 0;

#pragma unroll
	for (__u32 i = 0; i < count; i++)
		sum += words[i];
	sum = csum__fold(sum);
	return at & 1 ? __builtin_bswap16(sum) : sum;
}

/* Take @count words out of the message, if they are these. Return: are they? */
static __always_inline bool take_own(struct said *said, struct reply *reply, __u32 at,
				     const __u16 *own, __u32 count)
{
	__u16 *there;
	__u16 differ = 0;

	if (!is_at_most(&at, STORM_TEXT_MAX - 16))
		return false;
	there = (__u16 *)((__u8 *)said->words + at);
#pragma unroll
	for (__u32 i = 0; i < count; i++) {
		differ |= there[i] ^ own[i];
		there[i] = 0;
	}
	reply->sum += words_at(own, count, at);
	return differ == 0;
}

/* What is the machine's own, and the address that it is given. */
static __always_inline bool take_all_own(struct said *said, struct reply *reply,
					 const struct storm_text *text)
{
	const struct storm_talk *talk = reply->talk;
	__u32 *words = (__u32 *)said->words;
	__u16 mac[ETH_ALEN / 2];

	mac_of(reply->machine, (__u8 *)mac);
	reply->yiaddr = words[STORM_YIADDR_AT / 4];
	words[STORM_YIADDR_AT / 4] = 0;
	reply->sum += words_at((const __u16 *)&reply->yiaddr, 2, 0);
	return take_own(said, reply, STORM_XID_AT, (const __u16 *)&talk->xid, 2) &&
	       take_own(said, reply, STORM_CHADDR_AT, mac, ETH_ALEN / 2) &&
	       (!text->mac_at || take_own(said, reply, text->mac_at, mac, ETH_ALEN / 2)) &&
	       (!text->uuid_at ||
		take_own(said, reply, text->uuid_at, (const __u16 *)talk->uuid, 8));
}

/* Is the rest, up to @len, what stands in the script? */
static __always_inline bool is_as_written(const struct said *said, const struct storm_text *text,
					  __u32 len)
{
	const __u64 *want = (const __u64 *)text->bytes;
	__u64 differ = 0;

	for (__u32 i = 0; i < TEXT_WORDS; i++) {
		if (i * 8 >= len)
			break;
		differ |= said->words[i] ^ want[i];
	}
	return differ == 0;
}

static __always_inline bool reply_headers_ok(const struct reply_headers *headers, __u32 frame_len,
					     __u32 len)
{
	return headers->eth.h_proto == bpf_htons(ETH_P_IP) && headers->ip.version == 4 &&
	       headers->ip.ihl == 5 && headers->ip.protocol == IPPROTO_UDP &&
	       headers->ip.ttl != 0 && !(headers->ip.frag_off & bpf_htons((__u16)~IP_DF)) &&
	       headers->udp.source == bpf_htons(DHCP_SERVER_PORT) &&
	       headers->udp.dest == bpf_htons(DHCP_CLIENT_PORT) &&
	       headers->ip.tot_len == bpf_htons(HEADERS_LEN - ETH_HLEN + len) &&
	       headers->udp.len == bpf_htons(sizeof(struct udphdr) + len) &&
	       HEADERS_LEN + len <= frame_len && ip_sum(headers) == 0xffff;
}

/* Does the machine, which has no address yet, hear it, and is the checksum right? */
static __always_inline bool is_heard(const struct reply_headers *headers, const struct reply *reply,
				     const struct storm_text *text)
{
	__u16 udp_len = sizeof(struct udphdr) + text->len;
	__u32 pseudo = csum__pseudo(headers->ip.saddr, headers->ip.daddr, udp_len);
	__be32 target = headers->ip.daddr;

	if (target != 0xffffffff && (reply->script->broadcast || target != reply->yiaddr))
		return false;
	if (headers->udp.check == 0 || headers->udp.check == pseudo)
		return true;
	return csum__fold((__u64)pseudo + headers->udp.source + headers->udp.dest +
			  headers->udp.len + headers->udp.check + text->sum + reply->sum) == 0xffff;
}

/* Read the message, and compare it with @text. */
static __always_inline bool says(struct xdp_md *ctx, struct reply *reply,
				 const struct storm_text *text)
{
	const struct reply_headers *headers = (void *)(long)ctx->data;
	__u32 zero = 0, len = text->len, last = len & ~7u;
	struct said *said = bpf_map_lookup_elem(&said_here, &zero);

	if (!said || !is_some(&len, STORM_TEXT_MAX) || !is_at_most(&last, STORM_TEXT_MAX) ||
	    (const void *)(headers + 1) > (const void *)(long)ctx->data_end ||
	    !reply_headers_ok(headers, (__u32)bpf_xdp_get_buff_len(ctx), len))
		return false;
	*(__u64 *)((__u8 *)said->words + last) = 0;
	if (bpf_xdp_load_bytes(ctx, HEADERS_LEN, said->words, len) < 0)
		return false;
	return take_all_own(said, reply, text) && is_as_written(said, text, len) &&
	       is_heard(headers, reply, text);
}

/* The headers of what a machine without an address says, but for the UDP checksum. */
static __always_inline void write_headers(struct reply_headers *headers, const struct reply *reply,
					  __u32 len)
{
	const struct storm_script *script = reply->script;

	__builtin_memset(headers->eth.h_dest, 0xff, ETH_ALEN);
	mac_of(reply->machine, headers->eth.h_source);
	headers->eth.h_proto = bpf_htons(ETH_P_IP);
	headers->ip.version = 4;
	headers->ip.ihl = 5;
	headers->ip.tos = 0;
	headers->ip.tot_len = bpf_htons(HEADERS_LEN - ETH_HLEN + len);
	headers->ip.id = (__be16)reply->talk->xid;
	headers->ip.frag_off = script->plain_ip ? bpf_htons(IP_DF) : 0;
	headers->ip.ttl = script->ttl;
	headers->ip.protocol = IPPROTO_UDP;
	headers->ip.check = 0;
	headers->ip.saddr = 0;
	headers->ip.daddr = 0xffffffff;
	headers->ip.check = (__u16)~ip_sum(headers);
	headers->udp.source = bpf_htons(DHCP_CLIENT_PORT);
	headers->udp.dest = bpf_htons(DHCP_SERVER_PORT);
	headers->udp.len = bpf_htons(sizeof(struct udphdr) + len);
	headers->udp.check = 0;
}

/* Something of the machine's own goes into a message. Return: what that adds to the sum */
static __always_inline __u32 put_own(struct xdp_md *ctx, __u32 at, const void *own, __u32 count)
{
	bpf_xdp_store_bytes(ctx, HEADERS_LEN + at, (void *)own, count * 2);
	return words_at(own, count, at);
}

/* The frame, of the right length, becomes @text of the machine. */
static __always_inline int speak(struct xdp_md *ctx, const struct reply *reply,
				 const struct storm_text *text, __u32 len)
{
	const struct storm_talk *talk = reply->talk;
	struct reply_headers *headers;
	__u16 mac[ETH_ALEN / 2], uuid[8];
	__be32 xid = talk->xid;
	__u64 sum = text->sum;

	mac_of(reply->machine, (__u8 *)mac);
	__builtin_memcpy(uuid, talk->uuid, sizeof(uuid));
	if (bpf_xdp_store_bytes(ctx, HEADERS_LEN, (void *)text->bytes, len) < 0)
		return XDP_DROP;
	sum += put_own(ctx, STORM_XID_AT, &xid, 2);
	sum += put_own(ctx, STORM_CHADDR_AT, mac, ETH_ALEN / 2);
	if (text->mac_at)
		sum += put_own(ctx, text->mac_at, mac, ETH_ALEN / 2);
	if (text->uuid_at)
		sum += put_own(ctx, text->uuid_at, uuid, 8);
	if (text->asked_at)
		sum += put_own(ctx, text->asked_at, &reply->yiaddr, 2);
	headers = (void *)(long)ctx->data;
	if ((void *)(headers + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	write_headers(headers, reply, len);
	if (!reply->script->plain_ip)
		headers->udp.check =
			csum__udp(sum + csum__pseudo(0, 0xffffffff, sizeof(struct udphdr) + len) +
				  headers->udp.source + headers->udp.dest + headers->udp.len);
	return XDP_TX;
}

/* Another CPU may have been faster with the same reply. */
static __always_inline bool moves(struct storm_talk *talk, __u32 from, __u32 to)
{
	return __sync_val_compare_and_swap(&talk->state, from, to) == from;
}

/* The OFFER is what was waited for: ask for its address. A frame that has no room for that goes to the command. */
static __always_inline int take_offer(struct xdp_md *ctx, struct storm_flow *flow,
				      const struct reply *reply)
{
	const struct storm_text *text = &reply->script->request;
	struct storm_talk *talk = reply->talk;
	__u32 len = text->len;

	if (reply->yiaddr == 0 || (talk->has && talk->has != reply->yiaddr) ||
	    !is_some(&len, STORM_TEXT_MAX) ||
	    bpf_xdp_adjust_tail(ctx, (int)(HEADERS_LEN + len) - (int)bpf_xdp_get_buff_len(ctx)))
		return GO_ON;
	talk->address = reply->yiaddr;
	talk->heard_ns = bpf_ktime_get_ns();
	if (!moves(talk, STORM_TALK_WANTS_OFFER, STORM_TALK_WANTS_ACK))
		return XDP_DROP;
	flow->acks++;
	return speak(ctx, reply, text, len);
}

static __always_inline int take_ack(const struct reply *reply)
{
	if (reply->yiaddr != reply->talk->address)
		return GO_ON;
	if (moves(reply->talk, STORM_TALK_WANTS_ACK, STORM_TALK_BOUND))
		event__plain(reply->machine, STORM_EVENT_BOUND, reply->yiaddr);
	return XDP_DROP;
}

/** talk__discover() - a frame that comes from the command becomes the DISCOVER of the next machine. Return: XDP action */
static __always_inline int talk__discover(struct xdp_md *ctx)
{
	__u32 zero = 0, kind, len, index;
	struct storm_say *all = bpf_map_lookup_elem(&say, &zero);
	struct reply reply = {};

	if (!all)
		return XDP_DROP;
	index = __sync_fetch_and_add(&all->next, 1);
	if (!is_at_most(&index, STORM_SAY_MAX - 1))
		return XDP_DROP;
	reply.machine = all->machines[index];
	reply.talk = bpf_map_lookup_elem(&talks, &reply.machine);
	if (!reply.talk)
		return XDP_DROP;
	kind = reply.talk->kind;
	reply.script = bpf_map_lookup_elem(&scripts, &kind);
	if (!reply.script)
		return XDP_DROP;
	len = reply.script->discover.len;
	if (!is_some(&len, STORM_TEXT_MAX) ||
	    bpf_xdp_adjust_tail(ctx, (int)(HEADERS_LEN + len) - (int)bpf_xdp_get_buff_len(ctx)))
		return XDP_DROP;
	return speak(ctx, &reply, &reply.script->discover, len);
}

/**
 * talk__take() - take a reply to a machine's DISCOVER or REQUEST that is as the script has it
 * A global function: what it compares would multiply the paths of its caller.
 * Return: XDP action; GO_ON when it is something else, or something differs
 */
CHECKED_ALONE int talk__take(struct xdp_md *ctx, __u32 machine)
{
	struct reply reply = { .machine = machine };
	struct storm_flow *flow = bpf_map_lookup_elem(&flows, &machine);
	__u32 kind, state;

	reply.talk = bpf_map_lookup_elem(&talks, &machine);
	if (!reply.talk || !flow)
		return GO_ON;
	state = reply.talk->state;
	kind = reply.talk->kind;
	if (state != STORM_TALK_WANTS_OFFER && state != STORM_TALK_WANTS_ACK)
		return GO_ON;
	reply.script = bpf_map_lookup_elem(&scripts, &kind);
	if (!reply.script || !reply.script->ready)
		return GO_ON;
	if (state == STORM_TALK_WANTS_OFFER)
		return says(ctx, &reply, &reply.script->offer) ? take_offer(ctx, flow, &reply)
							       : GO_ON;
	return says(ctx, &reply, &reply.script->ack) ? take_ack(&reply) : GO_ON;
}

#endif
