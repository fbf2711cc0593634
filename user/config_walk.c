// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The walk of config_doc__check(): tree and schema side by side.
#include "config_doc.h"

#include <stdio.h>
#include <string.h>

struct walk {
	yaml_document_t *doc;
	const char *path;
	struct config_error *err;
};

/* How the walk came to a node; written out only for a message. */
struct step {
	const struct step *up;
	const char *key; /* NULL: entry @index of a list */
	size_t index;
	unsigned int line;
};

static void step_print(const struct step *step, char *out, size_t size)
{
	size_t len;

	out[0] = '\0';
	if (!step)
		return;
	step_print(step->up, out, size);
	len = strlen(out);
	if (step->key)
		snprintf(out + len, size - len, "%s%s", len ? "." : "",
			 config_shown(step->key).text);
	else
		snprintf(out + len, size - len, "[%zu]", step->index);
}

static unsigned int node_line(const yaml_node_t *node)
{
	return (unsigned int)node->start_mark.line + 1;
}

static bool fail(const struct walk *walk, const struct step *step, const char *text)
{
	char key[256];

	step_print(step, key, sizeof(key));
	config__error(walk->err, walk->path, step ? step->line : 1, "%s%s%s", key,
		      key[0] ? ": " : "", text);
	return false;
}

static const char *node_kind(const yaml_node_t *node)
{
	if (node->type == YAML_SEQUENCE_NODE)
		return "a list";
	if (node->type == YAML_MAPPING_NODE)
		return "keys with values";
	return node->data.scalar.length ? "a single value" : "empty";
}

static bool fail_kind(const struct walk *walk, const yaml_node_t *node, const struct step *step,
		      const char *legal)
{
	char text[128];

	snprintf(text, sizeof(text), "%s; legal: %s", node_kind(node), legal);
	return fail(walk, step, text);
}

static bool is_repeated(const cyaml_schema_field_t *fields, const cyaml_schema_field_t *field)
{
	for (; fields < field; fields++)
		if (!strcmp(fields->key, field->key))
			return true;
	return false;
}

static bool fail_unknown(const struct walk *walk, const struct step *step,
			 const cyaml_schema_field_t *fields)
{
	char text[sizeof(walk->err->text)] = "unknown key; legal: ";
	const cyaml_schema_field_t *field;
	size_t len = strlen(text);

	for (field = fields; field->key; field++) {
		if (is_repeated(fields, field))
			continue;
		snprintf(text + len, sizeof(text) - len, "%s%s", field == fields ? "" : ", ",
			 field->key);
		len = strlen(text);
	}
	return fail(walk, step, text);
}

static const cyaml_schema_field_t *find_field(const cyaml_schema_field_t *fields, const char *key)
{
	for (; fields->key; fields++)
		if (!strcmp(fields->key, key))
			return fields;
	return NULL;
}

/* Keys before @pair are known and distinct, so there are few of them. */
static bool check_unique(const struct walk *walk, const yaml_node_t *mapping,
			 const yaml_node_pair_t *pair, const struct step *step)
{
	const yaml_node_t *key = yaml_document_get_node(walk->doc, pair->key);
	const yaml_node_pair_t *other;

	for (other = mapping->data.mapping.pairs.start; other < pair; other++) {
		const yaml_node_t *first = yaml_document_get_node(walk->doc, other->key);
		char text[64];

		if (strcmp((char *)first->data.scalar.value, (char *)key->data.scalar.value))
			continue;
		snprintf(text, sizeof(text), "given twice, first in line %zu; legal: once",
			 first->start_mark.line + 1);
		return fail(walk, step, text);
	}
	return true;
}

static bool check_node(const struct walk *walk, const yaml_node_t *node,
		       const cyaml_schema_value_t *schema, const struct step *step);

static bool check_mapping(const struct walk *walk, const yaml_node_t *node,
			  const cyaml_schema_field_t *fields, const struct step *up)
{
	const yaml_node_pair_t *pair;

	if (node->type != YAML_MAPPING_NODE)
		return fail_kind(walk, node, up, "keys with values");
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_document_get_node(walk->doc, pair->key);
		const yaml_node_t *value = yaml_document_get_node(walk->doc, pair->value);
		struct step step = { .up = up, .key = "?", .line = node_line(key) };
		const cyaml_schema_field_t *field;

		if (key->type != YAML_SCALAR_NODE)
			return fail(walk, &step, "a key that is no text; legal: a name");
		step.key = (const char *)key->data.scalar.value;
		field = find_field(fields, step.key);
		if (!field)
			return fail_unknown(walk, &step, fields);
		if (!check_unique(walk, node, pair, &step) ||
		    !check_node(walk, value, &field->value, &step))
			return false;
	}
	return true;
}

static bool check_sequence(const struct walk *walk, const yaml_node_t *node,
			   const cyaml_schema_value_t *schema, const struct step *up)
{
	size_t count, i;

	if (node->type != YAML_SEQUENCE_NODE)
		return fail_kind(walk, node, up, "a list");
	count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
	if (count < schema->sequence.min || count > schema->sequence.max) {
		char text[96];

		snprintf(text, sizeof(text), "%zu entries; legal: %u to %u", count,
			 schema->sequence.min, schema->sequence.max);
		return fail(walk, up, text);
	}
	for (i = 0; i < count; i++) {
		const yaml_node_t *entry =
			yaml_document_get_node(walk->doc, node->data.sequence.items.start[i]);
		struct step step = { .up = up, .index = i, .line = node_line(entry) };

		if (!check_node(walk, entry, schema->sequence.entry, &step))
			return false;
	}
	return true;
}

static bool check_text(const struct walk *walk, const yaml_node_t *node, const struct step *step)
{
	size_t i;

	if (node->type != YAML_SCALAR_NODE || node->data.scalar.length == 0)
		return fail_kind(walk, node, step, "a single value");
	for (i = 0; i < node->data.scalar.length; i++)
		if (node->data.scalar.value[i] < ' ' || node->data.scalar.value[i] == 0x7f)
			return fail(walk, step,
				    "a control character in it; legal: one line of text");
	return true;
}

static bool check_node(const struct walk *walk, const yaml_node_t *node,
		       const cyaml_schema_value_t *schema, const struct step *step)
{
	switch (schema->type) {
	case CYAML_MAPPING:
		return check_mapping(walk, node, schema->mapping.fields, step);
	case CYAML_SEQUENCE:
		return check_sequence(walk, node, schema, step);
	default:
		return check_text(walk, node, step);
	}
}

bool config_doc__check(yaml_document_t *doc, const cyaml_schema_value_t *schema, const char *path,
		       struct config_error *err)
{
	const struct walk walk = { .doc = doc, .path = path, .err = err };
	const yaml_node_t *root = yaml_document_get_root_node(doc);

	if (!root) {
		config__error(err, path, 1, "nothing in it; legal: %s",
			      schema->type == CYAML_SEQUENCE ? "a list"
							     : "at least interfaces and networks");
		return false;
	}
	return check_node(&walk, root, schema, NULL);
}
