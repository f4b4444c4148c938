import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Clamd, clamdMissing } from '../support/clamd.ts';
import { BuiltSources } from '../support/daemon-process.ts';
import { EICAR } from '../support/eicar.ts';
import { describeMta } from '../support/mta-bench.ts';
import { lines, Mta } from '../support/mta-instance.ts';
import type { Fate } from '../support/mta-instance.ts';
import { ServedProgram } from '../support/served-program.ts';
import { integrationRequired } from '../support/shared-tools.ts';

if (clamdMissing !== undefined && integrationRequired) throw new Error(clamdMissing);

const mail = (attached: Buffer): Buffer =>
  lines(
    'From: Anna <anna@example.org>',
    'To: Otto <otto@example.com>',
    'Subject: an attachment',
    'Message-ID: <1@example.org>',
    'Date: Thu, 1 Jan 2026 00:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'See the attachment.',
    '--b',
    'Content-Type: application/octet-stream; name="a.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    ...(attached.toString('base64').match(/.{1,76}/g) ?? []),
    '--b--',
  );
const CLEAN = mail(Buffer.alloc(1_000_000, 'nothing bad '));
const INFECTED = mail(EICAR);
/** The rest, with the test string, comes when the first chunk has been taken. */
const INFECTED_AT_THE_END = mail(Buffer.concat([Buffer.alloc(1_000_000, 'nothing bad '), EICAR]));

/**
 * Says when a part has begun, which clamd is being sent meanwhile, and then holds the message for some time: so long is
 * clamd in the middle of it.
 */
const HOLD = `export default {
  name: 'hold',
  onPart: async (part) => {
    if (part.name === undefined && part.filename === undefined) return;
    console.log('"holding"');
    await new Promise((resolve) => setTimeout(resolve, 1000));
  },
};`;

const configuration = (address: string, onUnavailable: string): string => `
[[transform]]
use = "virus-scan"
engine = "clamd"
address = "${address}"
on-unavailable = "${onUnavailable}"

[[transform]]
use = "./hold.mjs"
`;

describe.skipIf(clamdMissing !== undefined)(
  clamdMissing === undefined ? 'clamd' : `clamd: skipped, ${clamdMissing}`,
  () => {
    describeMta('postfix', 'behind millrace serve behind Postfix', () => {
      let built: BuiltSources;
      let clamd: Clamd;
      let mta: Mta;
      const programs: Record<string, ServedProgram> = {};

      beforeAll(async () => {
        [built, clamd] = await Promise.all([BuiltSources.build(), Clamd.start()]);
        for (const onUnavailable of ['tempfail', 'accept']) {
          programs[onUnavailable] = await ServedProgram.start(built, {
            'millrace.toml': configuration(clamd.address, onUnavailable),
            'hold.mjs': HOLD,
          });
        }
        mta = await Mta.start('postfix', {
          tempfail: { milter: programs['tempfail'].address },
          accept: { milter: programs['accept'].address },
        });
      });
      afterEach(async () => {
        await clamd.kill();
        await clamd.run();
      });
      afterAll(async () => {
        await mta?.stop();
        for (const program of Object.values(programs)) await program.stop();
        await clamd?.stop();
        await built?.remove();
      });

      const send = (listener: string, bytes: Buffer): Promise<Fate> => mta.send(listener, { bytes });
      const NOT_NOW = { code: expect.stringMatching(/^4/), copies: [], isHeld: false };

      it.each(['tempfail', 'accept'])('clean mail is delivered as it is (%s)', async (listener) => {
        const { code, copies } = await send(listener, CLEAN);
        expect([code, copies.map(({ bytes }) => bytes.equals(CLEAN))]).toEqual(['250', [true]]);
      });

      it.each(['tempfail', 'accept'])(
        'the EICAR test file in an attachment is refused (%s)',
        async (listener) => {
          const { code, text, copies, isHeld } = await send(listener, INFECTED);
          expect([code, copies, isHeld]).toEqual(['550', [], false]);
          expect(text).toContain('5.7.1');
        },
      );

      it.each(['SIGTERM', 'SIGKILL'] as const)(
        'clamd that gets %s in the middle costs a tempfail',
        async (signal) => {
          const held = programs['tempfail'].count('"holding"');
          const sending = send('tempfail', INFECTED_AT_THE_END);
          await programs['tempfail'].says('"holding"', held + 1);
          await clamd.kill(signal);
          expect(await sending).toMatchObject(NOT_NOW);
          await clamd.run();
          expect(await send('tempfail', INFECTED_AT_THE_END)).toMatchObject({ code: '550' });
          expect((await send('tempfail', CLEAN)).copies).toHaveLength(1);
        },
      );

      it('clamd that is down costs a tempfail', async () => {
        await clamd.kill('SIGTERM');
        expect(await send('tempfail', CLEAN)).toMatchObject(NOT_NOW);
        expect(await send('tempfail', INFECTED)).toMatchObject(NOT_NOW);
      });

      it('clamd that is down or killed costs nothing where the administrator wants it so', async () => {
        const held = programs['accept'].count('"holding"');
        const sending = send('accept', CLEAN);
        await programs['accept'].says('"holding"', held + 1);
        await clamd.kill('SIGKILL');
        for (const { code, copies } of [await sending, await send('accept', CLEAN)]) {
          expect([code, copies.map(({ bytes }) => bytes.equals(CLEAN))]).toEqual(['250', [true]]);
        }
      });
    });
  },
);
