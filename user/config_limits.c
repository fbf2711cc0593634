// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `limits:` and `reply-delay:`: how much one may take, and whose replies wait.
#include <string.h>

#include "config_reader.h"
#include "parse.h"

#define RATE_MAX 1000000
#define MESSAGES_DEFAULT 100	/* firmware sends one in a second; machines may share a bucket */
#define REQUESTS_DEFAULT 1000	/* GRUB asks for some hundred small files in a second */
#define COMBINATIONS_DEFAULT 20 /* a client has one or two */
#define OFFERS_DEFAULT 50
#define DELAY_MIN_MS 10

/* A value of `limits`, a number or "none", and what stands for it when it is not given. */
struct number {
	const char *key, *given;
	uint32_t *out;
	uint32_t missing;
	const char *what;
};

static bool read_number(const struct config_reader *reader, const struct number *number)
{
	const struct config_where where = { "limits", CONFIG_NO_INDEX, number->key };

	*number->out = number->missing;
	if (!number->given)
		return true;
	*number->out = 0;
	if (!strcmp(number->given, "none") || parse__u32(number->given, 1, RATE_MAX, number->out))
		return true;
	return config_reader__fail(reader, &where, "\"%s\"; legal: 1 to %d %s, or none",
				   config_shown(number->given).text, RATE_MAX, number->what);
}

static bool read_share(const struct config_reader *reader)
{
	const struct config_where where = { "limits", CONFIG_NO_INDEX, "offers" };
	const char *given = reader->raw->limits.offers;
	struct config_limits *out = &reader->out->limits;

	out->offers_percent = OFFERS_DEFAULT;
	if (!given)
		return true;
	out->offers_percent = 0;
	if (!strcmp(given, "none") || parse__percent(given, 1, 100, &out->offers_percent))
		return true;
	return config_reader__fail(reader, &where,
				   "\"%s\"; legal: a share of the pool, 1%% to 100%%, or none",
				   config_shown(given).text);
}

bool config_reader__limits(const struct config_reader *reader)
{
	const struct config_where own_mac = { "limits", CONFIG_NO_INDEX, "own-mac" };
	const struct raw_limits *raw = &reader->raw->limits;
	struct config_limits *out = &reader->out->limits;
	const struct number numbers[] = {
		{ "messages", raw->messages, &out->messages, MESSAGES_DEFAULT,
		  "DHCP messages a second of one machine" },
		{ "requests", raw->requests, &out->requests, REQUESTS_DEFAULT,
		  "TFTP requests a second of one client" },
		{ "combinations", raw->combinations, &out->combinations, COMBINATIONS_DEFAULT,
		  "a second for one client" },
		{ "leases", raw->leases, &out->leases, 0, "addresses for one source" },
	};
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!read_number(reader, &numbers[i]))
			return false;
	if (raw->own_mac && !parse__bool(raw->own_mac, &out->own_mac))
		return config_reader__fail(reader, &own_mac, "\"%s\"; legal: yes, no",
					   config_shown(raw->own_mac).text);
	return read_share(reader);
}

/* Whose: the first bytes of a hardware address, or a class. */
static bool read_whose(const struct config_reader *reader, size_t i)
{
	const struct config_where all = { "reply-delay", i, NULL };
	const struct config_where mac = { "reply-delay", i, "mac" };
	const struct config_where class = { "reply-delay", i, "class" };
	const struct raw_delay *raw = &reader->raw->reply_delay[i];
	struct config_delay *out = &reader->out->delays[i];

	if (!raw->mac == !raw->class)
		return config_reader__fail(
			reader, &all, "%s; legal: one of mac and class, with delay",
			raw->mac ? "both mac and class" : "neither mac nor class");
	if (raw->mac && !parse__mac_prefix(raw->mac, out->mac, &out->mac_bytes))
		return config_reader__fail(reader, &mac,
					   "\"%s\"; legal: the first 3 to 6 bytes of an address, "
					   "such as b8:27:eb",
					   config_shown(raw->mac).text);
	out->classes = raw->class ? config_arch__codes(raw->class) : 0;
	if (raw->class && !out->classes)
		return config_reader__fail_arch(reader, &class, raw->class);
	return true;
}

static bool is_same(const struct config_delay *a, const struct config_delay *b)
{
	return a->mac_bytes == b->mac_bytes && !memcmp(a->mac, b->mac, sizeof(a->mac)) &&
	       a->classes == b->classes;
}

static bool read_delay(const struct config_reader *reader, size_t i)
{
	const struct config_where all = { "reply-delay", i, NULL };
	const struct config_where delay = { "reply-delay", i, "delay" };
	const struct raw_delay *raw = &reader->raw->reply_delay[i];
	struct config_delay *out = reader->out->delays;
	size_t other;

	if (!read_whose(reader, i))
		return false;
	if (!raw->delay)
		return config_reader__fail(reader, &delay, "missing; legal: such as 500ms or 1s");
	if (!parse__milliseconds(raw->delay, &out[i].delay_ms) || out[i].delay_ms < DELAY_MIN_MS ||
	    out[i].delay_ms > XDPXE_DELAY_MAX_MS)
		return config_reader__fail(reader, &delay, "\"%s\"; legal: %dms to %ds, in ms or s",
					   config_shown(raw->delay).text, DELAY_MIN_MS,
					   XDPXE_DELAY_MAX_MS / 1000);
	for (other = 0; other < i; other++)
		if (is_same(&out[other], &out[i]))
			return config_reader__fail(reader, &all,
						   "the same as reply-delay[%zu]; legal: each "
						   "once",
						   other);
	return true;
}

bool config_reader__delays(const struct config_reader *reader)
{
	size_t count = reader->raw->reply_delay_count, i;
	struct config *out = reader->out;

	if (!config_reader__array(reader, count, sizeof(*out->delays), &out->delays))
		return false;
	out->delay_count = count;
	for (i = 0; i < count; i++)
		if (!read_delay(reader, i))
			return false;
	return true;
}
