/*
 * Two milters behind a real HAProxy, in front of it a real Postfix.
 *
 * | fault                                          | test                                                        |
 * | ---------------------------------------------- | ----------------------------------------------------------- |
 * | a milter is killed while the MTA waits for it  | 'loses nothing when a milter is killed, and a retry ...'    |
 * | SIGTERM with messages in flight                | 'lets messages in flight finish, and sends new ones to ...' |
 * | all milters are gone                           | 'is answered tempfail when no milter is there'              |
 * | health checks, connections without a byte      | 'is not told of health checks'                              |
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { BuiltSources } from '../support/daemon-process.ts';
import { freePort } from '../support/free-port.ts';
import { CHECK_INTERVAL, HAProxy, haproxyMissing } from '../support/haproxy.ts';
import { describeMta } from '../support/mta-bench.ts';
import { MESSAGE, Mta } from '../support/mta-instance.ts';
import type { Fate } from '../support/mta-instance.ts';
import { ServedProgram } from '../support/served-program.ts';
import { integrationRequired, temporaryDirectory } from '../support/shared-tools.ts';

/** Of this test alone: the port of a milter that was killed must not become somebody else's. */
const HOSTS = ['127.77.0.1', '127.77.0.2'];
/** Milliseconds. */
const PATIENCE = 30_000;

/**
 * Says when it is asked, and answers after so many milliseconds; never when there is a file `trap`, which it takes away.
 */
const transform = (milliseconds: number, trap: string): string => `
  import { rmSync } from 'node:fs';
  const isCaught = () => {
    try {
      rmSync(${JSON.stringify(trap)});
      return true;
    } catch {
      return false;
    }
  };
  export default {
    name: 'test',
    async onEnd(msg) {
      // The trap goes first: who says that it waits may be killed at once.
      const isStuck = isCaught();
      console.log('"waiting"');
      await new Promise((resolve) => isStuck || setTimeout(resolve, ${milliseconds}));
      msg.headers.add('X-Test', 'yes');
    },
  };`;

const EDITED = MESSAGE.toString().replace('\r\n\r\n', '\r\nX-Test: yes\r\n\r\n');

if (haproxyMissing !== undefined && integrationRequired) throw new Error(haproxyMissing);
const title = 'Postfix with two milters behind HAProxy';

describeMta('postfix', haproxyMissing === undefined ? title : `${title}: skipped, ${haproxyMissing}`, () => {
  const only = haproxyMissing === undefined ? it : it.skip;
  let built: BuiltSources;
  let places: { host: string; port: number }[];
  let proxy: HAProxy;
  let mta: Mta;
  let directory: { path: string; remove: () => Promise<void> };
  let programs: ServedProgram[] = [];

  const trap = (): string => join(directory.path, 'trap');

  async function start(milliseconds: number): Promise<void> {
    const files = {
      'millrace.toml': '[[transform]]\nuse = "./test.mjs"\n',
      'test.mjs': transform(milliseconds, trap()),
    };
    programs = await Promise.all(
      places.map(({ host, port }) => ServedProgram.start(built, files, `inet:${port}@${host}`)),
    );
    await proxy.seesAll();
  }

  /** How many messages have come to the end, at each program. */
  const reached = (): number[] => programs.map((program) => program.count('"waiting"'));

  /** Wait until so many messages have; the program with the most of them, and the other one. */
  async function busy(messages: number): Promise<[ServedProgram, ServedProgram]> {
    for (const until = Date.now() + PATIENCE; reached().reduce((one, other) => one + other) < messages;) {
      if (Date.now() > until) throw new Error(`not all messages reach a milter: ${await mta.log()}`);
      await sleep(20);
    }
    const [one, other] = programs;
    return reached()[0] >= reached()[1] ? [one, other] : [other, one];
  }

  const outcome = ({ code, copies }: Fate): [string, string[]] => [
    code,
    copies.map(({ bytes }) => bytes.toString()),
  ];

  beforeAll(async () => {
    if (haproxyMissing !== undefined) return;
    directory = await temporaryDirectory();
    built = await BuiltSources.build();
    places = await Promise.all(HOSTS.map(async (host) => ({ host, port: await freePort(host) })));
    proxy = await HAProxy.start(places.map(({ host, port }) => `${host}:${port}`));
    mta = await Mta.start('postfix', { proxied: { milter: proxy.address } });
  });
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.stop();
  });
  afterAll(async () => {
    await mta?.stop();
    await proxy?.stop();
    await built?.remove();
    await directory?.remove();
  });

  only('loses nothing when a milter is killed, and a retry goes to the other one', async () => {
    await start(0);
    await writeFile(trap(), '');
    const sending = mta.send('proxied');
    const [stuck] = await busy(1);
    stuck.child.kill('SIGKILL');
    expect(await sending).toMatchObject({ code: expect.stringMatching(/^4/), copies: [], isHeld: false });
    // At once: no check need have found the killed one gone.
    for (const fate of [await mta.send('proxied'), await mta.send('proxied')]) {
      expect(outcome(fate)).toEqual(['250', [EDITED]]);
    }
  });

  only('lets messages in flight finish, and sends new ones to the other milter', async () => {
    await start(1500);
    const inFlight = Array.from({ length: 4 }, () => mta.send('proxied'));
    const [leaving, other] = await busy(inFlight.length);
    leaving.child.kill('SIGTERM');
    await leaving.says('"stopping"');
    const later = Array.from({ length: 4 }, () => mta.send('proxied'));
    for (const fate of await Promise.all([...inFlight, ...later])) {
      expect(outcome(fate)).toEqual(['250', [EDITED]]);
    }
    expect((await leaving.end).status).toBe(0);
    expect(other.count('"waiting"')).toBeGreaterThanOrEqual(later.length);
  });

  only('is answered tempfail when no milter is there', async () => {
    expect(await mta.send('proxied')).toMatchObject({ code: expect.stringMatching(/^4/), copies: [] });
  });

  only('is not told of health checks', async () => {
    await start(0);
    await sleep(10 * CHECK_INTERVAL);
    for (const program of programs) {
      program.child.kill('SIGTERM');
      const { stdout } = await program.end;
      expect(stdout.split('\n').filter((line) => /"connection /.test(line))).toEqual([]);
    }
  });
});
