import { join } from 'node:path';
import type { LoadMessage } from '../load/job.ts';

/** A message of the bench: what load generators send, and how large it is. */
export interface BenchMessage {
  readonly title: string;
  /** Bytes of the body, about. */
  readonly bytes: number;
  in(directory: string): LoadMessage;
}

const KB = 1024;
const MB = 1024 * KB;

const mixed = (title: string, bytes: number): BenchMessage => ({
  title: `${title}, a text and an attachment in base64`,
  bytes,
  in: () => ({ kind: 'mixed', bytes }),
});

/** The messages by their names. Both files are written by `writeMessages`. */
export const MESSAGES = {
  '2k': {
    title: '2 KB of plain text',
    bytes: 2 * KB,
    in: (directory) => ({ path: join(directory, 'text-2k.eml') }),
  },
  '30k': {
    title: '30 KB, a text and HTML in quoted-printable',
    bytes: 30 * KB,
    in: (directory) => ({ path: join(directory, 'alternative-30k.eml') }),
  },
  '1m': mixed('1 MiB', MB),
  '10m': mixed('10 MiB', 10 * MB),
  '50m': mixed('50 MiB', 50 * MB),
  '200m': mixed('200 MiB', 200 * MB),
  '1g': mixed('1 GiB', 1024 * MB),
} as const satisfies Record<string, BenchMessage>;

/** The name of a message. */
export type MessageName = keyof typeof MESSAGES;
