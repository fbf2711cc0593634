// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// DHCP: bpf/dhcp_parse.h and bpf/relay.h, held against plain walks over the options.
#include "shim.h"

#include "dhcp_parse.h"
#include "relay.h"

#define OPTIONS_AT 240

/* One option of a plain walk. Return: where the next one is, 0 at the end, -1 when it runs past @len. */
static long next_option(const __u8 *data, size_t len, size_t at, __u8 *code, size_t *size)
{
	*code = DHCP_OPT_PAD;
	*size = 0;
	if (at >= len || data[at] == DHCP_OPT_END)
		return 0;
	*code = data[at];
	if (*code == DHCP_OPT_PAD)
		return (long)at + 1;
	if (at + 2 > len || at + 2 + data[at + 1] > len)
		return -1;
	*size = data[at + 1];
	return (long)(at + 2 + *size);
}

/* The boot item in option 43, as far as that looks like PXE's. */
static void plain_vendor(const __u8 *value, size_t size, struct dhcp_message *message)
{
	size_t at = 0;

	while (at < size && value[at] != DHCP_OPT_END) {
		if (value[at] == DHCP_OPT_PAD) {
			at++;
			continue;
		}
		if (at + 2 > size || at + 2 + value[at + 1] > size)
			return;
		if (value[at] == PXE_OPT_BOOT_ITEM && value[at + 1] == 4) {
			message->has_boot_item = 1;
			memcpy(&message->boot_item, value + at + 2, 4);
		}
		at += 2 + value[at + 1];
	}
}

/* The facts of @message that a plain walk finds by itself. Return: false for options that run past the end */
static bool plain_walk(const __u8 *data, size_t len, struct dhcp_message *message)
{
	long at = OPTIONS_AT, next;
	size_t size;
	__u8 code;

	memset(message, 0, sizeof(*message));
	for (; (next = next_option(data, len, (size_t)at, &code, &size)) > 0; at = next) {
		const __u8 *value = data + at + 2;

		if (code == DHCP_OPT_MESSAGE_TYPE && size == 1)
			message->type = value[0];
		else if (code == DHCP_OPT_CLIENT_ID)
			message->client_id = (__u16)at;
		else if (code == DHCP_OPT_RELAY_AGENT)
			message->relay_agent = (__u16)at;
		else if (code == DHCP_OPT_SUBNET_SELECTION && size == 4)
			memcpy(&message->selected, value, 4);
		else if (code == DHCP_OPT_UUID && size == 17)
			message->uuid = (__u16)at;
		else if (code == DHCP_OPT_REQUESTED_IP && size == 4)
			memcpy(&message->requested, value, 4);
		else if (code == DHCP_OPT_SERVER_ID && size == 4)
			memcpy(&message->server_id, value, 4);
		else if (code == DHCP_OPT_REQUESTED_IP || code == DHCP_OPT_SERVER_ID)
			return false;
		else if (code == DHCP_OPT_MAX_SIZE && size == 2)
			message->max_size = (__u16)(value[0] << 8 | value[1]);
		else if (code == DHCP_OPT_VENDOR)
			plain_vendor(value, size, message);
		else if (code == DHCP_OPT_VENDOR_CLASS)
			message->is_pxe = size >= 9 && !memcmp(value, "PXEClient", 9);
	}
	return next == 0;
}

/* An echoed option is absent, or lies inside the message behind the header. */
static void check_echo(const __u8 *data, size_t len, __u16 at, __u8 code)
{
	if (at == 0)
		return;
	must(at >= OPTIONS_AT && (size_t)at + 2 <= len && data[at] == code);
	must((size_t)at + 2 + data[at + 1] <= len && data[at + 1] + 2 <= OPTION_MAX);
}

/* It has no business in a DISCOVER and beside option 50 (RFC 2131 table 5). */
static bool means_ciaddr(const struct dhcp_message *message)
{
	return message->type != DHCP_DISCOVER &&
	       (message->type != DHCP_REQUEST || message->requested == 0);
}

