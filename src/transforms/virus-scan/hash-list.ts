import { readFileSync } from 'node:fs';
import { wrongOption } from '../policy/options.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Read a list of SHA-256 hashes in hexadecimal: given as a list, or as the path of a file with one hash a line. Behind
 * a hash a line may have a name, as sha256sum(1) writes it; empty lines and lines that begin with `#` do not count.
 * @throws MillraceError `MILLRACE_DEFINITION` naming the entry or the line.
 */
export function readHashes(transform: string, hashes: readonly string[] | string): ReadonlySet<string> {
  if (typeof hashes !== 'string') {
    if (!Array.isArray(hashes)) throw wrongOption(transform, 'hashes must be a list or the path of a file');
    return new Set(hashes.map((entry, index) => checkHash(transform, String(entry), `hashes[${index}]`)));
  }
  const found = new Set<string>();
  readLines(transform, hashes).forEach((line, index) => {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) return;
    found.add(checkHash(transform, entry.split(/\s/, 1)[0], `${hashes}:${index + 1}`));
  });
  return found;
}

function readLines(transform: string, path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'error';
    throw wrongOption(transform, `hashes: cannot read ${path} (${why})`);
  }
}

function checkHash(transform: string, text: string, where: string): string {
  const hash = text.toLowerCase();
  if (SHA256.test(hash)) return hash;
  throw wrongOption(transform, `${where} is no SHA-256 hash (64 hexadecimal digits)`);
}
