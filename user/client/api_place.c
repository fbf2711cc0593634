// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/api_place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "pins.h"
#include "runtime.h"

static int add_place(struct rows *places, const char *name, const char *path)
{
	struct api_place *place;

	if (path && strlen(path) >= sizeof(place->path)) {
		log_error("--socket: %s: the path of a Unix socket has at most 107 bytes", path);
		return -ENAMETOOLONG;
	}
	place = rows__add(places);
	if (!place)
		return -ENOMEM;
	snprintf(place->name, sizeof(place->name), "%s", name);
	if (path)
		snprintf(place->path, sizeof(place->path), "%s", path);
	else
		runtime__http_path(name, place->path, sizeof(place->path));
	return 0;
}

static int find_all(struct rows *places)
{
	struct instance *list = NULL;
	int count = pins__list(&list), err = count < 0 ? count : 0;

	if (count == 0) {
		log_error("nothing is attached in this network namespace");
		err = -ENOENT;
	} else if (count < 0) {
		log_error("what is attached cannot be read: %s", strerror(-count));
	}
	for (int i = 0; !err && i < count; i++)
		err = add_place(places, list[i].first, NULL);
	free(list);
	return err;
}

static int by_name(const void *a, const void *b)
{
	const struct api_place *one = a, *other = b;

	return strcmp(one->name, other->name);
}

int api_place__find(const char *ifname, const char *socket, struct rows *places)
{
	struct instance instance;
	int err;

	*places = (struct rows){ .size = sizeof(struct api_place) };
	if (socket)
		err = add_place(places, socket, socket);
	else if (!ifname)
		err = find_all(places);
	else if (pins__find(ifname, &instance) == 0)
		err = add_place(places, instance.first, NULL);
	else {
		log_error("%s: no xdpxe is attached there; `xdpxe status` shows where", ifname);
		err = -ENOENT;
	}
	rows__sort(places, by_name);
	if (err)
		rows__free(places);
	return err;
}

int api_place__one(const char *ifname, const char *socket, struct api_place *place)
{
	struct rows places;
	char names[256] = "";
	int err = api_place__find(ifname, socket, &places);

	if (err)
		return err;
	*place = *(struct api_place *)rows__at(&places, 0);
	for (size_t i = 0; i < places.count; i++) {
		const struct api_place *each = rows__at(&places, i);
		size_t len = strlen(names);

		snprintf(names + len, sizeof(names) - len, "%s%.15s", i ? ", " : "", each->name);
	}
	if (places.count > 1) {
		log_error("several daemons run here; say which, by its interface: %s", names);
		err = -E2BIG;
	}
	rows__free(&places);
	return err;
}

void api_place__tell_silence(const struct api_place *place, const char *why)
{
	log_error("%s: the daemon does not answer (%s), and it alone knows the steps of machines; "
		  "`xdpxe status`, `leases` and `transfers` read the maps and work without it",
		  place->name, why);
}
