// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/machine_find.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "client/mac_name.h"

#define HTTP_NOT_FOUND 404
#define MOST 1000 /* whose address or file has this text in it */

static int get_story(struct api_client *client, const char *mac, struct api_answer *answer)
{
	char target[API_TARGET];
	int err;

	snprintf(target, sizeof(target), "/api/v1/machines/%s", mac);
	err = api_client__get(client, target, answer);
	return err && answer->status == HTTP_NOT_FOUND ? -ENOENT : err;
}

/* The MAC of the machine with @address among those of @list; false: there is none. */
static bool find_mac(const json_t *list, const char *address, char mac[MAC_NAME])
{
	json_t *machine;
	size_t i;

	json_array_foreach(list, i, machine)
	{
		const char *addr = json_string_value(json_object_get(machine, "addr"));
		const char *text = json_string_value(json_object_get(machine, "mac"));

		if (addr && text && strcmp(addr, address) == 0)
			return mac_name__parse(text, mac);
	}
	return false;
}

static int get_by_address(struct api_client *client, const char *address, struct api_answer *answer)
{
	char target[API_TARGET], mac[MAC_NAME];
	bool found;
	int err;

	snprintf(target, sizeof(target), "/api/v1/machines?q=%s&limit=%d", address, MOST);
	err = api_client__get(client, target, answer);
	if (err)
		return err;
	found = find_mac(json_object_get(answer->json, "machines"), address, mac);
	json_decref(answer->json);
	memset(answer, 0, sizeof(*answer));
	return found ? get_story(client, mac, answer) : -ENOENT;
}

static bool look_up(const char *name, char address[INET_ADDRSTRLEN])
{
	struct addrinfo hints = { .ai_family = AF_INET }, *list;
	const struct sockaddr_in *found;

	if (!parse__hostname(name) || getaddrinfo(name, NULL, &hints, &list))
		return false;
	found = (const struct sockaddr_in *)list->ai_addr;
	inet_ntop(AF_INET, &found->sin_addr, address, INET_ADDRSTRLEN);
	freeaddrinfo(list);
	return true;
}

int machine_find__get(struct api_client *client, const char *name, struct api_answer *answer)
{
	char mac[MAC_NAME], address[INET_ADDRSTRLEN];
	uint32_t number;

	memset(answer, 0, sizeof(*answer));
	if (mac_name__parse(name, mac))
		return get_story(client, mac, answer);
	if (parse__ipv4(name, &number))
		return get_by_address(client, name, answer);
	if (look_up(name, address))
		return get_by_address(client, address, answer);
	return -EINVAL;
}
