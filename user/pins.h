/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where pinned programs and maps live: <bpffs>/xdpxe/<netns>-<interface>/, one folder (an "instance") per daemon, named
 * after its network namespace and first interface. In it: each shared map by name, and for each interface a folder
 * "port-<interface>" with `link`, `ingress` and `egress`.
 */
#ifndef XDPXE_PINS_H
#define XDPXE_PINS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "maps.h"
#include "xdpxe/abi.h"

#define PINS_PATH 256

struct instance {
	char dir[PINS_PATH];
	char first[IF_NAMESIZE];
};

/**
 * pins__root() - path of our folder, which may not exist yet, on the bpffs of bpffs__path(), mounted if need be
 * Return: path, or NULL with a message logged.
 */
const char *pins__root(void);

/** pins__netns() - the number of this network namespace, 0 when it cannot be told */
unsigned long pins__netns(void);

/** pins__port_path() - path of @leaf ("link", "ingress", "" for the folder) of an interface */
void pins__port_path(const struct instance *instance, const char *ifname, const char *leaf,
		     char *path, size_t size);

/** pins__instance() - the instance of @first (an interface of this network namespace); need not exist */
int pins__instance(const char *first, struct instance *out);

/**
 * pins__list() - the instances of this network namespace
 * Return: how many, stored to *@list (to be freed); negative errno.
 */
int pins__list(struct instance **list);

/** pins__find() - the instance that serves interface @ifname. Return: 0, -ENOENT */
int pins__find(const char *ifname, struct instance *out);

/** pins__ports() - names of the interfaces an instance serves. Return: how many, at most @max */
int pins__ports(const struct instance *instance, char (*names)[IF_NAMESIZE], int max);

/** pins__make() - make the folder of an instance, if it is not there. Return: 0, negative errno */
int pins__make(const struct instance *instance);

/** pins__open() - open every map of an instance. Return: 0; negative errno and nothing open */
int pins__open(const struct instance *instance, struct maps *maps);

/** pins__close() - close what pins__open() opened */
void pins__close(struct maps *maps);

/** pins__remove_maps() - unpin what @instance shares between its interfaces; they go on with it */
void pins__remove_maps(const struct instance *instance);

/** pins__remove() - unpin all of an instance: links (which detaches), programs, maps. Return: 0, negative errno */
int pins__remove(const struct instance *instance);

/** pins__remove_port() - unpin one interface of an instance, which detaches it */
int pins__remove_port(const struct instance *instance, const char *ifname);

#endif
