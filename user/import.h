/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Another server's configuration, read into what ours can say, and written as our YAML. What it says beyond that is
 * noted by line: nothing is left out in silence. Every address here is in host byte order.
 */
#ifndef XDPXE_IMPORT_H
#define XDPXE_IMPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "rows.h"
#include "xdpxe/limits.h"

#define IMPORT_ADDRESSES 8 /* of one list, such as DNS servers */
#define IMPORT_OPTIONS 16  /* of one network */
#define IMPORT_FILE_MAX (64u << 20)

enum import_choice { IMPORT_UNSAID, IMPORT_YES, IMPORT_NO };

/* A DHCP option that has no key of its own: `{ code: CODE, KIND: VALUE }`, the value as YAML. */
struct import_option {
	uint32_t code;
	const char *kind;
	const char *value;
};

struct import_list {
	uint32_t items[IMPORT_ADDRESSES];
	size_t count;
};

/* What a scope of a configuration says; an inner one begins as a copy of the outer one. Texts belong to the import. */
struct import_settings {
	struct import_list routers, dns, ntp;
	const char *domain;
	const char *file; /* first stage, for whomever the scope is */
	uint32_t next_server;
	uint32_t lease_s, renew_s, rebind_s, mtu; /* 0: not said */
	enum import_choice authoritative, unknown_clients;
	struct import_option options[IMPORT_OPTIONS];
	size_t option_count;
};

struct import_range {
	uint32_t first, last;
};

struct import_network {
	unsigned int line;
	uint32_t subnet, mask;
	struct import_settings settings;
	struct rows ranges; /* struct import_range */
};

struct import_host {
	unsigned int line;
	uint8_t mac[6];
	uint32_t ip;
	const char *boot, *ipxe, *hostname;
	bool deny;
};

struct import_note {
	unsigned int line;
	const char *source; /* the line itself, or what it begins with */
	const char *why;
};

struct import {
	const char *path;
	const char *within; /* the file that is being read because @path includes it */
	bool no_memory;
	bool follow; /* files that others include are read, too */
	bool proxy;  /* another server gives the addresses */
	const char *tftp_root;
	const char *boot[XDPXE_ARCHES]; /* by code of option 93 */
	const char *ipxe;
	const char *other_boot; /* for architectures that are not named */
	struct rows interfaces; /* const char * */
	struct rows networks;	/* struct import_network */
	struct rows hosts;	/* struct import_host */
	struct rows notes;	/* struct import_note */
	struct rows texts;	/* char *, owned */
};

/** import__init() - begin one of file @path */
void import__init(struct import *import, const char *path);

void import__free(struct import *import);

/** import__keep() - a copy of a text that lives as long as the import. Return: "" without memory, which is noted */
const char *import__keep(struct import *import, const char *text, size_t len);

/** import__format() - the same of a formatted text of at most 1,000 bytes */
const char *import__format(struct import *import, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** import__note() - something that could not be carried over, or only by a guess */
void import__note(struct import *import, unsigned int line, const char *source, const char *why);

/** import__network() - a new network. Return: NULL without memory, which is noted */
struct import_network *import__network(struct import *import, unsigned int line, uint32_t subnet,
				       uint32_t mask, const struct import_settings *settings);

/** import__range() - addresses to give */
void import__range(struct import *import, struct import_network *network, uint32_t first,
		   uint32_t last);

/** import__host() - a new machine. Return: NULL without memory, which is noted */
struct import_host *import__host(struct import *import, unsigned int line, const uint8_t mac[6]);

/** import__interface() - an interface that is to be served, once */
void import__interface(struct import *import, const char *name);

/**
 * import__boot() - what clients boot
 * @arches: bit N for code N of option 93; 0: all that are not named
 * @ipxe:   for clients that already are iPXE, instead
 */
void import__boot(struct import *import, uint64_t arches, bool ipxe, const char *file);

/**
 * import__option() - a DHCP option, by number, whose value is a comma-separated text
 * Those that have a key of their own go there; others become an entry of `options`.
 * Return: false when its value cannot be understood
 */
bool import__option(struct import *import, struct import_settings *settings, uint32_t code,
		    const char *value);

enum import_type {
	IMPORT_ANY, /* what the value looks like */
	IMPORT_IPS,
	IMPORT_TEXT,
	IMPORT_U8,
	IMPORT_U16,
	IMPORT_U32,
	IMPORT_BOOL,
	IMPORT_HEX,
};

/**
 * import__option_typed() - a DHCP option of a type that is not known from its number
 * Hexadecimal may have ':' or blanks between its bytes, or begin with 0x.
 * Return: false when its value is not of that type, or there are too many of them
 */
bool import__option_typed(struct import *import, struct import_settings *settings, uint32_t code,
			  enum import_type type, const char *value);

/** import__option_add() - an entry of `options`; @value is YAML. Return: false when there are too many */
bool import__option_add(struct import_settings *settings, uint32_t code, const char *kind,
			const char *value);

/** import__option_is_known() - does import__option() know its type? */
bool import__option_is_known(uint32_t code);

/** import__option_code() - the number of an option by the name that dhcpd, dnsmasq or Kea gives it, 0 for none */
uint32_t import__option_code(const char *name);

/** import__clean() - when all is read: what our own reader would refuse is mended, and noted */
void import__clean(struct import *import);

/** import__tell() - the notes, one a line */
void import__tell(const struct import *import, FILE *out);

/** import__write() - our YAML, and the notes as comments at its head. Return: 0, negative errno */
int import__write(const struct import *import, FILE *out);

/** import_file__read() - a whole text file. Return: to be freed, NULL with errno (EFBIG: beyond IMPORT_FILE_MAX) */
char *import_file__read(const char *path);

/*
 * The three formats. Each reads @text, which it may change, into @import.
 * Return: false when it is not of that format at all, with a note.
 */
bool import__dhcpd(struct import *import, char *text);
bool import__dnsmasq(struct import *import, char *text);
bool import__kea(struct import *import, char *text);

enum import_format { IMPORT_DHCPD, IMPORT_DNSMASQ, IMPORT_KEA };

/** import__guess() - which format a text is: Kea's is JSON, dhcpd's has statements that end in ';' */
enum import_format import__guess(const char *text);

#endif
