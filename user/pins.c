// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "pins.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpffs.h"
#include "log.h"

#define PORT_PREFIX "port-"
#define MAKE_TRIES 10

/* bpffs may be writable to all: what stands at our path must be root's own folder, or nothing. */
static bool is_ours(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT;
	return S_ISDIR(st.st_mode) && st.st_uid == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

const char *pins__root(void)
{
	static char root[64];
	static bool refused;
	const char *bpffs;

	if (root[0] || refused)
		return refused ? NULL : root;
	bpffs = bpffs__path(true);
	if (!bpffs) {
		log_error("no bpffs at " BPFFS " and none can be mounted (%s); "
			  "try: mount -t bpf -o mode=0700 bpf " BPFFS,
			  strerror(errno));
		return NULL;
	}
	snprintf(root, sizeof(root), "%s/xdpxe", bpffs);
	if (!is_ours(root)) {
		log_error("%s is not a folder that only root can write; remove it, "
			  "and find out who made it",
			  root);
		refused = true;
		return NULL;
	}
	return root;
}

unsigned long pins__netns(void)
{
	struct stat ns;

	return stat("/proc/self/ns/net", &ns) == 0 ? ns.st_ino : 0;
}

int pins__instance(const char *first, struct instance *out)
{
	const char *root = pins__root();

	if (!root)
		return -ENOENT;
	memset(out, 0, sizeof(*out));
	snprintf(out->first, sizeof(out->first), "%s", first);
	snprintf(out->dir, sizeof(out->dir), "%s/%lu-%s", root, pins__netns(), first);
	return 0;
}

/* Folders below @path whose names begin with @prefix: calls @each with the rest of the name. */
static int each_with_prefix(const char *path, const char *prefix,
			    bool (*each)(const char *rest, void *arg), void *arg)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(dir)))
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
		    !each(entry->d_name + strlen(prefix), arg))
			break;
	closedir(dir);
	return 0;
}

struct instance_list {
	struct instance *all;
	int count;
};

static bool append_instance(const char *first, void *arg)
{
	struct instance_list *list = arg;
	struct instance *grown = reallocarray(list->all, list->count + 1, sizeof(*grown));

	if (!grown)
		return false;
	list->all = grown;
	if (pins__instance(first, &grown[list->count]) == 0)
		list->count++;
	return true;
}

int pins__list(struct instance **list)
{
	struct instance_list found = {};
	const char *root = pins__root();
	char prefix[32];
	int err;

	*list = NULL;
	if (!root)
		return -ENOENT;
	snprintf(prefix, sizeof(prefix), "%lu-", pins__netns());
	err = each_with_prefix(root, prefix, append_instance, &found);
	if (err < 0)
		return err;
	*list = found.all;
	return found.count;
}

struct port_list {
	char (*names)[IF_NAMESIZE];
	int max, count;
};

static bool append_port(const char *name, void *arg)
{
	struct port_list *list = arg;

	if (list->count >= list->max)
		return false;
	snprintf(list->names[list->count++], IF_NAMESIZE, "%s", name);
	return true;
}

int pins__ports(const struct instance *instance, char (*names)[IF_NAMESIZE], int max)
{
	struct port_list list = { .names = names, .max = max };

	each_with_prefix(instance->dir, PORT_PREFIX, append_port, &list);
	return list.count;
}

void pins__port_path(const struct instance *instance, const char *ifname, const char *leaf,
		     char *path, size_t size)
{
	snprintf(path, size, "%s/" PORT_PREFIX "%s%s%s", instance->dir, ifname, leaf[0] ? "/" : "",
		 leaf);
}

int pins__find(const char *ifname, struct instance *out)
{
	struct instance *list;
	int count = pins__list(&list);
	int err = -ENOENT;

	for (int i = 0; i < count && err; i++) {
		char path[2 * PINS_PATH];

		pins__port_path(&list[i], ifname, "", path, sizeof(path));
		if (access(path, F_OK) == 0) {
			*out = list[i];
			err = 0;
		}
	}
	free(list);
	return err;
}

int pins__make(const struct instance *instance)
{
	const char *root = pins__root();

	if (!root)
		return -ENOENT;
	/* Another daemon that ends may remove the root in between. */
	for (int i = 0; i < MAKE_TRIES; i++) {
		if (mkdir(root, 0700) < 0 && errno != EEXIST)
			return -errno;
		if (mkdir(instance->dir, 0700) == 0 || errno == EEXIST)
			return 0;
		if (errno != ENOENT)
			return -errno;
	}
	return -ENOENT;
}

int pins__open(const struct instance *instance, struct maps *maps)
{
	char path[2 * PINS_PATH];

	memset(maps, 0xff, sizeof(*maps));
#define OPEN_PIN(name)                                                                             \
	snprintf(path, sizeof(path), "%s/" #name, instance->dir);                                  \
	maps->name = bpf_obj_get(path);                                                            \
	if (maps->name < 0) {                                                                      \
		int err = maps->name;                                                              \
		pins__close(maps);                                                                 \
		return err;                                                                        \
	}
	XDPXE_MAPS(OPEN_PIN)
#undef OPEN_PIN
	return 0;
}

void pins__close(struct maps *maps)
{
#define CLOSE_PIN(name)                                                                            \
	if (maps->name >= 0)                                                                       \
		close(maps->name);                                                                 \
	maps->name = -1;
	XDPXE_MAPS(CLOSE_PIN)
#undef CLOSE_PIN
}

int pins__remove_port(const struct instance *instance, const char *ifname)
{
	static const char *const leaves[] = { "link", "ingress", "egress", "" };
	char path[2 * PINS_PATH];
	int err = 0;

	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
		pins__port_path(instance, ifname, leaves[i], path, sizeof(path));
		if ((leaves[i][0] ? unlink(path) : rmdir(path)) < 0 && errno != ENOENT)
			err = -errno;
	}
	return err;
}

static bool unlink_pin(const char *name, void *arg)
{
	const char *dir = arg;
	char path[2 * PINS_PATH];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (name[0] != '.')
		unlink(path);
	return true;
}

void pins__remove_maps(const struct instance *instance)
{
	char dir[PINS_PATH];

	snprintf(dir, sizeof(dir), "%s", instance->dir);
	each_with_prefix(dir, "", unlink_pin, dir);
}

int pins__remove(const struct instance *instance)
{
	char names[XDPXE_PORTS_MAX][IF_NAMESIZE];
	int count = pins__ports(instance, names, XDPXE_PORTS_MAX);
	const char *root = pins__root();

	for (int i = 0; i < count; i++)
		pins__remove_port(instance, names[i]);
	pins__remove_maps(instance);
	if (rmdir(instance->dir) < 0 && errno != ENOENT)
		return -errno;
	if (root)
		rmdir(root); /* stays while another instance is in it */
	return 0;
}
