// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `hosts-file:`: reservations that another program writes, as CSV or as a YAML list.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config_csv.h"
#include "config_file.h"
#include "config_hosts.h"

/* Where a column goes. */
#define MEMBER(name)                                                                               \
	static char **name##_of(struct raw_host *row)                                              \
	{                                                                                          \
		return &row->name;                                                                 \
	}
MEMBER(mac)
MEMBER(ip)
MEMBER(hostname)
MEMBER(boot)
MEMBER(ipxe)
MEMBER(deny)
#undef MEMBER

/* The columns of a CSV file. */
static const struct {
	const char *name;
	char **(*member)(struct raw_host *row);
} columns[] = {
	{ "mac", mac_of },   { "ip", ip_of },	  { "hostname", hostname_of },
	{ "boot", boot_of }, { "ipxe", ipxe_of }, { "deny", deny_of },
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))
#define COLUMN_NAMES "mac, ip, hostname, boot, ipxe, deny"

/* A CSV file while it is read; the values of its rows stand in its text. */
struct table {
	const struct config_reader *reader;
	struct config_csv csv;
	size_t header[CONFIG_CSV_CELLS_MAX]; /* index in columns, by cell */
	size_t header_count;
	struct raw_host *rows;
	unsigned int *lines; /* of the rows */
	size_t count;
};

static bool fail(const struct table *table, const char *text, const char *given, const char *legal)
{
	config__error(table->reader->err, table->reader->out->hosts_path, table->csv.line,
		      "%s%s%s%s%s", text, given ? ": \"" : "",
		      given ? config_shown(given).text : "", given ? "\"; legal: " : "",
		      given ? legal : "");
	return false;
}

static bool read_column(struct table *table, size_t cell)
{
	const char *name = table->csv.cells[cell];
	size_t column, i;

	for (column = 0; column < COLUMNS; column++)
		if (!strcmp(columns[column].name, name))
			break;
	if (column == COLUMNS)
		return fail(table, "column", name, "a first line that names " COLUMN_NAMES);
	for (i = 0; i < cell; i++)
		if (table->header[i] == column)
			return fail(table, "column given twice", name, "each once");
	table->header[cell] = column;
	return true;
}

static bool read_header(struct table *table)
{
	bool has_mac = false;
	size_t i;

	if (!config_csv__next(&table->csv)) {
		table->csv.line += !table->csv.line;
		return fail(table,
			    table->csv.wrong ? table->csv.wrong
					     : "nothing in it; legal: a first line that names "
					       "columns of " COLUMN_NAMES,
			    NULL, NULL);
	}
	table->header_count = table->csv.count;
	for (i = 0; i < table->header_count; i++) {
		if (!read_column(table, i))
			return false;
		has_mac |= table->header[i] == 0;
	}
	return has_mac || fail(table,
			       "no column mac; legal: a first line that names mac and others of "
			       "" COLUMN_NAMES,
			       NULL, NULL);
}

/* An empty cell is a value that is not given. */
static bool read_row(struct table *table)
{
	struct raw_host *row = &table->rows[table->count];
	size_t i;

	if (table->count == XDPXE_HOSTS_MAX)
		return fail(table, "more than 65536 hosts; legal: 65536", NULL, NULL);
	if (table->csv.count > table->header_count)
		return fail(table, "more cells than columns; legal: one for each of the first line",
			    NULL, NULL);
	for (i = 0; i < table->csv.count; i++) {
		if (table->csv.cells[i][0])
			*columns[table->header[i]].member(row) = table->csv.cells[i];
	}
	table->lines[table->count++] = table->csv.line;
	return true;
}

static bool read_rows(struct table *table)
{
	if (!read_header(table))
		return false;
	while (config_csv__next(&table->csv))
		if (!read_row(table))
			return false;
	return !table->csv.wrong || fail(table, table->csv.wrong, NULL, NULL);
}

/* Values of the entries of @raw, as further hosts. */
static bool read_values(const struct config_reader *reader, const struct raw_config *raw,
			yaml_document_t *doc, const unsigned int *lines)
{
	const struct config_reader file = {
		.path = reader->out->hosts_path,
		.doc = doc,
		.lines = lines,
		.raw = raw,
		.out = reader->out,
		.err = reader->err,
	};
	struct config_host *first;
	size_t i;

	if (!raw->hosts_count)
		return true;
	first = config_hosts__append(reader, raw->hosts_count);
	for (i = 0; first && i < raw->hosts_count; i++)
		first[i].in_file = true;
	return first && config_hosts__read(&file, "", first);
}

static size_t count_lines(const char *text, size_t size)
{
	size_t count = 1;

	while (size--)
		count += *text++ == '\n';
	return count < XDPXE_HOSTS_MAX ? count : XDPXE_HOSTS_MAX;
}

static bool read_csv(const struct config_reader *reader, char *text, size_t size)
{
	size_t most = count_lines(text, size);
	struct table table = { .reader = reader };
	struct raw_config raw = { 0 };
	bool good;

	config_csv__init(&table.csv, text, size);
	good = config_reader__array(reader, most, sizeof(*table.rows), &table.rows) &&
	       config_reader__array(reader, most, sizeof(*table.lines), &table.lines) &&
	       read_rows(&table);
	raw.hosts = table.rows;
	raw.hosts_count = (unsigned int)table.count;
	good = good && read_values(reader, &raw, NULL, table.lines);
	free(table.rows);
	free(table.lines);
	return good;
}

static bool read_list(const struct config_reader *reader, const char *text, size_t size)
{
	const char *path = reader->out->hosts_path;
	struct raw_config raw = { 0 };
	yaml_document_t doc;
	cyaml_err_t status;
	bool good = false;

	if (!config_doc__load(&doc, text, size, path, reader->err))
		return false;
	if (!config_doc__check(&doc, &config_hosts_schema, path, reader->err))
		goto cleanup;
	status = cyaml_load_data((const uint8_t *)text, size, &config_cyaml, &config_hosts_schema,
				 (cyaml_data_t **)&raw.hosts, &raw.hosts_count);
	if (status == CYAML_OK)
		good = read_values(reader, &raw, &doc, NULL);
	else
		config__error(reader->err, path, 0, "cannot be read: %s", cyaml_strerror(status));
	cyaml_free(&config_cyaml, &config_hosts_schema, raw.hosts, raw.hosts_count);
cleanup:
	yaml_document_delete(&doc);
	return good;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcasecmp(text + len - end_len, end);
}

bool config_hosts__file(const struct config_reader *reader)
{
	const struct config_where where = { "hosts-file", CONFIG_NO_INDEX, NULL };
	const char *path = reader->out->hosts_path;
	bool csv = ends_with(path, ".csv"), good;
	size_t size;
	char *text;

	if (!csv && !ends_with(path, ".yaml") && !ends_with(path, ".yml"))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: the name of a file that ends in .csv, "
					   ".yaml or .yml",
					   config_shown(path).text);
	text = config_file__read(path, &size, reader->err);
	if (!text)
		return false;
	good = csv ? read_csv(reader, text, size) : read_list(reader, text, size);
	free(text);
	return good;
}
