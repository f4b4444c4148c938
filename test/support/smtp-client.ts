import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';

/** One reply of an SMTP server; the text has one line for each of the reply. */
export interface SmtpReply {
  readonly code: string;
  readonly text: string;
}

/** What the server says of a transaction, step by step. */
export interface SmtpReplies {
  readonly mail: SmtpReply;
  readonly rcpt: readonly SmtpReply[];
  /** The reply to the last byte, or to the command that ended the transaction before. */
  readonly end: SmtpReply;
}

/** What is sent in one transaction. */
export interface SmtpMessage {
  readonly from: string;
  readonly recipients: readonly string[];
  readonly bytes: Buffer;
  /** Parameters of MAIL, with a blank in front. */
  readonly parameters?: string;
  /** Parameters of each RCPT, with a blank in front. */
  readonly recipientParameters?: string;
  /** MAIL, all RCPT and DATA in one packet. */
  readonly isPipelined?: boolean;
}

/** An SMTP client that sends exactly the bytes that it is given, whatever a standard says of them. */
export class SmtpClient {
  readonly #socket: Socket;
  readonly #lines: Interface;
  readonly #replies: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = createInterface({ input: socket });
    this.#replies = this.#lines[Symbol.asyncIterator]();
  }

  /** Connect and say EHLO. The reply to what was refused, if something was, is that of `refusal`. */
  static async connect(port: number): Promise<{ client: SmtpClient; refusal: SmtpReply | undefined }> {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    await once(socket, 'connect');
    socket.on('error', () => undefined); // the reply 000 tells
    const client = new SmtpClient(socket);
    const greeting = await client.reply();
    const reply = isGood(greeting) ? await client.command('EHLO client.test') : greeting;
    return { client, refusal: isGood(reply) ? undefined : reply };
  }

  async command(line: string): Promise<SmtpReply> {
    this.#socket.write(`${line}\r\n`);
    return this.reply();
  }

  /** A whole transaction; the connection may be used for another one. */
  async send(message: SmtpMessage): Promise<SmtpReplies> {
    const replies = await this.begin(message);
    if (replies.end.code !== '354') return replies;
    await this.write(stuffed(message.bytes));
    return { ...replies, end: await this.command('.') };
  }

  /** A transaction up to and with the reply to DATA; after a refusal it is reset. */
  async begin({ from, recipients, isPipelined, ...more }: SmtpMessage): Promise<SmtpReplies> {
    const commands = [
      `MAIL FROM:<${from}>${more.parameters ?? ''}`,
      ...recipients.map((address) => `RCPT TO:<${address}>${more.recipientParameters ?? ''}`),
      'DATA',
    ];
    const replies: SmtpReply[] = [];
    if (isPipelined === true) {
      this.#socket.write(commands.map((command) => `${command}\r\n`).join(''));
      for (const _ of commands) replies.push(await this.reply());
    } else {
      for (const [step, command] of commands.entries()) {
        replies.push(await this.command(command));
        if (step === 0 && !isGood(replies[0])) break;
        // Without a recipient there is no DATA.
        if (step === recipients.length && !replies.slice(1).some(isGood)) break;
      }
    }
    const end = replies.at(-1)!;
    if (!['354', '421', '000'].includes(end.code)) await this.command('RSET');
    return { mail: replies[0], rcpt: replies.slice(1, recipients.length + 1), end };
  }

  /** Bytes as they are. */
  async write(bytes: Buffer): Promise<void> {
    if (!this.#socket.write(bytes) && !this.#socket.destroyed) {
      await Promise.race([once(this.#socket, 'drain'), once(this.#socket, 'close')]);
    }
  }

  /** The next reply; 000 when the connection ends before it is complete. */
  async reply(): Promise<SmtpReply> {
    const text: string[] = [];
    for (;;) {
      const { value, done } = await this.#replies.next().catch(() => ({ value: undefined, done: true }));
      if (done === true) return { code: '000', text: [...text, 'connection closed'].join('\n') };
      const line = String(value);
      text.push(line.slice(4));
      if (line[3] !== '-') return { code: line.slice(0, 3), text: text.join('\n') };
    }
  }

  async quit(): Promise<void> {
    if (!this.#socket.destroyed) await this.command('QUIT');
    this.drop();
  }

  /** Leave without a word. */
  drop(): void {
    this.#lines.close();
    this.#socket.destroy();
  }
}

function isGood({ code }: SmtpReply): boolean {
  return code.startsWith('2') || code.startsWith('3');
}

/** With a dot before each dot that begins a line. Line ends stay as they are, but the last line gets one. */
function stuffed(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let start = 0;
  if (bytes[0] === 0x2e) pieces.push(Buffer.from('.'));
  for (let at = bytes.indexOf('\r\n.'); at !== -1; at = bytes.indexOf('\r\n.', at + 2)) {
    pieces.push(bytes.subarray(start, at + 2), Buffer.from('.'));
    start = at + 2;
  }
  pieces.push(bytes.subarray(start));
  if (bytes.length > 0 && !bytes.subarray(-2).equals(Buffer.from('\r\n'))) pieces.push(Buffer.from('\r\n'));
  return Buffer.concat(pieces);
}
