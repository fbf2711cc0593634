/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The headers of a datagram, turned round: as few words as that takes. */
#ifndef XDPXE_BENCH_REFLECT_HEADERS_H
#define XDPXE_BENCH_REFLECT_HEADERS_H

struct headers {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	struct tftp_header tftp;
} __attribute__((packed, aligned(2)));

/* The same bytes in words that the machine takes at once; both words of `macs` hold a part of the sender. */
struct words {
	__u64 macs_low;
	__u32 macs_high;
	__u8 pad[14];
	__u64 addresses;
	__u32 ports;
} __attribute__((packed));
_Static_assert(offsetof(struct words, addresses) == ETH_HLEN + offsetof(struct iphdr, saddr),
	       "source and destination");

#define AT(head, type, field) (*(type *)((char *)(head) + offsetof(struct words, field)))

/* Sender and receiver change places, in all three headers. */
static __always_inline void headers__turn(struct headers *head)
{
	__u64 low = AT(head, __u64, macs_low), addresses = AT(head, __u64, addresses);
	__u32 high = AT(head, __u32, macs_high), ports = AT(head, __u32, ports);

	AT(head, __u64, macs_low) = low >> 48 | (__u64)high << 16 | low << 48;
	AT(head, __u32, macs_high) = (__u32)(low >> 16);
	AT(head, __u64, addresses) = addresses << 32 | addresses >> 32;
	AT(head, __u32, ports) = ports << 16 | ports >> 16;
}

/* The datagram has @payload bytes now; of the header's checksum no more changes than that (RFC 1624, equation 3). */
static __always_inline void headers__resize(struct headers *head, __u32 payload)
{
	__be16 total = bpf_htons(sizeof(head->ip) + sizeof(head->udp) + payload);
	__u32 sum = (__u16)~head->ip.check + (__u16)~head->ip.tot_len + total;

	sum = (sum & 0xffff) + (sum >> 16);
	head->ip.check = ~(sum + (sum >> 16));
	head->ip.tot_len = total;
	head->udp.len = bpf_htons(sizeof(head->udp) + payload);
	head->udp.check = 0;
}

/* Bytes in front of a datagram's payload. */
#define PAYLOAD_AT (sizeof(struct headers) - sizeof(struct tftp_header))

/* Make the frame so long. Return: 0, or not 0 when it has no room */
static __always_inline long frame__resize(struct xdp_md *ctx, __u32 len)
{
	return bpf_xdp_adjust_tail(ctx, (int)len - (int)bpf_xdp_get_buff_len(ctx));
}

#endif
