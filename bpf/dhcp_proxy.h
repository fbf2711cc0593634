/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * PXE 2.1 section 2.2: boot information without an address. A proxy offers it beside the server that gives the
 * addresses; a boot server is asked for it on port 4011 by a client that has its address, in either mode. Both answer
 * boot firmware alone: all else is the other server's.
 */
#ifndef XDPXE_BPF_DHCP_PROXY_H
#define XDPXE_BPF_DHCP_PROXY_H

static __always_inline bool dhcp__is_firmware(const struct dhcp_message *message)
{
	return message->is_pxe || message->is_http;
}

/* Mode proxy, port 67. Return: DHCP_PROXY_OFFER, or DHCP_PROXY_PASSED */
static __always_inline int dhcp__proxy(const struct dhcp_case *the)
{
	if (the->message->type == DHCP_DISCOVER && dhcp__is_firmware(the->message))
		return XDPXE_R_DHCP_PROXY_OFFER;
	return XDPXE_R_DHCP_PROXY_PASSED;
}

/* Port 4011, to this server alone, from an address that an answer reaches. Return: DHCP_BOOT_SERVER, or why not */
static __always_inline int dhcp__boot_server(const struct dhcp_case *the)
{
	const struct dhcp_message *message = the->message;
	const struct xdpxe_network *network = the->request.network;

	if (message->type != DHCP_REQUEST && message->type != DHCP_INFORM)
		return XDPXE_R_DHCP_NO_BOOT_REQUEST;
	if (!dhcp__is_firmware(message) || the->frame->daddr != network->server ||
	    !network__is_host(network, the->frame->saddr))
		return XDPXE_R_DHCP_NO_BOOT_REQUEST;
	return XDPXE_R_DHCP_BOOT_SERVER;
}

#endif
