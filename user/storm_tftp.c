// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_tftp.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "parse.h"

static void put_opcode(uint8_t *out, uint16_t opcode, uint16_t value)
{
	const struct tftp_header header = { htons(opcode), htons(value) };

	memcpy(out, &header, sizeof(header));
}

static const char *const *options_of(const struct storm_tftp_model *model,
				     const struct storm_ask *ask)
{
	return ask->probe ? model->probe : model->request;
}

/* The value that is sent for an option; 0 means that it is left out. */
static uint32_t asked_value(const char *const *option, const struct storm_ask *ask)
{
	uint32_t value = 0;

	if (strcmp(option[0], "blksize") == 0)
		return ask->blksize;
	if (strcmp(option[0], "windowsize") == 0)
		return ask->window;
	parse__u32(option[1], 0, UINT32_MAX, &value);
	return value;
}

static bool is_sent(const char *const *option, const struct storm_ask *ask)
{
	return strcmp(option[1], "%u") != 0 || asked_value(option, ask) != 0;
}

/* A window that the client does not ask for by itself, but was told to. */
static bool has_extra_window(const char *const *options, const struct storm_ask *ask)
{
	for (; *options; options += 2)
		if (strcmp(*options, "windowsize") == 0)
			return false;
	return ask->window > 1;
}

static size_t put_text(uint8_t *out, size_t at, const char *text)
{
	size_t len = strlen(text) + 1;

	if (at + len > STORM_TFTP_MAX)
		return STORM_TFTP_MAX + 1;
	memcpy(out + at, text, len);
	return at + len;
}

static size_t put_option(uint8_t *out, size_t at, const char *name, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	at = at > STORM_TFTP_MAX ? at : put_text(out, at, name);
	return at > STORM_TFTP_MAX ? at : put_text(out, at, text);
}

size_t storm_tftp__rrq(uint8_t out[STORM_TFTP_MAX], const struct storm_tftp_model *model,
		       const struct storm_ask *ask, const char *name)
{
	const char *const *options = options_of(model, ask);
	size_t at = 2;

	put_opcode(out, TFTP_RRQ, 0);
	if (model->leading_slash && name[0] != '/')
		out[at++] = '/';
	at = put_text(out, at, name);
	at = at > STORM_TFTP_MAX ? at : put_text(out, at, "octet");
	for (const char *const *option = options; *option; option += 2)
		if (is_sent(option, ask))
			at = put_option(out, at, option[0], asked_value(option, ask));
	if (has_extra_window(options, ask))
		at = put_option(out, at, "windowsize", ask->window);
	return at > STORM_TFTP_MAX ? 0 : at;
}

size_t storm_tftp__ack(uint8_t out[STORM_TFTP_MAX], uint16_t block)
{
	put_opcode(out, TFTP_ACK, block);
	return sizeof(struct tftp_header);
}

size_t storm_tftp__error(uint8_t out[STORM_TFTP_MAX], uint16_t code, const char *text)
{
	put_opcode(out, TFTP_ERROR, code);
	return put_text(out, sizeof(struct tftp_header), text);
}

/* Return: was it asked for, and is the value one that may be granted? */
static bool take_option(const char *name, uint64_t value, const struct storm_tftp_model *model,
			const struct storm_ask *ask, struct storm_granted *out)
{
	const char *const *option = options_of(model, ask);

	while (*option && (strcasecmp(*option, name) != 0 || !is_sent(option, ask)))
		option += 2;
	if (strcasecmp(name, "windowsize") == 0 && ask->window > 1) {
		out->window = (uint16_t)value;
		return value >= 1 && value <= ask->window;
	}
	if (!*option)
		return false;
	if (strcasecmp(name, "blksize") == 0) {
		out->blksize = (uint16_t)value;
		return value >= TFTP_BLKSIZE_MIN && value <= ask->blksize;
	}
	if (strcasecmp(name, "tsize") == 0) {
		out->has_size = true;
		out->size = value;
		return true;
	}
	return value == asked_value(option, ask); /* timeout: RFC 2349 */
}

const char *storm_tftp__oack(const uint8_t *data, size_t len, const struct storm_tftp_model *model,
			     const struct storm_ask *ask, struct storm_granted *out)
{
	static char text[96];
	const char *at = (const char *)data, *end = at + len;

	*out = (struct storm_granted){ .blksize = TFTP_BLKSIZE_DEFAULT, .window = 1 };
	if (len == 0 || end[-1] != '\0')
		return "OACK does not end with a NUL";
	while (at < end) {
		const char *name = at, *value = name + strlen(name) + 1;
		uint64_t number;

		if (value >= end)
			return "OACK has an option without a value";
		at = value + strlen(value) + 1;
		if (!parse__u64(value, 0, UINT64_MAX, &number) ||
		    !take_option(name, number, model, ask, out)) {
			snprintf(text, sizeof(text),
				 "OACK says %.20s %.20s, which was not asked for", name, value);
			return text;
		}
	}
	return NULL;
}
