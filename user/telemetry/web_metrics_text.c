// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "web_metrics.h"

void metric__family(struct text *text, const char *name, enum metric_type type, const char *help)
{
	static const char *const types[] = { "counter", "gauge", "histogram" };

	text__add(text, "# HELP xdpxe_%s %s\n# TYPE xdpxe_%s %s\n", name, help, name, types[type]);
}

/* A value of a label: quote, backslash and line feed are escaped. */
static void add_escaped(struct text *text, const char *value)
{
	for (; *value; value++) {
		if (*value == '\n')
			text__add(text, "\\n");
		else if (*value == '"' || *value == '\\')
			text__add(text, "\\%c", *value);
		else
			text__add(text, "%c", *value);
	}
}

void metric__sample(struct text *text, const char *name, const char *const *labels, double value)
{
	text__add(text, "xdpxe_%s", name);
	for (size_t i = 0; labels && labels[i]; i += 2) {
		text__add(text, "%s%s=\"", i ? "," : "{", labels[i]);
		add_escaped(text, labels[i + 1]);
		text__add(text, "\"");
	}
	text__add(text, "%s %.17g\n", labels && labels[0] ? "}" : "", value);
}

void metric__one(struct text *text, const char *name, enum metric_type type, const char *help,
		 double value)
{
	metric__family(text, name, type, help);
	metric__sample(text, name, NULL, value);
}
