/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TFTP: a decision -> bytes. A DATA carries a pointer to its block: the one look-up that a reply makes. */
#ifndef XDPXE_BPF_TFTP_REPLY_H
#define XDPXE_BPF_TFTP_REPLY_H

#define ETHERNET_MIN 60 /* without the checksum; shorter frames are padded with zeros */

static __always_inline void brief__put(struct short_job *brief, __u8 c)
{
	__u32 at = brief->len & (SHORT_REPLY_MAX - 1);

	brief->bytes[at] = c;
	brief->len = at + 1;
}

static __always_inline void brief__put_text(struct short_job *brief, const char *text, __u32 size)
{
	for (__u32 i = 0; i < size; i++)
		brief__put(brief, text[i]);
}

/* A literal with its NUL. */
#define brief__put_literal(brief, text) brief__put_text(brief, text, sizeof(text))

/* A decimal number with its NUL; at most 12 digits. */
CHECKED_ALONE int brief__put_number(struct short_job *brief, __u64 number)
{
	__u64 unit = 100000000000ULL;
	bool begun = false;

	if (!brief)
		return 0;
	for (int i = 0; i < 12; i++) {
		__u64 digit = number / unit;

		number -= digit * unit;
		unit /= 10;
		begun |= digit > 0 || i == 11;
		if (begun)
			brief__put(brief, '0' + digit % 10);
	}
	brief__put(brief, 0);
	return 0;
}

static __always_inline void brief__begin(struct job *job, __u16 opcode)
{
	job->kind = JOB_TFTP_SHORT;
	job->count = 1;
	job->brief.len = 0;
	brief__put(&job->brief, 0);
	brief__put(&job->brief, opcode);
}

static __always_inline void brief__end(struct job *job)
{
	__u32 len = HEADERS_LEN + job->brief.len;

	job->len = len < ETHERNET_MIN ? ETHERNET_MIN : len;
}

/**
 * tftp__plan_oack() - only what was asked for and is granted (RFC 2347)
 * @grants_window: a window can be sent on this interface
 */
CHECKED_ALONE int tftp__plan_oack(struct job *job, const struct tftp_request *request,
				  const struct xdpxe_params *params, __u64 size, int grants_window)
{
	struct short_job *brief;

	if (!job || !request || !params)
		return -1;
	brief = &job->brief;
	brief__begin(job, TFTP_OACK);
	if (request->blksize) {
		brief__put_literal(brief, "blksize");
		brief__put_number(brief, params->blksize);
	}
	if (request->windowsize && grants_window) {
		brief__put_literal(brief, "windowsize");
		brief__put_number(brief, params->windowsize);
	}
	if (request->timeout) {
		brief__put_literal(brief, "timeout");
		brief__put_number(brief, request->timeout);
	}
	if (request->wants_size) {
		brief__put_literal(brief, "tsize");
		brief__put_number(brief, size);
	}
	brief__end(job);
	return 0;
}

/** tftp__plan_error() - the ERROR for a reason. Return: 0 when the reason has none */
CHECKED_ALONE int tftp__plan_error(struct job *job, int reason)
{
	struct short_job *brief;
	__u8 code = TFTP_E_ILLEGAL;

	if (!job)
		return 0;
	brief = &job->brief;
	if (reason == XDPXE_R_TFTP_NOT_FOUND)
		code = TFTP_E_NOT_FOUND;
	else if (reason == XDPXE_R_TFTP_WRITE)
		code = TFTP_E_ACCESS;
	else if (reason == XDPXE_R_TFTP_STRANGER)
		code = TFTP_E_UNKNOWN_TID;
	else if (reason == XDPXE_R_TFTP_PLACE_LOST)
		code = TFTP_E_UNDEFINED;
	else if (reason != XDPXE_R_TFTP_NOT_OCTET && reason != XDPXE_R_TFTP_BAD_REQUEST)
		return 0;
	brief__begin(job, TFTP_ERROR);
	brief__put(brief, 0);
	brief__put(brief, code);
	if (reason == XDPXE_R_TFTP_NOT_FOUND)
		brief__put_literal(brief, "File not found");
	else if (reason == XDPXE_R_TFTP_WRITE)
		brief__put_literal(brief, "This server is read-only");
	else if (reason == XDPXE_R_TFTP_NOT_OCTET)
		brief__put_literal(brief, "Only octet mode is served");
	else if (reason == XDPXE_R_TFTP_STRANGER)
		brief__put_literal(brief, "Unknown transfer ID");
	else if (reason == XDPXE_R_TFTP_PLACE_LOST)
		brief__put_literal(brief, "Place in the file is lost; ask again");
	else
		brief__put_literal(brief, "Malformed request");
	brief__end(job);
	return 1;
}

/* Bytes of a block: all but the last are full, and the last may be empty. */
static __always_inline __u32 data__len(const struct data_job *data, __u32 block)
{
	__u64 offset = image__offset(data, block);

	if (offset >= data->size)
		return 0;
	return data->size - offset < data->blksize ? data->size - offset : data->blksize;
}

/* The number of a block on the wire: 65,535 is followed by 0, or by 1 where the client wants it so. */
static __always_inline __u16 data__number(const struct data_job *data, __u32 block)
{
	return data->rollover ? (block - 1) % 65535 + 1 : block;
}

/* Bytes of the frame that carries a block. */
static __always_inline __u32 data__frame_len(const struct data_job *data, __u32 block)
{
	__u32 len = HEADERS_LEN + sizeof(struct tftp_header) + data__len(data, block);

	return len < ETHERNET_MIN ? ETHERNET_MIN : len;
}

