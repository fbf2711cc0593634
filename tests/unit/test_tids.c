// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "image_maps.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "tids.h"

static const struct xdpxe_params some = { .image = 7, .blksize = 1432, .windowsize = 4 };

static int setup(void **state)
{
	struct maps *maps = calloc(1, sizeof(*maps));

	assert_non_null(maps);
	image_maps__open(maps);
	*state = maps;
	return 0;
}

static int teardown(void **state)
{
	image_maps__close(*state);
	free(*state);
	return 0;
}

static struct xdpxe_tid tid_at(const struct maps *maps, int port)
{
	uint32_t index = (uint32_t)port - XDPXE_TID_FIRST;
	struct xdpxe_tid tid = {};

	assert_int_equal(bpf_map_lookup_elem(maps->tids, &index, &tid), 0);
	return tid;
}

static int get(const struct maps *maps, struct xdpxe_params params)
{
	const struct xdpxe_name name = image_maps__name("grub/core.efi");

	return tids__get(maps, &params, &name, 123456);
}

static void a_new_tid_says_what_it_means(void **state)
{
	const struct maps *maps = *state;
	int port = get(maps, some);
	struct xdpxe_tid tid;
	uint16_t found = 0;

	assert_in_range(port, XDPXE_TID_FIRST, XDPXE_TID_FIRST + XDPXE_TID_COUNT - 1);
	tid = tid_at(maps, port);
	assert_int_equal(tid.size, 123456);
	assert_memory_equal(&tid.params, &some, sizeof(some));
	assert_string_equal(tid.name.path, "grub/core.efi");
	assert_int_equal(bpf_map_lookup_elem(maps->tid_of, &some, &found), 0);
	assert_int_equal(found, port);
}

static void equal_parameters_share_a_tid_and_others_do_not(void **state)
{
	const struct maps *maps = *state;
	struct xdpxe_params other = some;
	int port = get(maps, some);

	assert_int_equal(get(maps, some), port);
	other.windowsize = 1;
	assert_int_not_equal(get(maps, other), port);
	other = some;
	other.image = 8;
	assert_int_not_equal(get(maps, other), port);
}

static void a_tid_that_a_crash_left_without_its_way_back_is_used_again(void **state)
{
	const struct maps *maps = *state;
	int port = get(maps, some);

	assert_int_equal(bpf_map_delete_elem(maps->tid_of, &some), 0);
	assert_int_equal(get(maps, some), port);
}

static void dropping_an_image_spares_the_others(void **state)
{
	const struct maps *maps = *state;
	struct xdpxe_params other = some;
	int port = get(maps, some), other_port;
	uint16_t found;

	other.blksize = 512;
	get(maps, other);
	other.image = 8;
	other_port = get(maps, other);
	assert_int_equal(tids__drop_image(maps, some.image), 2);
	assert_int_equal(tid_at(maps, port).params.blksize, 0);
	assert_int_equal(bpf_map_lookup_elem(maps->tid_of, &some, &found), -ENOENT);
	assert_int_equal(tid_at(maps, other_port).params.blksize, 512);
	assert_int_equal(tids__drop_image(maps, some.image), 0);
}

/* The parameters of the number-th TID: pairs of them differ in windowsize alone. */
static struct xdpxe_params numbered(uint32_t number)
{
	return (struct xdpxe_params){ .image = number / 2,
				      .blksize = 512,
				      .windowsize = (uint16_t)(1 + number % 2) };
}

static void every_port_is_used_once_before_there_is_no_room(void **state)
{
	const struct maps *maps = *state;
	int *ports = calloc(XDPXE_TID_COUNT, sizeof(*ports));
	bool *used = calloc(XDPXE_TID_COUNT, sizeof(*used));

	assert_true(ports && used);
	for (uint32_t i = 0; i < XDPXE_TID_COUNT; i++) {
		ports[i] = get(maps, numbered(i));
		assert_in_range(ports[i], XDPXE_TID_FIRST, XDPXE_TID_FIRST + XDPXE_TID_COUNT - 1);
		assert_false(used[ports[i] - XDPXE_TID_FIRST]);
		used[ports[i] - XDPXE_TID_FIRST] = true;
	}
	assert_int_equal(get(maps, numbered(XDPXE_TID_COUNT)), -ENOSPC);

	for (uint32_t image = 0; image < 50; image++)
		assert_int_equal(tids__drop_image(maps, image), 2);
	for (uint32_t i = 100; i < XDPXE_TID_COUNT; i++)
		assert_int_equal(get(maps, numbered(i)), ports[i]);
	assert_true(get(maps, numbered(XDPXE_TID_COUNT)) > 0);
	free(ports);
	free(used);
}

static void a_block_size_of_zero_is_refused(void **state)
{
	const struct xdpxe_params none = { .image = 1, .windowsize = 1 };

	assert_int_equal(get(*state, none), -EINVAL);
}

static void preload_makes_what_firmware_asks_for_up_to_the_limit(void **state)
{
	const struct maps *maps = *state;
	const struct xdpxe_name name = image_maps__name("ipxe.efi");
	struct xdpxe_file file = { .size = 5, .image = 3 };
	struct xdpxe_params params = { .image = 3, .blksize = 1432, .windowsize = 1 };
	uint16_t port;

	assert_int_equal(tids__preload(maps, &name, XDPXE_BLKSIZE_MAX), -ENOENT);
	assert_int_equal(bpf_map_update_elem(maps->files, &name, &file, BPF_ANY), 0);
	assert_int_equal(tids__preload(maps, &name, 1432), 0);
	assert_int_equal(bpf_map_lookup_elem(maps->tid_of, &params, &port), 0);
	assert_int_equal(tid_at(maps, port).size, 5);
	params.blksize = 1456;
	assert_int_equal(bpf_map_lookup_elem(maps->tid_of, &params, &port), -ENOENT);
	assert_int_equal(tids__preload(maps, &name, XDPXE_BLKSIZE_MAX), 0);
	params.blksize = 1468;
	params.windowsize = 4;
	assert_int_equal(bpf_map_lookup_elem(maps->tid_of, &params, &port), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_new_tid_says_what_it_means),
		TEST(equal_parameters_share_a_tid_and_others_do_not),
		TEST(a_tid_that_a_crash_left_without_its_way_back_is_used_again),
		TEST(dropping_an_image_spares_the_others),
		TEST(every_port_is_used_once_before_there_is_no_room),
		TEST(a_block_size_of_zero_is_refused),
		TEST(preload_makes_what_firmware_asks_for_up_to_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
