/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TFTP: bytes -> struct tftp_request. Reads a copy of the payload and no map. */
#ifndef XDPXE_BPF_TFTP_PARSE_H
#define XDPXE_BPF_TFTP_PARSE_H

#define TFTP_NUMBER_MAX 0xffffffffffULL /* option values are read up to here */

/* An option name as two words: the first eight characters in lower case, and the rest. */
#define WORD8(a, b, c, d, e, f, g, h)                                                              \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 |   \
	 (__u64)(f) << 40 | (__u64)(g) << 48 | (__u64)(h) << 56)
#define WORD_BLKSIZE WORD8('b', 'l', 'k', 's', 'i', 'z', 'e', 0)
#define WORD_TIMEOUT WORD8('t', 'i', 'm', 'e', 'o', 'u', 't', 0)
#define WORD_TSIZE WORD8('t', 's', 'i', 'z', 'e', 0, 0, 0)
#define WORD_WINDOWSI WORD8('w', 'i', 'n', 'd', 'o', 'w', 's', 'i')
#define WORD_ZE WORD8('z', 'e', 0, 0, 0, 0, 0, 0)
#define WORD_OCTET WORD8('o', 'c', 't', 'e', 't', 0, 0, 0)

/* Which string of the request the walk is in. */
enum tftp_part {
	TFTP_PART_NAME,
	TFTP_PART_MODE,
	TFTP_PART_OPTION,
	TFTP_PART_VALUE,
};

struct tftp_walk {
	const __u8 *payload; /* PAYLOAD_MAX bytes */
	struct tftp_request *request;
	struct xdpxe_name *name;
	__u64 word[2]; /* of a mode or option name */
	__u64 number;  /* of an option value */
	__u32 len;
	__u32 in_part; /* characters of the part so far */
	__u32 part;
	__u32 not_a_number;
};

/* Paths are compared as UNIX writes them: `\` is `/`, and one `/` is as good as two or a leading one. */
static __always_inline void tftp__name_char(struct tftp_walk *walk, __u8 c)
{
	struct tftp_request *request = walk->request;
	__u32 len = request->name_len;

	if (c == '\\')
		c = '/';
	if (c == '/' && (len == 0 || walk->name->path[(len - 1) & (XDPXE_NAME_MAX - 1)] == '/'))
		return;
	if (len >= XDPXE_NAME_MAX - 1) {
		request->name_too_long = 1;
		return;
	}
	walk->name->path[len & (XDPXE_NAME_MAX - 1)] = c;
	request->name_len = len + 1;
}

/* An old Intel ROM adds 0xff to a name that it read past the end of option 67. */
static __always_inline void tftp__end_name(struct tftp_walk *walk)
{
	struct tftp_request *request = walk->request;
	__u32 last = (request->name_len - 1) & (XDPXE_NAME_MAX - 1);

	if (request->name_len && (__u8)walk->name->path[last] == 0xff) {
		walk->name->path[last] = 0;
		request->name_len--;
	}
}

static __always_inline void tftp__word_char(struct tftp_walk *walk, __u8 c)
{
	__u32 at = walk->in_part;

	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	if (at < 8)
		walk->word[0] |= (__u64)c << (8 * at);
	else if (at < 16)
		walk->word[1] |= (__u64)c << (8 * (at - 8));
	else
		walk->word[0] = 0; /* longer than any that is known */
}

static __always_inline void tftp__number_char(struct tftp_walk *walk, __u8 c)
{
	if (c < '0' || c > '9')
		walk->not_a_number = 1;
	else if (walk->number < TFTP_NUMBER_MAX)
		walk->number = walk->number * 10 + (c - '0');
}

