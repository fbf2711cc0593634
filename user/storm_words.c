// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Words of the command line that are more than a number. */
#include <string.h>

#include "parse.h"
#include "storm_options.h"

#define PERCENT_MAX 50000 /* thousandths of a percent */

static const struct {
	uint16_t code;
	bool tftp;
	const char *name;
} arches[] = {
#define HTTP false
#define TFTP true
#define XDPXE_ARCH(code, NAME, name, kind, text) { code, kind, name },
#include "xdpxe/arch.def"
#undef XDPXE_ARCH
#undef HTTP
#undef TFTP
};

bool storm_options__arch(const char *name, size_t len, uint16_t *code)
{
	for (size_t i = 0; i < sizeof(arches) / sizeof(arches[0]); i++) {
		if (!arches[i].tftp || strlen(arches[i].name) != len ||
		    memcmp(arches[i].name, name, len) != 0)
			continue;
		*code = arches[i].code;
		return true;
	}
	return false;
}

const char *storm_options__arch_name(uint16_t code)
{
	for (size_t i = 0; i < sizeof(arches) / sizeof(arches[0]); i++)
		if (arches[i].code == code)
			return arches[i].name;
	return "?";
}

const char *storm_options__mix(const char *text, struct storm_mix *out)
{
	memset(out, 0, sizeof(*out));
	for (;;) {
		size_t len = strcspn(text, ":"), name = strcspn(text, ":=");
		char weight[12] = "1";

		if (out->count == STORM_MIX_MAX)
			return "up to 8 architectures";
		if (!storm_options__arch(text, name, &out->parts[out->count].arch))
			return "names as under `boot` in the configuration: bios, efi-x64, "
			       "efi-arm64, "
			       "...";
		if (name < len) {
			if (len - name - 1 >= sizeof(weight))
				return "weights from 1 to 10000";
			memcpy(weight, text + name + 1, len - name - 1);
			weight[len - name - 1] = '\0';
		}
		if (!parse__u32(weight, 1, 10000, &out->parts[out->count].weight))
			return "weights from 1 to 10000";
		out->total += out->parts[out->count++].weight;
		text += len;
		if (*text++ == '\0')
			return NULL;
	}
}

bool storm_options__percent(const char *text, uint32_t *out)
{
	const char *dot = strchr(text, '.');
	size_t whole = dot ? (size_t)(dot - text) : strlen(text);
	char digits[8] = "", decimals[4] = "000";
	uint32_t number, thousandths = 0;

	if (whole == 0 || whole > 2)
		return false;
	memcpy(digits, text, whole);
	if (dot) {
		size_t len = strlen(dot + 1);

		if (len == 0 || len > 3 || strspn(dot + 1, "0123456789") != len)
			return false;
		memcpy(decimals, dot + 1, len);
		for (size_t i = 0; i < 3; i++)
			thousandths = thousandths * 10 + (uint32_t)(decimals[i] - '0');
	}
	if (!parse__u32(digits, 0, 99, &number))
		return false;
	thousandths += number * 1000;
	if (thousandths > PERCENT_MAX)
		return false;
	*out = (uint32_t)(((uint64_t)thousandths << 32) / 100000);
	return true;
}
