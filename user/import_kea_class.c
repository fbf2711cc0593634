// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Kea's client classes: tests of option 93, 77, 175 and 60, and the boot file of those that pass. */
#include "import_kea.h"

#include <string.h>

#include "config_boot.h"

/* Is what stands at @at said with "not" before it? */
static bool is_negated(const char *test, const char *at)
{
	while (at > test && strchr(" (", at[-1]))
		at--;
	return at - test >= 3 && strncmp(at - 3, "not", 3) == 0 &&
	       (at - test == 3 || strchr(" (", at[-4]));
}

/* Every PXEClient:Arch:00007 of a test, by what it begins with. */
static uint64_t classes_of(const char *test, const char *begin)
{
	uint64_t arches = 0;
	unsigned int code;

	for (const char *at = test; (at = strstr(at, begin)) != NULL; at++)
		if (sscanf(at + strlen(begin), "%5u", &code) == 1 && code < XDPXE_ARCHES)
			arches |= 1ULL << code;
	return arches;
}

/* Every `option[93].hex == 0x0007` of a test; 0 when there is a "not" about one. */
static uint64_t arches_of(const char *test)
{
	uint64_t arches =
		classes_of(test, "PXEClient:Arch:") | classes_of(test, "HTTPClient:Arch:");
	unsigned int code;

	for (const char *at = test; (at = strstr(at, "option[")) != NULL; at++) {
		const char *begin = at;

		if (strncmp(at, "option[93].hex", 14) &&
		    strncmp(at, "option[client-system].hex", 25))
			continue;
		at = strchr(at, ']');
		if (sscanf(at, "].hex == 0x%4x", &code) != 1 || code >= XDPXE_ARCHES)
			continue;
		if (is_negated(test, begin))
			return 0;
		arches |= 1ULL << code;
	}
	return arches;
}

/* `not option[175].exists` and the like only keep iPXE away from a first stage. */
static bool is_about_ipxe(const char *test)
{
	static const char *const words[] = { "'iPXE'", "'gPXE'", "option[175].exists",
					     "0x69505845" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *at = strstr(test, words[i]);
		const char *no = strstr(test, "not ");

		if (at && (!no || no > at))
			return true;
	}
	return false;
}

static bool is_expected(const char *key)
{
	static const char *const words[] = { "name",	       "test",
					     "boot-file-name", "option-data",
					     "comment",	       "user-context",
					     "next-server",    "only-if-required" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(key, words[i]) == 0)
			return true;
	return false;
}

void import_kea__class(struct kea *kea, const json_t *class)
{
	const char *test = json_string_value(json_object_get(class, "test"));
	const char *file = json_string_value(json_object_get(class, "boot-file-name"));
	const json_t *value;
	uint64_t arches = test ? arches_of(test) : 0;
	bool ipxe = test && is_about_ipxe(test);
	const char *key;

	json_object_foreach((json_t *)class, key, value)
	{
		if (strcmp(key, "next-server") == 0)
			import_kea__note(kea, class, key,
					 "files come from the machine that xdpxe runs on");
		else if (strcmp(key, "option-data") == 0 && json_array_size(value))
			import_kea__note(kea, class, key, "see `boot-options`");
		else if (strcmp(key, "only-if-required") == 0 && json_is_true(value))
			import_kea__note(kea, class, key,
					 "what it boots is for all whom its test fits");
		else if (!is_expected(key))
			import_kea__note(kea, class, key, "not carried over");
	}
	if (!file || !*file)
		return;
	if (!arches && !ipxe && test)
		import_kea__note(kea, class, "test",
				 "this test is not understood, so its boot file is left out");
	else
		import__boot(kea->import, ipxe ? 0 : arches,
			     ipxe || (!arches && boot__is_url(file)),
			     import__keep(kea->import, file, strlen(file)));
}
