import { fileURLToPath } from 'node:url';
import { Clamd, clamdMissing } from '../../test/support/clamd.ts';
import { startProgram, stopProgram } from './process.ts';

/** A virus scanner for the bench. */
export interface RunningScanner {
  /** As in the configuration. */
  readonly address: string;
  stop(): Promise<void>;
}

const STUB = fileURLToPath(new URL('./clamd-stub.js', import.meta.url));

/** A process that speaks clamd's protocol, reads everything and finds nothing. */
export async function startStub(directory: string): Promise<RunningScanner> {
  const stub = await startProgram(
    { name: 'clamd-stub', command: [process.execPath, STUB] },
    'unix',
    directory,
  );
  return { address: stub.milterAddress, stop: () => stopProgram(stub) };
}

/** A real clamd with two signatures of its own, so that it costs what clamd itself costs; or why there is none. */
export async function startClamd(): Promise<RunningScanner | { readonly reason: string }> {
  if (clamdMissing !== undefined) return { reason: clamdMissing };
  const clamd = await Clamd.start({
    StreamMaxLength: '2000M',
    MaxFileSize: '2000M',
    MaxScanSize: '2000M',
    MaxThreads: '16',
  });
  return { address: clamd.address, stop: () => clamd.stop() };
}
