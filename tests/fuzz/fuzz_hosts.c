// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A file of hosts: CSV, or behind a first byte of 'y' a YAML list. As fuzz_config.c, and no host is made of thin air.
#include <sys/stat.h>
#include <unistd.h>

#include "config_holds.h"

static char folder[] = "/tmp/xdpxe-fuzz-XXXXXX";
static char main_path[64], csv_path[64], yaml_path[64];

static void remove_folder(void)
{
	unlink(main_path);
	unlink(csv_path);
	unlink(yaml_path);
	rmdir(folder);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "w");

	must(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

static void write_main(const char *name)
{
	char text[160];
	int len = snprintf(
		text, sizeof(text),
		"interfaces: [e]\nnetworks: [{ subnet: 10.77.0.0/16 }]\ntftp: { root: . }\n"
		"hosts: [{ mac: \"52:54:00:00:00:01\" }]\nhosts-file: %s\n",
		name);

	write_file(main_path, text, (size_t)len);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(mkdtemp(folder) != NULL);
	snprintf(main_path, sizeof(main_path), "%s/c.yaml", folder);
	snprintf(csv_path, sizeof(csv_path), "%s/m.csv", folder);
	snprintf(yaml_path, sizeof(yaml_path), "%s/m.yaml", folder);
	atexit(remove_folder);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_error err = { .text = "" };
	bool yaml = size && data[0] == 'y';
	const char *path = yaml ? yaml_path : csv_path;
	struct config *config;

	write_main(yaml ? "m.yaml" : "m.csv");
	write_file(path, data + yaml, size - yaml);
	config = config__load(main_path, &err);
	if (config) {
		check_config(config);
		must(config->host_count >= 1 && config->host_count <= 1 + size);
	} else {
		check_error(&err, strncmp(err.text, path, strlen(path)) ? main_path : path);
	}
	config__free(config);
	return 0;
}
