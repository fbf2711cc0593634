// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Boot instructions tell the size of a file, which changes.
#include <string.h>

#include "plan_priv.h"

/* A reply that the size would make too long goes without it. */
static void make_again(const struct plan *plan, struct xdpxe_boot *boot,
		       const struct plan_source *source, uint64_t size)
{
	plan_boot__make(boot, source->kind, source->text, size);
	if (source->options)
		plan_boot__add(boot, source->options);
	if (plan_boot__reply_len(plan, boot) <= PLAN_REPLY_MAX)
		return;
	plan_boot__make(boot, source->kind, source->text, UINT64_MAX);
	if (source->options)
		plan_boot__add(boot, source->options);
}

bool plan__refresh_sizes(struct plan *plan, plan_size_fn size_of, void *context)
{
	bool changed = false;
	size_t i;

	for (i = 0; i < plan->boot_count; i++) {
		const struct plan_source *source = &plan->sources[i];
		struct xdpxe_boot fresh;
		uint64_t size;

		if (source->kind != PLAN_BOOT_TFTP || !size_of(source->text, &size, context))
			continue;
		make_again(plan, &fresh, source, size);
		changed = changed || memcmp(&fresh, &plan->boots[i], sizeof(fresh));
		plan->boots[i] = fresh;
	}
	return changed;
}
