import { afterAll, beforeAll, expect, it } from 'vitest';
import { CURED } from '../../src/transforms/canonicalize/cures.ts';
import { canonicalize, STRUCTURE_SPLITTING } from '../../src/transforms/index.ts';
import { splitMessage } from '../support/corpus.ts';
import { draw, type Evasion, EVASIONS } from '../support/evasions.ts';
import { BOTH_MTAS, describeMta, MtaBench, type MtaVariant } from '../support/mta-bench.ts';
import { lines } from '../support/mta-instance.ts';
import { scan } from '../support/scan.ts';
import { ODD_PARTS } from '../support/odd-parts.ts';

/** What an MTA would put in otherwise. */
const COMPLETE = ['Message-ID: <1@example.org>', 'Date: Thu, 1 Jan 2026 00:00:00 +0000'];

/** Fields twice, in two forms, at both ends of the header; a part that only some readers find. */
const HOSTILE = lines(
  'Content-Type: multipart/mixed; boundary=one; boundary=two',
  'From: a@example.org',
  'Content-Transfer-Encoding: 7bit',
  'To: b@example.net',
  ...COMPLETE,
  'Content-Description: Gr\xc3\xbc\xc3\x9fe',
  'MIME-Version: 1.0',
  'Subject: hello',
  'content-type: text/html',
  'Content-Transfer-Encoding: 8bit',
  '',
  'preamble',
  '--one',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Gr\xc3\xbc\xc3\x9fe',
  '.',
  ...ODD_PARTS,
);

const CANONICAL = [
  'Content-Type: multipart/mixed;',
  ' boundary="B"',
  'From: a@example.org',
  'To: b@example.net',
  ...COMPLETE,
  'Content-Description: =?utf-8?B?R3LDvMOfZQ==?=',
  'MIME-Version: 1.0',
  'Subject: hello',
  '',
  '--B',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=C3=BC=C3=9Fe',
  '.',
  '--B',
  'Content-Type: application/octet-stream; name=b.bin',
  'Content-Disposition: attachment; filename=b.bin',
  'Content-Transfer-Encoding: base64',
  '',
  'AAEC',
  '--B--',
  '',
].join('\r\n');

const CONSTRUCTS = Object.entries(EVASIONS).flatMap(([layer, evasions]) =>
  Object.entries<Evasion>(evasions).map(([name, evasion]) => [`${layer}: ${name}`, evasion] as const),
);

const LONE = /\r(?!\n)|(?<!\r)\n/;
/** One of so many is tried with each filter: the others are with the messages of the property test. */
const SAMPLE = 3;
/** Messages that are under way at once. */
const AT_ONCE = 3;

let bench: MtaBench;
beforeAll(async () => {
  bench = await MtaBench.start(BOTH_MTAS, {
    default: { transforms: [canonicalize()] },
    everything: { transforms: [canonicalize({ codes: [...CURED] })] },
  });
});
afterAll(() => bench?.stop());

for (const variant of BOTH_MTAS) describeMta(variant.kind, variant.name, () => tests(variant));

function codesOf(message: Buffer): string[] {
  const { header, body } = splitMessage(message);
  return scan(header, [Buffer.from(body)]).ambiguities.map((found) => found.split(' ')[1]);
}

function tests(variant: MtaVariant): void {
  /** The message as it is delivered; undefined where it is held. */
  async function delivered(filter: string, bytes: Buffer): Promise<Buffer | undefined> {
    const { code, text, copies, isHeld } = await bench.send(variant, filter, {
      bytes,
      parameters: ' BODY=8BITMIME',
    });
    expect({ code, text }).toEqual({ code: '250', text });
    expect(copies).toHaveLength(isHeld ? 0 : 1);
    return copies[0]?.bytes;
  }

  it('delivers an ambiguous message as it is written anew, and that one as it is', async () => {
    const once = (await delivered('default', HOSTILE))!;
    expect(once.toString('latin1').replace(/[0-9a-f]{16}=_[0-9a-f]{16}/g, 'B')).toBe(CANONICAL);
    expect((await delivered('default', once))!.toString('latin1')).toBe(once.toString('latin1'));
  });

  it.each([
    ['default', STRUCTURE_SPLITTING, 0],
    ['everything', CURED, 1],
  ] as const)(
    'delivers with one reading, or holds, what readers are known to differ about: %s',
    async (filter, codes, first) => {
      const wrong: string[] = [];
      let held = 0;
      const constructs = CONSTRUCTS.filter((_, index) => index % SAMPLE === first);
      async function play([name, evasion]: (typeof CONSTRUCTS)[number]): Promise<void> {
        const drawn = draw([evasion], Buffer.from('MZ content'), 'a.exe');
        const eml = Buffer.from(drawn.replace('To: ', `${COMPLETE.join('\r\n')}\r\nTo: `), 'latin1');
        // QUIRK(sendmail): version 8.17 answers 421 to such a message.
        if (variant.kind === 'sendmail' && LONE.test(eml.toString('latin1'))) return;
        const once = await delivered(filter, eml);
        if (once === undefined) return void held++;
        const left = codesOf(once).filter((code) => codes.has(code as never));
        if (left.length > 0) wrong.push(`${name} still has ${left.join(', ')}`);
        const twice = await delivered(filter, once);
        if (twice?.equals(once) !== true) wrong.push(`${name} is changed again`);
      }
      for (let i = 0; i < constructs.length; i += AT_ONCE)
        await Promise.all(constructs.slice(i, i + AT_ONCE).map(play));
      expect(wrong).toEqual([]);
      expect(held).toBeLessThan(constructs.length / 3);
    },
    300_000,
  );
}
