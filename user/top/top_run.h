/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The two ways in which `xdpxe top` runs. */
#ifndef XDPXE_TOP_RUN_H
#define XDPXE_TOP_RUN_H

#include "top/top.h"

#define TOP_PLAIN_ROWS 10

/* @count: pictures until the end, 0: no end */
struct top_options {
	uint32_t interval_ms;
	uint64_t count;
};

/** top_run__screen() - until q, or a signal that ends it. Return: 0; negative errno; -EINVAL is told */
int top_run__screen(struct api_client *client, struct top_data *data,
		    const struct top_options *options);

/** top_run__plain() - in lines on stdout. Return: 0; negative errno; -EPIPE: nobody reads them any more */
int top_run__plain(struct api_client *client, struct top_data *data,
		   const struct top_options *options);

#endif
