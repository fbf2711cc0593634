// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/mac_name.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"

#define HEX "0123456789abcdefABCDEF"
#define DIGITS 12

/* The digits without dots, when these stand after each four or there are none. */
static bool plain_digits(const char *text, char digits[DIGITS + 1])
{
	size_t len = strlen(text), used = 0;

	if (len != DIGITS && (len != DIGITS + 2 || text[4] != '.' || text[9] != '.'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (len > DIGITS && (i == 4 || i == 9))
			continue;
		if (!strchr(HEX, text[i]))
			return false;
		digits[used++] = text[i];
	}
	digits[used] = '\0';
	return true;
}

bool mac_name__parse(const char *text, char out[MAC_NAME])
{
	char digits[DIGITS + 1], spelled[MAC_NAME];
	uint8_t mac[6];

	snprintf(spelled, sizeof(spelled), "%s", text);
	if (plain_digits(text, digits))
		snprintf(spelled, sizeof(spelled), "%.2s:%.2s:%.2s:%.2s:%.2s:%.2s", digits,
			 digits + 2, digits + 4, digits + 6, digits + 8, digits + 10);
	else if (strlen(text) >= sizeof(spelled))
		return false;
	if (!parse__mac(spelled, mac))
		return false;
	snprintf(out, MAC_NAME, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
	return true;
}
