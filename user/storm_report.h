/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The summary of a storm. */
#ifndef XDPXE_STORM_REPORT_H
#define XDPXE_STORM_REPORT_H

#include "storm.h"

/** storm_report__percentile() - of @count ascending numbers: the least that @percent of them do not exceed; 0 of none */
uint64_t storm_report__percentile(const uint64_t *sorted, size_t count, unsigned int percent);

/** storm_report__print() - for people. Return: 0, -ENOMEM */
int storm_report__print(const struct storm *storm, FILE *out);

/** storm_report__json() - for programs. Return: 0, -ENOMEM */
int storm_report__json(const struct storm *storm, FILE *out);

#endif
