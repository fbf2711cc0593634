# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# `make help` lists the targets.

VERSION := 0.1.0
BUILD   ?= build
PREFIX  ?= /usr/local
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG   ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
PYTHON  ?= /usr/bin/python3
PYTEST  := $(PYTHON) -m pytest -p no:cacheprovider
# Tests of different files run side by side; most of their time is waiting.
SIDE_BY_SIDE := -n 2 --dist loadfile

# Debian 12 packages: what the build, and what tests and laboratory need.
BUILD_PACKAGES := gcc clang llvm make pkg-config bpftool libbpf-dev libelf-dev zlib1g-dev \
	libcyaml-dev libyaml-dev libmicrohttpd-dev libsystemd-dev libjansson-dev libmnl-dev libsqlite3-dev \
	libcurl4-gnutls-dev libncurses-dev linux-libc-dev libc6-dev
LAB_PACKAGES := iproute2 ethtool procps python3 python3-scapy ipxe ovmf qemu-system-x86 \
	qemu-system-arm qemu-efi-aarch64 genisoimage ipxe-qemu
TEST_PACKAGES := $(LAB_PACKAGES) libbpf-dev tftpd-hpa u-boot-qemu libcmocka-dev python3-pytest python3-pytest-xdist python3-pyte python3-yaml udhcpc isc-dhcp-client tftp-hpa \
	python3-matplotlib chromium fonts-dejavu-core python3-jsonschema python3-prometheus-client atftp curl busybox tcpdump dnsmasq-base kea-dhcp4-server valgrind libclang-rt-14-dev $(PACKAGE_PACKAGES)
PACKAGE_PACKAGES := debhelper dpkg-dev lintian
LINT_PACKAGES := clang-format cppcheck shellcheck man-db groff-base

ARCH_INCLUDE := /usr/include/$(shell gcc -print-multiarch 2>/dev/null || uname -m)-linux-gnu
ARCH_INCLUDE := $(patsubst %-linux-gnu-linux-gnu,%-linux-gnu,$(ARCH_INCLUDE))

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wundef -Wformat=2 -Werror
CPPFLAGS += -D_GNU_SOURCE -DXDPXE_VERSION='"$(VERSION)"' -Iinclude -Iuser -I$(BUILD)
CFLAGS   ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(WARNINGS) $(CFLAGS) $(EXTRA_CFLAGS)
LDLIBS   := -lbpf -lelf -lz -lcyaml -lyaml -lsystemd -ljansson -lmnl -lsqlite3 -lmicrohttpd -lcurl -lncursesw -ltinfo -lpthread
BPF_CFLAGS := -target bpf -mcpu=v3 -std=gnu11 -O2 -g -Wall -Wextra -Wno-unused-function -Werror \
	-Iinclude -I$(ARCH_INCLUDE)

