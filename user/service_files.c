// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "service_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "config_boot.h"
#include "log.h"
#include "tids.h"

#define PRELOADED_FILES (XDPXE_TID_COUNT / 2 / TIDS_PRELOADED)
#define QUIET_MS 150 /* a file that changed less than that ago may be half-written */

/* The files that machines ask for first. Return: NULL-terminated, to be freed; the names are the plan's. */
static const char **boot_files(const struct plan *plan)
{
	const char **names = calloc(plan->boot_count + 1, sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; names && i < plan->boot_count; i++)
		if (!boot__is_url(plan->sources[i].text))
			names[count++] = plan->sources[i].text;
	return names;
}

static int set_aliases(struct images *images, const struct config *config)
{
	int err = 0;

	images__forget_aliases(images);
	for (size_t i = 0; !err && i < config->alias_count; i++)
		err = images__add_alias(images, config->aliases[i].name, config->aliases[i].file);
	return err;
}

static struct xdpxe_name name_of(const char *path)
{
	struct xdpxe_name name = {};

	snprintf(name.path, sizeof(name.path), "%s", path);
	return name;
}

/*
 * The parameters that firmware asks for need no daemon from the start. Files of architectures come before those of
 * single machines, of which there may be more than TIDs: half of these are left for what is asked for.
 */
static void preload_tids(const struct maps *maps, const char *const *names)
{
	for (size_t i = 0; i < PRELOADED_FILES && names[i]; i++) {
		const struct xdpxe_name name = name_of(names[i]);

		tids__preload(maps, &name, XDPXE_BLKSIZE_MAX);
	}
}

static bool served_size(const char *path, uint64_t *size, void *context)
{
	const struct xdpxe_name name = name_of(path);
	const struct maps *maps = context;
	struct xdpxe_file file;

	if (bpf_map_lookup_elem(maps->files, &name, &file))
		return false;
	*size = file.size;
	return true;
}

static int sync_images(struct service *service, const struct plan *plan, bool asked)
{
	const struct config *config = plan->config;
	const char **names = boot_files(plan);
	int err = names ? set_aliases(service->images, config) : -ENOMEM;

	images__set_quiet(service->images, asked ? 0 : QUIET_MS);
	if (asked)
		images__tell_again(service->images);
	if (!err)
		err = images__sync(service->images, config->tftp_root, config->cache_bytes, names,
				   &service->files);
	if (!err)
		preload_tids(&service->engine.maps, names);
	free(names);
	return err;
}

int service_files__sync(struct service *service, struct plan *plan, bool asked)
{
	struct maps *maps = &service->engine.maps;
	int err;

	if (!plan->config->tftp_root)
		return 0;
	if (!service->images)
		service->images = images__new(maps, service->engine.adopted);
	err = service->images ? sync_images(service, plan, asked) : -ENOMEM;
	return err ? err : plan__refresh_sizes(plan, served_size, maps);
}
