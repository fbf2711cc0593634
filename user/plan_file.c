// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "plan_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan_priv.h"

static const char *reason(int error)
{
	return error == ENOENT || error == ENOTDIR ? "does not exist" : strerror(error);
}

/* Symbolic links are followed as long as they stay inside the root, as when files are loaded. */
static int is_inside(const char *root, const char *path)
{
	size_t len = strlen(root);

	return len == 1 || (!strncmp(root, path, len) && path[len] == '/');
}

const char *plan_file__check(const char *root, const char *name, uint64_t *size)
{
	char real_root[PATH_MAX], joined[PATH_MAX], path[PATH_MAX];
	struct stat st;

	if (!realpath(root, real_root))
		return reason(errno);
	if ((size_t)snprintf(joined, sizeof(joined), "%s/%s", real_root, name) >= sizeof(joined))
		return strerror(ENAMETOOLONG);
	if (!realpath(joined, path) || stat(path, &st))
		return reason(errno);
	if (!is_inside(real_root, path))
		return "is a symbolic link that leads out of the root";
	if (!S_ISREG(st.st_mode))
		return "is no regular file";
	if (access(path, R_OK))
		return "cannot be read";
	*size = (uint64_t)st.st_size;
	return NULL;
}

const char *plan_file__find(const struct config *config, const char *name, uint64_t *size)
{
	const char *wrong = plan_file__check(config->tftp_root, name, size);
	size_t i;

	for (i = 0; wrong && i < config->alias_count; i++)
		if (!strcmp(config->aliases[i].name, name) &&
		    !plan_file__check(config->tftp_root, config->aliases[i].file, size))
			return NULL;
	return wrong;
}

bool plan_file__require(const struct config *config, const struct plan_origin *origin,
			const char *name, uint64_t *size, struct config_error *err)
{
	const char *wrong = plan_file__find(config, name, size);

	if (wrong) {
		config__error(err, origin->path, origin->line,
			      "%s: \"%s\" %s; legal: a readable file under "
			      "tftp.root, %s",
			      origin->key, name, wrong, config->tftp_root);
		return false;
	}
	if (*size > config->cache_bytes) {
		config__error(err, origin->path, origin->line,
			      "%s: \"%s\" has %llu bytes; legal: at most "
			      "tftp.cache, %llu",
			      origin->key, name, (unsigned long long)*size,
			      (unsigned long long)config->cache_bytes);
		return false;
	}
	return true;
}

const char *plan_file__check_root(const char *root)
{
	struct stat st;

	if (stat(root, &st))
		return reason(errno);
	if (!S_ISDIR(st.st_mode))
		return "is no folder";
	return access(root, R_OK | X_OK) ? "cannot be read" : NULL;
}

bool plan_aliases__check(const struct plan *plan, struct config_error *err)
{
	struct config files_only = *plan->config; /* an alias is no file for another */
	uint64_t size;
	char key[64];
	size_t i;

	files_only.alias_count = 0;
	for (i = 0; i < plan->config->alias_count; i++) {
		const struct config_alias *alias = &plan->config->aliases[i];

		snprintf(key, sizeof(key), "tftp.aliases[%zu].file", i);
		if (!plan_file__require(&files_only,
					&(struct plan_origin){ plan->config->path, key,
							       alias->line },
					alias->file, &size, err))
			return false;
	}
	return true;
}
