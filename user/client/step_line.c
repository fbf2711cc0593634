// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/step_line.h"

#include <errno.h>
#include <inttypes.h>

#include "log.h"
#include "client/api_read.h"
#include "client/paint.h"
#include "client/plain.h"

static int flushed(FILE *out)
{
	return fflush(out) ? -errno : 0;
}

static void print_plain(const struct step_printer *printer, const json_t *json)
{
	char time[PLAIN_TIME], number[PLAIN_NUMBER];
	bool colour = printer->colour;
	struct api_step step;
	enum paint paint;

	api_read__step(json, &step);
	paint = paint__of_step(step.step);
	if (step.dropped)
		fprintf(printer->out, "%s... %s steps not shown: more came than are kept%s\n",
			paint__begin(PAINT_FAINT, colour), plain__thousands(number, step.dropped),
			paint__end(PAINT_FAINT, colour));
	fprintf(printer->out, "%s  %-17s  %-12s  %-18s  %s%-12s%s  %s\n",
		plain__time(time, step.time_ms, plain__now()), step.mac,
		step.arch[0] ? step.arch : "-", step.network[0] ? step.network : "-",
		paint__begin(paint, colour), step.step, paint__end(paint, colour), step.detail);
}

static int print_json(FILE *out, const json_t *json)
{
	if (json_dumpf(json, out, JSON_COMPACT | JSON_ENSURE_ASCII))
		return errno ? -errno : -EIO;
	fputc('\n', out);
	return flushed(out);
}

int step_line__print(const struct step_printer *printer, const json_t *step)
{
	if (!json_is_object(step))
		return 0;
	if (printer->json)
		return print_json(printer->out, step);
	print_plain(printer, step);
	return flushed(printer->out);
}

int step_line__missed(const struct step_printer *printer, uint64_t steps)
{
	char number[PLAIN_NUMBER];
	json_t *json;
	int err;

	if (!printer->json) {
		fprintf(printer->out,
			"%s... %s steps missed: they were gone before they were read%s\n",
			paint__begin(PAINT_ODD, printer->colour), plain__thousands(number, steps),
			paint__end(PAINT_ODD, printer->colour));
		return flushed(printer->out);
	}
	json = json_pack("{s:I}", "missed", (json_int_t)steps);
	err = json ? print_json(printer->out, json) : -ENOMEM;
	json_decref(json);
	return err;
}

int step_line__note(const struct step_printer *printer, const char *text)
{
	if (printer->json) {
		log_info("%s", text);
		return 0;
	}
	fprintf(printer->out, "%s... %s%s\n", paint__begin(PAINT_FAINT, printer->colour), text,
		paint__end(PAINT_FAINT, printer->colour));
	return flushed(printer->out);
}
