/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The YAML text as a tree that remembers its lines: checks of structure, and lines for messages
 * about values.
 */
#ifndef XDPXE_CONFIG_DOC_H
#define XDPXE_CONFIG_DOC_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <yaml.h>

#include "config.h"

#define CONFIG_NO_INDEX ((size_t)-1)

/**
 * struct config_where - a place in the file
 * @top:   key at the outermost level: "networks"; or a path: "tftp.aliases", "networks[0].options";
 *         or "" for all of the file
 * @index: entry of a list, CONFIG_NO_INDEX where @top is none
 * @key:   key in the mapping found so, NULL for all of it
 */
struct config_where {
	const char *top;
	size_t index;
	const char *key;
};

/**
 * config_doc__load() - read YAML text
 * @path: for messages
 * Anchors, aliases, a second document and deep nesting are refused before any tree is built.
 * Return: true, and @doc is to be freed by yaml_document_delete(); or false and @err filled.
 */
bool config_doc__load(yaml_document_t *doc, const char *text, size_t size, const char *path,
		      struct config_error *err);

/**
 * config_doc__check() - hold the tree against a schema: unknown keys, keys given twice, text where
 * a list belongs, lists too short or too long, empty values, control characters
 */
bool config_doc__check(yaml_document_t *doc, const cyaml_schema_value_t *schema, const char *path,
		       struct config_error *err);

/** config_doc__line() - line of a place, or of the nearest thing around it that is there */
unsigned int config_doc__line(yaml_document_t *doc, const struct config_where *where);

/** struct config_shown - a given text, short and printable enough for a message */
struct config_shown {
	char text[72];
};

/** config_shown() - at most 60 bytes of @given, and '?' for what cannot be printed */
struct config_shown config_shown(const char *given);

#endif