/* An option is complete. One whose value makes no sense is left out (RFC 2347 lets a server ignore any). */
static __always_inline void tftp__end_option(struct tftp_walk *walk)
{
	struct tftp_request *request = walk->request;
	__u64 value = walk->number;
	bool number = !walk->not_a_number && walk->in_part;
	bool good = true;

	if (walk->word[0] == WORD_TSIZE && !walk->word[1]) {
		request->wants_size = good = number;
	} else if (walk->word[0] == WORD_BLKSIZE && !walk->word[1]) {
		good = number && value >= TFTP_BLKSIZE_MIN && value <= TFTP_BLKSIZE_LIMIT;
		request->blksize = good ? value : 0;
	} else if (walk->word[0] == WORD_TIMEOUT && !walk->word[1]) {
		good = number && value >= 1 && value <= TFTP_TIMEOUT_MAX;
		request->timeout = good ? value : 0;
	} else if (walk->word[0] == WORD_WINDOWSI && walk->word[1] == WORD_ZE) {
		good = number && value >= 1 && value <= 65535;
		request->windowsize = good ? value : 0;
	}
	if (!good)
		request->bad_option = 1;
}

static __always_inline void tftp__end_part(struct tftp_walk *walk)
{
	switch (walk->part) {
	case TFTP_PART_NAME:
		tftp__end_name(walk);
		walk->part = TFTP_PART_MODE;
		break;
	case TFTP_PART_MODE:
		walk->request->octet = walk->word[0] == WORD_OCTET && !walk->word[1];
		walk->part = TFTP_PART_OPTION;
		break;
	case TFTP_PART_OPTION:
		walk->part = TFTP_PART_VALUE;
		walk->in_part = 0;
		return; /* the word is kept for the value */
	default:
		tftp__end_option(walk);
		walk->part = TFTP_PART_OPTION;
	}
	walk->in_part = 0;
	walk->number = 0;
	walk->not_a_number = 0;
	walk->word[0] = 0;
	walk->word[1] = 0;
}

/* One character. Return: 1 at the end. */
static long tftp__step(__u32 index, struct tftp_walk *walk)
{
	__u32 pos = index + sizeof(__be16);
	__u8 c;

	if (pos >= walk->len)
		return 1;
	c = walk->payload[pos & (PAYLOAD_MAX - 1)];
	if (c == 0) {
		tftp__end_part(walk);
		return 0;
	}
	if (walk->part == TFTP_PART_NAME)
		tftp__name_char(walk, c);
	else if (walk->part == TFTP_PART_VALUE)
		tftp__number_char(walk, c);
	else
		tftp__word_char(walk, c);
	walk->in_part++;
	return 0;
}

/**
 * tftp__parse() - read what came to port 69
 * @scratch: its payload, of which @len bytes came from the wire; out: name, zero behind its end
 * @request: out
 * Return: GO_ON, or TFTP_NOT_REQUEST
 */
CHECKED_ALONE int tftp__parse(struct scratch *scratch, __u32 len, struct tftp_request *request)
{
	struct tftp_walk walk = { .request = request, .len = len };

	if (!scratch || !request || len < sizeof(__be16) || len > PAYLOAD_MAX)
		return XDPXE_R_TFTP_NOT_REQUEST;
	__builtin_memset(request, 0, sizeof(*request));
	walk.word[0] = walk.word[1] = walk.number = unknown_zero;
	walk.in_part = walk.part = walk.not_a_number = unknown_zero;
	walk.payload = scratch->payload;
	walk.name = &scratch->name;
	request->opcode = scratch->payload[0] << 8 | scratch->payload[1];
	if (request->opcode != TFTP_RRQ && request->opcode != TFTP_WRQ)
		return XDPXE_R_TFTP_NOT_REQUEST;
	__builtin_memset(&scratch->name, 0, sizeof(scratch->name));
	bpf_loop(len, tftp__step, &walk, 0);
	/* Name and mode must be there and end in NUL; options cut short are as good as absent. */
	if (walk.part < TFTP_PART_OPTION || request->name_len == 0)
		request->malformed = 1;
	return GO_ON;
}

#endif
