// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lease_clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "parse.h"
#include "xdpxe/abi.h"

#define TEST_VARIABLE "XDPXE_TEST_CLOCK"
#define SECOND_NS 1000000000LL
#define TEST_MOST_S (1u << 30)

/* A process has one clock, as it has one of each that the kernel keeps; its threads read it. */
static atomic_uint ahead_s = XDPXE_LEASE_CLOCK_AHEAD;
static atomic_uint calendar_ahead_s;

/* What a test wants; all zero without one. */
struct test_clock {
	uint32_t passed_s, calendar_s;
	char boot[LEASE_CLOCK_BOOT];
};

static bool parse_test(const char *text, struct test_clock *out)
{
	char copy[64], *calendar, *boot = NULL;

	memset(out, 0, sizeof(*out));
	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	calendar = strchr(copy, '/');
	if (calendar)
		*calendar++ = '\0';
	if (calendar)
		boot = strchr(calendar, '/');
	if (boot)
		*boot++ = '\0';
	if (boot)
		snprintf(out->boot, sizeof(out->boot), "%.*s", LEASE_CLOCK_BOOT - 1, boot);
	return parse__u32(copy, 0, TEST_MOST_S, &out->passed_s) &&
	       (!calendar || parse__u32(calendar, 0, TEST_MOST_S, &out->calendar_s));
}

/* What the environment says; a text that is none is as good as "0". */
static struct test_clock test_of_environment(void)
{
	const char *text = getenv(TEST_VARIABLE);
	struct test_clock test = {};

	if (text && !parse_test(text, &test))
		memset(&test, 0, sizeof(test));
	return test;
}

static int set(int map, const struct test_clock *test)
{
	struct xdpxe_lease_clock clock = { .ahead_s = XDPXE_LEASE_CLOCK_AHEAD + test->passed_s };
	uint32_t zero = 0;

	if (bpf_map_update_elem(map, &zero, &clock, BPF_ANY) < 0)
		return -errno;
	atomic_store(&ahead_s, clock.ahead_s);
	atomic_store(&calendar_ahead_s, test->calendar_s);
	return 0;
}

int lease_clock__begin(int map)
{
	const struct test_clock test = test_of_environment();

	return set(map, &test);
}

int lease_clock__follow(int map)
{
	struct xdpxe_lease_clock clock;
	uint32_t zero = 0;

	if (bpf_map_lookup_elem(map, &zero, &clock) < 0)
		return -errno;
	atomic_store(&ahead_s, clock.ahead_s);
	atomic_store(&calendar_ahead_s, test_of_environment().calendar_s);
	return 0;
}

int lease_clock__pass(int map, const char *text)
{
	struct test_clock test;

	if (!getenv(TEST_VARIABLE))
		return -EPERM;
	return parse_test(text, &test) ? set(map, &test) : -EINVAL;
}

static int64_t read_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

uint32_t lease_clock__now_s(void)
{
	return (uint32_t)(read_ns(CLOCK_MONOTONIC) / SECOND_NS) + atomic_load(&ahead_s);
}

int64_t lease_clock__calendar(void)
{
	int64_t apart_ns = read_ns(CLOCK_REALTIME) - read_ns(CLOCK_MONOTONIC);

	return (apart_ns + SECOND_NS / 2) / SECOND_NS + atomic_load(&calendar_ahead_s) -
	       (int64_t)atomic_load(&ahead_s);
}

void lease_clock__boot(char text[LEASE_CLOCK_BOOT])
{
	const struct test_clock test = test_of_environment();
	FILE *file = NULL;

	snprintf(text, LEASE_CLOCK_BOOT, "%s", test.boot);
	if (!test.boot[0])
		file = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (file && !fgets(text, LEASE_CLOCK_BOOT, file))
		text[0] = '\0';
	if (file)
		fclose(file);
	text[strcspn(text, "\n")] = '\0';
}
