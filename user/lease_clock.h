/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The clock of leases (struct xdpxe_lease_clock) as this process reads it, and how it stands to the calendar.
 *
 * While a server runs nothing but this clock decides about a lease, so that a leap of the calendar ends and prolongs
 * none. Only what is to outlive the maps is converted: see lease_restore.h.
 *
 * Tests let time pass: with XDPXE_TEST_CLOCK=SECONDS[/CALENDAR[/BOOT]] in its environment a daemon begins so many
 * seconds late, with the calendar so many seconds ahead, as if in the boot of that name; and the command "clock
 * SECONDS[/CALENDAR]" on its control socket moves it on.
 */
#ifndef XDPXE_LEASE_CLOCK_H
#define XDPXE_LEASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define LEASE_CLOCK_BOOT 40 /* room for the name of a boot */

/** lease_clock__begin() - set the clock of new maps. @map: `lease_clock`. Return: 0, negative errno */
int lease_clock__begin(int map);

/** lease_clock__follow() - read the clock of maps that are there. @map: `lease_clock`. Return: 0, negative errno */
int lease_clock__follow(int map);

/** lease_clock__now_s() - the clock of leases */
uint32_t lease_clock__now_s(void);

/** lease_clock__calendar() - Unix time less the clock of leases, now, in seconds: what to add to a time of a lease */
int64_t lease_clock__calendar(void);

/** lease_clock__boot() - what tells this boot from others, of at most LEASE_CLOCK_BOOT - 1 characters */
void lease_clock__boot(char text[LEASE_CLOCK_BOOT]);

/**
 * lease_clock__pass() - a test lets time pass
 * @map: `lease_clock`; @text: "SECONDS" or "SECONDS/CALENDAR", both since the start of the daemon's own clock
 * Return: 0; -EPERM where XDPXE_TEST_CLOCK is not set; -EINVAL for another text; negative errno
 */
int lease_clock__pass(int map, const char *text);

#endif
