import { MillraceError } from '../base/errors.ts';
import { commandName } from './bit-names.ts';
import { COMMAND, FAMILY } from './codes.ts';
import { encodeFrame, encodeStrings } from './frame-encoder.ts';
import { binaryString, readString, readStrings, requireFinalNul, requireWireString } from './wire-strings.ts';

/** SMTP client's address family at CONNECT. */
export type Family = keyof typeof FAMILY;

/** CONNECT: who the SMTP client is. */
export interface ConnectCommand {
  readonly type: 'connect';
  readonly host: string;
  readonly family: Family;
  /** Absent when the family is unknown; 0 for a Unix socket. */
  readonly port?: number;
  /** IP address without Sendmail's `IPv6:` prefix, or socket path; absent when the family is unknown. */
  readonly address?: string;
}

/** OPTNEG: what the MTA offers. */
export interface NegotiateCommand {
  readonly type: 'negotiate';
  readonly version: number;
  readonly actions: number;
  readonly protocol: number;
}

/** MACRO: values that hold from the command with the letter `stage` on. */
export interface MacroCommand {
  readonly type: 'macro';
  /** The letter of the command that follows; any is possible, and '' when the packet is empty. */
  readonly stage: string;
  /** Names and values, each ended by NUL: `splitMacros` takes it apart, `joinMacros` makes it. */
  readonly raw: string;
}

/** MAIL or RCPT. */
export interface AddressCommand {
  readonly type: 'mail' | 'rcpt';
  /** As the client gave it, with angle brackets. */
  readonly address: string;
  /** ESMTP parameters, e.g. `SIZE=1000`. */
  readonly args: readonly string[];
}

/** HEADER. */
export interface HeaderCommand {
  readonly type: 'header';
  readonly name: string;
  /** Folded lines are separated by LF and their white space. The first space is there only with HDR_LEADSPC. */
  readonly value: string;
}

/** BODY: a chunk, or BODYEOB, which is usually empty but may carry the last chunk. `data` is borrowed. */
export interface BodyCommand {
  readonly type: 'body' | 'endOfMessage';
  readonly data: Buffer;
}

/**
 * A packet from the MTA to the filter. Strings are bytes, one character each (latin1): nothing on this wire has a
 * charset.
 */
export type Command =
  | NegotiateCommand
  | MacroCommand
  | ConnectCommand
  | { readonly type: 'helo'; readonly name: string }
  | AddressCommand
  | { readonly type: 'data' }
  | HeaderCommand
  | { readonly type: 'endOfHeaders' }
  | BodyCommand
  | { readonly type: 'unknown'; readonly command: string }
  | { readonly type: 'abort' }
  | { readonly type: 'quit' }
  | { readonly type: 'quitNewConnection' };

/**
 * Reads a command from its code and payload (`buffer` from `start` to before `end`). Surplus bytes after what a
 * command needs are ignored, as libmilter does. Throws `MILLRACE_PACKET` when the payload has not the command's form
 * or the command is unknown.
 */
export function parseCommand(code: number, buffer: Buffer, start = 0, end = buffer.length): Command {
  switch (code) {
    case COMMAND.HEADER:
      return parseHeader(buffer, start, end);
    case COMMAND.MACRO:
      if (end === start) return { type: 'macro', stage: '', raw: '' };
      return {
        type: 'macro',
        stage: String.fromCharCode(buffer[start]),
        raw: binaryString(buffer, start + 1, end),
      };
    case COMMAND.MAIL:
    case COMMAND.RCPT: {
      const isMail = code === COMMAND.MAIL;
      const args = readStrings(buffer, start, end, isMail ? 'MAIL' : 'RCPT');
      const address = args.shift()!;
      return { type: isMail ? 'mail' : 'rcpt', address, args };
    }
    case COMMAND.END_OF_HEADERS:
      return { type: 'endOfHeaders' };
    case COMMAND.BODY:
      return { type: 'body', data: buffer.subarray(start, end) };
    case COMMAND.END_OF_MESSAGE:
      return { type: 'endOfMessage', data: buffer.subarray(start, end) };
    case COMMAND.DATA:
      return { type: 'data' };
    case COMMAND.HELO:
      return { type: 'helo', name: readString(buffer, start, end, 'HELO') };
    case COMMAND.CONNECT:
      return parseConnect(buffer, start, end);
    case COMMAND.UNKNOWN:
      return { type: 'unknown', command: readString(buffer, start, end, 'UNKNOWN') };
    case COMMAND.ABORT:
      return { type: 'abort' };
    case COMMAND.QUIT:
      return { type: 'quit' };
    case COMMAND.QUIT_NEW_CONNECTION:
      return { type: 'quitNewConnection' };
    case COMMAND.NEGOTIATE:
      if (end - start < 12) throw new MillraceError('MILLRACE_PACKET', 'OPTNEG with less than 12 bytes');
      return {
        type: 'negotiate',
        version: buffer.readUInt32BE(start),
        actions: buffer.readUInt32BE(start + 4),
        protocol: buffer.readUInt32BE(start + 8),
      };
    default:
      throw new MillraceError('MILLRACE_PACKET', `unknown command ${commandName(code)}`);
  }
}

