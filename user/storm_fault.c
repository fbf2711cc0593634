// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_fault.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *name, *text;
} classes[] = {
#define STORM_FAULT(NAME, name, text) { name, text },
#include "storm_faults.def"
#undef STORM_FAULT
};

const char *storm_fault__name(enum storm_fault_class which)
{
	return classes[which].name;
}

const char *storm_fault__text(enum storm_fault_class which)
{
	return classes[which].text;
}

void storm_fault__note(struct storm_faults *faults, enum storm_fault_class which,
		       const char *format, ...)
{
	uint64_t number = faults->count[which]++;
	char *example;
	va_list args;

	if (number >= STORM_EXAMPLES)
		return;
	example = faults->examples[which][number];
	va_start(args, format);
	vsnprintf(example, STORM_EXAMPLE_LEN, format, args);
	va_end(args);
	for (; *example; example++)
		if (*example < ' ' || *example > '~')
			*example = '?';
}

uint64_t storm_fault__sum(const struct storm_faults *faults)
{
	uint64_t sum = 0;

	for (int i = 0; i < STORM_FAULTS; i++)
		sum += faults->count[i];
	return sum;
}

bool storm_fault__any(const struct storm_faults *faults)
{
	return storm_fault__sum(faults) != 0;
}
