// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "reason_text.h"

#include "xdpxe/limits.h"
#include "xdpxe/reasons.h"

static const char *const texts[XDPXE_REASON_MAX] = {
#define XDPXE_REASON(number, name, action, level, text) [number] = text,
#include "xdpxe/reasons.def"
#undef XDPXE_REASON
};

static const char *const arches[XDPXE_ARCHES] = {
#define XDPXE_ARCH(code, id, name, kind, what) [code] = name,
#include "xdpxe/arch.def"
#undef XDPXE_ARCH
};

const char *reason_text__of(uint16_t reason)
{
	return reason < XDPXE_REASON_MAX && texts[reason] ? texts[reason] : "";
}

const char *reason_text__arch(uint16_t arch)
{
	return arch < XDPXE_ARCHES && arches[arch] ? arches[arch] : "unknown";
}
