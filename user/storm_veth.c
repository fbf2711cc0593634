// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_veth.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define COUNTERS_MAX 4096

static int ask(int fd, const char *interface, void *question)
{
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	request.ifr_data = question;
	return ioctl(fd, SIOCETHTOOL, &request);
}

static uint32_t count_of(int fd, const char *interface)
{
	uint64_t room[(sizeof(struct ethtool_sset_info) + sizeof(uint64_t)) / sizeof(uint64_t)];
	struct ethtool_sset_info *info = (struct ethtool_sset_info *)(void *)room;
	uint32_t count;

	memset(room, 0, sizeof(room));
	info->cmd = ETHTOOL_GSSET_INFO;
	info->sset_mask = 1u << ETH_SS_STATS;
	if (ask(fd, interface, info) < 0 || !info->sset_mask)
		return 0;
	memcpy(&count, info->data, sizeof(count));
	return count <= COUNTERS_MAX ? count : 0;
}

static uint64_t sum_of(const struct ethtool_gstrings *names, const struct ethtool_stats *values,
		       uint32_t count, const char *end)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		const char *name = (const char *)names->data + (size_t)i * ETH_GSTRING_LEN;
		size_t len = strnlen(name, ETH_GSTRING_LEN);

		if (len > strlen(end) && memcmp(name, "tx_queue_", 9) == 0 &&
		    memcmp(name + len - strlen(end), end, strlen(end)) == 0)
			sum += values->data[i];
	}
	return sum;
}

uint64_t storm_veth__count(const char *interface, const char *end)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t count = fd < 0 ? 0 : count_of(fd, interface);
	struct ethtool_gstrings *names =
		calloc(1, sizeof(*names) + (size_t)count * ETH_GSTRING_LEN);
	struct ethtool_stats *values = calloc(1, sizeof(*values) + count * sizeof(uint64_t));
	uint64_t sum = 0;

	if (names && values && count) {
		names->cmd = ETHTOOL_GSTRINGS;
		names->string_set = ETH_SS_STATS;
		names->len = count;
		values->cmd = ETHTOOL_GSTATS;
		values->n_stats = count;
		if (ask(fd, interface, names) == 0 && ask(fd, interface, values) == 0)
			sum = sum_of(names, values, count, end);
	}
	free(names);
	free(values);
	if (fd >= 0)
		close(fd);
	return sum;
}
