import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, '../fixtures/tls');

/** The path of a file in test/fixtures/tls. */
export function tlsFile(name: string): string {
  return join(DIRECTORY, name);
}

/** What a TLS client needs that trusts the test server; with `name`, also its own certificate. */
export function tlsClient(name?: 'client' | 'stranger'): { ca: Buffer; cert?: Buffer; key?: Buffer } {
  const ca = readFileSync(tlsFile('ca.pem'));
  if (name === undefined) return { ca };
  return { ca, cert: readFileSync(tlsFile(`${name}.pem`)), key: readFileSync(tlsFile(`${name}.key`)) };
}
