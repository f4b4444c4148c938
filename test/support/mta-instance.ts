import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatAddress } from '../../src/server/listen-address.ts';
import type { ListenAddress } from '../../src/server/listen-address.ts';
import { postfixAddress, withoutTrace } from './mta.ts';
import { SENDMAIL_ROOT } from './sendmail-root.ts';
import { sharedTool } from './shared-tools.ts';
import { SmtpClient } from './smtp-client.ts';
import type { SmtpReplies } from './smtp-client.ts';

export type MtaKind = 'postfix' | 'sendmail';

/** One port of an MTA, with its own milter. */
export interface MtaListener {
  /** Undefined: no milter, to see what the MTA does by itself. */
  readonly milter: ListenAddress | string | undefined;
  /** What the MTA does when the filter fails. Default tempfail. */
  readonly onFailure?: 'tempfail' | 'accept';
  /** Postfix: further lines of main.cf. Sendmail: `F` and `T` of the filter. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A message to send; what is left out is one of the test's own. */
export interface Mail {
  readonly bytes?: Buffer;
  /** Parts in front of the `@` of the recipients, or whole addresses. */
  readonly to?: readonly string[];
  readonly sender?: string;
  readonly parameters?: string;
  readonly recipientParameters?: string;
  readonly isPipelined?: boolean;
}

/** What the next hop got. */
export interface Copy {
  /** Without the trace field that the MTA under test has put in. */
  readonly bytes: Buffer;
  readonly from: string;
  readonly recipients: readonly string[];
  /** The MAIL command with its parameters. */
  readonly mail: string;
}

/** What the client was told, and what became of the message. */
export interface Fate {
  readonly replies: SmtpReplies | undefined;
  /** The last reply. */
  readonly code: string;
  readonly text: string;
  readonly copies: readonly Copy[];
  readonly isHeld: boolean;
}

/** Sends one message over a connection, with addresses that nobody else uses. */
export interface Sent {
  readonly tag: string;
  readonly replies: SmtpReplies;
}

const PATIENCE = 40_000;

/** A real MTA with many ports, each with a milter of its own, and a next hop that takes everything. */
export class Mta {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #ports: Readonly<Record<string, number>>;
  #asking: Promise<unknown> = Promise.resolve();
  #sent = 0;

  private constructor(child: ChildProcess, answers: AsyncIterator<string>, ports: Record<string, number>) {
    this.#child = child;
    this.#answers = answers;
    this.#ports = ports;
  }

  static async start(kind: MtaKind, listeners: Readonly<Record<string, MtaListener>>): Promise<Mta> {
    const settings = kind === 'postfix' ? postfixSettings : sendmailSettings;
    const child = spawn(
      'python3',
      [
        join(import.meta.dirname, 'mta-instance.py'),
        sharedTool('harness')!,
        kind,
        JSON.stringify(Object.fromEntries(Object.entries(listeners).map(([k, v]) => [k, settings(v)]))),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, SENDMAIL_ROOT } },
    );
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await answers.next();
    if (first.done === true) throw new Error(`${kind} does not start`);
    return new Mta(child, answers, (JSON.parse(first.value) as { ports: Record<string, number> }).ports);
  }

