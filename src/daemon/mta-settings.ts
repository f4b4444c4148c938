import type { ListenAddress } from '../server/index.ts';
import type { Config } from './config/config.ts';

/** How long an MTA must wait beyond the message deadline, so that the answer always comes from here. Seconds. */
const MARGIN = 60;
/** What both MTAs wait at end-of-message unless told otherwise. Seconds. */
const DEFAULT_WAIT = 300;

/** An address in Postfix's form (postconf(5), smtpd_milters). A descriptor is what the service manager listens on. */
function postfixAddress(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  if (address.kind === 'fd') return 'inet:HOST:PORT';
  return `inet:${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/** An address in Sendmail's form (INPUT_MAIL_FILTER, `S=`). */
function sendmailAddress(address: ListenAddress): string {
  if (address.kind === 'unix') return `local:${address.path}`;
  if (address.kind === 'fd') return 'inet:PORT@HOST';
  return `${address.family === 6 ? 'inet6' : 'inet'}:${address.port}@${address.host}`;
}

/** Seconds that the MTA must wait for the answer to a whole message. */
function contentTimeout(config: Pick<Config, 'deadlines'>): number {
  return Math.max(DEFAULT_WAIT, Math.ceil(config.deadlines.message / 1000) + MARGIN);
}

/**
 * The lines for Postfix's main.cf. A filter that is down must not open the way for unfiltered mail (nor, half-way
 * through an edit, lose it): tempfail. The timeout must be above the message deadline; Postfix's own is, unless the
 * deadline was raised.
 */
export function postfixLines(config: Pick<Config, 'listen' | 'deadlines'>): string[] {
  const wait = contentTimeout(config);
  return [
    `smtpd_milters = ${postfixAddress(config.listen[0])}`,
    'milter_default_action = tempfail',
    ...(wait === DEFAULT_WAIT ? [] : [`milter_content_timeout = ${wait}s`]),
  ];
}

/** The line for sendmail.mc: `F=T` is tempfail, `E` is the total wait at end-of-message. */
export function sendmailLines(config: Pick<Config, 'listen' | 'deadlines'>): string[] {
  const address = sendmailAddress(config.listen[0]);
  return [
    `INPUT_MAIL_FILTER(\`millrace', \`S=${address}, F=T, T=S:30s;R:30s;E:${contentTimeout(config)}s')dnl`,
  ];
}
