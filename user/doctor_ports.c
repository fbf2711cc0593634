// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Who listens on the UDP ports of DHCP and TFTP: /proc/net/udp, and whose the sockets are. */
#include "doctor.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "parse.h"

#define NAME_MAX_LEN 32

/* Is one of the descriptors of process @pid the socket @inode? */
static bool has_socket(const char *pid, unsigned long inode)
{
	char folder[64], wanted[64], link[PATH_MAX], target[64];
	const struct dirent *entry;
	bool found = false;
	ssize_t len;
	DIR *list;

	snprintf(folder, sizeof(folder), "/proc/%.20s/fd", pid);
	snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
	list = opendir(folder);
	while (list && !found && (entry = readdir(list))) {
		snprintf(link, sizeof(link), "%s/%s", folder, entry->d_name);
		len = readlink(link, target, sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = 0;
		found = strcmp(target, wanted) == 0;
	}
	if (list)
		closedir(list);
	return found;
}

static void read_name(const char *pid, char name[NAME_MAX_LEN])
{
	char path[64];
	FILE *comm;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	comm = fopen(path, "r");
	if (!comm)
		return;
	if (fgets(name, NAME_MAX_LEN, comm))
		name[strcspn(name, "\n")] = 0;
	fclose(comm);
}

/* The name of the process that has the socket. */
static void find_owner(unsigned long inode, char name[NAME_MAX_LEN])
{
	const struct dirent *entry;
	DIR *processes = opendir("/proc");
	uint32_t pid;

	snprintf(name, NAME_MAX_LEN, "a process that cannot be seen");
	while (processes && (entry = readdir(processes)))
		if (parse__u32(entry->d_name, 1, UINT32_MAX, &pid) &&
		    has_socket(entry->d_name, inode)) {
			read_name(entry->d_name, name);
			break;
		}
	if (processes)
		closedir(processes);
}

struct service {
	unsigned int port;
	const char *check;
	const char *lost;
};

static const struct service services[] = {
	{ 67, "UDP port 67",
	  "it gets what xdpxe does not answer; two servers that give addresses "
	  "disturb one another" },
	{ 69, "UDP port 69", "none: it gets requests for files that are not in the cache" },
	{ 4011, "UDP port 4011", "it gets what xdpxe does not answer" },
};

static void look_at_port(struct doctor *doctor, const struct service *service)
{
	FILE *sockets = fopen("/proc/net/udp", "r");
	char line[512], name[NAME_MAX_LEN];
	unsigned int port;
	unsigned long inode;
	bool found = false;

	while (sockets && fgets(line, sizeof(line), sockets)) {
		if (sscanf(line, " %*d: %*x:%x %*x:%*x %*x %*x:%*x %*x:%*x %*x %*u %*u %lu", &port,
			   &inode) != 2 ||
		    port != service->port)
			continue;
		found = true;
		find_owner(inode, name);
		doctor__add(doctor, DOCTOR_NOTE, service->check, service->lost, NULL,
			    "%s listens, too", name);
	}
	if (sockets)
		fclose(sockets);
	if (!found)
		doctor__add(doctor, DOCTOR_GOOD, service->check, NULL, NULL, "nobody listens");
}

void doctor__ports(struct doctor *doctor)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		look_at_port(doctor, &services[i]);
}
