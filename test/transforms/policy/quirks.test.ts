import { describe, expect, it } from 'vitest';
import { EICAR } from '../../support/eicar.ts';
import { draw, type Evasion } from '../../support/evasions.ts';
import { QUIRKS } from '../../support/quirks.ts';
import { isLetThrough, throughChain } from '../../support/scan-chain.ts';

const ALL = Object.entries(QUIRKS).flatMap(([layer, quirks]) =>
  Object.entries(quirks).map(([name, quirk]) => ({ layer, name: `${layer}: ${name}`, quirk })),
);

async function isHidden(quirk: Evasion, payload: Buffer, name: string): Promise<boolean> {
  const result = await throughChain(draw([quirk], payload, name));
  // A limit refuses a message, and that is a failure, too.
  if (result.verdict.kind === 'accept') expect(result.failures).toEqual([]);
  return isLetThrough(result);
}

describe('mail with a quirk', () => {
  it.each(ALL.filter(({ layer }) => layer !== 'name'))(
    'does not get EICAR past scan and strip: $name',
    async ({ quirk }) => {
      expect(await isHidden(quirk, EICAR, 'notes.dat')).toBe(false);
    },
  );

  it.each(ALL)('does not get a forbidden name past: $name', async ({ quirk }) => {
    expect(await isHidden(quirk, Buffer.from('harmless'), 'evil.exe')).toBe(false);
  });

  it('is held where its base64 turns odd only behind 32 KB', async () => {
    const text = Buffer.alloc(30_000, 'text ').toString('base64');
    const mail = (odd: string): string =>
      draw(
        [(d) => void (d.mangle = () => `${text.replace(/.{76}/g, '$&\r\n')}\r\n${odd}\r\n`)],
        EICAR,
        'a.dat',
      );
    const held = await throughChain(mail(`QUI=\r\n${text}`));
    expect(held.quarantine).toBe('ambiguous structure: base64-turns-odd');
    expect((await throughChain(mail('Kind regards, a list-of-people'))).quarantine).toBeUndefined();
  });
});
