/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * DHCP: a job -> bytes. The reply is put together from the BOOTP header of the job, options that the daemon has
 * serialised for the network, the reservation and the boot class, and the client's own options 61, 97, 118 and, last, 82
 * (RFC 3046 section 2.2).
 */
#ifndef XDPXE_BPF_DHCP_REPLY_H
#define XDPXE_BPF_DHCP_REPLY_H

/* Verifier: not const, since kernels before 2026 take no read-only memory for bpf_xdp_store_bytes(). */
__u8 zeros[DHCP_MIN_REPLY];

/* Writes behind one another; any failure sticks. */
struct writer {
	struct xdp_md *ctx;
	__u32 pos;
	long err;
};

static __always_inline void writer__put(struct writer *writer, const void *bytes, __u32 len)
{
	writer->err |= bpf_xdp_store_bytes(writer->ctx, writer->pos, (void *)bytes, len);
	writer->pos += len;
}

/* As writer__put() for a length that only the packet or a map knows. @max is the size of what @bytes points to. */
static __always_inline void writer__put_some(struct writer *writer, const void *bytes, __u32 len,
					     __u32 max)
{
	if (is_some(&len, max))
		writer__put(writer, bytes, len);
}

static __always_inline void dhcp__put_host(struct writer *writer, const struct dhcp_job *dhcp)
{
	struct xdpxe_client key = { .htype = dhcp->bootp.htype, .hlen = dhcp->bootp.hlen };
	const struct xdpxe_host *host;

	if (dhcp->host_len == 0)
		return;
	__builtin_memcpy(key.chaddr, dhcp->bootp.chaddr, BOOTP_CHADDR_LEN);
	host = bpf_map_lookup_elem(&hosts, &key);
	if (host)
		writer__put_some(writer, host->options, host->options_len, sizeof(host->options));
}

static __always_inline void dhcp__put_boot(struct writer *writer, const struct dhcp_job *dhcp,
					   const struct xdpxe_network *network)
{
	__u64 key = dhcp->boot;
	const struct xdpxe_boot *boot;
	__u32 len;

	if (key == XDPXE_BOOT_NONE)
		return;
	boot = bpf_map_lookup_elem(&boots, &key);
	if (!boot)
		return;
	if (boot->flags & XDPXE_BOOT_TFTP)
		writer__put_some(writer, network->tftp_name, network->tftp_name_len,
				 sizeof(network->tftp_name));
	len = boot->options_len;
	if (dhcp->wants_pxe)
		len += boot->pxe_len;
	writer__put_some(writer, boot->options, len, sizeof(boot->options));
	writer->err |=
		bpf_xdp_store_bytes(writer->ctx, HEADERS_LEN + offsetof(struct bootp_header, file),
				    (void *)boot->file, sizeof(boot->file));
}

static __always_inline void dhcp__put_network(struct writer *writer, const struct dhcp_job *dhcp,
					      const struct xdpxe_network *network)
{
	if (dhcp->says == DHCP_SAYS_ALL)
		writer__put_some(writer, network->options, network->options_len,
				 sizeof(network->options));
	if (dhcp->says == DHCP_SAYS_NO_LEASE)
		writer__put_some(writer, network->options + XDPXE_LEASE_OPTIONS,
				 network->options_len - XDPXE_LEASE_OPTIONS,
				 sizeof(network->options) - XDPXE_LEASE_OPTIONS);
}

static __always_inline void dhcp__put_options(struct writer *writer, const struct dhcp_job *dhcp)
{
	__u32 slot = dhcp->network;
	const struct xdpxe_network *network;
	__u8 end = DHCP_OPT_END;

	writer__put_some(writer, dhcp->first_options, dhcp->first_len, sizeof(dhcp->first_options));
	network = slot == XDPXE_NONE ? NULL : bpf_map_lookup_elem(&networks, &slot);
	if (network) {
		dhcp__put_network(writer, dhcp, network);
		dhcp__put_host(writer, dhcp);
		dhcp__put_boot(writer, dhcp, network);
	}
	writer__put_some(writer, dhcp->client_id, dhcp->client_id_len, sizeof(dhcp->client_id));
	writer__put_some(writer, dhcp->uuid, dhcp->uuid_len, sizeof(dhcp->uuid));
	writer__put_some(writer, dhcp->selection, dhcp->selection_len, sizeof(dhcp->selection));
	writer__put_some(writer, dhcp->relay_agent, dhcp->relay_agent_len,
			 sizeof(dhcp->relay_agent));
	writer__put(writer, &end, sizeof(end));
}

/**
 * dhcp__write() - write the reply over a frame that already has job->len bytes
 * Return: 0, or not 0 when the frame is no good
 */
CHECKED_ALONE int dhcp__write(struct xdp_md *ctx, struct job *job, struct scratch *scratch)
{
	struct writer writer = { .ctx = ctx, .pos = HEADERS_LEN };
	__u32 len;

	if (!job || !scratch)
		return -1;
	writer__put(&writer, &job->dhcp.bootp, sizeof(job->dhcp.bootp));
	dhcp__put_options(&writer, &job->dhcp);
	if (writer.err || writer.pos > job->len)
		return -1;
	writer__put_some(&writer, zeros, job->len - writer.pos, sizeof(zeros));
	len = job->len - HEADERS_LEN;
	if (len < DHCP_MIN_REPLY || !is_some(&len, XDPXE_FRAME_MAX))
		return -1;
	writer.err |= bpf_xdp_load_bytes(ctx, HEADERS_LEN, scratch->payload, len);
	headers__finish(&job->headers, len, payload__sum(scratch, len));
	writer.err |= bpf_xdp_store_bytes(ctx, 0, &job->headers, HEADERS_LEN);
	return writer.err ? -1 : 0;
}

#endif