/** One call into the buffer and the rest on the string: half the time of two searches and two copies. */
function parseHeader(buffer: Buffer, start: number, end: number): HeaderCommand {
  requireFinalNul(buffer, start, end, 'HEADER');
  const both = binaryString(buffer, start, end - 1);
  const nameEnd = both.indexOf('\0');
  if (nameEnd < 0) throw new MillraceError('MILLRACE_PACKET', 'HEADER: a name without a value');
  const valueEnd = both.indexOf('\0', nameEnd + 1);
  return {
    type: 'header',
    name: both.slice(0, nameEnd),
    value: valueEnd < 0 ? both.slice(nameEnd + 1) : both.slice(nameEnd + 1, valueEnd),
  };
}

function parseConnect(buffer: Buffer, start: number, end: number): ConnectCommand {
  const hostEnd = buffer.indexOf(0, start);
  if (hostEnd < 0 || hostEnd + 1 >= end)
    throw new MillraceError('MILLRACE_PACKET', 'CONNECT: no host or no family');
  const host = binaryString(buffer, start, hostEnd);
  const letter = buffer[hostEnd + 1];
  if (letter === FAMILY.unknown) return { type: 'connect', host, family: 'unknown' };
  const family = familyOf(letter);
  const portAt = hostEnd + 2;
  const address = readString(buffer, portAt + 2, end, 'CONNECT'); // throws, too, when there is no port
  return {
    type: 'connect',
    host,
    family,
    port: buffer.readUInt16BE(portAt),
    // QUIRK(sendmail): IPv6 addresses come as `IPv6:2001:db8::1` (libmilter strips the prefix, too).
    address: family === 'inet6' && /^ipv6:/i.test(address) ? address.slice(5) : address,
  };
}

function familyOf(letter: number): 'inet' | 'inet6' | 'unix' {
  if (letter === FAMILY.inet) return 'inet';
  if (letter === FAMILY.inet6) return 'inet6';
  if (letter === FAMILY.unix) return 'unix';
  throw new MillraceError('MILLRACE_PACKET', 'CONNECT: unknown address family');
}

/**
 * A command as a packet. Throws `MILLRACE_PACKET` when a string holds a NUL or a character above U+00FF (bytes are
 * wanted: see `textToBytes`), or when a port is none.
 */
export function encodeCommand(command: Command): Buffer {
  switch (command.type) {
    case 'negotiate': {
      const payload = Buffer.allocUnsafe(12);
      payload.writeUInt32BE(command.version >>> 0, 0);
      payload.writeUInt32BE(command.actions >>> 0, 4);
      payload.writeUInt32BE(command.protocol >>> 0, 8);
      return encodeFrame(COMMAND.NEGOTIATE, payload);
    }
    case 'macro':
      return encodeFrame(COMMAND.MACRO, Buffer.from(command.stage + command.raw, 'latin1'));
    case 'connect':
      return encodeConnect(command);
    case 'helo':
      return encodeStrings(COMMAND.HELO, [command.name], 'HELO');
    case 'mail':
      return encodeStrings(COMMAND.MAIL, [command.address, ...command.args], 'MAIL');
    case 'rcpt':
      return encodeStrings(COMMAND.RCPT, [command.address, ...command.args], 'RCPT');
    case 'data':
      return encodeFrame(COMMAND.DATA);
    case 'header':
      return encodeStrings(COMMAND.HEADER, [command.name, command.value], 'HEADER');
    case 'endOfHeaders':
      return encodeFrame(COMMAND.END_OF_HEADERS);
    case 'body':
      return encodeFrame(COMMAND.BODY, command.data);
    case 'endOfMessage':
      return encodeFrame(COMMAND.END_OF_MESSAGE, command.data);
    case 'unknown':
      return encodeStrings(COMMAND.UNKNOWN, [command.command], 'UNKNOWN');
    case 'abort':
      return encodeFrame(COMMAND.ABORT);
    case 'quit':
      return encodeFrame(COMMAND.QUIT);
    case 'quitNewConnection':
      return encodeFrame(COMMAND.QUIT_NEW_CONNECTION);
  }
}

function encodeConnect({ host, family, port = 0, address = '' }: ConnectCommand): Buffer {
  requireWireString(host, 'CONNECT');
  requireWireString(address, 'CONNECT');
  const head = Buffer.from(`${host}\0${String.fromCharCode(FAMILY[family])}`, 'latin1');
  if (family === 'unknown') return encodeFrame(COMMAND.CONNECT, head);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new MillraceError('MILLRACE_PACKET', 'CONNECT: a port is 0 to 65535');
  }
  const number = Buffer.from([port >> 8, port & 255]);
  return encodeFrame(COMMAND.CONNECT, Buffer.concat([head, number, Buffer.from(`${address}\0`, 'latin1')]));
}
