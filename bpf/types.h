/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Decoded facts and decisions: what parse, decide and reply hand to one another. Nothing here leaves the program. */
#ifndef XDPXE_BPF_TYPES_H
#define XDPXE_BPF_TYPES_H

/*
 * Verifier: a global function (not static, not inlined) is checked by itself, once, whatever its callers know. Without
 * that, the paths through parse, decide and reply multiply beyond the million instructions that any kernel reads. It
 * takes pointers to whole structures only, and must check them for NULL.
 */
#define CHECKED_ALONE __attribute__((noinline))

#define GO_ON (-1) /* beside the numbers of enum xdpxe_reason: nothing is decided yet */

#define PAYLOAD_MAX 2048   /* a power of two: offsets are masked with it */
#define OPTION_MAX 257	   /* code, length and 255 bytes */
#define SELECTION_OPTION 6 /* option 118: code, length and an address (RFC 3011) */
#define UUID_OPTION 19	   /* option 97: code, length, type and 16 bytes (RFC 4578 section 2.3) */
#define ARCH_LIST_MAX 4	   /* codes of option 93 that are looked at */
#define SHORT_REPLY_MAX 128

/*
 * Verifier: before kernel 6.18 it knows a bound of the very register that was compared, and of no copy, spilled value
 * or sum that was made of it before. The compiler compares whichever it likes, and merges two bounds into one
 * comparison of a difference. An opaque value is all it has: so what is compared is what is used.
 */
#define OPAQUE(value) asm volatile("" : "+r"(value))

/** is_at_most() - is @len 0 to @max? Helpers and arrays take it after that */
static __always_inline bool is_at_most(__u32 *len, __u32 max)
{
	__u32 value = *len;

	OPAQUE(value);
	if (value > max)
		return false;
	OPAQUE(value);
	*len = value;
	return true;
}

/** is_some() - is @len 1 to @max? The same, for helpers that take no 0 */
static __always_inline bool is_some(__u32 *len, __u32 max)
{
	__u32 last = *len - 1;

	if (!is_at_most(&last, max - 1))
		return false;
	*len = last + 1;
	return true;
}

/*
 * Verifier: before kernel 6.7 it follows bpf_loop() for one round only, and takes out the code that only a second one
 * reaches. So whatever a round hands to the next begins as this 0, which nothing writes and it cannot know.
 */
__u64 unknown_zero;

/* What the link, IP and UDP headers say. */
struct frame {
	__u8 dst[6]; /* as on the wire: frame__take_macs() */
	__u8 src[6];
	__be32 saddr;
	__be32 daddr;
	__be16 sport;
	__be16 dport;
	__sum16 check;
	__u16 payload;	   /* offset of the UDP payload */
	__u16 payload_len; /* bytes */
	__u16 len;	   /* bytes of the whole frame */
	bool has_head;	   /* the payload has the four bytes below */
	struct tftp_header head;
};

/* What stands between the addresses and the EtherType: 802.1Q or 802.1ad, outer tag first. */
struct vlan_tag {
	__be16 tpid;
	__be16 tci;
};
#define TAGS_MAX 2
struct tags {
	struct vlan_tag tag[TAGS_MAX];
	__u32 len; /* bytes: 0, 4 or 8 */
};

/* What a DHCP message says. Offsets are those of an option's code in the payload, 0 when absent. */
struct dhcp_message {
	__be32 xid;
	__be32 ciaddr;
	__be32 giaddr;
	__be32 requested;
	__be32 server_id;
	__be32 selected;  /* address in the network that a relay asks for, 0: giaddr is */
	__be32 boot_item; /* option 43.71: type and layer, 16 bits each */
	__be16 secs;
	__be16 flags;
	__u8 chaddr[BOOTP_CHADDR_LEN];
	__u8 htype;
	__u8 hlen;
	__u8 type;
	__u8 is_ipxe;
	__u8 is_pxe;
	__u8 is_http;
	__u8 malformed;
	__u8 has_boot_item;
	__u8 arch_count;
	__u16 arch[ARCH_LIST_MAX];
	__u16 max_size;
	__u16 client_id;
	__u16 uuid;
	__u16 relay_agent;
	__u16 selection; /* option 118 */
	__u16 delay_ms;	 /* that the reply is to wait */
	__u8 waited;	 /* it has */
};

