import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltSources } from '../support/daemon-process.ts';
import { Milterload, milterloadMissing } from '../support/milterload.ts';
import { ServedProgram } from '../support/served-program.ts';
import { integrationRequired } from '../support/shared-tools.ts';

if (milterloadMissing !== undefined && integrationRequired) throw new Error(milterloadMissing);
const suite = milterloadMissing === undefined ? 'memory' : `memory: skipped, ${milterloadMissing}`;

/** Most that a process with a footer may ever have resident, in MiB. */
const BOUND = 128;
/** Readers get copies of what they read, which are collected only now and then. */
const BOUND_WITH_READERS = 160;

const FOOTER =
  '[[transform]]\nuse = "footer"\ntext = "-- \\nSent via example.org"\nhtml = "<hr>Sent via example.org"\n';
const SCAN_AND_STRIP =
  '[[transform]]\nuse = "virus-scan"\nengine = "builtin"\n[[transform]]\nuse = "strip-attachments"\nextensions = ["exe"]\n';

/** Peak of a process's resident memory, in MiB. */
function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

describe.skipIf(milterloadMissing !== undefined)(suite, () => {
  let load: Milterload;
  let built: BuiltSources;

  beforeAll(async () => {
    [load, built] = await Promise.all([Milterload.compile(), BuiltSources.build()]);
  });

  afterAll(async () => {
    await Promise.all([load?.remove(), built?.remove()]);
  });

  const hold = ['-n', '16', '-c', '16', '--hold-eom'];
  it.each<[what: string, bound: number, pipeline: string, options: string[]]>([
    ['one text of 1 GiB', BOUND, FOOTER, ['--synth', 'text:1g']],
    ['one attachment of 1 GiB', BOUND, FOOTER, ['--synth', 'mixed:1g']],
    [
      '16 texts of 50 MB, all of them in before the first ends',
      BOUND,
      FOOTER,
      [...hold, '--synth', 'text:50m'],
    ],
    [
      '16 attachments of 50 MB, all of them in before the first ends',
      BOUND,
      FOOTER,
      [...hold, '--synth', 'mixed:50m'],
    ],
    [
      'the same, scanned and stripped first',
      BOUND_WITH_READERS,
      SCAN_AND_STRIP + FOOTER,
      [...hold, '--synth', 'mixed:50m'],
    ],
  ])(
    '%s with a footer: below %i MiB resident',
    { timeout: 240_000 },
    async (_what, bound, pipeline, options) => {
      const program = await ServedProgram.start(built, { 'millrace.toml': pipeline });
      try {
        const address = /inet:(\d+)@(.*)/.exec(program.address)!;
        const report = await load.run(`${address[2]}:${address[1]}`, '--require-replbody', ...options);
        expect(report.errors).toBe(0);
        expect(report.body_replaced).toBeGreaterThan(report.body_in);
        expect(peakOf(program.child.pid!)).toBeLessThan(bound);
      } finally {
        await program.stop();
      }
    },
  );
});
