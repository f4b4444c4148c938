import { CLEAN, infected, type ScanResult, unavailable, unscanned } from './scanner.ts';

/**
 * What clamd's answer to INSTREAM means (clamd(8), and clamd's source for the texts). Only the exact line `stream: OK`
 * is clean. The names below are alerts that clamd gives for what it has not looked into (`AlertExceedsMax`,
 * `AlertEncrypted` in clamd.conf(5)); everything that is neither is an outage.
 */
export function parseClamdReply(line: string): ScanResult {
  if (line === 'stream: OK') return CLEAN;
  if (line.startsWith('stream: ') && line.endsWith(' FOUND')) {
    const name = line.slice('stream: '.length, -' FOUND'.length);
    if (name.startsWith('Heuristics.Limits.Exceeded')) return unscanned('limits');
    if (name.startsWith('Heuristics.Encrypted')) return unscanned('encrypted');
    return infected(name);
  }
  if (line === 'INSTREAM size limit exceeded. ERROR') return unscanned('too-large');
  return unavailable(
    line.endsWith('ERROR') ? 'the scanner reports an error' : 'the answer is not understood',
  );
}
