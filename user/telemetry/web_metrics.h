/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Writing metrics: the Prometheus text format 0.0.4. */
#ifndef XDPXE_WEB_METRICS_H
#define XDPXE_WEB_METRICS_H

#include "text.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

/** metric__family() - HELP and TYPE of those that follow; @name without "xdpxe_" */
void metric__family(struct text *text, const char *name, enum metric_type type, const char *help);

/** metric__sample() - a value. @labels: pairs of name and value, a NULL behind the last */
void metric__sample(struct text *text, const char *name, const char *const *labels, double value);

/** metric__one() - a family of one sample without labels */
void metric__one(struct text *text, const char *name, enum metric_type type, const char *help,
		 double value);

#endif
