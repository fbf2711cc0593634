// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Sockets, and a libmicrohttpd daemon on each.
#include "web_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

#define BACKLOG 64

/* What libmicrohttpd says of a client's mistakes is for those who look for them. */
__attribute__((format(printf, 2, 0))) static void tell(void *context, const char *format,
						       va_list args)
{
	char line[256];

	(void)context;
	vsnprintf(line, sizeof(line), format, args);
	line[strcspn(line, "\n")] = '\0';
	log_debug("HTTP: %s", line);
}

/* Takes @fd over. */
static struct MHD_Daemon *serve(struct web *web, int fd, unsigned int of_one)
{
	struct MHD_Daemon *daemon =
		MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
				 NULL, NULL, web_request__handle, web, MHD_OPTION_EXTERNAL_LOGGER,
				 tell, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
				 MHD_OPTION_CONNECTION_LIMIT, WEB_CONNECTIONS,
				 MHD_OPTION_PER_IP_CONNECTION_LIMIT, of_one,
				 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)WEB_CONNECTION_BYTES,
				 MHD_OPTION_CONNECTION_TIMEOUT, WEB_IDLE_S, MHD_OPTION_END);

	if (!daemon) {
		close(fd);
		errno = ENOMEM;
	}
	return daemon;
}

struct MHD_Daemon *web_listen__local(struct web *web, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, err;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return NULL;
	unlink(path); /* of a daemon that was killed */
	mask = umask(0177);
	err = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, BACKLOG) < 0;
	umask(mask);
	if (err) {
		err = errno;
		close(fd);
		errno = err;
		return NULL;
	}
	return serve(web, fd, 0);
}

/* Return: descriptor, or -1 with errno */
static int open_tcp(const struct config_web *address)
{
	int fd = socket(address->address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);
	int on = 1, err;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address->address.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, &address->address.any, address->len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

void web_listen__tcp(struct web *web)
{
	bool told = web->trouble[0];
	int fd = open_tcp(&web->address);

	web->tcp = fd < 0 ? NULL : serve(web, fd, WEB_CONNECTIONS_OF_ONE);
	if (web->tcp) {
		log_info("HTTP is answered on http://%s/", web->address.text);
		web->trouble[0] = '\0';
		return;
	}
	snprintf(web->trouble, sizeof(web->trouble), "%s",
		 errno == EADDRINUSE ? "another program listens there" : strerror(errno));
	if (!told)
		log_warn("web: %s: %s; serving goes on without, and it is tried again every %d s",
			 web->address.text, web->trouble, WEB_RETRY_MS / 1000);
}
