import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ByteSearch } from './byte-search.ts';
import { Unpacker } from './unpacker.ts';
import {
  CLEAN,
  infected,
  type ScanInfo,
  type ScanResult,
  type Scanner,
  unavailable,
  unscanned,
} from './scanner.ts';

/**
 * The EICAR test file (eicar.org, "Anti-Malware Testfile"), 68 bytes. Put together here, so that scanners do not take
 * this file for one.
 */
const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
  'latin1',
);

const FOUND = infected('Eicar-Test-Signature');

/**
 * A scanner without a daemon: finds the EICAR test string anywhere, also packed in zip and gzip, and leaves whose SHA-256 is on
 * a list. It shows that a filter works and stops what is known by its hash; it is no substitute for a virus scanner.
 */
export class BuiltinScanner implements Scanner {
  readonly #hashes: ReadonlySet<string>;

  /** @param hashes SHA-256 in lower-case hexadecimal. */
  constructor(hashes: ReadonlySet<string> = new Set()) {
    this.#hashes = hashes;
  }

  async scan(content: Readable, info: ScanInfo, signal: AbortSignal): Promise<ScanResult> {
    // The message as received is text; what is packed is in its leaves.
    return info.what === 'part'
      ? this.#scanPart(content, info, signal)
      : this.#scanMessage(content, info, signal);
  }

  async #scanMessage(content: Readable, info: ScanInfo, signal: AbortSignal): Promise<ScanResult> {
    const search = new ByteSearch(EICAR);
    let size = 0;
    for await (const piece of content as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > info.maxSize) return unscanned('too-large');
      if (search.write(piece)) return FOUND;
    }
    return signal.aborted ? unavailable('aborted') : CLEAN;
  }

  async #scanPart(content: Readable, info: ScanInfo, signal: AbortSignal): Promise<ScanResult> {
    const unpacker = new Unpacker(() => new ByteSearch(EICAR));
    const hash = this.#hashes.size > 0 ? createHash('sha256') : undefined;
    let size = 0;
    try {
      for await (const piece of content as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > info.maxSize) return unscanned('too-large');
        if (await unpacker.write(piece)) break;
        hash?.update(piece);
      }
      await unpacker.end();
    } finally {
      unpacker.destroy();
    }
    if (unpacker.isFound) return FOUND;
    if (signal.aborted) return unavailable('aborted');
    const digest = unpacker.unscanned === 'limits' ? undefined : hash?.digest('hex');
    if (digest !== undefined && this.#hashes.has(digest)) return infected(`Hash.${digest.slice(0, 16)}`);
    return unpacker.unscanned === undefined ? CLEAN : unscanned(unpacker.unscanned);
  }
}
