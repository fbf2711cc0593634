// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config_doc.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8 /* the schema has six levels */

struct config_shown config_shown(const char *given)
{
	struct config_shown shown;
	size_t len = strlen(given), i;
	bool cut = len > 60;

	if (cut)
		for (len = 57; len > 0 && ((unsigned char)given[len] & 0xc0) == 0x80; len--)
			;
	for (i = 0; i < len; i++)
		shown.text[i] = (unsigned char)given[i] < ' ' || given[i] == 0x7f ? '?' : given[i];
	strcpy(shown.text + len, cut ? "..." : "");
	return shown;
}

/* libyaml tells the place of what it cannot decode only as an offset. */
static unsigned int problem_line(const yaml_parser_t *parser, const char *text, size_t size)
{
	unsigned int line = 1;
	size_t i;

	if (parser->error != YAML_READER_ERROR)
		return (unsigned int)parser->problem_mark.line + 1;
	for (i = 0; i < size && i < parser->problem_offset; i++)
		line += text[i] == '\n';
	return line;
}

static bool fail_syntax(const yaml_parser_t *parser, const char *text, size_t size,
			const char *path, struct config_error *err)
{
	config__error(err, path, problem_line(parser, text, size),
		      "YAML: %s%s%s; legal: YAML 1.1 in UTF-8",
		      parser->problem ? parser->problem : "out of memory",
		      parser->context ? " " : "", parser->context ? parser->context : "");
	return false;
}

static const char *event_anchor(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return (const char *)event->data.alias.anchor;
	case YAML_SCALAR_EVENT:
		return (const char *)event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return (const char *)event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return (const char *)event->data.mapping_start.anchor;
	default:
		return NULL;
	}
}

struct scan {
	unsigned int depth, documents;
};

static bool scan_event(struct scan *scan, const yaml_event_t *event, const char *path,
		       struct config_error *err)
{
	unsigned int line = (unsigned int)event->start_mark.line + 1;
	const char *anchor = event_anchor(event);

	if (anchor) {
		config__error(err, path, line,
			      "YAML: anchor or alias \"%s\"; legal: every value "
			      "written out where it stands",
			      config_shown(anchor).text);
		return false;
	}
	scan->documents += event->type == YAML_DOCUMENT_START_EVENT;
	if (scan->documents > 1) {
		config__error(err, path, line, "YAML: a second document; legal: one");
		return false;
	}
	if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT)
		scan->depth++;
	if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT)
		scan->depth--;
	if (scan->depth > DEPTH_MAX) {
		config__error(err, path, line,
			      "YAML: nested deeper than %d levels; legal: six levels", DEPTH_MAX);
		return false;
	}
	return true;
}

/*
 * All that could make the tree larger or deeper than its text is found here, in a pass that keeps
 * nothing.
 */
static bool scan_text(const char *text, size_t size, const char *path, struct config_error *err)
{
	struct scan scan = { 0 };
	yaml_parser_t parser;
	bool good = true, end = false;

	if (!yaml_parser_initialize(&parser)) {
		config__error(err, path, 0, "out of memory");
		return false;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	while (good && !end) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			good = fail_syntax(&parser, text, size, path, err);
			break;
		}
		end = event.type == YAML_STREAM_END_EVENT;
		good = scan_event(&scan, &event, path, err);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return good;
}

bool config_doc__load(yaml_document_t *doc, const char *text, size_t size, const char *path,
		      struct config_error *err)
{
	yaml_parser_t parser;
	bool good;

	if (!scan_text(text, size, path, err))
		return false;
	if (!yaml_parser_initialize(&parser)) {
		config__error(err, path, 0, "out of memory");
		return false;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	good = yaml_parser_load(&parser, doc) || fail_syntax(&parser, text, size, path, err);
	yaml_parser_delete(&parser);
	return good;
}

/* The pair of a mapping whose key is the first @len bytes of @key. */
static const yaml_node_pair_t *find_pair(yaml_document_t *doc, const yaml_node_t *mapping,
					 const char *key, size_t len)
{
	const yaml_node_pair_t *pair;

	if (!mapping || mapping->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top;
	     pair++) {
		const yaml_node_t *node = yaml_document_get_node(doc, pair->key);

		if (node->data.scalar.length == len && !memcmp(node->data.scalar.value, key, len))
			return pair;
	}
	return NULL;
}

static unsigned int node_line(const yaml_node_t *node)
{
	return (unsigned int)node->start_mark.line + 1;
}

/* Entry @index of a list, or NULL. @line: its own */
static const yaml_node_t *find_entry(yaml_document_t *doc, const yaml_node_t *list, size_t index,
				     unsigned int *line)
{
	const yaml_node_t *node;

	if (!list || list->type != YAML_SEQUENCE_NODE ||
	    index >= (size_t)(list->data.sequence.items.top - list->data.sequence.items.start))
		return NULL;
	node = yaml_document_get_node(doc, list->data.sequence.items.start[index]);
	*line = node_line(node);
	return node;
}

/*
 * The value at the end of a path of keys and "[n]", or NULL. @line: of the last of them that is
 * there
 */
static const yaml_node_t *find_path(yaml_document_t *doc, const char *path, unsigned int *line)
{
	const yaml_node_t *node = yaml_document_get_root_node(doc);

	while (node && *path) {
		size_t len = strcspn(path, ".[");
		const yaml_node_pair_t *pair;

		if (*path == '[') {
			node = find_entry(doc, node, strtoul(path + 1, NULL, 10), line);
			path += strcspn(path, "]") + 1;
		} else {
			pair = find_pair(doc, node, path, len);
			if (!pair)
				return NULL;
			*line = node_line(yaml_document_get_node(doc, pair->key));
			node = yaml_document_get_node(doc, pair->value);
			path += len;
		}
		path += *path == '.';
	}
	return node;
}

unsigned int config_doc__line(yaml_document_t *doc, const struct config_where *where)
{
	unsigned int line = 1;
	const yaml_node_t *node = find_path(doc, where->top, &line);
	const yaml_node_pair_t *pair;

	if (!node)
		return line;
	if (where->index != CONFIG_NO_INDEX) {
		node = find_entry(doc, node, where->index, &line);
		if (!node)
			return line;
	}
	pair = where->key ? find_pair(doc, node, where->key, strlen(where->key)) : NULL;
	return pair ? node_line(yaml_document_get_node(doc, pair->key)) : line;
}
