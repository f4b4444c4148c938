import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/daemon/config/default-config.ts';
import { ensureBuilt, finished, startProgram } from '../support/built-program.ts';
import { hasProgram, integrationRequired, sharedTool, temporaryDirectory } from '../support/shared-tools.ts';

const tool = sharedTool('harness/milter_badinput.py');
const missing =
  tool === undefined
    ? 'milter_badinput.py is not beside the repository'
    : hasProgram('python3')
      ? undefined
      : 'there is no python3 (Debian: apt-get install python3)';
if (missing !== undefined && integrationRequired) throw new Error(missing);
const suite = missing === undefined ? 'bad input' : `bad input: skipped, ${missing}`;

/** Short, so that silent connections need not be waited for long. Seconds. */
const IDLE = 4;

describe.skipIf(missing !== undefined)(suite, () => {
  it(
    'of every kind leaves a real `millrace serve` alive, small and without a lost descriptor',
    { timeout: 300_000 },
    async () => {
      await ensureBuilt();
      const directory = await temporaryDirectory();
      const deadlines = `deadlines = { idle = "${IDLE}s", handshake = "${IDLE}s" }`;
      const config = DEFAULT_CONFIG.replace(/^listen = .*$/m, `listen = ["inet:0@127.0.0.1"]\n${deadlines}`);
      expect(config).toContain(deadlines);
      writeFileSync(join(directory.path, 'c.toml'), config);
      const milter = startProgram(directory.path, 'serve', '-c', 'c.toml');
      try {
        const grave: string[] = [];
        let port: string | undefined;
        const lines = createInterface({ input: milter.stdout! });
        lines.on('line', (line) => {
          // A mutated offer may be one that lacks what the filter needs: that is for the administrator.
          if (/"level":"error"|connection closed/.test(line) && !line.includes('does not offer'))
            grave.push(line);
          port ??= /"listener":"inet:(\d+)@/.exec(line)?.[1];
        });
        await expect.poll(() => port, { timeout: 30_000 }).toBeDefined();
        const options = ['--milter', `inet:127.0.0.1:${port}`, '--pid', String(milter.pid)];
        const run = spawn(
          'python3',
          [tool!, ...options, '--idle', String(IDLE), '--random', '10000', '--seed', '20261104'],
          {
            cwd: dirname(tool!),
            stdio: ['ignore', 'pipe', 'pipe'],
            env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
          },
        );
        const { status, stdout, stderr } = await finished(run);
        const results = stdout.split('\n').filter((line) => /^(?:PASS|FAIL)/.test(line));
        expect(results.filter((line) => !line.startsWith('PASS'))).toEqual([]);
        expect(results.length).toBeGreaterThan(60);
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        const [start, worst] = /RSS MiB: start (\d+), worst seen (\d+)/.exec(stdout)!.slice(1).map(Number);
        expect(worst).toBeLessThan(start + 100);
        // Garbage is no more than a debug line.
        expect(grave).toEqual([]);
        milter.kill('SIGTERM');
        const [code] = (await once(milter, 'exit')) as [number | null];
        expect(code).toBe(0);
      } finally {
        milter.kill('SIGKILL');
        await directory.remove();
      }
    },
  );
});