USER_SOURCES := $(wildcard user/*.c user/*/*.c)
USER_OBJECTS := $(USER_SOURCES:user/%.c=$(BUILD)/user/%.o)
LIB_OBJECTS  := $(filter-out $(BUILD)/user/main.o $(BUILD)/user/cmd_%.o,$(USER_OBJECTS))
SKELETON     := $(BUILD)/xdpxe.skel.h $(BUILD)/storm.skel.h
WALL         := $(BUILD)/wall.h
UNIT_TESTS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZERS      := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
C_FILES      := $(wildcard bpf/*.[ch] include/xdpxe/*.h user/*.[ch] user/*/*.[ch] tests/*/*.[ch] bench/*.[ch])
SHELL_FILES  := .ci/run $(wildcard packaging/*.sh web/*.sh tests/*.sh tests/*/*.sh bench/*.sh)

.DELETE_ON_ERROR:
.PHONY: all help deb deps build-deps install uninstall clean lint format asan valgrind unit packet \
	netns fuzz fuzz-replay demo check check-built bench-prog bench-veth bench-leases bench-hosts bench-storm

all: $(BUILD)/xdpxe ## build build/xdpxe (default)

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## install what is missing from Debian's packages, for build, tests and lint
	@packaging/deps.sh $(BUILD_PACKAGES) $(TEST_PACKAGES) $(LINT_PACKAGES)

build-deps: ## install only what the build needs
	@packaging/deps.sh $(BUILD_PACKAGES)

# --- build ---------------------------------------------------------------------------------------

$(BUILD)/user $(BUILD)/user/telemetry $(BUILD)/user/client $(BUILD)/user/top $(BUILD)/unit $(BUILD)/fuzz $(BUILD)/bench $(BUILD)/tests:
	@mkdir -p $@

# Verifier: -mcpu=v3 has the compare-and-exchange that the leases need (kernel 5.12).
$(BUILD)/%.bpf.o: bpf/%.bpf.c | $(BUILD)/user
	$(CLANG) $(BPF_CFLAGS) -Ibpf -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< -o $@

$(SKELETON): $(BUILD)/%.skel.h: $(BUILD)/%.bpf.o
	$(BPFTOOL) gen skeleton $< name $*_bpf > $@

$(WALL): $(wildcard web/*) | $(BUILD)/user
	web/page.sh --c > $@

# A changed compiler, flag or version rebuilds everything that it made.
$(BUILD)/flags: FORCE | $(BUILD)/user
	@echo '$(CC) $(ALL_CFLAGS) $(CPPFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS) $(CPPFLAGS)' > $@
FORCE:

$(BUILD)/user/%.o: user/%.c $(BUILD)/flags | $(SKELETON) $(WALL) $(BUILD)/user/telemetry $(BUILD)/user/client $(BUILD)/user/top
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/xdpxe: $(USER_OBJECTS)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

install: $(BUILD)/xdpxe ## install to $(DESTDIR)$(PREFIX)
	install -D -m 755 $(BUILD)/xdpxe $(DESTDIR)$(PREFIX)/sbin/xdpxe
	install -D -m 644 man/xdpxe.8 $(DESTDIR)$(PREFIX)/share/man/man8/xdpxe.8
	install -D -m 644 man/xdpxe.yaml.5 $(DESTDIR)$(PREFIX)/share/man/man5/xdpxe.yaml.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/xdpxe/examples packaging/xdpxe.yaml \
		packaging/grafana-dashboard.json packaging/prometheus-alerts.yaml
	install -D -m 644 packaging/xdpxe.bash-completion \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/xdpxe
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/xdpxe doc/operating.md doc/performance.md doc/api.md doc/api.schema.json
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/xdpxe/failures doc/failures/*.md
	install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/xdpxe/LICENSE

deb: build-deps ## build a Debian package into build/deb
	@packaging/deps.sh $(PACKAGE_PACKAGES)
	@packaging/deb.sh $(BUILD)/deb

uninstall: ## remove what install wrote
	rm -f $(DESTDIR)$(PREFIX)/sbin/xdpxe $(DESTDIR)$(PREFIX)/share/man/man8/xdpxe.8 \
		$(DESTDIR)$(PREFIX)/share/man/man5/xdpxe.yaml.5 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/xdpxe
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/xdpxe

clean: ## remove what make built
	rm -rf $(BUILD) build-asan build-clang

# --- tests ---------------------------------------------------------------------------------------

$(BUILD)/unit/%: tests/unit/%.c $(LIB_OBJECTS) | $(BUILD)/unit
	$(CC) $(CPPFLAGS) -Ibpf $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) $< $(LIB_OBJECTS) $(LDLIBS) -lcmocka -o $@

$(BUILD)/fuzz/%: tests/fuzz/%.c $(SKELETON) | $(BUILD)/fuzz
	$(CLANG) $(CPPFLAGS) -Ibpf -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -MMD -MP -MF $@.d $< $(FUZZ_LIBS_$*) -o $@

FUZZ_LIBS_fuzz_config := $(wildcard user/config*.c) user/parse.c user/dhcp_options.c -lcyaml -lyaml
FUZZ_LIBS_fuzz_hosts := $(FUZZ_LIBS_fuzz_config)
$(BUILD)/fuzz/fuzz_config $(BUILD)/fuzz/fuzz_hosts: $(wildcard user/config*.[ch]) user/parse.c user/dhcp_options.c \
	tests/fuzz/config_holds.h
FUZZ_LIBS_fuzz_storm := user/storm_dhcp_parse.c user/storm_packet.c user/storm_tftp.c \
	user/storm_model.c user/parse.c
$(BUILD)/fuzz/fuzz_storm: $(FUZZ_LIBS_fuzz_storm) $(wildcard user/storm*.h)

FUZZ_LIBS_fuzz_import := $(wildcard user/import*.c) user/rows.c $(FUZZ_LIBS_fuzz_config) -ljansson
FUZZ_LIBS_fuzz_import_leases := $(FUZZ_LIBS_fuzz_import)
$(BUILD)/fuzz/fuzz_import $(BUILD)/fuzz/fuzz_import_leases: $(wildcard user/import*.[ch]) user/parse.c

FUZZ_LIBS_fuzz_client := user/client/api_read.c user/client/machine_story.c user/client/paint.c user/client/plain.c user/client/sse.c \
	user/top/top_data.c user/rows.c user/table.c $(wildcard user/telemetry/machine*.c) user/telemetry/story.c user/telemetry/reason_text.c user/telemetry/histograms.c -ljansson
$(BUILD)/fuzz/fuzz_client: $(wildcard user/client/*.[ch] user/top/*.[ch])

unit: $(UNIT_TESTS) ## unit tests (cmocka)
	@failed=0; for t in $(UNIT_TESTS); do echo "== $$t"; $$t || failed=1; done; exit $$failed

fuzz-replay: $(FUZZERS) ## replay the corpus of every fuzz target
	@tests/fuzz/replay.sh $(BUILD)/fuzz

fuzz: $(FUZZERS) ## fuzz each target for FUZZ_SECONDS (60)
	@tests/fuzz/run.sh $(BUILD)/fuzz $${FUZZ_SECONDS:-60}

packet: $(BUILD)/xdpxe ## packet tests through BPF_PROG_RUN (root)
	$(PYTEST) tests/prog

netns: $(BUILD)/xdpxe $(BUILD)/reflector ## namespace tests with real clients and firmware (root)
	$(PYTEST) tests/netns

demo: build-deps ## a laboratory on this machine: simulated and real firmware boots from XDP (root)
	@packaging/deps.sh $(LAB_PACKAGES)
	@$(MAKE) --no-print-directory $(BUILD)/xdpxe
	@$(PYTHON) tests/demo.py --xdpxe $(BUILD)/xdpxe

check: deps ## every test (root)
	@$(MAKE) --no-print-directory check-built

check-built: $(BUILD)/xdpxe $(BUILD)/reflector $(UNIT_TESTS) $(FUZZERS)
	@$(MAKE) --no-print-directory unit fuzz-replay
	$(PYTEST) $(SIDE_BY_SIDE) tests

bench-prog: build-deps $(BUILD)/xdpxe ## BPF_PROG_RUN: ns per packet beside bare programs (root)
	@$(MAKE) --no-print-directory $(BUILD)/bench_prog
	@$(BUILD)/bench_prog

.PHONY: bench-growth
bench-growth: build-deps $(BUILD)/xdpxe ## ns per packet by sessions, leases, files and CPUs: bench/results/growth.* (root)
	@packaging/deps.sh python3-matplotlib
	@$(MAKE) --no-print-directory $(BUILD)/bench_growth
	@$(PYTHON) bench/bench_growth.py

bench-veth: build-deps $(BUILD)/xdpxe $(BUILD)/acks.bpf.o ## what a block costs over a veth pair, by window (root)
	@packaging/deps.sh $(LAB_PACKAGES)
	@$(PYTHON) bench/bench_veth.py

bench-leases: build-deps $(BUILD)/xdpxe ## 60,000 leases from the database into the kernel at start (root)
	@packaging/deps.sh $(LAB_PACKAGES)
	@$(PYTHON) bench/bench_leases.py

bench-hosts: build-deps $(BUILD)/xdpxe ## seconds to start with and to reload 50,000 reservations (root)
	@packaging/deps.sh $(LAB_PACKAGES)
	@$(PYTHON) bench/bench_hosts.py

.PHONY: bench bench-wall bench-ovmf bench-endless bench-dhcp bench-perfdhcp
BENCH_PACKAGES := $(LAB_PACKAGES) kea-dhcp4-server kea-admin dnsmasq-base tftpd-hpa util-linux python3-matplotlib

# BENCH=quick: less than four minutes, into build/bench/quick. BENCH_OPTIONS: see bench/bench.py --help.
bench: build-deps $(BUILD)/xdpxe $(BUILD)/exchanges.bpf.o ## boot storms beside other servers, into bench/results (root)
	@packaging/deps.sh $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory $(BUILD)/reflector
	@bench/atftpd.sh $(BUILD)/bench > /dev/null
	@$(PYTHON) bench/bench.py $(if $(filter quick,$(BENCH)),--quick) $(BENCH_OPTIONS)
	@$(if $(filter quick,$(BENCH))$(BENCH_OPTIONS),true,$(MAKE) --no-print-directory bench-growth)

bench-ovmf: build-deps $(BUILD)/xdpxe ## seconds that OVMF takes for 1 MiB, with and without windows (root)
	@packaging/deps.sh $(LAB_PACKAGES)
	@$(PYTHON) bench/bench_ovmf.py

bench-endless: build-deps $(BUILD)/xdpxe ## memory before and after a million clients (root)
	@packaging/deps.sh $(LAB_PACKAGES)
	@$(PYTHON) bench/bench_endless.py

bench-dhcp: build-deps $(BUILD)/xdpxe $(BUILD)/exchanges.bpf.o ## DHCP exchanges a second, beside Kea and dnsmasq (root)
	@packaging/deps.sh $(BENCH_PACKAGES)
	@$(PYTHON) bench/bench_dhcp.py

bench-perfdhcp: build-deps $(BUILD)/xdpxe ## perfdhcp at rising rates against xdpxe and Kea (root)
	@packaging/deps.sh $(BENCH_PACKAGES)
	@$(PYTHON) bench/bench_perfdhcp.py

.PHONY: bench-telemetry
bench-telemetry: build-deps $(BUILD)/xdpxe ## what following the machines costs a packet and a storm (root)
	@packaging/deps.sh $(LAB_PACKAGES)
	@$(MAKE) --no-print-directory $(BUILD)/telemetry_prog
	@$(PYTHON) bench/bench_telemetry.py

bench-storm: build-deps $(BUILD)/xdpxe ## how fast `xdpxe storm` is, by a bare reflector, and beside other servers (root)
	@packaging/deps.sh $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory $(BUILD)/reflector
	@bench/atftpd.sh $(BUILD)/bench > /dev/null
	@$(PYTHON) bench/bench_storm.py

$(BUILD)/acks.bpf.o $(BUILD)/exchanges.bpf.o: $(BUILD)/%.bpf.o: bench/%.bpf.c | $(BUILD)/user
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< -o $@

BENCH_SOURCES := bench/harness.c bench/together.c bench/frames.c bench/setup.c
$(BUILD)/bench_prog $(BUILD)/bench_growth $(BUILD)/telemetry_prog: $(BUILD)/%: bench/%.c $(BENCH_SOURCES) bench/harness.h bench/together.h bench/frames.h \
		bench/setup.h bench/bare.h $(BUILD)/bare.skel.h $(LIB_OBJECTS)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) $< $(BENCH_SOURCES) $(LIB_OBJECTS) $(LDLIBS) -o $@

bench-wall: build-deps $(BUILD)/xdpxe ## how fluent the wall is with 20,000 machines and 2,000 changes a second (root)
	@packaging/deps.sh $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory $(BUILD)/wall_server
	@$(PYTHON) bench/bench_wall.py

$(BUILD)/wall_server: bench/wall_server.c $(LIB_OBJECTS)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) $< $(LIB_OBJECTS) $(LDLIBS) -o $@

bench: $(BUILD)/acks.bpf.o $(BUILD)/pong.bpf.o

$(BUILD)/bare.bpf.o $(BUILD)/pong.bpf.o $(BUILD)/reflect.bpf.o: $(BUILD)/%.bpf.o: bench/%.bpf.c | $(BUILD)/user
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< -o $@

$(BUILD)/bare.skel.h $(BUILD)/reflect.skel.h: $(BUILD)/%.skel.h: $(BUILD)/%.bpf.o
	$(BPFTOOL) gen skeleton $< name $*_bpf > $@

$(BUILD)/reflector: bench/reflector.c bench/reflect.h $(BUILD)/reflect.skel.h
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) $< $(LDLIBS) -o $@

asan: ## unit tests and command line with AddressSanitizer and UBSan
	$(MAKE) BUILD=build-asan CC=$(CLANG) CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all' \
		build-asan/xdpxe unit

valgrind: $(UNIT_TESTS) ## unit tests under valgrind
	@for t in $(UNIT_TESTS); do echo "== $$t"; \
		valgrind -q --error-exitcode=99 --leak-check=full $$t > /dev/null || exit 1; done

# --- style ---------------------------------------------------------------------------------------

format: ## rewrite C files as .clang-format says
	clang-format -i $(C_FILES)

lint: ## clang-format, cppcheck, shellcheck, manual pages, tree
	clang-format --dry-run --Werror $(C_FILES)
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --error-exitcode=1 -D__x86_64__ -DXDPXE_VERSION='""' \
		'-DLIBBPF_OPTS(type,name,...)=struct type name = {__VA_ARGS__}' \
		'-Djson_array_foreach(array,i,value)=while ((value = json_array_get(array, i = next(array))))' \
		'-Djson_object_foreach(object,key,value)=while ((key = next(object)) && (value = json_object_get(object, key)))' \
		-Iinclude -Iuser user
	shellcheck $(SHELL_FILES)
	@packaging/check-tree.sh

-include $(wildcard $(BUILD)/*.d $(BUILD)/user/*.d $(BUILD)/user/*/*.d $(BUILD)/unit/*.d $(BUILD)/fuzz/*.d)
