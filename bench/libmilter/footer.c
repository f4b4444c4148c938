/*
 * The filter that one writes first with libmilter: the body is collected in memory, and at end-of-message all of it goes
 * back with a footer behind it. It knows nothing of MIME. It negotiates every no-reply bit that it is offered, so it is
 * as fast as such a filter can be.
 *
 *   cc -O2 -o footer footer.c -lmilter -lpthread
 *   footer unix:PATH | inet:PORT@HOST
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <libmilter/mfapi.h>

static const char FOOTER[] = "-- \r\nSent via example.org\r\n";

struct body {
	unsigned char *bytes;
	size_t length;
	size_t room;
};

static sfsistat append(struct body *body, const void *bytes, size_t length)
{
	if (body->room - body->length < length) {
		size_t room = body->room == 0 ? 65536 : body->room;
		while (room - body->length < length)
			room *= 2;
		unsigned char *grown = realloc(body->bytes, room);
		if (grown == NULL)
			return SMFIS_TEMPFAIL;
		body->bytes = grown;
		body->room = room;
	}
	memcpy(body->bytes + body->length, bytes, length);
	body->length += length;
	return SMFIS_CONTINUE;
}

static void forget(SMFICTX *context)
{
	struct body *body = smfi_getpriv(context);
	if (body == NULL)
		return;
	free(body->bytes);
	free(body);
	smfi_setpriv(context, NULL);
}

static sfsistat on_negotiate(SMFICTX *context, unsigned long f0, unsigned long f1, unsigned long f2,
			     unsigned long f3, unsigned long *pf0, unsigned long *pf1, unsigned long *pf2,
			     unsigned long *pf3)
{
	const unsigned long no_reply = SMFIP_NR_HDR | SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL |
				       SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_UNKN | SMFIP_NR_EOH | SMFIP_NR_BODY;
	const unsigned long unused = SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NOMAIL | SMFIP_NORCPT | SMFIP_NOHDRS |
				     SMFIP_NOEOH | SMFIP_NODATA | SMFIP_NOUNKNOWN;
	(void)context, (void)f0, (void)f2, (void)f3;
	*pf0 = SMFIF_CHGBODY;
	*pf1 = f1 & (no_reply | unused);
	*pf2 = *pf3 = 0;
	return SMFIS_CONTINUE;
}

static sfsistat on_body(SMFICTX *context, unsigned char *bytes, size_t length)
{
	struct body *body = smfi_getpriv(context);
	if (body == NULL) {
		body = calloc(1, sizeof *body);
		if (body == NULL)
			return SMFIS_TEMPFAIL;
		smfi_setpriv(context, body);
	}
	return append(body, bytes, length);
}

static sfsistat on_end(SMFICTX *context)
{
	sfsistat answer = on_body(context, (unsigned char *)FOOTER, sizeof FOOTER - 1);
	const struct body *body = smfi_getpriv(context);
	if (answer == SMFIS_CONTINUE && smfi_replacebody(context, body->bytes, (int)body->length) == MI_SUCCESS)
		answer = SMFIS_ACCEPT;
	else
		answer = SMFIS_TEMPFAIL;
	forget(context);
	return answer;
}

static sfsistat on_abort(SMFICTX *context)
{
	forget(context);
	return SMFIS_CONTINUE;
}

int main(int count, char **words)
{
	struct smfiDesc filter = {
		.xxfi_name = "footer",
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFIF_CHGBODY,
		.xxfi_body = on_body,
		.xxfi_eom = on_end,
		.xxfi_abort = on_abort,
		.xxfi_close = on_abort,
		.xxfi_negotiate = on_negotiate,
	};
	if (count != 2)
		return EX_USAGE;
	if (smfi_register(filter) != MI_SUCCESS || smfi_setconn(words[1]) != MI_SUCCESS)
		return EX_UNAVAILABLE;
	return smfi_main() == MI_SUCCESS ? EX_OK : EX_SOFTWARE;
}
