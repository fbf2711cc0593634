/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ARP (RFC 826) as bytes: a request, and the reply that it is turned into. */
#ifndef XDPXE_BPF_ARP_MESSAGE_H
#define XDPXE_BPF_ARP_MESSAGE_H

#define ARP_REQUEST 1
#define ARP_REPLY 2
#define MULTICAST_BIT 1 /* of the first byte of a hardware address */

/* A message for Ethernet and IPv4, and the EtherType before it: what stands behind the addresses and tags of a frame. */
struct arp_message {
	__be16 ethertype;
	__be16 htype;
	__be16 ptype;
	__u8 hlen;
	__u8 plen;
	__be16 operation;
	__u8 sender_mac[ETH_ALEN];
	__be32 sender;
	__u8 target_mac[ETH_ALEN];
	__be32 target;
} __attribute__((packed, aligned(2)));
_Static_assert(sizeof(struct arp_message) == 30, "no padding on the wire");

/* An ARP message in its frame. */
struct arp {
	struct tags tags;
	__u8 dst[ETH_ALEN];
	__u8 src[ETH_ALEN];
	struct arp_message message;
};
_Static_assert(offsetof(struct arp, src) == offsetof(struct arp, dst) + ETH_ALEN, "both at once");

static __always_inline bool mac__is(const __u8 *mac, const __u8 *other)
{
	__u8 differs = 0;

	for (int i = 0; i < ETH_ALEN; i++)
		differs |= mac[i] ^ other[i];
	return differs == 0;
}

/* Is it a request as RFC 826 has it for Ethernet and IPv4, from the machine that it says it is of? */
static __always_inline bool arp__is_request(const struct arp *arp)
{
	const struct arp_message *message = &arp->message;

	return message->ethertype == bpf_htons(ETH_P_ARP) &&
	       message->htype == bpf_htons(ARPHRD_ETHER) && message->ptype == bpf_htons(ETH_P_IP) &&
	       message->hlen == ETH_ALEN && message->plen == sizeof(__be32) &&
	       message->operation == bpf_htons(ARP_REQUEST) && !(arp->src[0] & MULTICAST_BIT) &&
	       mac__is(message->sender_mac, arp->src);
}

/** arp__parse() - Return: is the frame an ARP request? Only then is @arp of use */
static __always_inline bool arp__parse(struct xdp_md *ctx, struct arp *arp)
{
	struct cursor cursor = { (void *)(long)ctx->data, (void *)(long)ctx->data_end };

	tags__parse(&cursor, &arp->tags);
	return bpf_xdp_load_bytes(ctx, 0, arp->dst, MACS_LEN) == 0 &&
	       bpf_xdp_load_bytes(ctx, MACS_LEN + arp->tags.len, &arp->message,
				  sizeof(arp->message)) == 0 &&
	       arp__is_request(arp);
}

/**
 * arp__answer() - turn the request into its reply; length, tags and padding stay
 * @mac: that is asked for
 * Return: 0, or not 0 when the frame is no good
 */
static __always_inline long arp__answer(struct xdp_md *ctx, const __u8 *mac, struct arp *arp)
{
	struct arp_message *message = &arp->message;
	__be32 target = message->target;

	__builtin_memcpy(arp->dst, arp->src, ETH_ALEN);
	__builtin_memcpy(arp->src, mac, ETH_ALEN);
	__builtin_memcpy(message->target_mac, message->sender_mac, ETH_ALEN);
	__builtin_memcpy(message->sender_mac, mac, ETH_ALEN);
	message->target = message->sender;
	message->sender = target;
	message->operation = bpf_htons(ARP_REPLY);
	return bpf_xdp_store_bytes(ctx, 0, arp->dst, MACS_LEN) |
	       bpf_xdp_store_bytes(ctx, MACS_LEN + arp->tags.len, message, sizeof(*message));
}

#endif