  async stop(): Promise<void> {
    this.#child.stdin!.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }

  /** A client that the MTA has greeted. */
  async connect(listener: string): Promise<SmtpClient> {
    const { client, refusal } = await SmtpClient.connect(this.#ports[listener]);
    if (refusal === undefined) return client;
    client.drop();
    throw new Error(`refused: ${refusal.code} ${refusal.text}`);
  }

  /** Send a message over a connection of its own, and wait until it has been delivered, held or thrown away. */
  async send(listener: string, mail: Mail = {}): Promise<Fate> {
    const { client, refusal } = await SmtpClient.connect(this.#ports[listener]);
    try {
      if (refusal !== undefined) {
        return { ...refusal, replies: undefined, copies: [], isHeld: false };
      }
      return await this.fate(await this.sendOver(client, mail));
    } finally {
      await client.quit();
    }
  }

  /** Send a message over this connection. */
  async sendOver(client: SmtpClient, mail: Mail = {}): Promise<Sent> {
    const { tag, message } = this.message(mail);
    return { tag, replies: await client.send(message) };
  }

  /** A message with addresses that tell it from all others. */
  message({ bytes = MESSAGE, to = ['rcpt'], sender = 'sender', ...more }: Mail = {}) {
    const tag = `m${this.#sent++}`;
    const recipients = to.map((name) => {
      const [local, domain = 'sink.test'] = name.split('@');
      return `${local}+${tag}@${domain}`;
    });
    return { tag, message: { from: `${sender}+${tag}@src.test`, recipients, bytes, ...more } };
  }

  /** What became of a message that was answered. */
  async fate({ tag, replies }: Sent): Promise<Fate> {
    const { code, text } = replies.end;
    const isHeld = code === '250' && (await this.#leaves(tag));
    return { replies, code, text, copies: await this.delivered(tag), isHeld };
  }

  /** The copies that the next hop has got of a message so far. */
  async delivered(tag: string): Promise<Copy[]> {
    const rows = (await this.#ask({ find: tag })) as {
      file: string;
      from: string;
      rcpt: string[];
      mail: string;
    }[];
    return Promise.all(
      rows.map(async ({ file, from, rcpt, mail }) => ({
        bytes: withoutTrace(await readFile(file)),
        from,
        recipients: rcpt,
        mail,
      })),
    );
  }

  /** Files that Postfix has given up on after it had accepted them: mail that is lost. */
  async corrupt(): Promise<string[]> {
    return (await this.#ask({ corrupt: true })) as string[];
  }

  async log(): Promise<string> {
    return (await this.#ask({ log: true })) as string;
  }

  /** Wait until the message is in no queue any more but, perhaps, that of messages that are held. */
  async #leaves(tag: string): Promise<boolean> {
    let timesGone = 0;
    for (const until = Date.now() + PATIENCE; Date.now() < until; await sleep(40)) {
      const queues = (await this.#ask({ queue: tag })) as string[];
      if (queues.length > 0 && queues.every((name) => name === 'hold')) return true;
      // Twice: a queue file that is being renamed is not seen.
      timesGone = queues.length === 0 ? timesGone + 1 : 0;
      if (timesGone === 2) return false;
    }
    throw new Error(`the message ${tag} does not leave the queue: ${(await this.log()).slice(-3000)}`);
  }

  /** One question at a time: answers come in order. */
  #ask(question: object): Promise<unknown> {
    const answer = this.#asking.then(async () => {
      this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await this.#answers.next();
      if (done === true) throw new Error('the MTA has ended');
      return JSON.parse(value) as unknown;
    });
    this.#asking = answer.catch(() => undefined);
    return answer;
  }
}

/** A message of few bytes with everything that an MTA would complete otherwise. */
export const MESSAGE = lines(
  'From: Anna <anna@example.org>',
  'To: Otto <otto@example.com>',
  'X-Same: one',
  'X-Same: two',
  'X-Same: three',
  'Subject: plain',
  'Message-ID: <1@example.org>',
  'Date: Thu, 1 Jan 2026 00:00:00 +0000',
  '',
  'Hello Otto,',
  '.',
  '..dots',
  'regards',
);

/** Lines with CR LF; each character is a byte. */
export function lines(...text: string[]): Buffer {
  return Buffer.from([...text, ''].join('\r\n'), 'latin1');
}

function milterAddress(milter: ListenAddress | string | undefined): string {
  if (milter === undefined) return '';
  return postfixAddress(typeof milter === 'string' ? milter : formatAddress(milter));
}

/** Recipients that Postfix refuses by itself. Sendmail refuses local users that do not exist (in mx.test). */
const POSTFIX_REFUSES = {
  recipient_delimiter: '+',
  smtpd_recipient_restrictions:
    'check_recipient_access inline:{{no-such-user@ = 550 5.1.1 no such user here}, {mailbox-busy@ = 450 4.2.0 mailbox is busy}}, permit_mynetworks, reject',
};

function postfixSettings({ milter, onFailure = 'tempfail', settings }: MtaListener) {
  return {
    smtpd_milters: milterAddress(milter),
    milter_default_action: onFailure,
    ...POSTFIX_REFUSES,
    ...settings,
  };
}

/** The timeouts are Sendmail's defaults: 10 s for each packet in either direction. */
function sendmailSettings({ milter, onFailure = 'tempfail', settings }: MtaListener) {
  const F = onFailure === 'tempfail' ? 'T' : '';
  return { milters: milterAddress(milter), F, T: 'C:5m;S:10s;R:10s;E:5m', ...settings };
}
