// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config.h"

#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_file.h"
#include "config_reader.h"

__attribute__((format(printf, 5, 0))) static void error_write(struct config_error *err,
							      const char *path, unsigned int line,
							      const char *key, const char *format,
							      va_list args)
{
	size_t len;

	if (line)
		snprintf(err->text, sizeof(err->text), "%s:%u: %s", path, line, key);
	else
		snprintf(err->text, sizeof(err->text), "%s: %s", path, key);
	len = strlen(err->text);
	vsnprintf(err->text + len, sizeof(err->text) - len, format, args);
}

void config__error(struct config_error *err, const char *path, unsigned int line,
		   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_write(err, path, line, "", format, args);
	va_end(args);
}

unsigned int config_reader__line(const struct config_reader *reader,
				 const struct config_where *where)
{
	return reader->doc ? config_doc__line(reader->doc, where) : reader->lines[where->index];
}

bool config_reader__fail(const struct config_reader *reader, const struct config_where *where,
			 const char *format, ...)
{
	char key[128], index[32] = "";
	va_list args;

	if (where->index != CONFIG_NO_INDEX && reader->doc)
		snprintf(index, sizeof(index), "[%zu]", where->index);
	snprintf(key, sizeof(key), "%s%s%s%s: ", where->top, index,
		 where->key && (where->top[0] || index[0]) ? "." : "",
		 where->key ? where->key : "");
	va_start(args, format);
	error_write(reader->err, reader->path, config_reader__line(reader, where), key, format,
		    args);
	va_end(args);
	return false;
}

static bool fail_memory(struct config_error *err, const char *path)
{
	config__error(err, path, 0, "out of memory");
	return false;
}

bool config_reader__path(const struct config_reader *reader, const char *given, char **out)
{
	const char *path = reader->out->path, *slash = strrchr(path, '/');
	size_t size = strlen(path) + strlen(given) + 2;

	if (given[0] == '/' || !slash)
		return config_reader__text(reader, given, out);
	if (!config_reader__array(reader, size, 1, out))
		return false;
	snprintf(*out, size, "%.*s/%s", (int)(slash - path), path, given);
	return true;
}

bool config_reader__text(const struct config_reader *reader, const char *text, char **out)
{
	*out = text ? strdup(text) : NULL;
	return *out || !text || fail_memory(reader->err, reader->out->path);
}

bool config_reader__array(const struct config_reader *reader, size_t count, size_t size, void *out)
{
	void *array = count ? calloc(count, size) : NULL;

	memcpy(out, &array, sizeof(array));
	return array || !count || fail_memory(reader->err, reader->out->path);
}

static bool is_interface_name(const char *name)
{
	return strlen(name) < IF_NAMESIZE && !strpbrk(name, "/: ") && strcmp(name, ".") &&
	       strcmp(name, "..");
}

static bool read_interfaces(const struct config_reader *reader)
{
	const struct raw_config *raw = reader->raw;
	struct config_where where = { "interfaces", CONFIG_NO_INDEX, NULL };
	struct config *out = reader->out;
	size_t i, other;

	if (!raw->interfaces_count)
		return config_reader__fail(reader, &where,
					   "missing; legal: a list of names such as [eth1]");
	out->interfaces_line = config_doc__line(reader->doc, &where);
	if (!config_reader__array(reader, raw->interfaces_count, sizeof(*out->interfaces),
				  &out->interfaces))
		return false;
	for (i = 0; i < raw->interfaces_count; i++) {
		where.index = i;
		if (!is_interface_name(raw->interfaces[i]))
			return config_reader__fail(reader, &where,
						   "\"%s\"; legal: the name of an interface, "
						   "1 to %d characters",
						   config_shown(raw->interfaces[i]).text,
						   IF_NAMESIZE - 1);
		for (other = 0; other < i; other++)
			if (!strcmp(raw->interfaces[i], raw->interfaces[other]))
				return config_reader__fail(reader, &where,
							   "\"%s\" again; legal: each "
							   "interface once",
							   raw->interfaces[i]);
		if (!config_reader__text(reader, raw->interfaces[i], &out->interfaces[i]))
			return false;
		out->interface_count++;
	}
	return true;
}

static bool read_values(const struct config_reader *reader)
{
	return read_interfaces(reader) && config_reader__mode(reader) &&
	       config_reader__leases(reader) && config_reader__telemetry(reader) &&
	       config_reader__networks(reader) && config_reader__tftp(reader) &&
	       config_reader__boot(reader) && config_reader__boot_options(reader) &&
	       config_reader__hosts(reader) && config_reader__limits(reader) &&
	       config_reader__delays(reader) && config_reader__web(reader) &&
	       config_reader__check_proxy(reader);
}

static bool read_text(struct config *out, const char *text, size_t size, struct config_error *err)
{
	struct raw_config *raw = NULL;
	yaml_document_t doc;
	cyaml_err_t status;
	bool good = false;

	if (!config_doc__load(&doc, text, size, out->path, err))
		return false;
	if (!config_doc__check(&doc, &config_schema, out->path, err))
		goto cleanup;
	status = cyaml_load_data((const uint8_t *)text, size, &config_cyaml, &config_schema,
				 (cyaml_data_t **)&raw, NULL);
	if (status == CYAML_OK)
		good = read_values(&(struct config_reader){
			.path = out->path, .doc = &doc, .raw = raw, .out = out, .err = err });
	else
		config__error(err, out->path, 0, "cannot be read: %s", cyaml_strerror(status));
	cyaml_free(&config_cyaml, &config_schema, raw, 0);
cleanup:
	yaml_document_delete(&doc);
	return good;
}

struct config *config__load(const char *path, struct config_error *err)
{
	struct config *config;
	size_t size;
	char *text;
	bool good;

	text = config_file__read(path, &size, err);
	if (!text)
		return NULL;
	config = calloc(1, sizeof(*config));
	if (config)
		config->path = strdup(path);
	good = config && config->path ? read_text(config, text, size, err) : fail_memory(err, path);
	free(text);
	if (good)
		return config;
	config__free(config);
	return NULL;
}

void config__free(struct config *config)
{
	size_t i;

	if (!config)
		return;
	for (i = 0; i < config->interface_count; i++)
		free(config->interfaces[i]);
	for (i = 0; i < config->network_count; i++) {
		free(config->networks[i].pool);
		free(config->networks[i].dns);
		free(config->networks[i].domain);
		free(config->networks[i].interface);
		free(config->networks[i].ntp);
		free(config->networks[i].options.bytes);
	}
	for (i = 0; i < config->host_count; i++)
		config_host__clear(&config->hosts[i]);
	for (i = 0; i < config->alias_count; i++) {
		free(config->aliases[i].name);
		free(config->aliases[i].file);
	}
	for (i = 0; i < XDPXE_ARCHES; i++) {
		free(config->boot[i]);
		free(config->boot_options[i].bytes);
	}
	free(config->ipxe_options.bytes);
	free(config->hosts_path);
	free(config->aliases);
	free(config->delays);
	free(config->interfaces);
	free(config->networks);
	free(config->hosts);
	free(config->boot_ipxe);
	free(config->lease_database);
	free(config->tftp_root);
	free(config->path);
	free(config);
}
