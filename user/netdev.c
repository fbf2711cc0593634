// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <string.h>
#include <time.h>

#define FAMILY "netdev"
#define COMMAND_DEV_GET 1
#define ATTRIBUTE_IFINDEX 1
#define ATTRIBUTE_XDP_FEATURES 3

/* An attribute that is looked for in an answer. */
struct wanted {
	uint16_t type;
	size_t size;
	void *out;
	bool found;
};

static int on_attribute(const struct nlattr *attribute, void *context)
{
	struct wanted *wanted = context;

	if (mnl_attr_get_type(attribute) == wanted->type &&
	    mnl_attr_get_payload_len(attribute) >= wanted->size) {
		memcpy(wanted->out, mnl_attr_get_payload(attribute), wanted->size);
		wanted->found = true;
	}
	return MNL_CB_OK;
}

static int on_message(const struct nlmsghdr *message, void *context)
{
	return mnl_attr_parse(message, sizeof(struct genlmsghdr), on_attribute, context);
}

static struct nlmsghdr *begin(char *buffer, uint16_t family, uint8_t command)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *header;

	message->nlmsg_type = family;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message->nlmsg_seq = (uint32_t)time(NULL);
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->cmd = command;
	header->version = 1;
	return message;
}

/* Send a request and read its answer up to the acknowledgement. Return: 0, negative errno */
static int ask(struct mnl_socket *socket, const struct nlmsghdr *message, struct wanted *wanted)
{
	unsigned int port = mnl_socket_get_portid(socket);
	uint32_t sequence = message->nlmsg_seq;
	char answer[8192];
	int more = MNL_CB_OK;
	ssize_t len;

	if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -errno;
	while (more > MNL_CB_STOP) {
		len = mnl_socket_recvfrom(socket, answer, sizeof(answer));
		if (len < 0)
			return -errno;
		more = mnl_cb_run(answer, (size_t)len, sequence, port, on_message, wanted);
	}
	if (more < 0)
		return -errno;
	return wanted->found ? 0 : -ENODATA;
}

static int find_family(struct mnl_socket *socket, uint16_t *number)
{
	struct wanted wanted = { CTRL_ATTR_FAMILY_ID, sizeof(*number), number, false };
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *message = begin(buffer, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);

	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, FAMILY);
	return ask(socket, message, &wanted);
}

static int get_features(struct mnl_socket *socket, unsigned int ifindex, uint64_t *features)
{
	struct wanted wanted = { ATTRIBUTE_XDP_FEATURES, sizeof(*features), features, false };
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *message;
	uint16_t family;
	int err = find_family(socket, &family);

	if (err < 0)
		return err == -ENOENT ? -EOPNOTSUPP : err;
	message = begin(buffer, family, COMMAND_DEV_GET);
	mnl_attr_put_u32(message, ATTRIBUTE_IFINDEX, ifindex);
	return ask(socket, message, &wanted);
}

int netdev__xdp_features(unsigned int ifindex, uint64_t *features)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	int err;

	if (!socket)
		return -errno;
	err = mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0
		      ? -errno
		      : get_features(socket, ifindex, features);
	mnl_socket_close(socket);
	return err;
}
