import type { AddressCommand, Command } from './commands.ts';
import { COMMAND, MAX_BODY_CHUNK } from './codes.ts';
import type { MacroStage } from './codes.ts';
import { joinMacros } from './macros.ts';
import type { MacroLists } from './replies.ts';

/** An MTA whose habits are imitated. */
export type Mta = 'postfix' | 'sendmail' | 'stalwart';

/** A header field as an MTA holds it. Strings are bytes as latin1. */
export interface HeaderField {
  readonly name: string;
  /** All that follows the colon, the leading space included; folded lines are separated by LF. */
  readonly value: string;
  /**
   * Where it comes from: the `message` (default), or the MTA itself and then hidden from filters: `trace`, its own Received
   * field on top, or `default`, another field that it makes when the message has none (Sendmail).
   */
  readonly origin?: 'message' | 'trace' | 'default';
}

/** Fields that Sendmail makes itself where a message has none (the `H` lines of its standard configuration), around its Received. */
const SENDMAIL_DEFAULTS = {
  above: ['Return-Path'],
  below: ['Resent-Date', 'Date', 'Resent-From', 'From', 'Full-Name', 'Resent-Message-Id'],
} as const;

/**
 * What an MTA has in front of a message's header fields and hides from filters, but counts for INSHEADER: its own Received,
 * and in Sendmail places for fields that it might make itself.
 */
export function hiddenFields(mta: Mta): HeaderField[] {
  const trace: HeaderField = { name: 'Received', value: ' by an MTA', origin: 'trace' };
  if (mta !== 'sendmail') return [trace];
  const place = (name: string): HeaderField => ({ name, value: '', origin: 'default' });
  return [...SENDMAIL_DEFAULTS.above.map(place), trace, ...SENDMAIL_DEFAULTS.below.map(place)];
}

/** Macros by stage: the letter of the command that they come before, and names (long ones in braces) with values. */
export type StageMacros = Readonly<Record<string, ReadonlyArray<readonly [string, string]>>>;

/**
 * A command with the macro packet that the MTA sends before it.
 *
 * QUIRK(postfix): a macro packet comes before every header and every body chunk, too, with the macros of end-of-headers
 * and end-of-message; a packet without any macro is sent as well.
 * QUIRK(stalwart): no macros from DATA on.
 */
export function withMacros(command: Command, mta: Mta, macros: StageMacros): Command[] {
  const letter = MACRO_LETTERS[command.type];
  if (letter === undefined || (mta !== 'postfix' && (letter === 'L' || letter === 'B'))) return [command];
  if (mta === 'stalwart' && 'TNE'.includes(letter)) return [command];
  const list = macros[letter === 'L' ? 'N' : letter === 'B' ? 'E' : letter];
  if (list === undefined && mta !== 'postfix') return [command];
  return [{ type: 'macro', stage: letter, raw: joinMacros(list ?? []) }, command];
}

const MACRO_LETTERS: Partial<Record<Command['type'], string>> = {
  connect: letterOf(COMMAND.CONNECT),
  helo: letterOf(COMMAND.HELO),
  mail: letterOf(COMMAND.MAIL),
  rcpt: letterOf(COMMAND.RCPT),
  data: letterOf(COMMAND.DATA),
  header: letterOf(COMMAND.HEADER),
  endOfHeaders: letterOf(COMMAND.END_OF_HEADERS),
  body: letterOf(COMMAND.BODY),
  endOfMessage: letterOf(COMMAND.END_OF_MESSAGE),
};

function letterOf(code: number): string {
  return String.fromCharCode(code);
}

const STAGE_LETTERS: Readonly<Record<MacroStage, string>> = {
  connect: 'C',
  helo: 'H',
  mail: 'M',
  rcpt: 'R',
  data: 'T',
  endOfHeaders: 'N',
  endOfMessage: 'E',
};

/**
 * What an MTA that would send `macros` sends to a filter that has asked for `lists` (SETSYMLIST): at a stage with a list
 * those of its names that have a value there or at a stage before it, elsewhere what it would have sent anyway.
 *
 * QUIRK(postfix): an empty list means its own.
 * QUIRK(sendmail): an empty list means none; the one for end-of-message counts only beside one for end-of-headers.
 * QUIRK(stalwart): lists are not read.
 */
