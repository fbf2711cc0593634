// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* An interface as the kernel's stack has it: address, MTU, offloads, queues. */
#include "doctor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MTU_OF_BOOT 1500 /* what firmware assumes: 1,468 bytes a block */

/* Its own come first. */
static bool is_own(const struct net_address *address)
{
	return !address->elsewhere && !address->vlan[0];
}

static void look_at_address(struct doctor *doctor, const struct net_interface *facts)
{
	char text[INET_ADDRSTRLEN], type[DOCTOR_TEXT];
	struct in_addr address;

	if (facts->address_count == 0 || !is_own(&facts->addresses[0])) {
		snprintf(type, sizeof(type), "ip address add 10.77.0.1/16 dev %s", facts->name);
		doctor__add(doctor, DOCTOR_BAD, "address",
			    "all: a network is served from an address of the interface", type,
			    "none");
		return;
	}
	for (size_t i = 0; i < facts->address_count && is_own(&facts->addresses[i]); i++) {
		address.s_addr = htonl(facts->addresses[i].address);
		inet_ntop(AF_INET, &address, text, sizeof(text));
		doctor__add(doctor, DOCTOR_GOOD, "address", NULL, NULL, "%s/%d", text,
			    __builtin_popcount(facts->addresses[i].mask));
	}
}

static void look_at_mtu(struct doctor *doctor, const struct net_interface *facts)
{
	char type[DOCTOR_TEXT];

	snprintf(type, sizeof(type), "ip link set dev %s mtu %d", facts->name, MTU_OF_BOOT);
	if (facts->mtu < MTU_OF_BOOT)
		doctor__add(doctor, DOCTOR_POOR, "MTU", "blocks of TFTP are smaller than 1,468",
			    type, "%u", facts->mtu);
	else if (facts->mtu > MTU_OF_BOOT)
		doctor__add(doctor, DOCTOR_NOTE, "MTU",
			    "many drivers take no XDP program with large frames", type, "%u",
			    facts->mtu);
	else
		doctor__add(doctor, DOCTOR_GOOD, "MTU", NULL, NULL, "%u", facts->mtu);
}

/* One value of ethtool. Return: false when the driver does not tell. */
static bool ask_ethtool(int fd, const char *name, uint32_t command, uint32_t *value)
{
	struct ethtool_value ask = { .cmd = command };
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	request.ifr_data = (char *)&ask;
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		return false;
	*value = ask.data;
	return true;
}

static void look_at_vlan_stripping(struct doctor *doctor, int fd, const struct net_interface *facts)
{
	const char *name = facts->name;
	char type[DOCTOR_TEXT];
	uint32_t flags;

	if (!ask_ethtool(fd, name, ETHTOOL_GFLAGS, &flags))
		return;
	snprintf(type, sizeof(type), "ethtool -K %s rxvlan off", name);
	if (!strcmp(facts->driver, "veth"))
		doctor__add(doctor, DOCTOR_NOTE, "VLAN stripping",
			    "a tag that the peer leaves beside the frame is hidden from XDP",
			    "ethtool -K PEER txvlan off", "the peer's");
	else if (flags & ETH_FLAG_RXVLAN)
		doctor__add(doctor, DOCTOR_NOTE, "VLAN stripping",
			    "tags are hidden from XDP: a network with `vlan` is not served here",
			    type, "on");
	else
		doctor__add(doctor, DOCTOR_GOOD, "VLAN stripping", NULL, NULL, "off");
	snprintf(type, sizeof(type), "ethtool -K %s lro off", name);
	if (flags & ETH_FLAG_LRO)
		doctor__add(doctor, DOCTOR_POOR, "LRO", "drivers refuse XDP while it is on", type,
			    "on");
}

static void look_at_gro(struct doctor *doctor, int fd, const char *name)
{
	uint32_t gro;

	if (ask_ethtool(fd, name, ETHTOOL_GGRO, &gro))
		doctor__add(doctor, DOCTOR_GOOD, "GRO", NULL, NULL, "%s (XDP comes before it)",
			    gro ? "on" : "off");
}

static void look_at_queues(struct doctor *doctor, int fd, const char *name)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct ifreq request = { 0 };
	unsigned int queues;
	char type[DOCTOR_TEXT];

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	request.ifr_data = (char *)&channels;
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		return;
	queues = channels.rx_count + channels.combined_count;
	snprintf(type, sizeof(type), "ethtool -L %s combined %ld", name, cpus);
	if (queues < cpus && channels.max_combined > channels.combined_count)
		doctor__add(doctor, DOCTOR_NOTE, "queues", "one CPU answers for several", type,
			    "%u for %ld CPUs", queues, cpus);
	else
		doctor__add(doctor, DOCTOR_GOOD, "queues", NULL, NULL, "%u for %ld CPUs", queues,
			    cpus);
}

static void look_at_link(struct doctor *doctor, int fd, const char *name)
{
	struct ifreq request = { 0 };
	char type[DOCTOR_TEXT];

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return;
	snprintf(type, sizeof(type), "ip link set dev %s up", name);
	if (!(request.ifr_flags & IFF_UP))
		doctor__add(doctor, DOCTOR_BAD, "link", "all: nothing is received", type, "down");
	else if (!(request.ifr_flags & IFF_RUNNING))
		doctor__add(doctor, DOCTOR_POOR, "link", "nothing is received: look at the cable",
			    NULL, "up, without carrier");
	else
		doctor__add(doctor, DOCTOR_GOOD, "link", NULL, NULL, "up, with carrier");
}

void doctor__interface(struct doctor *doctor, const struct net_interface *facts)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	look_at_address(doctor, facts);
	look_at_mtu(doctor, facts);
	if (fd < 0)
		return;
	look_at_link(doctor, fd, facts->name);
	look_at_vlan_stripping(doctor, fd, facts);
	look_at_gro(doctor, fd, facts->name);
	look_at_queues(doctor, fd, facts->name);
	close(fd);
}
