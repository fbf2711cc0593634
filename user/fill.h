/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A plan -> the maps. Networks and pools stand in two halves; a fill writes the half that is not in force, and switches
 * every port over at the end. So a running program never sees half a network. Boot instructions are named by what they
 * say: those that are new are added before anything names them. Reservations change one by one.
 */
#ifndef XDPXE_FILL_H
#define XDPXE_FILL_H

#include "engine.h"
#include "plan.h"

/** fill__half() - which half is in force: 0, 1, or -1 before the first fill */
int fill__half(const struct engine *engine);

/**
 * fill__apply() - write everything but files, and put it in force
 * @engine: loaded; attached or not
 * Return: 0; negative errno with a message logged, and the old half still in force
 */
int fill__apply(const struct engine *engine, const struct plan *plan);

/**
 * fill__boots() - fill__apply() for a plan in force of which only boot instructions changed
 * Free addresses stay where they are: filling a large pool takes long.
 */
int fill__boots(const struct engine *engine, const struct plan *plan);

/**
 * fill__sweep() - remove boot instructions that @plan, which is in force, does not have
 * To be called a while after fill__apply(): a program that runs meanwhile may have looked up an old one.
 * Return: 0, negative errno
 */
int fill__sweep(const struct engine *engine, const struct plan *plan);

/**
 * fill__native() - tell the programs which ports can send clones, which only attaching shows
 * Until then a reply without room goes through the daemon.
 */
int fill__native(const struct engine *engine);

/** fill__drain() - begin no new TFTP transfer; requests are left to the host */
int fill__drain(const struct engine *engine);

#endif