export function askedMacros(macros: StageMacros, lists: MacroLists | undefined, mta: Mta): StageMacros {
  if (lists === undefined || mta === 'stalwart') return macros;
  const asked: Record<string, ReadonlyArray<readonly [string, string]>> = { ...macros };
  const values = new Map<string, readonly [string, string]>();
  for (const [stage, letter] of Object.entries(STAGE_LETTERS) as [MacroStage, string][]) {
    for (const macro of macros[letter] ?? []) values.set(bare(macro[0]), macro);
    const names = lists[stage];
    if (names === undefined || (mta === 'postfix' && names.length === 0)) continue;
    if (mta === 'sendmail' && stage === 'endOfMessage' && lists.endOfHeaders === undefined) continue;
    asked[letter] = names.flatMap((name) => {
      const macro = values.get(bare(name));
      return macro === undefined ? [] : [macro];
    });
  }
  return asked;
}

function bare(name: string): string {
  return name.replace(/^\{(.*)\}$/, '$1');
}

/** The header fields that a filter is shown, as commands. Without HDR_LEADSPC the MTA eats one space (no tab) after the colon. */
export function headerCommands(fields: readonly HeaderField[], leadingSpace: boolean): Command[] {
  const commands: Command[] = [];
  for (const { name, value, origin } of fields) {
    if (origin === 'trace' || origin === 'default') continue;
    const shown = !leadingSpace && value.startsWith(' ') ? value.slice(1) : value;
    commands.push({ type: 'header', name, value: shown });
  }
  return commands;
}

/** A body (CRLF line ends) as commands of at most `chunkBytes` each; 65535 as all MTAs do unless given. Slices are not copied. */
export function bodyCommands(body: Buffer, chunkBytes = MAX_BODY_CHUNK): Command[] {
  const commands: Command[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) {
    commands.push({ type: 'body', data: body.subarray(at, at + chunkBytes) });
  }
  return commands;
}

/** A message as an MTA has it before any filter. */
export interface MtaMessage {
  readonly mail: AddressCommand;
  readonly rcpts: readonly AddressCommand[];
  readonly headers: readonly HeaderField[];
  readonly body: Buffer;
}

/** How {@link messageCommands} says a message. */
export interface MessageHabits {
  readonly mta: Mta;
  /** Whether HDR_LEADSPC was negotiated. */
  readonly leadingSpace: boolean;
  readonly macros?: StageMacros;
  /** Body bytes in a packet; default 65535. */
  readonly chunkBytes?: number;
  /** Put the last body chunk into the end-of-message packet, as some clients do. Default no. */
  readonly lastChunkInEndOfMessage?: boolean;
}

/**
 * The commands of one whole message in the order of the wire, macro packets included, negotiated or not: a `Client`
 * leaves out what was negotiated away or decided. Postfix sends ABORT after each message, the others do not.
 */
export function* messageCommands(message: MtaMessage, habits: MessageHabits): Generator<Command> {
  const { mta, leadingSpace, macros = {} } = habits;
  yield* withMacros(message.mail, mta, macros);
  for (const rcpt of message.rcpts) yield* withMacros(rcpt, mta, macros);
  yield* withMacros({ type: 'data' }, mta, macros);
  for (const header of headerCommands(message.headers, leadingSpace)) yield* withMacros(header, mta, macros);
  yield* withMacros({ type: 'endOfHeaders' }, mta, macros);
  const chunks = bodyCommands(message.body, habits.chunkBytes);
  const last = habits.lastChunkInEndOfMessage === true ? chunks.pop() : undefined;
  for (const chunk of chunks) yield* withMacros(chunk, mta, macros);
  const data = last?.type === 'body' ? last.data : Buffer.alloc(0);
  yield* withMacros({ type: 'endOfMessage', data }, mta, macros);
  if (mta === 'postfix') yield { type: 'abort' };
}
