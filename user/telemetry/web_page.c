// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The wall: one page, made of web/ when the program is built. Its style and script carry a number that is drawn anew for
 * each answer, and nothing without it is run (CSP level 2): so no name of a file or a machine can become a program.
 */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "wall.h" /* wall[] */
#include "web_priv.h"

#define NONCE_MARK "@NONCE@"
#define NONCE_BYTES 16

static bool draw_nonce(char text[2 * NONCE_BYTES + 1])
{
	unsigned char bytes[NONCE_BYTES];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return true;
}

static void write_page(struct text *text, const char *nonce)
{
	const char *at = (const char *)wall, *end = at + sizeof(wall);

	while (at < end) {
		const char *mark = memmem(at, (size_t)(end - at), NONCE_MARK, strlen(NONCE_MARK));
		const char *until = mark ? mark : end;

		text__bytes(text, at, (size_t)(until - at));
		if (mark)
			text__add(text, "%s", nonce);
		at = mark ? mark + strlen(NONCE_MARK) : end;
	}
}

web_result web_page__get(const struct web_request *request)
{
	char nonce[2 * NONCE_BYTES + 1], policy[400];
	struct MHD_Response *response = NULL;
	struct text text = { 0 };

	if (!draw_nonce(nonce))
		return web_request__error(request, MHD_HTTP_INTERNAL_SERVER_ERROR,
					  "no random numbers yet");
	write_page(&text, nonce);
	if (!text.failed)
		response = MHD_create_response_from_buffer(text.len, text.bytes,
							   MHD_RESPMEM_MUST_FREE);
	if (!response) {
		text__free(&text);
		return MHD_NO;
	}
	snprintf(policy, sizeof(policy),
		 "default-src 'none'; script-src 'nonce-%s'; style-src 'nonce-%s'; img-src data:; "
		 "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		 nonce, nonce);
	MHD_add_response_header(response, "Content-Security-Policy", policy);
	MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
	return web_request__respond(request, response, "text/html; charset=utf-8");
}
