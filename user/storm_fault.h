/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What was wrong, by class, with examples. */
#ifndef XDPXE_STORM_FAULT_H
#define XDPXE_STORM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#define STORM_EXAMPLES 3
#define STORM_EXAMPLE_LEN 120

enum storm_fault_class {
#define STORM_FAULT(NAME, name, text) STORM_FAULT_##NAME,
#include "storm_faults.def"
#undef STORM_FAULT
	STORM_FAULTS,
};

/** struct storm_faults - counts of each class, and its first examples; all zero is none */
struct storm_faults {
	uint64_t count[STORM_FAULTS];
	char examples[STORM_FAULTS][STORM_EXAMPLES][STORM_EXAMPLE_LEN];
};

/** storm_fault__name() - "wrong_bytes" */
const char *storm_fault__name(enum storm_fault_class which);

/** storm_fault__text() - what it means, a clause */
const char *storm_fault__text(enum storm_fault_class which);

/**
 * storm_fault__note() - count one, and keep the text as an example if there is room; what is not
 * printable in it becomes '?'
 */
void storm_fault__note(struct storm_faults *faults, enum storm_fault_class which,
		       const char *format, ...) __attribute__((format(printf, 3, 4)));

/** storm_fault__sum() - how often something was wrong */
uint64_t storm_fault__sum(const struct storm_faults *faults);

/** storm_fault__any() - was anything wrong? */
bool storm_fault__any(const struct storm_faults *faults);

#endif
