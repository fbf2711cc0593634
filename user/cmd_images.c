// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "listing.h"
#include "mapread.h"

enum image_state { IMAGE_CACHED, IMAGE_PASSED, IMAGE_OLD };

struct image_row {
	struct xdpxe_name name; /* empty: an old version that nobody has asked for */
	uint64_t bytes;
	uint32_t image;
	uint32_t tids;
	enum image_state state;
};

/* What is known of each slot: whether a name has it, and what its TIDs say. */
struct image_reader {
	struct rows *rows;
	struct slot {
		bool named;
		uint32_t tids;
		uint64_t bytes;
		struct xdpxe_name name;
	} slots[XDPXE_IMAGES_MAX];
};

static int add_name(const void *key, const void *value, void *context)
{
	const struct xdpxe_file *file = value;
	struct image_reader *reader = context;
	struct image_row *row = rows__add(reader->rows);

	if (!row)
		return -ENOMEM;
	memcpy(&row->name, key, sizeof(row->name));
	row->bytes = file->size;
	row->image = file->image;
	row->state = file->flags & XDPXE_FILE_PASS ? IMAGE_PASSED : IMAGE_CACHED;
	if (row->state == IMAGE_CACHED && row->image < XDPXE_IMAGES_MAX)
		reader->slots[row->image].named = true;
	return 0;
}

static int count_tid(const void *key, const void *value, void *context)
{
	const struct xdpxe_tid *tid = value;
	struct image_reader *reader = context;
	struct slot *slot;

	(void)key;
	if (!tid->params.blksize || tid->params.image >= XDPXE_IMAGES_MAX)
		return 0;
	slot = &reader->slots[tid->params.image];
	slot->tids++;
	slot->bytes = tid->size;
	slot->name = tid->name;
	return 0;
}

/* Versions that are in the kernel: those without a name are old ones. */
static int add_version(const void *key, const void *value, void *context)
{
	struct image_reader *reader = context;
	struct image_row *row;
	struct slot *slot;
	uint32_t image;

	(void)value;
	memcpy(&image, key, sizeof(image));
	if (image >= XDPXE_IMAGES_MAX)
		return 0;
	slot = &reader->slots[image];
	if (slot->named)
		return 0;
	row = rows__add(reader->rows);
	if (!row)
		return -ENOMEM;
	row->name = slot->name;
	row->bytes = slot->bytes;
	row->image = image;
	row->tids = slot->tids;
	row->state = IMAGE_OLD;
	return 0;
}

/* An image may have several names. */
static void tell_tids(const struct image_reader *reader)
{
	for (size_t i = 0; i < reader->rows->count; i++) {
		struct image_row *row = rows__at(reader->rows, i);

		if (row->state == IMAGE_CACHED && row->image < XDPXE_IMAGES_MAX)
			row->tids = reader->slots[row->image].tids;
	}
}

static int gather(const struct view *view, struct rows *rows)
{
	struct image_reader *reader = calloc(1, sizeof(*reader));
	int err;

	if (!reader)
		return -ENOMEM;
	reader->rows = rows;
	err = mapread__each(view->maps.files, add_name, reader);
	if (!err)
		err = mapread__each(view->maps.tids, count_tid, reader);
	if (!err)
		err = mapread__each(view->maps.images, add_version, reader);
	tell_tids(reader);
	free(reader);
	return err;
}

static int by_name_and_state(const void *a, const void *b)
{
	const struct image_row *one = a, *other = b;
	int order = strcmp(one->name.path, other->name.path);

	if (order)
		return order;
	if (one->state != other->state)
		return one->state < other->state ? -1 : 1;
	return (one->image > other->image) - (one->image < other->image);
}

static const char *state_text(enum image_state state)
{
	static const char *const names[] = {
		[IMAGE_CACHED] = "cached",
		[IMAGE_PASSED] = "passed",
		[IMAGE_OLD] = "old",
	};

	return names[state];
}

static json_t *to_json(const void *item)
{
	const struct image_row *row = item;
	json_t *name = row->name.path[0] ? view__json_text(row->name.path) : json_null();
	json_t *image = row->state == IMAGE_PASSED ? json_null() : json_integer(row->image);

	return json_pack("{s:o, s:I, s:o, s:s, s:I}", "name", name, "bytes", (json_int_t)row->bytes,
			 "image", image, "state", state_text(row->state), "tids",
			 (json_int_t)row->tids);
}

static void to_cells(const void *item, struct table *table)
{
	const struct image_row *row = item;
	char text[TABLE_TEXT];

	table__cell(table, "%s", row->name.path[0] ? row->name.path : "-");
	table__cell(table, "%s", table__size(text, row->bytes));
	table__cell(table, "%s", state_text(row->state));
	if (row->state == IMAGE_PASSED)
		table__cell(table, "-");
	else
		table__cell(table, "%" PRIu32, row->image);
	table__cell(table, "%" PRIu32, row->tids);
}

int cmd_images(int argc, char **argv)
{
	static const struct table_column columns[] = {
		{ "NAME", false }, { "SIZE", true }, { "STATE", false },
		{ "IMAGE", true }, { "TIDS", true },
	};
	static const struct listing listing = {
		.help = {
			.name = "images",
			.text = "Shows the files that are served, by name. STATE is one of\n"
				"  cached  served from the kernel\n"
				"  passed  beyond the cache, left to the host's TFTP server\n"
				"  old     changed or gone, kept for transfers in flight\n"
				"TIDS counts the combinations of block size and window in use. An alias has\n"
				"the IMAGE of its file.",
			.example = "  $ xdpxe images --json | jq -r '.[] | select(.state == \"passed\") | .name'\n"
				   "  rescue.iso\n",
		},
		.row_size = sizeof(struct image_row),
		.gather = gather,
		.compare = by_name_and_state,
		.to_json = to_json,
		.to_cells = to_cells,
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
	};

	return listing__run(&listing, argc, argv);
}
