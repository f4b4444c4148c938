/*
 * Processes that end while a real Postfix waits for them: nothing is lost, nothing is delivered twice.
 *
 * | fault                                                 | test                                                      |
 * | ----------------------------------------------------- | --------------------------------------------------------- |
 * | the filter is killed while the MTA waits              | 'is killed in ... loses nothing, and a retry ...'         |
 * | the same with milter_default_action = accept          | 'is killed in ... costs only its own edits ...'           |
 * | SIGTERM with messages in flight                       | 'gets SIGTERM lets messages in flight finish, ...'        |
 * | SIGTERM with a message that never ends                | 'gets SIGTERM does not wait longer than its grace period' |
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { BuiltSources } from '../support/daemon-process.ts';
import { freePort } from '../support/free-port.ts';
import { describeMta } from '../support/mta-bench.ts';
import { MESSAGE, Mta } from '../support/mta-instance.ts';
import type { MtaListener } from '../support/mta-instance.ts';
import { ServedProgram } from '../support/served-program.ts';

const configuration = (grace: string): string => `
deadlines = { grace = "${grace}" }
[[transform]]
use = "./test.mjs"
`;

/** A transform that says when it is asked, and answers after so many milliseconds. */
const transform = (hook: string, milliseconds: number): string => `
  const wait = () => {
    console.log('"waiting"');
    return new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
  };
  export default {
    name: 'test',
    ${hook === 'onEnd' ? '' : `${hook}: wait,`}
    async onEnd(msg) {
      ${hook === 'onEnd' ? 'await wait();' : ''}
      msg.headers.add('X-Test', 'yes');
    },
  };`;

const EDITED = MESSAGE.toString().replace('\r\n\r\n', '\r\nX-Test: yes\r\n\r\n');
const FOR_EVER = 1e9;
/** Of this test alone: the port of a program that was killed must not become somebody else's. */
const HOST = '127.77.0.3';
const HOOKS = ['onConnect', 'onMail', 'onRcpt', 'onData', 'onEnvelope', 'onPart', 'onEnd'];

describeMta('postfix', 'Postfix with a filter process that', () => {
  let built: BuiltSources;
  let mta: Mta;
  let listen: string;
  const programs: ServedProgram[] = [];

  async function start(hook: string, milliseconds: number, grace = '30s'): Promise<ServedProgram> {
    const files = { 'millrace.toml': configuration(grace), 'test.mjs': transform(hook, milliseconds) };
    const program = await ServedProgram.start(built, files, listen);
    programs.push(program);
    return program;
  }

  beforeAll(async () => {
    built = await BuiltSources.build();
    listen = `inet:${await freePort(HOST)}@${HOST}`;
    const listeners: Record<string, MtaListener> = {
      tempfail: { milter: listen },
      accept: { milter: listen, onFailure: 'accept' },
    };
    mta = await Mta.start('postfix', listeners);
  });
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.stop();
  });
  afterAll(async () => {
    await mta?.stop();
    await built?.remove();
  });

  it.each(HOOKS)('is killed in %s loses nothing, and a retry is delivered once', async (hook) => {
    const stuck = await start(hook, FOR_EVER);
    const first = mta.send('tempfail');
    await stuck.says('"waiting"');
    await stuck.stop('SIGKILL');
    expect(await first).toMatchObject({ code: expect.stringMatching(/^4/), copies: [], isHeld: false });
    await start(hook, 0);
    const { code, copies } = await mta.send('tempfail');
    expect([code, copies.map(({ bytes }) => bytes.toString())]).toEqual(['250', [EDITED]]);
  });

  it.each(HOOKS)('is killed in %s costs only its own edits where the MTA accepts', async (hook) => {
    const stuck = await start(hook, FOR_EVER);
    const sending = mta.send('accept');
    await stuck.says('"waiting"');
    await stuck.stop('SIGKILL');
    const { code, copies } = await sending;
    expect([code, copies.map(({ bytes }) => bytes.equals(MESSAGE))]).toEqual(['250', [true]]);
    expect(await mta.corrupt()).toEqual([]);
  });

  it('gets SIGTERM lets messages in flight finish, and takes no new one', async () => {
    const program = await start('onEnd', 1500);
    const sending = Array.from({ length: 5 }, () => mta.send('tempfail'));
    await program.says('"waiting"', sending.length);
    program.child.kill('SIGTERM');
    await program.says('"stopping"');
    expect(await mta.send('tempfail')).toMatchObject({ code: expect.stringMatching(/^4/), copies: [] });
    for (const { code, copies } of await Promise.all(sending)) {
      expect([code, copies.map(({ bytes }) => bytes.toString())]).toEqual(['250', [EDITED]]);
    }
    expect((await program.end).status).toBe(0);
  });

  it('gets SIGTERM does not wait longer than its grace period', async () => {
    const program = await start('onEnd', FOR_EVER, '1s');
    const sending = mta.send('accept');
    await program.says('"waiting"');
    program.child.kill('SIGTERM');
    expect((await program.end).status).toBe(0);
    // Said by the filter: with milter_default_action = accept a mere close would have let the message pass.
    expect(await sending).toMatchObject({ code: '451', copies: [], isHeld: false });
  });
});
