import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LoadGenerator, LoadReport } from './job.ts';

const PROGRAM = fileURLToPath(new URL('./generate.js', import.meta.url));

/** The load generator of this directory, as a process of its own. */
export const OWN_GENERATOR: LoadGenerator = {
  title: 'own (Node, commands encoded beforehand)',
  async run(job) {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, JSON.stringify(job)], {
      maxBuffer: 1 << 20,
    });
    return JSON.parse(stdout) as LoadReport;
  },
};