/* Bytes of the frame that carries a full block. */
static __always_inline __u32 data__full_len(const struct data_job *data)
{
	__u32 len = HEADERS_LEN + sizeof(struct tftp_header) + data->blksize;

	return len < ETHERNET_MIN ? ETHERNET_MIN : len;
}

/** tftp__plan_data() - @job->data is filled; @count blocks go out. The length of a clone follows when it is made. */
static __always_inline void tftp__plan_data(struct job *job, __u32 count)
{
	job->kind = JOB_TFTP_DATA;
	job->count = count;
	job->len = data__frame_len(&job->data, job->data.block);
}

/* Zeros behind a reply that is shorter than an Ethernet frame may be. */
static __always_inline long tftp__pad(struct xdp_md *ctx, __u32 len)
{
	__u32 rest = ETHERNET_MIN - len;

	if (!is_some(&rest, ETHERNET_MIN - HEADERS_LEN))
		return 0;
	return bpf_xdp_store_bytes(ctx, len, (void *)zeros, rest);
}

/** tftp__write_short() - write an OACK or ERROR over a frame of job->len bytes. Return: 0, or not 0 */
CHECKED_ALONE int tftp__write_short(struct xdp_md *ctx, struct job *job, struct scratch *scratch)
{
	__u32 len;
	long err;

	if (!job || !scratch)
		return -1;
	len = job->brief.len;
	if (!is_some(&len, SHORT_REPLY_MAX))
		return -1;
	__builtin_memcpy(scratch->payload, job->brief.bytes, SHORT_REPLY_MAX);
	headers__finish(&job->headers, len, payload__sum(scratch, len));
	err = bpf_xdp_store_bytes(ctx, 0, &job->headers, HEADERS_LEN);
	err |= bpf_xdp_store_bytes(ctx, HEADERS_LEN, job->brief.bytes, len);
	err |= tftp__pad(ctx, HEADERS_LEN + len);
	return err ? -1 : 0;
}

/* Headers and TFTP header of a DATA, as they lie on the wire. */
struct data_headers {
	struct reply_headers headers;
	struct tftp_header tftp;
} __attribute__((packed, aligned(2)));

/* A block, where it lies. */
struct data_bytes {
	const struct xdpxe_chunk *chunk;
	__u32 offset; /* in it */
	__u32 len;
	__u32 sum; /* stored; 0: it is not */
};

/* Where block @block lies in @chunk. Return: is it as long as it may be? */
static __always_inline bool data__find(const struct data_job *data, __u32 block,
				       const struct xdpxe_chunk *chunk, struct data_bytes *bytes)
{
	__u32 len = data__len(data, block);

	if (!is_at_most(&len, XDPXE_BLKSIZE_MAX))
		return false;
	bytes->chunk = chunk;
	bytes->offset = image__offset(data, block) & (XDPXE_CHUNK_BYTES - 1);
	bytes->len = len;
	bytes->sum = csum__block(chunk, data->sums, bytes->offset, data->blksize);
	return true;
}

static __always_inline struct data_headers *data__head(struct xdp_md *ctx)
{
	struct cursor cursor = { (void *)(long)ctx->data, (void *)(long)ctx->data_end };

	return cursor__take(&cursor, sizeof(struct data_headers));
}

/*
 * Write the bytes of a DATA. They come before the headers: where the sum has to be made of some, they are at hand then.
 * Return: 0, or not 0
 */
static __always_inline long data__copy(struct xdp_md *ctx, const struct data_bytes *bytes)
{
	__u32 len = bytes->len;

	if (is_some(&len, XDPXE_BLKSIZE_MAX) &&
	    bpf_xdp_store_bytes(ctx, sizeof(struct data_headers),
				(void *)&bytes->chunk->data[bytes->offset], len))
		return -1;
	return tftp__pad(ctx, sizeof(struct data_headers) + bytes->len);
}

/* Write all of the headers but the addresses and ports, which @head has. */
static __always_inline void data__finish(const struct data_job *data, __u32 block,
					 const struct data_bytes *bytes, struct data_headers *head)
{
	__be16 number = bpf_htons(data__number(data, block));
	__u32 sum = bytes->sum ? bytes->sum : csum__range(bytes->chunk, bytes->offset, bytes->len);

	head->tftp.opcode = bpf_htons(TFTP_DATA);
	head->tftp.block = number;
	headers__finish(&head->headers, sizeof(head->tftp) + bytes->len,
			(__u32)bpf_htons(TFTP_DATA) + number + sum);
}

/**
 * tftp__write_data() - write a DATA over a frame of data__frame_len() bytes
 * @chunk: that holds @block
 * Return: 0, or not 0
 */
static __always_inline long tftp__write_data(struct xdp_md *ctx, const struct job *job, __u32 block,
					     const struct xdpxe_chunk *chunk)
{
	struct data_bytes bytes;
	struct data_headers *head;

	if (!data__find(&job->data, block, chunk, &bytes) || data__copy(ctx, &bytes))
		return -1;
	head = data__head(ctx);
	if (!head)
		return -1;
	head->headers = job->headers;
	data__finish(&job->data, block, &bytes, head);
	return 0;
}

/** tftp__turn_data() - as tftp__write_data(), over the ACK that asks for the block: its addresses are turned round */
static __always_inline long tftp__turn_data(struct xdp_md *ctx, const struct xdpxe_port *port,
					    const struct data_job *data,
					    const struct data_bytes *bytes)
{
	struct data_headers *head;

	if (data__copy(ctx, bytes))
		return -1;
	head = data__head(ctx);
	if (!head)
		return -1;
	headers__turn(&head->headers, port);
	data__finish(data, data->block, bytes, head);
	return 0;
}

#endif
