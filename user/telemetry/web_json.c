// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "web_json.h"

#include <arpa/inet.h>

#include "config_boot.h"
#include "view.h"

static void add_mac(struct text *text, const struct xdpxe_client *client)
{
	char mac[VIEW_MAC_TEXT];

	view__mac_text(mac, client->chaddr, client->hlen);
	text__json_field(text, "mac", mac);
}

static void add_address(struct text *text, __be32 addr)
{
	char name[INET_ADDRSTRLEN] = "";

	if (addr)
		inet_ntop(AF_INET, &addr, name, sizeof(name));
	text__json_field(text, "addr", name);
}

static void add_arch(struct text *text, uint16_t code)
{
	const struct config_arch *arch = code == XDPXE_NONE ? NULL : config_arch__get(code);

	text__json_number(text, "arch", code, code != XDPXE_NONE);
	text__json_field(text, "arch_name", arch ? arch->name : NULL);
}

static void add_time(struct text *text, const char *key, int64_t time_ms)
{
	text__json_number(text, key, (uint64_t)time_ms, time_ms > 0);
}

/* It may be empty, which is not the same as unknown. */
static void add_detail(struct text *text, const char *detail)
{
	text__add(text, "\"detail\": ");
	if (detail[0])
		text__json(text, detail);
	else
		text__add(text, "\"\"");
}

void web_json__machine(struct text *text, const struct machine_view *view)
{
	add_mac(text, &view->client);
	add_address(text, view->addr);
	text__json_field(text, "network", view->network);
	add_arch(text, view->arch);
	text__add(text, "\"ipxe\": %s, ", view->ipxe ? "true" : "false");
	text__json_field(text, "stage", machines__stage_name(view->stage));
	add_time(text, "since", view->since_ms);
	add_time(text, "heard", view->heard_ms);
	add_time(text, "begun", view->begun_ms);
	text__json_field(text, "file", view->file);
	text__json_number(text, "block", view->block, view->blocks);
	text__json_number(text, "blocks", view->blocks, view->blocks);
	text__json_number(text, "blksize", view->blksize, view->blksize);
	text__json_number(text, "bytes_per_s", view->bytes_per_s, view->bytes_per_s);
	text__add(text, "\"tries\": %u, \"boots\": %u, \"reason\": ", view->tries, view->boots);
	text__json(text, view->reason);
}

void web_json__boot(struct text *text, const struct machine_boot *boot)
{
	text__add(text, "{");
	add_time(text, "begun", boot->begun_ms);
	add_time(text, "ended", boot->ended_ms);
	text__json_field(text, "result", machines__stage_name(boot->result));
	text__json_field(text, "reason", boot->reason);
	text__add(text, "\"steps\": [");
	for (size_t i = 0; i < boot->line_count && i < MACHINES_STEPS; i++) {
		const struct machine_line *line = &boot->lines[i];

		if (!line->time_ms)
			break;
		text__add(text, "%s{", i ? ", " : "");
		add_time(text, "time", line->time_ms);
		text__json_field(text, "step", machines__step_name(line->step));
		add_detail(text, line->detail);
		text__add(text, "}");
	}
	text__add(text, "]}");
}

void web_json__step(struct text *text, const struct happening *happening)
{
	text__add(text, "{\"number\": %llu, ", (unsigned long long)happening->number);
	add_time(text, "time", happening->time_ms);
	add_mac(text, &happening->client);
	add_address(text, happening->addr);
	text__json_field(text, "network", happening->network);
	add_arch(text, happening->arch);
	text__add(text, "\"ipxe\": %s, ", happening->ipxe ? "true" : "false");
	text__json_field(text, "step", machines__step_name(happening->step));
	add_detail(text, happening->detail);
	text__add(text, ", \"dropped\": %llu}", (unsigned long long)happening->dropped);
}

void web_json__stages(struct text *text, const size_t counts[MACHINE_STAGES])
{
	text__add(text, "{");
	for (int stage = 0; stage < MACHINE_STAGES; stage++)
		text__add(text, "%s\"%s\": %zu", stage ? ", " : "",
			  machines__stage_name((enum machine_stage)stage), counts[stage]);
	text__add(text, "}");
}
