/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Subcommands: one row here, one file cmd_NAME.c each. */
#ifndef XDPXE_CMD_H
#define XDPXE_CMD_H

/* Exit codes of the program. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* XDPXE_COMMAND(function, name, arguments, what it does) */
#define XDPXE_COMMANDS(X)                                                                          \
	X(run, "run", "-c FILE [--persist]", "load, attach and serve")                             \
	X(check, "check", "-c FILE", "validate a configuration and print the plan")                \
	X(status, "status", "[--json]", "what is attached and every counter")                      \
	X(leases, "leases", "[FILTER...] [--json]", "addresses and who has them")                  \
	X(transfers, "transfers", "[--json]", "TFTP transfers, running and recent")                \
	X(images, "images", "[--json]", "files in the kernel")                                     \
	X(top, "top", "[IFACE]", "machines by stage, live: the stuck and the slowest")             \
	X(events, "events", "[IFACE]", "what the machines do, step by step, as it happens")        \
	X(machine, "machine", "MAC", "the story of a machine: its boots, step by step")            \
	X(reload, "reload", "", "re-read configuration and files without dropping a client")       \
	X(detach, "detach", "IFACE|--all", "stop serving and remove what is pinned")               \
	X(doctor, "doctor", "[--json] [IFACE]", "what this machine and an interface lack")         \
	X(import, "import", "[-o FILE] FILE", "another server's configuration, as ours")           \
	X(storm, "storm", "-i IFACE [OPTION]...", "boot many machines from any server")

/** cmd_NAME() - run a subcommand; argv[0] is its name. Return: EXIT_* */
#define XDPXE_COMMAND_PROTOTYPE(function, name, arguments, text)                                   \
	int cmd_##function(int argc, char **argv);
XDPXE_COMMANDS(XDPXE_COMMAND_PROTOTYPE)
#undef XDPXE_COMMAND_PROTOTYPE

#endif
