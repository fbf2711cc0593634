/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Noticing that something below a folder changed (inotify). It does not say what: whoever asks looks at all of it. */
#ifndef XDPXE_WATCH_H
#define XDPXE_WATCH_H

#include <stdbool.h>

struct watch;

#define WATCH_FOLDERS_MAX 4096

/** watch__new() - nothing is watched at first. Return: NULL without memory */
struct watch *watch__new(void);

/**
 * watch__follow() - watch @root and every folder below it, and nothing else
 * @root: NULL: nothing. Symbolic links below it are not followed: what they lead to is inside, and watched there.
 *
 * To be called before every look at the files: only then is what came into a new folder before the watch seen by that
 * look, and what came after it an event. Where folders cannot be watched (too many, a file system of another machine,
 * no inotify), this is told once, and watch__must_scan() from then on.
 */
void watch__follow(struct watch *watch, const char *root);

/** watch__fd() - readable when something happened; -1 without inotify. Stays the same for the life of @watch */
int watch__fd(const struct watch *watch);

/** watch__drain() - take all events that are there. Return: whether there was any */
bool watch__drain(struct watch *watch);

/** watch__must_scan() - not every change becomes an event: look at the files once a second */
bool watch__must_scan(const struct watch *watch);

/** watch__moved() - @root of watch__follow() is another folder now: renamed, made anew, or a link that was switched */
bool watch__moved(const struct watch *watch);

void watch__free(struct watch *watch);

#endif
