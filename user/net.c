// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int read_link(int fd, struct net_interface *out)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	memcpy(request.ifr_name, out->name, sizeof(out->name));
	if (ioctl(fd, SIOCGIFMTU, &request))
		return -errno;
	out->mtu = (uint32_t)request.ifr_mtu;
	if (ioctl(fd, SIOCGIFHWADDR, &request))
		return -errno;
	out->ethernet = request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
	memcpy(out->mac, request.ifr_hwaddr.sa_data, sizeof(out->mac));
	request.ifr_data = (char *)&info;
	if (ioctl(fd, SIOCETHTOOL, &request) || !info.driver[0])
		strcpy(info.driver, "unknown");
	snprintf(out->driver, sizeof(out->driver), "%.31s", info.driver);
	return 0;
}

static uint32_t address_of(const struct sockaddr *socket_address)
{
	struct sockaddr_in in;

	memcpy(&in, socket_address, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

static int read_addresses(struct net_interface *out)
{
	struct ifaddrs *list, *item;

	if (getifaddrs(&list))
		return -errno;
	for (item = list; item && out->address_count < NET_ADDRESSES_MAX; item = item->ifa_next) {
		struct net_address *address = &out->addresses[out->address_count];

		if (!item->ifa_addr || !item->ifa_netmask || item->ifa_addr->sa_family != AF_INET ||
		    strcmp(item->ifa_name, out->name))
			continue;
		address->address = address_of(item->ifa_addr);
		address->mask = address_of(item->ifa_netmask);
		out->address_count++;
	}
	freeifaddrs(list);
	return 0;
}

int net__read(const char *name, struct net_interface *out)
{
	int fd, err;

	memset(out, 0, sizeof(*out));
	out->ifindex = if_nametoindex(name);
	if (!out->ifindex)
		return errno ? -errno : -ENODEV;
	snprintf(out->name, sizeof(out->name), "%s", name);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = read_link(fd, out);
	close(fd);
	return err ? err : read_addresses(out);
}

void net__names(char *out, size_t size)
{
	struct if_nameindex *list = if_nameindex(), *item;
	size_t len = 0;

	out[0] = '\0';
	for (item = list; item && item->if_index && len < size; item++) {
		snprintf(out + len, size - len, "%s%s", len ? ", " : "", item->if_name);
		len = strlen(out);
	}
	if (list)
		if_freenameindex(list);
}
