import { defineFilter } from '../../src/core/index.ts';
import { runFilter, type RunFilterResult } from '../../src/testing/run-filter.ts';
import { stripAttachments } from '../../src/transforms/strip-attachments/strip-attachments.ts';
import { virusScan } from '../../src/transforms/virus-scan/virus-scan.ts';

/** Scan and strip as they are shipped: default policies, and a list of file names as an administrator has one. */
const CHAIN = defineFilter([
  virusScan(),
  stripAttachments({
    extensions: [
      'exe',
      'com',
      'scr',
      'pif',
      'bat',
      'cmd',
      'js',
      'jse',
      'vbs',
      'hta',
      'lnk',
      'iso',
      'msi',
      'jar',
    ],
  }),
]);

/** Play a message, given as text of one byte a character or as bytes, through the chain. */
export function throughChain(eml: string | Buffer): Promise<RunFilterResult> {
  return runFilter(CHAIN, { eml: typeof eml === 'string' ? Buffer.from(eml, 'latin1') : eml });
}

/** Whether a message goes neither on as it is nor without something that was taken out. */
export function isHeld(result: RunFilterResult): boolean {
  return result.verdict.kind !== 'accept' || result.quarantine !== undefined;
}

/** Whether a message went through as if nothing were in it. */
export function isLetThrough(result: RunFilterResult): boolean {
  return !isHeld(result) && !result.bodyChanged;
}
