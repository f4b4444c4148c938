import type { Readable } from 'node:stream';
import type { Part } from '../../core/mime/index.ts';
import { MessagePlace, type ScanGate } from './scan-gate.ts';
import {
  type ScanInfo,
  type ScanResult,
  type Scanner,
  infected,
  isScanResult,
  unavailable,
} from './scanner.ts';

/** A scanner that has failed so often for one message is not asked about the rest of it. */
const MAX_FAILURES = 3;

/** What is known of a message so far, and the order in which its streams are scanned. */
export class MessageScan {
  /** The first infection found by looking at the message as a whole. */
  inMessage: string | undefined;
  /** The infections of leaves that only some mail readers find. */
  readonly inReadings = new Set<string>();
  /** The first infection of a leaf that has not been taken out. */
  inPart: string | undefined;
  /** The names of what has been found in leaves that were taken out. */
  readonly removed = new Set<string>();
  readonly #removedParts = new Set<Part>();
  unscanned: string | undefined;
  unavailable: string | undefined;
  readonly #scanner: Scanner;
  readonly #gate: ScanGate;
  #place: MessagePlace | undefined;
  readonly #noted = new Set<string>();
  #failures = 0;
  #part: Promise<ScanResult> | undefined;

  constructor(scanner: Scanner, gate: ScanGate) {
    this.#scanner = scanner;
    this.#gate = gate;
  }

  /** A promise while a leaf is being scanned: one at a time keeps to two connections a message. It never rejects. */
  get busy(): Promise<unknown> | undefined {
    return this.#part;
  }

  /** Whether this name has not been asked about before: the same one is found in a leaf and in the message. */
  isNew(name: string): boolean {
    if (this.#noted.has(name)) return false;
    this.#noted.add(name);
    return true;
  }

  /** Scan the message as received. */
  scanMessage(content: Readable, maxSize: number, signal: AbortSignal): Promise<ScanResult> {
    return this.#scan(content, { what: 'message', maxSize }, signal);
  }

  /** A leaf is taken out for an infection of this name. */
  remove(part: Part, name: string): void {
    this.removed.add(name);
    this.#removedParts.add(part);
  }

  /** Scan a leaf's decoded content; only when not {@link busy}. */
  async scanPart(content: Readable, part: Part, maxSize: number, signal: AbortSignal): Promise<ScanResult> {
    const scan = this.#scan(content, infoOf(part, maxSize), signal, part);
    this.#part = scan;
    try {
      return await scan;
    } finally {
      if (this.#part === scan) this.#part = undefined;
    }
  }

  /**
   * Scan a leaf that only some mail readers find. It does not wait for other leaves: it comes while one is read that it
   * is a piece of.
   */
  scanReading(content: Readable, part: Part, maxSize: number, signal: AbortSignal): Promise<ScanResult> {
    return this.#scan(content, infoOf(part, maxSize), signal, part);
  }

  async #scan(content: Readable, info: ScanInfo, signal: AbortSignal, part?: Part): Promise<ScanResult> {
    const result = await this.#ask(content, info, signal);
    // Where it is gone, its content broke off in the other ways to decode it, and it does not matter what those would have given.
    if (part !== undefined && this.#removedParts.has(part)) return result;
    if (result.kind === 'unscanned') this.unscanned ??= result.reason;
    if (result.kind === 'unavailable') {
      this.#failures++;
      this.unavailable ??= result.reason;
    }
    return result.kind === 'infected' ? infected(result.name) : result;
  }

  async #ask(content: Readable, info: ScanInfo, signal: AbortSignal): Promise<ScanResult> {
    if (this.#failures >= MAX_FAILURES) return unavailable('given up after several failures');
    this.#place ??= new MessagePlace(this.#gate, signal);
    try {
      const result = await this.#place.use(() => this.#scanner.scan(content, info, signal));
      if (result === undefined) return unavailable('no scan place became free in time');
      return isScanResult(result) ? result : unavailable('the scanner gave no scan result');
    } catch {
      return unavailable('the scanner failed');
    }
  }
}

function infoOf({ filename: name }: Part, maxSize: number): ScanInfo {
  return name === undefined ? { what: 'part', maxSize } : { what: 'part', name, maxSize };
}
