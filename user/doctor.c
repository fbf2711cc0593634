// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "doctor.h"

#include <stdarg.h>
#include <string.h>

static const char *const levels[] = {
	[DOCTOR_GOOD] = "good",
	[DOCTOR_NOTE] = "note",
	[DOCTOR_POOR] = "poor",
	[DOCTOR_BAD] = "BAD",
};

void doctor__add(struct doctor *doctor, enum doctor_level level, const char *check,
		 const char *lost, const char *type, const char *found_format, ...)
{
	struct doctor_line *line = rows__add(&doctor->lines);
	va_list arguments;

	if (!line)
		return;
	line->level = level;
	snprintf(line->interface, sizeof(line->interface), "%s",
		 doctor->interface ? doctor->interface : "");
	snprintf(line->check, sizeof(line->check), "%s", check);
	snprintf(line->lost, sizeof(line->lost), "%s", lost ? lost : "");
	snprintf(line->type, sizeof(line->type), "%s", type ? type : "");
	va_start(arguments, found_format);
	vsnprintf(line->found, sizeof(line->found), found_format, arguments);
	va_end(arguments);
}

enum doctor_level doctor__worst(const struct doctor *doctor)
{
	enum doctor_level worst = DOCTOR_GOOD;

	for (size_t i = 0; i < doctor->lines.count; i++) {
		const struct doctor_line *line = rows__at(&doctor->lines, i);

		if (line->level > worst)
			worst = line->level;
	}
	return worst;
}

void doctor__print(const struct doctor *doctor, FILE *out)
{
	const char *interface = NULL;

	for (size_t i = 0; i < doctor->lines.count; i++) {
		const struct doctor_line *line = rows__at(&doctor->lines, i);

		if (!interface || strcmp(interface, line->interface) != 0)
			fprintf(out, "%s%s\n", interface ? "\n" : "",
				line->interface[0] ? line->interface : "this machine");
		interface = line->interface;
		fprintf(out, "  %-4s  %-19s %s\n", levels[line->level], line->check, line->found);
		if (line->lost[0])
			fprintf(out, "%27s lost: %s\n", "", line->lost);
		if (line->type[0])
			fprintf(out, "%27s type: %s\n", "", line->type);
	}
}

json_t *doctor__json(const struct doctor *doctor)
{
	json_t *array = json_array();

	for (size_t i = 0; i < doctor->lines.count; i++) {
		const struct doctor_line *line = rows__at(&doctor->lines, i);
		json_t *object =
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "level", levels[line->level],
				  "interface", line->interface, "check", line->check, "found",
				  line->found, "lost", line->lost, "type", line->type);

		if (json_array_append_new(array, object)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}