/* What an RRQ or WRQ says; the name stands in scratch->name. */
struct tftp_request {
	__u64 size;
	__u32 blksize; /* 0: not asked for, as the next two */
	__u32 timeout;
	__u32 windowsize;
	__u16 opcode;
	__u16 name_len;
	__u8 octet;
	__u8 wants_size;
	__u8 name_too_long;
	__u8 malformed;
	__u8 bad_option;
};

/* One per CPU; the payload is followed by zeros that round its checksum up. */
struct scratch {
	__u8 payload[PAYLOAD_MAX];
	struct xdpxe_name name;
	struct xdpxe_lease lease;
	struct dhcp_message message;
	struct tftp_request request;
	struct frame frame;
	__u32 next_job;
	__u32 network;		/* slot, as DHCP has chosen it */
	__be32 subnet;		/* its subnet, 0 while it is not known */
	struct tags tags;	/* taken off the frame; none but in vlan__handle() */
	struct xdpxe_port vlan; /* the port as a frame with tags meets it */
	__u32 tick_ms;		/* see tick_ms() */
	__u64 tick;
	__u64 ns_tick, tick_ns; /* see tick_ns() */
	__u64 settled;		/* see loss__settle() */
};

/* The headers of a reply. */
struct reply_headers {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed, aligned(2)));
#define HEADERS_LEN 42
_Static_assert(sizeof(struct reply_headers) == HEADERS_LEN, "no padding on the wire");

enum job_kind {
	JOB_DHCP,
	JOB_TFTP_DATA,
	JOB_TFTP_SHORT, /* OACK or ERROR */
};

/* How much of a network's options a reply says. */
enum dhcp_says {
	DHCP_SAYS_ALL,
	DHCP_SAYS_NO_LEASE, /* all but 51, 58 and 59 */
	DHCP_SAYS_BOOT,	    /* none */
};

#define FIRST_OPTIONS 9 /* bytes of 53 and 54 */

/* A DHCP reply to be written: the BOOTP header, and where its options come from. */
struct dhcp_job {
	struct bootp_header bootp;
	__u8 first_options[29]; /* 53 and 54; 60 and 43 where the client has chosen a boot item */
	__u8 first_len;
	__u8 wants_pxe;
	__u8 says;	     /* enum dhcp_says */
	__u16 network;	     /* slot, XDPXE_NONE for a NAK */
	__u16 host_len;	     /* options of the reservation, 0 for none */
	__u16 client_id_len; /* with code and length, 0 for none, as the next two */
	__u16 uuid_len;
	__u16 relay_agent_len;
	__u16 selection_len;
	__u64 boot; /* key, XDPXE_BOOT_NONE for none */
	__u8 selection[SELECTION_OPTION];
	__u8 client_id[OPTION_MAX];
	__u8 uuid[UUID_OPTION];
	__u8 relay_agent[OPTION_MAX];
};

/* A DATA to be written. */
struct data_job {
	__u64 size; /* bytes of the file */
	__u32 image;
	__u32 block; /* the first, counted from 1 without rollover */
	__u16 blksize;
	__u16 sums; /* see struct xdpxe_tid */
	__u8 rollover;
};

/* An OACK or ERROR to be written: its payload is ready. */
struct short_job {
	__u16 len;
	__u8 bytes[SHORT_REPLY_MAX];
};

/* A reply, decided in full; writing it cannot fail for want of facts. */
struct job {
	__u16 kind;
	__u16 len;  /* bytes of the frame */
	__u16 skip; /* clones to drop before the first that is written */
	__u16 sent; /* clones written so far */
	__u16 count;
	struct reply_headers headers;
	struct tags tags; /* of the clones */
	__u8 pad[4];
	union {
		struct dhcp_job dhcp;
		struct data_job data;
		struct short_job brief;
	};
};

_Static_assert(sizeof(struct job) <= XDPXE_JOB_BYTES, "raise it in abi.h");
_Static_assert(sizeof(struct scratch) <= XDPXE_SCRATCH_BYTES, "raise it in abi.h");

#endif
