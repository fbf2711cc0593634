// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "leases_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "lease_batch.h"
#include "lease_lock.h"
#include "log.h"
#include "mapread.h"

#define START_WAIT_MS 2000 /* for another program's lock: nobody is served yet */
#define SAVE_WAIT_MS 2000

int leases__new(const char *path, struct leases **out)
{
	struct leases *leases = calloc(1, sizeof(*leases));
	int err = -ENOMEM;

	if (!leases)
		return err;
	leases->lock = leases->wake = -1;
	leases->events.size = sizeof(struct xdpxe_lease_event);
	pthread_mutex_init(&leases->mutex, NULL);
	leases->path = strdup(path);
	if (leases->path)
		err = lease_lock__take(path, &leases->lock);
	if (err < 0) {
		leases__free(leases);
		return err;
	}
	*out = leases;
	return 0;
}

const char *leases__path(const struct leases *leases)
{
	return leases->path;
}

void leases__tell_restored(const struct leases *leases, const struct lease_restored *restored,
			   double ms)
{
	if (restored->leases + restored->declined + restored->left_out == 0)
		return;
	log_info("%s: %zu leases restored (%zu have run out), %zu declined addresses, in %.0f ms",
		 leases->path, restored->leases, restored->ended, restored->declined, ms);
	if (restored->left_out)
		log_warn("%s: %zu leases do not fit the configuration (its networks and "
			 "reservations) and are left out",
			 leases->path, restored->left_out);
	if (restored->timeless)
		log_warn("%s: written later than the calendar says it is now; leases are restored "
			 "as if no time had passed",
			 leases->path);
}

/* Put what can be read into new maps. What is wrong with it the keeper will tell. */
static int restore(struct leases *leases, bool empty)
{
	uint64_t begun_ns = mapread__now_ns();
	struct store_content content = {};
	struct lease_restored restored;
	struct store_fault fault = {};
	struct store *store = store__open(leases->path, STORE_READ, START_WAIT_MS, &fault);
	int err = 0;

	leases->merged =
		store ? store__read(store, &content, &fault) == 0 : fault.kind == STORE_ABSENT;
	store__close(store);
	/* Of a damaged one, rows may contradict each other: then each is put for itself. */
	if (content.leases.count + content.declined.count) {
		err = lease_restore__put(&leases->maps, leases->fit, &content,
					 !leases->merged || !empty, &restored);
		leases__tell_restored(leases, &restored, (mapread__now_ns() - begun_ns) / 1e6);
	}
	store_content__free(&content);
	return err;
}

/* Did an earlier daemon get what this database holds into these maps? */
static bool was_merged(const struct leases *leases)
{
	struct xdpxe_lease_store told = {};
	uint32_t zero = 0;

	return bpf_map_lookup_elem(leases->maps.lease_store, &zero, &told) == 0 && told.merged &&
	       strncmp(told.path, leases->path, sizeof(told.path)) == 0;
}

int leases__restore(struct leases *leases, const struct maps *maps, const struct plan *plan,
		    enum leases_maps state)
{
	leases->maps = *maps;
	leases->fit = lease_fit__new(plan);
	if (!leases->fit)
		return -ENOMEM;
	snprintf(leases->told.path, sizeof(leases->told.path), "%s", leases->path);
	leases->told.since_s = lease_clock__now_s();
	leases->told.state = XDPXE_LEASE_STORE_GOOD;
	if (state != LEASES_ADOPTED)
		return restore(leases, state == LEASES_NEW);
	leases->merged = was_merged(leases);
	return 0;
}

int leases__start(struct leases *leases)
{
	int err = lease_keeper__open_ring(leases);

	if (err < 0)
		return err;
	leases->all_due = true;
	leases->wake = eventfd(0, EFD_CLOEXEC);
	if (leases->wake < 0)
		return -errno;
	lease_keeper__publish(leases);
	err = pthread_create(&leases->thread, NULL, lease_keeper__run, leases);
	leases->running = err == 0;
	return -err;
}

void leases__follow(struct leases *leases, const struct plan *plan)
{
	struct lease_fit *fit = lease_fit__new(plan), *old;

	if (!fit)
		return;
	pthread_mutex_lock(&leases->mutex);
	old = leases->fit;
	leases->fit = fit;
	pthread_mutex_unlock(&leases->mutex);
	lease_fit__free(old);
}

void leases__stop(struct leases *leases)
{
	if (!leases || !leases->running)
		return;
	eventfd_write(leases->wake, 1);
	pthread_join(leases->thread, NULL);
	leases->running = false;
}

void leases__free(struct leases *leases)
{
	if (!leases)
		return;
	leases__stop(leases);
	ring_buffer__free(leases->ring);
	rows__free(&leases->events);
	lease_fit__free(leases->fit);
	if (leases->wake >= 0)
		close(leases->wake);
	if (leases->lock >= 0)
		close(leases->lock);
	pthread_mutex_destroy(&leases->mutex);
	free(leases->path);
	free(leases);
}

static int save(const char *path, const struct maps *maps, struct store_fault *fault)
{
	struct store_clock clock = { .calendar = lease_clock__calendar() };
	struct store *store = store__open(path, STORE_WRITE, SAVE_WAIT_MS, fault);
	int err;

	if (!store)
		return -1;
	clock.written = lease_clock__now_s() + clock.calendar;
	lease_clock__boot(clock.boot);
	store__begin(store);
	err = lease_batch__write_all(store, maps, NULL, clock.calendar);
	if (err < 0)
		snprintf(fault->text, sizeof(fault->text), "%s", strerror(-err));
	else
		err = store__commit(store, &clock, fault);
	store__close(store);
	return err;
}

static void save_maps(const struct maps *maps)
{
	struct xdpxe_lease_store told;
	struct store_fault fault;
	uint32_t zero = 0;
	int lock = -1;

	if (lease_clock__follow(maps->lease_clock) < 0 ||
	    bpf_map_lookup_elem(maps->lease_store, &zero, &told) < 0 ||
	    told.state == XDPXE_LEASE_STORE_NONE || !told.merged)
		return;
	told.path[sizeof(told.path) - 1] = '\0';
	if (lease_lock__take(told.path, &lock) < 0)
		return;
	if (save(told.path, maps, &fault) < 0)
		log_error("%s: %s; leases that were given since it was last written are lost",
			  told.path, fault.text);
	if (lock >= 0)
		close(lock);
}

/* Maps of another layout must not be read. */
static bool are_ours(const struct maps *maps)
{
	struct xdpxe_meta meta;
	struct bpf_map_info info = {};
	uint32_t zero = 0, len = sizeof(info);

	return bpf_obj_get_info_by_fd(maps->meta, &info, &len) == 0 &&
	       info.value_size == sizeof(meta) &&
	       bpf_map_lookup_elem(maps->meta, &zero, &meta) == 0 && meta.abi == XDPXE_ABI_VERSION;
}

int leases__remove_pinned(const struct instance *instance)
{
	struct maps maps;
	bool open = pins__open(instance, &maps) == 0;
	int err = pins__remove(instance);

	/* Nobody changes the maps now, and they last as long as they are open. */
	if (open && are_ours(&maps))
		save_maps(&maps);
	if (open)
		pins__close(&maps);
	return err;
}

void leases__forget(const struct maps *maps)
{
	static const struct xdpxe_lease_store none = { .state = XDPXE_LEASE_STORE_NONE };
	uint32_t zero = 0;

	bpf_map_update_elem(maps->lease_store, &zero, &none, BPF_ANY);
}
