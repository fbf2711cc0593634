/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* DHCP: bytes -> struct dhcp_message. Reads a copy of the payload and no map. */
#ifndef XDPXE_BPF_DHCP_PARSE_H
#define XDPXE_BPF_DHCP_PARSE_H

#define AT(position) ((position) & (PAYLOAD_MAX - 1))

/* The state of a walk over the options. */
struct dhcp_walk {
	const __u8 *payload; /* PAYLOAD_MAX bytes */
	struct dhcp_message *message;
	__u32 pos;
	__u32 len;
	__u32 vendor_end; /* before it lie options of option 43, which are walked over like others */
};

static __always_inline __u16 dhcp__u16(const __u8 *payload, __u32 pos)
{
	return payload[AT(pos)] << 8 | payload[AT(pos + 1)];
}

static __always_inline __be32 dhcp__be32(const __u8 *payload, __u32 pos)
{
	return bpf_htonl((__u32)dhcp__u16(payload, pos) << 16 | dhcp__u16(payload, pos + 2));
}

/* Does the text at @pos begin with @word (at most 10 characters)? */
static __always_inline bool dhcp__begins(const __u8 *payload, __u32 pos, __u32 len,
					 const char *word, __u32 word_len)
{
	if (len < word_len)
		return false;
	for (__u32 i = 0; i < word_len; i++)
		if (payload[AT(pos + i)] != (__u8)word[i])
			return false;
	return true;
}

/* Option 77 of iPXE is the bare word; RFC 3004 wants a length byte before it, which later versions may send. */
static __always_inline bool dhcp__says_ipxe(const __u8 *payload, __u32 pos, __u32 len)
{
	return dhcp__begins(payload, pos, len, "iPXE", 4) ||
	       (len > 4 && dhcp__begins(payload, pos + 1, len - 1, "iPXE", 4));
}

static __always_inline void dhcp__take_arches(const __u8 *payload, struct dhcp_message *message,
					      __u32 pos, __u32 len)
{
	for (__u32 i = 0; i < ARCH_LIST_MAX; i++) {
		if (2 * i + 2 > len)
			break;
		message->arch[i] = dhcp__u16(payload, pos + 2 * i);
		message->arch_count = i + 1;
	}
}

static __always_inline void dhcp__take_address(const __u8 *payload, struct dhcp_message *message,
					       __be32 *address, __u32 pos, __u32 len)
{
	if (len == 4)
		*address = dhcp__be32(payload, pos);
	else
		message->malformed = 1;
}

/* One option, whose @len bytes lie at @pos inside the payload. */
static __always_inline void dhcp__take_option(const __u8 *payload, struct dhcp_message *message,
					      __u8 code, __u32 pos, __u32 len)
{
	switch (code) {
	case DHCP_OPT_MESSAGE_TYPE:
		if (len == 1)
			message->type = payload[AT(pos)];
		break;
	case DHCP_OPT_REQUESTED_IP:
		dhcp__take_address(payload, message, &message->requested, pos, len);
		break;
	case DHCP_OPT_SERVER_ID:
		dhcp__take_address(payload, message, &message->server_id, pos, len);
		break;
	case DHCP_OPT_MAX_SIZE:
		if (len == 2)
			message->max_size = dhcp__u16(payload, pos);
		break;
	case DHCP_OPT_VENDOR_CLASS:
		message->is_pxe = dhcp__begins(payload, pos, len, "PXEClient", 9);
		message->is_http = dhcp__begins(payload, pos, len, "HTTPClient", 10);
		break;
	case DHCP_OPT_USER_CLASS:
		message->is_ipxe |= dhcp__says_ipxe(payload, pos, len);
		break;
	case DHCP_OPT_IPXE:
		message->is_ipxe = 1;
		break;
	case DHCP_OPT_ARCH:
		dhcp__take_arches(payload, message, pos, len);
		break;
	case DHCP_OPT_CLIENT_ID:
		message->client_id = pos - 2;
		break;
	case DHCP_OPT_UUID:
		if (len == UUID_OPTION - 2)
			message->uuid = pos - 2;
		break;
	case DHCP_OPT_SUBNET_SELECTION:
		if (len != 4)
			break;
		message->selection = pos - 2;
		message->selected = dhcp__be32(payload, pos);
		break;
	case DHCP_OPT_RELAY_AGENT:
		message->relay_agent = pos - 2;
		break;
	}
}