static void check_message(const __u8 *data, size_t len, const struct dhcp_message *message)
{
	static const __u8 nothing[4];
	struct dhcp_message plain;

	must(len >= OPTIONS_AT && data[0] == BOOTP_REQUEST &&
	     !memcmp(data + 236, "\x63\x82\x53\x63", 4));
	must(plain_walk(data, len, &plain) && message->type != 0);
	must(message->type == plain.type && message->client_id == plain.client_id);
	must(message->uuid == plain.uuid && message->relay_agent == plain.relay_agent);
	must(message->selected == plain.selected);
	must(message->requested == plain.requested && message->server_id == plain.server_id);
	must(message->max_size == plain.max_size && message->is_pxe == plain.is_pxe);
	must(message->has_boot_item == plain.has_boot_item &&
	     message->boot_item == plain.boot_item);
	check_echo(data, len, message->client_id, DHCP_OPT_CLIENT_ID);
	check_echo(data, len, message->uuid, DHCP_OPT_UUID);
	check_echo(data, len, message->relay_agent, DHCP_OPT_RELAY_AGENT);
	must(message->uuid == 0 || data[message->uuid + 1] + 2 == UUID_OPTION);
	must(message->hlen >= 1 && message->hlen <= BOOTP_CHADDR_LEN && message->hlen == data[2]);
	must(!memcmp(message->chaddr, data + 28, message->hlen));
	for (size_t i = message->hlen; i < BOOTP_CHADDR_LEN; i++)
		must(message->chaddr[i] == 0);
	must(message->arch_count <= ARCH_LIST_MAX && message->malformed == 0);
	must(message->is_ipxe <= 1 && !(message->is_pxe && message->is_http));
	must(!memcmp(&message->xid, data + 4, 4));
	must(means_ciaddr(message) ? !memcmp(&message->ciaddr, data + 12, 4)
				   : message->ciaddr == 0);
	must(!memcmp(&message->giaddr, data + 24, 4));
}

/* Suboption 5 of the option at @data (RFC 3527), as far as it can be read. Return: false when it is no address */
static bool plain_selection(const __u8 *data, __be32 *selected)
{
	const __u8 *at = data + 2, *end = at + data[1];

	for (; end - at >= 2 && end - at >= 2 + at[1]; at += 2 + at[1]) {
		__be32 addr;

		if (at[0] != RELAY_OPT_LINK_SELECTION)
			continue;
		if (at[1] != 4)
			return false;
		memcpy(&addr, at + 2, 4);
		if (addr)
			*selected = addr;
	}
	return true;
}

static void check_relay(const __u8 *data, size_t len, const struct dhcp_message *message)
{
	struct scratch *scratch = scratch__new(data, len, 0xff);
	struct dhcp_message told = *message;
	__be32 selected = message->selected;
	int reason = relay__parse(scratch, &told);

	if (message->giaddr == 0)
		must(reason == GO_ON && told.selected == 0 && told.selection == 0);
	else if (message->relay_agent && !plain_selection(data + message->relay_agent, &selected))
		must(reason == XDPXE_R_DHCP_LINK_UNREADABLE);
	else
		must(reason == GO_ON && told.selected == selected);
	free(scratch);
}

/* Silence is right only for what is short, no request, or broken. */
static void check_refusal(const __u8 *data, size_t len, int reason)
{
	struct dhcp_message plain;
	bool header = len >= OPTIONS_AT && data[0] == BOOTP_REQUEST &&
		      data[2] <= BOOTP_CHADDR_LEN && !memcmp(data + 236, "\x63\x82\x53\x63", 4);

	must(reason == XDPXE_R_DHCP_TRUNCATED || reason == XDPXE_R_DHCP_NOT_REQUEST ||
	     reason == XDPXE_R_DHCP_MALFORMED);
	must(!header || !plain_walk(data, len, &plain) || plain.type == 0 || data[2] == 0);
}

static int parse(const __u8 *data, size_t len, int fill, struct dhcp_message *message)
{
	struct scratch *scratch = scratch__new(data, len, fill);
	int reason;

	memset(message, 0, sizeof(*message));
	reason = dhcp__parse(scratch, (__u32)len, message);
	must(!memcmp(scratch->payload, data, len));
	free(scratch);
	return reason;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp_message message, again;
	int reason;

	if (size > PAYLOAD_MAX)
		return 0;
	reason = parse(data, size, 0x00, &message);
	/* What an earlier packet left behind the message must not show. */
	must(parse(data, size, 0x01, &again) == reason &&
	     !memcmp(&message, &again, sizeof(message)));
	must(parse(data, size, 0x50, &again) == reason &&
	     !memcmp(&message, &again, sizeof(message)));
	if (reason == GO_ON) {
		check_message(data, size, &message);
		check_relay(data, size, &message);
		return 0;
	}
	check_refusal(data, size, reason);
	return 0;
}
