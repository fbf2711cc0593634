// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The loop of `xdpxe top` on a terminal: keys, the daemon's answers, the clock.
#include "top/top_run.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "client/plain.h"
#include "top/top_draw.h"
#include "top/top_feed.h"

#define LONGEST_WAIT_MS                                                                            \
	250 /* so that a change of size is seen when its signal came between two looks */

/* @wake: an epoll of terminal and @signals, since one descriptor can be waited for beside the daemon's */
struct loop {
	struct screen screen;
	struct top_feed feed;
	struct top_view view;
	int wake, signals;
	int64_t next_ms;
};

static int watch(struct loop *loop, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return fd < 0 || epoll_ctl(loop->wake, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int open_wake(struct loop *loop)
{
	sigset_t set;
	int err;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	loop->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	loop->wake = epoll_create1(EPOLL_CLOEXEC);
	if (loop->wake < 0)
		return -errno;
	err = watch(loop, STDIN_FILENO);
	return err ? err : watch(loop, loop->signals);
}

static void ask_now(struct loop *loop)
{
	loop->view.page = top_draw__page(loop->screen.rows);
	loop->feed.again = false;
	top_feed__ask(&loop->feed, &loop->view);
}

/* Return: something was pressed */
static bool take_keys(struct loop *loop)
{
	struct signalfd_siginfo info;
	struct epoll_event event;
	bool any = false;
	int key;

	if (epoll_wait(loop->wake, &event, 1, 0) > 0 && event.events & (EPOLLHUP | EPOLLERR))
		loop->view.over = true; /* the terminal has gone */
	while ((key = screen__key(&loop->screen)) >= 0) {
		top_view__key(&loop->view, loop->feed.data, key);
		any = true;
	}
	if (read(loop->signals, &info, sizeof(info)) == sizeof(info))
		loop->view.over = true;
	return any;
}

static void draw(struct loop *loop)
{
	struct top_view *view = &loop->view;

	screen__begin(&loop->screen);
	view->page = top_draw__page(loop->screen.rows);
	if (view->mode == TOP_LIST && !loop->feed.list.running)
		top_view__settle(view, loop->feed.data);
	top_draw__all(&loop->screen, loop->feed.data, view, plain__now());
	screen__end(&loop->screen);
}

static int wait_ms(const struct loop *loop)
{
	int64_t left = loop->next_ms - plain__now();

	return left < 0 ? 0 : left < LONGEST_WAIT_MS ? (int)left : LONGEST_WAIT_MS;
}

static void turn(struct loop *loop, const struct top_options *options)
{
	size_t page = loop->view.page;

	api_client__wait(loop->feed.client, loop->wake, wait_ms(loop));
	loop->feed.changed = false;
	draw(loop);
	/* The keys are for what was to be seen. */
	if (take_keys(loop) || loop->feed.again || page != loop->view.page) {
		ask_now(loop);
		draw(loop);
	}
	if (plain__now() >= loop->next_ms) {
		loop->next_ms = plain__now() + options->interval_ms;
		ask_now(loop);
	}
}

int top_run__screen(struct api_client *client, struct top_data *data,
		    const struct top_options *options)
{
	struct loop loop = { .feed = { .client = client, .data = data, .status = true },
			     .view = { .stage = MACHINE_STAGES } };
	int err = open_wake(&loop);
	uint64_t count = 0;

	if (!err)
		err = screen__open(&loop.screen);
	if (err)
		return err;
	while (!loop.view.over) {
		int64_t due = loop.next_ms;

		turn(&loop, options);
		if (options->count && loop.next_ms != due && ++count > options->count)
			break;
	}
	screen__close(&loop.screen);
	close(loop.wake);
	close(loop.signals);
	return 0;
}
