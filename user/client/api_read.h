/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the daemon's JSON says, as C has it. Whatever is missing or of another type is empty or 0; all texts are fit for a terminal,
 * since some come from machines. Times are Unix time in milliseconds.
 */
#ifndef XDPXE_API_READ_H
#define XDPXE_API_READ_H

#include <stdbool.h>

#include <jansson.h>

#include "telemetry/machines.h"

#define API_MAC 48
#define API_WORD 24

/* See "A machine" in doc/api.md. @stage: MACHINE_STAGES: one that is not known here */
struct api_machine {
	char mac[API_MAC], addr[API_WORD], network[API_WORD], arch[API_WORD];
	bool ipxe;
	enum machine_stage stage;
	int64_t since_ms, heard_ms, begun_ms;
	char file[XDPXE_NAME_MAX];
	uint64_t block, blocks, blksize, bytes_per_s, tries, boots;
	char reason[MACHINES_TEXT];
};

/* See "A step" there. @mac, @arch, @network: empty in the history of one machine */
struct api_step {
	uint64_t number, dropped;
	int64_t time_ms;
	char mac[API_MAC], network[API_WORD], arch[API_WORD];
	char step[API_WORD];
	char detail[MACHINES_TEXT];
};

void api_read__machine(const json_t *json, struct api_machine *machine);
void api_read__step(const json_t *json, struct api_step *step);

/** api_read__number() - member @key of an object, 0 when it is no number or below 0 */
uint64_t api_read__number(const json_t *object, const char *key);

/** api_read__text() - likewise, empty when it is no text. Return: @text */
char *api_read__text(const json_t *object, const char *key, char *text, size_t size);

/** api_read__stages() - numbers by the names of stages */
void api_read__stages(const json_t *object, uint64_t counts[MACHINE_STAGES]);

#endif