/*
 * One step inside option 43, whose format is the vendor's: what does not look like PXE's ends the walk of it, and is no
 * fault of the message.
 */
static __always_inline void dhcp__step_vendor(struct dhcp_walk *walk)
{
	const __u8 *payload = walk->payload;
	__u32 pos = walk->pos;
	__u8 code = payload[AT(pos)];
	__u32 len = payload[AT(pos + 1)];

	if (code == DHCP_OPT_PAD) {
		walk->pos = pos + 1;
		return;
	}
	if (code == DHCP_OPT_END || pos + 2 + len > walk->vendor_end) {
		walk->pos = walk->vendor_end;
		return;
	}
	if (code == PXE_OPT_BOOT_ITEM && len == 4) {
		walk->message->has_boot_item = 1;
		walk->message->boot_item = dhcp__be32(payload, pos + 2);
	}
	walk->pos = pos + 2 + len;
}

/* One step of the walk. Return: 1 at the end. */
static long dhcp__step(__u32 index, struct dhcp_walk *walk)
{
	const __u8 *payload = walk->payload;
	__u32 pos = walk->pos;
	__u32 len;
	__u8 code;

	(void)index;
	if (pos >= walk->len)
		return 1;
	if (pos < walk->vendor_end) {
		dhcp__step_vendor(walk);
		return 0;
	}
	code = payload[AT(pos)];
	if (code == DHCP_OPT_END)
		return 1;
	if (code == DHCP_OPT_PAD) {
		walk->pos = pos + 1;
		return 0;
	}
	len = pos + 1 < walk->len ? payload[AT(pos + 1)] : PAYLOAD_MAX;
	if (pos + 2 + len > walk->len) {
		walk->message->malformed = 1;
		return 1;
	}
	dhcp__take_option(payload, walk->message, code, pos + 2, len);
	walk->pos = pos + 2 + len;
	if (code == DHCP_OPT_VENDOR) {
		walk->pos = pos + 2;
		walk->vendor_end = pos + 2 + len;
	}
	return 0;
}

static __always_inline void dhcp__take_header(const struct bootp_header *bootp,
					      struct dhcp_message *message)
{
	message->xid = bootp->xid;
	message->secs = bootp->secs;
	message->flags = bootp->flags;
	message->ciaddr = bootp->ciaddr;
	message->giaddr = bootp->giaddr;
	message->htype = bootp->htype;
	message->hlen = bootp->hlen;
	for (__u32 i = 0; i < BOOTP_CHADDR_LEN; i++)
		message->chaddr[i] = i < bootp->hlen ? bootp->chaddr[i] : 0;
}

/**
 * dhcp__parse() - read a message
 * @scratch: its payload, of which @len bytes came from the wire
 * @message: out
 * Return: GO_ON, or the reason to pass it up
 */
CHECKED_ALONE int dhcp__parse(struct scratch *scratch, __u32 len, struct dhcp_message *message)
{
	const struct bootp_header *bootp;
	struct dhcp_walk walk = { .message = message, .pos = sizeof(*bootp), .len = len };

	if (!scratch || !message || len < sizeof(*bootp) || len > PAYLOAD_MAX)
		return XDPXE_R_DHCP_TRUNCATED;
	__builtin_memset(message, 0, sizeof(*message));
	walk.pos += unknown_zero;
	walk.payload = scratch->payload;
	bootp = (const struct bootp_header *)scratch->payload;
	if (bootp->op != BOOTP_REQUEST)
		return XDPXE_R_DHCP_NOT_REQUEST;
	if (bootp->magic != bpf_htonl(DHCP_MAGIC) || bootp->hlen > BOOTP_CHADDR_LEN)
		return XDPXE_R_DHCP_MALFORMED;
	dhcp__take_header(bootp, message);
	bpf_loop(len, dhcp__step, &walk, 0);
	if (message->malformed)
		return XDPXE_R_DHCP_TRUNCATED;
	if (message->type == 0 || message->hlen == 0)
		return XDPXE_R_DHCP_MALFORMED;
	/* Broken clients set ciaddr in a DISCOVER, or beside option 50: it means nothing there (RFC 2131 table 5). */
	if (message->type == DHCP_DISCOVER || (message->type == DHCP_REQUEST && message->requested))
		message->ciaddr = 0;
	return GO_ON;
}

#endif
