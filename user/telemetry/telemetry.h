/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What machines do, for those who look: a thread reads what the kernel program tells 20 times a second, keeps the table of
 * machines and the latest happenings, writes to the log who is stuck, and has boots saved. It answers nobody and fills
 * no map: when it is late or dead, boots go on.
 */
#ifndef XDPXE_TELEMETRY_H
#define XDPXE_TELEMETRY_H

#include "happenings.h"
#include "histograms.h"
#include "history.h"
#include "machines.h"
#include "maps.h"
#include "plan.h"

struct telemetry;

/**
 * telemetry__start() - know again what is in the maps and in the database, and begin to listen
 * @maps: must outlive it; @database: path, NULL for none; @adopted: the maps are of an earlier daemon
 * Return: NULL with a message logged; serving needs none
 */
struct telemetry *telemetry__start(const struct maps *maps, const struct plan *plan,
				   const char *database, bool adopted);

/** telemetry__follow() - another plan is in force. NULL is allowed, here and below */
void telemetry__follow(struct telemetry *telemetry, const struct plan *plan);

/** telemetry__stop() - take what is left, save the boots, end, and free */
void telemetry__stop(struct telemetry *telemetry);

/* NULL where there is none. */
struct machines *telemetry__machines(struct telemetry *telemetry);
struct happenings *telemetry__happenings(struct telemetry *telemetry);
struct history *telemetry__history(struct telemetry *telemetry);

struct histograms *telemetry__histograms(struct telemetry *telemetry);

/** telemetry__bytes() - memory that it takes at most, without the ring in the kernel */
size_t telemetry__bytes(void);

#endif
