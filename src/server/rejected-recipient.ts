import type { RejectedRecipient } from '../core/envelope.ts';
import type { Macros } from '../protocol/macros.ts';
import { wireText } from './wire-text.ts';

const ENHANCED_STATUS = /^[45]\.\d{1,3}\.\d{1,3}$/;

/**
 * What the macros of RCPT say about a recipient that the MTA has refused by itself; undefined for one that it takes. To be
 * asked only where such recipients were negotiated.
 *
 * QUIRK(postfix): `{rcpt_host}` is the enhanced status and `{rcpt_addr}` the reason. The mailer alone is not enough to go by: a
 * recipient that is taken can have the transport `error`, too, and then the host is what that is told.
 * QUIRK(sendmail): `{rcpt_host}` is empty, `{rcpt_addr}` is the address. A local user that does not exist is told of; what
 * check_rcpt or an error mailer refuses is not.
 */
export function refusalOf(macros: Macros): Pick<RejectedRecipient, 'status' | 'reason'> | undefined {
  if (macros.get('rcpt_mailer') !== 'error') return undefined;
  const status = macros.get('rcpt_host') ?? '';
  if (status === '') return {};
  if (!ENHANCED_STATUS.test(status)) return undefined;
  const reason = macros.get('rcpt_addr');
  return { status, ...(reason === undefined ? {} : { reason: wireText(reason) }) };
}
