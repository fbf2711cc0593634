// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
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
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };
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
	request.ifr_data = (char *)&flags;
	out->rxvlan = ioctl(fd, SIOCETHTOOL, &request) == 0 && flags.data & ETH_FLAG_RXVLAN;
	return 0;
}

static uint32_t address_of(const struct sockaddr *socket_address)
{
	struct sockaddr_in in;

	memcpy(&in, socket_address, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

/* Where an address is, seen from an interface. */
enum place { OWN, ON_A_VLAN, ELSEWHERE };

/* What the kernel knows of VLAN @name: its identifier, and the interface it is on. Return: false when it is none */
static bool ask_vlan(int fd, const char *name, uint16_t *id, char parent[IF_NAMESIZE])
{
	struct vlan_ioctl_args args = { .cmd = GET_VLAN_VID_CMD };

	snprintf(args.device1, sizeof(args.device1), "%s", name);
	if (ioctl(fd, SIOCGIFVLAN, &args))
		return false;
	*id = (uint16_t)args.u.VID;
	args.cmd = GET_VLAN_REALDEV_NAME_CMD;
	if (ioctl(fd, SIOCGIFVLAN, &args))
		return false;
	snprintf(parent, IF_NAMESIZE, "%.15s", args.u.device2);
	return true;
}

/*
 * Is @name the interface @of, or a VLAN on it, perhaps in a VLAN? Which tags it has is put into @vlan, the outer one
 * first.
 */
static enum place place_of(int fd, const char *name, const char *of, uint16_t vlan[2])
{
	char parent[IF_NAMESIZE], grandparent[IF_NAMESIZE];

	vlan[0] = vlan[1] = 0;
	if (!strcmp(name, of))
		return OWN;
	if (!ask_vlan(fd, name, &vlan[0], parent))
		return ELSEWHERE;
	if (!strcmp(parent, of))
		return ON_A_VLAN;
	vlan[1] = vlan[0];
	return ask_vlan(fd, parent, &vlan[0], grandparent) && !strcmp(grandparent, of) ? ON_A_VLAN
										       : ELSEWHERE;
}

static void add_addresses(int fd, const struct ifaddrs *item, enum place wanted,
			  struct net_interface *out)
{
	for (; item && out->address_count < NET_ADDRESSES_MAX; item = item->ifa_next) {
		struct net_address *address = &out->addresses[out->address_count];

		if (!item->ifa_addr || !item->ifa_netmask || item->ifa_addr->sa_family != AF_INET ||
		    place_of(fd, item->ifa_name, out->name, address->vlan) != wanted)
			continue;
		address->address = address_of(item->ifa_addr);
		address->mask = address_of(item->ifa_netmask);
		address->elsewhere = wanted == ELSEWHERE;
		out->address_count++;
	}
}

static int read_addresses(int fd, struct net_interface *out)
{
	struct ifaddrs *list;

	if (getifaddrs(&list))
		return -errno;
	add_addresses(fd, list, OWN, out);
	add_addresses(fd, list, ON_A_VLAN, out);
	add_addresses(fd, list, ELSEWHERE, out);
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
	if (!err)
		err = read_addresses(fd, out);
	close(fd);
	return err;
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
