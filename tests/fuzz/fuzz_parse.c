// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Text to values: user/parse.c. What it takes, written out again, is what was given; what it refuses, it leaves alone.
#include "parse.c"

#include <stdio.h>
#include <stdlib.h>

#include "must.h"

#define UNTOUCHED 0xa5a5a5a5u
#define UNTOUCHED64 0xa5a5a5a5a5a5a5a5ull

static void check_numbers(const char *text)
{
	uint64_t wide = UNTOUCHED64;
	uint32_t narrow = UNTOUCHED;
	char back[32];

	if (parse__u64(text, 0, UINT64_MAX, &wide)) {
		snprintf(back, sizeof(back), "%llu", (unsigned long long)wide);
		must(!strcmp(back, text));
		must(parse__u32(text, 0, UINT32_MAX, &narrow) == (wide <= UINT32_MAX));
		must(wide > UINT32_MAX || narrow == wide);
	} else {
		must(wide == UNTOUCHED64 && !parse__u32(text, 0, UINT32_MAX, &narrow));
		must(narrow == UNTOUCHED);
	}
	wide = UNTOUCHED64;
	must(!parse__u64(text, 10, 20, &wide) ? wide == UNTOUCHED64 : wide >= 10 && wide <= 20);
}

static void check_units(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t bytes = UNTOUCHED64, number;
	uint32_t seconds = UNTOUCHED;
	char *alone = strndup(text, digits);

	must(alone);
	must(parse__seconds(text, &seconds) || seconds == UNTOUCHED);
	must(parse__bytes(text, &bytes) || bytes == UNTOUCHED64);
	if (seconds != UNTOUCHED || bytes != UNTOUCHED64)
		must(parse__u64(alone, 0, UINT64_MAX, &number));
	if (seconds != UNTOUCHED)
		must(seconds >= number && (seconds % 86400 == 0 || !strchr(text, 'd')));
	if (bytes != UNTOUCHED64)
		must(bytes >= number && (bytes % 1024 == 0 || !strchr(text, 'K')));
	free(alone);
}

static void check_addresses(const char *text)
{
	uint32_t address = UNTOUCHED, first = UNTOUCHED, last = UNTOUCHED;
	unsigned int prefix = UNTOUCHED;
	struct in_addr in;
	char quad[INET_ADDRSTRLEN], back[32];

	if (parse__ipv4(text, &address)) {
		in.s_addr = htonl(address);
		must(!strcmp(inet_ntop(AF_INET, &in, quad, sizeof(quad)), text));
	}
	address = UNTOUCHED;
	if (parse__cidr(text, &address, &prefix)) {
		in.s_addr = htonl(address);
		snprintf(back, sizeof(back), "%s/%u", inet_ntop(AF_INET, &in, quad, sizeof(quad)),
			 prefix);
		must(prefix <= 32 && !strcmp(back, text));
	} else {
		must(address == UNTOUCHED && prefix == UNTOUCHED);
	}
	if (parse__range(text, &first, &last))
		must(first <= last && (strchr(text, '-') || first == last));
	else
		must(first == UNTOUCHED && last == UNTOUCHED);
}

static void check_mac(const char *text)
{
	uint8_t mac[6] = { 1, 2, 3, 4, 5, 6 };
	char back[18];

	if (!parse__mac(text, mac)) {
		must(!memcmp(mac, (uint8_t[6]){ 1, 2, 3, 4, 5, 6 }, 6));
		return;
	}
	snprintf(back, sizeof(back), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	for (char *c = back; *c; c++)
		*c = *c == ':' ? text[2] : *c;
	must((text[2] == ':' || text[2] == '-') && !strcasecmp(back, text));
}

static void check_names(const char *text)
{
	static const char *const schemes[] = { "http://", "https://", NULL };
	bool flag;

	if (parse__bool(text, &flag))
		must(flag == (!strcmp(text, "true") || !strcmp(text, "yes")));
	if (parse__hostname(text)) {
		must(*text && *text != '.' && *text != '-' && !strstr(text, "..") &&
		     !strstr(text, ".-") && !strstr(text, "-."));
		must(strspn(text,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") ==
		     strlen(text));
	}
	if (parse__url(text, schemes)) {
		must(!strncasecmp(text, "http://", 7) || !strncasecmp(text, "https://", 8));
		must(!strpbrk(text, " \t\n\r\x7f") && strstr(text, "://")[3] != '/');
		must(strstr(text, "://")[3] != '\0');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check_numbers(text);
	check_units(text);
	check_addresses(text);
	check_mac(text);
	check_names(text);
	free(text);
	return 0;
}
