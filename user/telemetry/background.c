// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "background.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#define NICE 15

/*
 * In a storm the generator, or the machines' interrupts, leave the daemon little time, and what it needs is for frames
 * that the maps cannot answer. In Linux each thread has a nice value of its own.
 */
void background__enter(const char *name)
{
	pthread_setname_np(pthread_self(), name);
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
}
