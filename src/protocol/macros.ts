import { COMMAND } from './codes.ts';
import type { MacroStage } from './codes.ts';
import { binaryString } from './wire-strings.ts';

/** Order of the stages in time; a later one hides an earlier one. */
const ORDER = ['connect', 'helo', 'mail', 'rcpt', 'data', 'endOfHeaders', 'endOfMessage'] as const;
const MAIL_SLOT = 2;

/** Slot in time order plus 1 for each command byte; 0 for commands that macros are not kept for. */
const SLOT_PLUS_1 = new Uint8Array(256);
SLOT_PLUS_1[COMMAND.CONNECT] = 1;
SLOT_PLUS_1[COMMAND.HELO] = 2;
SLOT_PLUS_1[COMMAND.MAIL] = 3;
SLOT_PLUS_1[COMMAND.RCPT] = 4;
SLOT_PLUS_1[COMMAND.DATA] = 5;
// QUIRK(postfix): a packet for HEADER comes before every header and one for BODY before every body chunk, holding the
// lists for end-of-headers and end-of-message.
SLOT_PLUS_1[COMMAND.HEADER] = 6;
SLOT_PLUS_1[COMMAND.END_OF_HEADERS] = 6;
SLOT_PLUS_1[COMMAND.BODY] = 7;
SLOT_PLUS_1[COMMAND.END_OF_MESSAGE] = 7;

/**
 * The macros of one connection. What a packet brings is kept as one string and taken apart only when somebody asks
 * (a packet of five names costs 0.2 us this way, 1.2 us as a Map). Names go without braces: `i` and `{i}` are the same.
 */
export class Macros {
  readonly #slots: string[] = ['', '', '', '', '', '', ''];
  #isMailFresh = false;

  /**
   * A MACRO packet: `command` is the byte of the command that follows; the names and values are the bytes from `start` to before
   * `end`, borrowed. They replace that stage's.
   */
  set(command: number, buffer: Buffer, start: number, end: number): void {
    const slot = SLOT_PLUS_1[command] - 1;
    if (slot < 0) return;
    // QUIRK(postfix): the same comes again in front of each header.
    if (!isSame(this.#slots[slot], buffer, start, end)) this.#slots[slot] = binaryString(buffer, start, end);
    if (slot === MAIL_SLOT) this.#isMailFresh = true;
  }

  /**
   * A command arrives: what later stages knew is over. MAIL also forgets the former message's own MAIL macros when it
   * brought none itself.
   */
  enter(command: number): void {
    const slot = SLOT_PLUS_1[command] - 1;
    if (slot < 0) return;
    if (slot === MAIL_SLOT) {
      if (!this.#isMailFresh) this.#slots[MAIL_SLOT] = '';
      this.#isMailFresh = false;
    }
    this.#clearFrom(slot + 1);
  }

  /** The message is over (ABORT): forgets everything from MAIL on. */
  clearMessage(): void {
    this.#isMailFresh = false;
    this.#clearFrom(MAIL_SLOT);
  }

  /** The connection is over (QUIT_NC): forgets everything. */
  clear(): void {
    this.#isMailFresh = false;
    this.#clearFrom(0);
  }

  /** The value of a macro, with or without braces around its name; the latest stage that has it wins. */
  get(name: string): string | undefined {
    const wanted = withoutBraces(name);
    for (let slot = this.#slots.length - 1; slot >= 0; slot--) {
      const raw = this.#slots[slot];
      const value = raw === '' ? undefined : findMacro(raw, wanted);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The macros that came for one stage, names without braces. */
  stage(stage: MacroStage): Map<string, string> {
    return splitMacros(this.#slots[ORDER.indexOf(stage)]);
  }

  /** All macros that hold now, names without braces; later stages win. */
  all(): Map<string, string> {
    const all = new Map<string, string>();
    for (const raw of this.#slots) {
      for (const [name, value] of splitMacros(raw)) all.set(name, value);
    }
    return all;
  }

  #clearFrom(slot: number): void {
    for (let i = slot; i < this.#slots.length; i++) this.#slots[i] = '';
  }
}

/** Longer ones are not compared: to make a string of them costs less. */
const COMPARED = 48;

function isSame(raw: string, buffer: Buffer, start: number, end: number): boolean {
  const { length } = raw;
  if (length !== end - start || length > COMPARED) return false;
  for (let i = 0; i < length; i++) if (raw.charCodeAt(i) !== buffer[start + i]) return false;
  return true;
}

/** The names (without braces) and values of a MACRO packet. A name without a value is left out; of two equal names the last counts. */
export function splitMacros(raw: string): Map<string, string> {
  const macros = new Map<string, string>();
  let at = 0;
  for (;;) {
    const nameEnd = raw.indexOf('\0', at);
    const valueEnd = nameEnd < 0 ? -1 : raw.indexOf('\0', nameEnd + 1);
    if (valueEnd < 0) return macros;
    macros.set(withoutBraces(raw.slice(at, nameEnd)), raw.slice(nameEnd + 1, valueEnd));
    at = valueEnd + 1;
  }
}

/** Names and values as a MACRO packet has them; names are sent as they are given (MTAs put braces around long names). */
export function joinMacros(macros: Iterable<readonly [string, string]>): string {
  let raw = '';
  for (const [name, value] of macros) raw += `${name}\0${value}\0`;
  return raw;
}

function findMacro(raw: string, wanted: string): string | undefined {
  let found: string | undefined;
  let at = 0;
  for (;;) {
    const nameEnd = raw.indexOf('\0', at);
    const valueEnd = nameEnd < 0 ? -1 : raw.indexOf('\0', nameEnd + 1);
    if (valueEnd < 0) return found;
    const hasBraces = isBraced(raw, at, nameEnd);
    const from = hasBraces ? at + 1 : at;
    const length = (hasBraces ? nameEnd - 1 : nameEnd) - from;
    if (length === wanted.length && raw.startsWith(wanted, from)) found = raw.slice(nameEnd + 1, valueEnd);
    at = valueEnd + 1;
  }
}

function withoutBraces(name: string): string {
  return isBraced(name, 0, name.length) ? name.slice(1, -1) : name;
}

function isBraced(text: string, start: number, end: number): boolean {
  return end - start >= 2 && text[start] === '{' && text[end - 1] === '}';
}
