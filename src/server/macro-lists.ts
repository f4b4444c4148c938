import { MillraceError } from '../base/errors.ts';
import type { MacroNeeds, MacroStage } from '../core/macro-needs.ts';
import type { MacroLists } from '../protocol/replies.ts';

/**
 * What Postfix (postconf(5), `milter_*_macros`) and Sendmail (`confMILTER_MACROS_*`) send when nobody asks for anything. A list
 * takes the place of theirs, so these names are in each that is sent: nobody is to lose a macro because somebody else asks for one.
 */
const DEFAULTS: Readonly<Record<MacroStage, readonly string[]>> = {
  connect: ['j', '_', 'v', 'daemon_name', 'daemon_addr', 'if_name', 'if_addr'],
  helo: ['tls_version', 'cipher', 'cipher_bits', 'cert_subject', 'cert_issuer'],
  mail: ['i', 'auth_type', 'auth_authen', 'auth_ssf', 'auth_author', 'mail_mailer', 'mail_host', 'mail_addr'],
  rcpt: ['i', 'rcpt_mailer', 'rcpt_host', 'rcpt_addr'],
  data: ['i'],
  endOfHeaders: ['i'],
  endOfMessage: ['i', 'msg_id'],
};

/** QUIRK(sendmail): it takes so many at a stage and fails with more (MAXFILTERMACROS). */
const MOST_AT_A_STAGE = 50;

/**
 * The lists that an MTA is sent so that it tells what is needed; undefined when its own will do. Stages of which nothing
 * is needed keep the MTA's list.
 * @throws MillraceError `MILLRACE_DEFINITION` for more macros at a stage than an MTA takes.
 */
export function macroLists(needs: MacroNeeds): MacroLists | undefined {
  const lists: Partial<Record<MacroStage, readonly string[]>> = {};
  for (const [stage, names] of Object.entries(needs) as [MacroStage, readonly string[] | undefined][]) {
    // QUIRK(postfix): an empty list means its own; to Sendmail it means none.
    if (names === undefined || names.length === 0) continue;
    const all = [...new Set([...DEFAULTS[stage], ...names])];
    if (all.length > MOST_AT_A_STAGE) {
      throw new MillraceError(
        'MILLRACE_DEFINITION',
        `${all.length} macros are asked for at ${stage}; an MTA takes no more than ${MOST_AT_A_STAGE}`,
      );
    }
    lists[stage] = all.map((name) => (name.length === 1 ? name : `{${name}}`));
  }
  return Object.keys(lists).length === 0 ? undefined : lists;
}
