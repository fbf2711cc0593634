// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// TFTP requests: bpf/tftp_parse.h, held against a parser that splits the request into strings first.
#include "shim.h"

#include <strings.h>

#include "tftp_parse.h"

/* The string at *@at, which moves behind its NUL; NULL when the request ends before one. */
static const char *next_string(const __u8 *data, size_t len, size_t *at)
{
	const __u8 *text = data + *at;
	const __u8 *end = *at < len ? memchr(text, 0, len - *at) : NULL;

	if (!end)
		return NULL;
	*at += (size_t)(end - text) + 1;
	return (const char *)text;
}

static void plain_name(const char *text, struct xdpxe_name *name, struct tftp_request *request)
{
	memset(name, 0, sizeof(*name));
	for (; *text; text++) {
		char c = *text == '\\' ? '/' : *text;
		__u16 len = request->name_len;

		if (c == '/' && (len == 0 || name->path[len - 1] == '/'))
			continue;
		if (len + 1u < sizeof(name->path))
			name->path[request->name_len++] = c;
		else
			request->name_too_long = 1;
	}
	if (request->name_len && name->path[request->name_len - 1] == (char)0xff)
		name->path[--request->name_len] = 0;
}

/* A value between @min and @max; 0 and @request->bad_option for any other text. */
static __u32 plain_number(const char *text, __u64 min, __u64 max, struct tftp_request *request)
{
	__u64 value = 0;

	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9')
			value = max + 1;
		if (value <= max)
			value = value * 10 + (__u64)(*c - '0');
	}
	if (*text && value >= min && value <= max)
		return (__u32)value;
	request->bad_option = 1;
	return 0;
}

static void plain_option(const char *key, const char *text, struct tftp_request *request)
{
	if (!strcasecmp(key, "tsize")) {
		request->wants_size = *text && strspn(text, "0123456789") == strlen(text);
		request->bad_option |= !request->wants_size;
	} else if (!strcasecmp(key, "blksize")) {
		request->blksize = plain_number(text, 8, 65464, request);
	} else if (!strcasecmp(key, "timeout")) {
		request->timeout = plain_number(text, 1, 255, request);
	} else if (!strcasecmp(key, "windowsize")) {
		request->windowsize = plain_number(text, 1, 65535, request);
	}
}

static void plain_parse(const __u8 *data, size_t len, struct xdpxe_name *name,
			struct tftp_request *request)
{
	size_t at = 2;
	const char *file, *mode, *key, *value;

	memset(request, 0, sizeof(*request));
	request->opcode = data[1];
	file = next_string(data, len, &at);
	if (file)
		plain_name(file, name, request);
	mode = file ? next_string(data, len, &at) : NULL;
	request->malformed = !mode || request->name_len == 0;
	request->octet = mode && !strcasecmp(mode, "octet");
	while (mode && (key = next_string(data, len, &at)) && (value = next_string(data, len, &at)))
		plain_option(key, value, request);
}

static void check_request(const __u8 *data, size_t len, const struct tftp_request *request,
			  const struct xdpxe_name *name)
{
	struct tftp_request plain;
	struct xdpxe_name plain_path;

	must(data[0] == 0 && (data[1] == TFTP_RRQ || data[1] == TFTP_WRQ));
	must(request->name_len < XDPXE_NAME_MAX && name->path[XDPXE_NAME_MAX - 1] == 0);
	for (size_t i = request->name_len; i < XDPXE_NAME_MAX; i++)
		must(name->path[i] == 0);
	must(request->blksize == 0 || (request->blksize >= 8 && request->blksize <= 65464));
	must(request->timeout <= 255 && request->windowsize <= 65535);
	plain_parse(data, len, &plain_path, &plain);
	must(request->opcode == plain.opcode && request->malformed == plain.malformed);
	if (request->malformed)
		return;
	must(request->name_len > 0 && name->path[0] != '/' &&
	     strlen(name->path) == request->name_len);
	must(request->name_len == plain.name_len && !memcmp(name, &plain_path, sizeof(*name)));
	must(request->name_too_long == plain.name_too_long && request->octet == plain.octet);
	must(request->blksize == plain.blksize && request->timeout == plain.timeout);
	must(request->windowsize == plain.windowsize && request->wants_size == plain.wants_size);
	must(request->bad_option == plain.bad_option);
}

static int parse(const __u8 *data, size_t len, int fill, struct tftp_request *request,
		 struct xdpxe_name *name)
{
	struct scratch *scratch = scratch__new(data, len, fill);
	int reason;

	memset(request, 0, sizeof(*request));
	reason = tftp__parse(scratch, (__u32)len, request);
	*name = scratch->name;
	must(!memcmp(scratch->payload, data, len));
	free(scratch);
	return reason;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tftp_request request, again;
	struct xdpxe_name name, other;
	int reason;

	if (size > PAYLOAD_MAX)
		return 0;
	reason = parse(data, size, 0x00, &request, &name);
	/* What an earlier packet left behind the request must not show. */
	must(parse(data, size, 0x31, &again, &other) == reason);
	must(!memcmp(&request, &again, sizeof(request)));
	if (reason == GO_ON) {
		must(!memcmp(&name, &other, sizeof(name)));
		check_request(data, size, &request, &name);
	} else {
		must(reason == XDPXE_R_TFTP_NOT_REQUEST);
		must(size < 2 || data[0] != 0 || (data[1] != TFTP_RRQ && data[1] != TFTP_WRQ));
	}
	return 0;
}
