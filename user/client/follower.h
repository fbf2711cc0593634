/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Steps of a daemon, from some time on, printed as they come, over its restarts. */
#ifndef XDPXE_FOLLOWER_H
#define XDPXE_FOLLOWER_H

#include "client/api_place.h"
#include "client/step_line.h"

/**
 * struct follower - what is wanted
 * @mac:      of one machine, NULL: of all
 * @since_ms: print also what is kept since; -1: nothing, 0: all
 * @follow:   go on with what comes
 */
struct follower {
	struct step_printer printer;
	struct api_place place;
	const char *mac;
	int64_t since_ms;
	bool follow;
};

/**
 * follower__run() - until all is printed, or, when it follows, until the reader of the output has gone
 * A daemon that does not answer is waited for, once it has answered.
 * Return: 0; negative errno: -ENOTCONN and -EPROTO are told already
 */
int follower__run(const struct follower *follower);

#endif
