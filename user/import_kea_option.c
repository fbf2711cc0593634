// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Kea's option-data, and the options that option-def declares. */
#include <string.h>

#include "import_kea.h"

/* The declaration of an option by its name, or by its code where it has none. */
static const json_t *find_definition(const struct kea *kea, const char *name, uint32_t code)
{
	const json_t *one;
	size_t i;

	json_array_foreach(kea->definitions, i, one)
	{
		const char *other = json_string_value(json_object_get(one, "name"));
		const char *space = json_string_value(json_object_get(one, "space"));

		if (space && strcmp(space, "dhcp4"))
			continue;
		if (name ? other && strcmp(name, other) == 0
			 : json_integer_value(json_object_get(one, "code")) == (json_int_t)code)
			return one;
	}
	return NULL;
}

/* Return: false for a type that is none of ours */
static bool read_type(const json_t *definition, enum import_type *type)
{
	static const struct {
		const char *name;
		enum import_type type;
	} types[] = {
		{ "ipv4-address", IMPORT_IPS }, { "string", IMPORT_TEXT },
		{ "uint8", IMPORT_U8 },		{ "int8", IMPORT_U8 },
		{ "uint16", IMPORT_U16 },	{ "int16", IMPORT_U16 },
		{ "uint32", IMPORT_U32 },	{ "int32", IMPORT_U32 },
		{ "boolean", IMPORT_BOOL },	{ "binary", IMPORT_HEX },
	};
	const char *name = json_string_value(json_object_get(definition, "type"));

	for (size_t i = 0; name && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(name, types[i].name) == 0) {
			*type = types[i].type;
			return true;
		}
	return false;
}

static bool take(struct kea *kea, const json_t *option, struct import_settings *settings)
{
	const char *name = json_string_value(json_object_get(option, "name"));
	json_int_t number = json_integer_value(json_object_get(option, "code"));
	uint32_t code = number > 0 && number < 255 ? (uint32_t)number : 0;
	const json_t *definition = find_definition(kea, name, code);
	enum import_type type = IMPORT_HEX; /* what Kea takes an option for that it does not know */
	const char *value = json_string_value(json_object_get(option, "data"));

	if (!code && definition)
		number = json_integer_value(json_object_get(definition, "code"));
	if (!code && definition && number > 0 && number < 255)
		code = (uint32_t)number;
	if (!code && name)
		code = import__option_code(name);
	if (!code || !value || (definition && !read_type(definition, &type)))
		return false;
	if (json_is_false(json_object_get(option, "csv-format")))
		type = IMPORT_HEX;
	else if (!definition && import__option_is_known(code))
		return import__option(kea->import, settings, code, value);
	return import__option_typed(kea->import, settings, code, type, value);
}

void import_kea__option(struct kea *kea, const json_t *option, struct import_settings *settings)
{
	const char *key = json_object_get(option, "name") ? "name" : "code";

	if (!take(kea, option, settings))
		import_kea__note(kea, option, key,
				 "this option is not carried over; `options` takes it by number");
}
