import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OFFER } from '../../src/protocol/client.ts';
import { PROTOCOL } from '../../src/protocol/codes.ts';
import { parseAddress } from '../../src/server/listen-address.ts';
import { BuiltSources } from '../support/daemon-process.ts';
import { deep } from '../support/deep.ts';
import { HOSTILE_MAIL, WORST_MAIL } from '../support/hostile-mail.ts';
import { sendOnce } from '../support/send-once.ts';
import { type Effort, WatchedServer } from '../support/watched-server.ts';

/** An MTA that sends large header fields whole. */
const LARGE = { ...DEFAULT_OFFER, protocol: DEFAULT_OFFER.protocol | PROTOCOL.MDS_1M };
/** Most CPU time, in milliseconds, that one turn of the event loop may take. */
const TURN = 50;
/** Whatever a machine is busy with, one of so many attempts shows what a message costs. */
const ATTEMPTS = 12;

const CHAINS = {
  'the shipped chain': `[
    virusScan({ engine: 'builtin' }),
    stripAttachments({ extensions: ['exe', 'js', 'iso'], types: ['application/x-msdownload'] }),
    footer({ text: '-- \\nSent via example.org', html: '<hr>Sent via example.org' }),
  ]`,
  ...(deep && {
    'a footer behind a barrier': `[
      virusScan({ engine: 'builtin', onInfected: 'strip' }),
      footer({ text: '-- \\nSent via example.org', html: '<hr>Sent via example.org', when: { verdict: 'clean' } }),
    ]`,
  }),
  'mailsplit streams': `[
    mailsplitTransform({
      name: 'rewrites',
      create: () => {
        const rewriter = new Rewriter((node) => node.contentType === 'text/html');
        rewriter.on('node', ({ decoder, encoder }) => decoder.pipe(encoder));
        return rewriter;
      },
    }),
  ]`,
};

/** Beyond a limit of the message's header, which is tempfailed unless the administrator says otherwise. */
const LIMITED = [
  'a folded header of 1 MB',
  '10,000 header fields',
  '200 KB of comments at a transfer encoding',
  '0.8 MB of parameters',
];
/** Bytes of MIME fields in one header that mailsplit is given to read; more is a limit, too. */
const MAILSPLIT_BYTES = 16 * 1024;

describe.each(Object.entries(CHAINS))('hostile mail through %s', (chain, transforms) => {
  let built: BuiltSources;
  let server: WatchedServer;

  beforeAll(async () => {
    built = await BuiltSources.build();
    server = await WatchedServer.start(built, transforms);
    await sendOnce(parseAddress(server.address));
  });

  afterAll(async () => {
    await server?.stop();
    await built?.remove();
  });

  /** What it costs, and how it is answered. */
  async function send(mail: string): Promise<Effort & { answer: string }> {
    let answer = '';
    const effort = await server.watch(async () => {
      answer = (await sendOnce(parseAddress(server.address), { offer: LARGE }, Buffer.from(mail, 'latin1')))
        .verdict;
    });
    return { ...effort, answer };
  }

  it.each(deep ? Object.keys(HOSTILE_MAIL) : WORST_MAIL)('%s', { timeout: 300_000 }, async (name) => {
    const mail = HOSTILE_MAIL[name];
    let [turn, whole, half] = [Infinity, Infinity, Infinity];
    const isGood = (): boolean => turn < TURN && whole < 3 * half + 15;
    for (let attempt = 0; attempt < ATTEMPTS && !isGood(); attempt++) {
      const full = await send(mail(1));
      expect(full.answer).toBe(isLimited(chain, name, mail(1)) ? 'tempfail' : 'accept');
      turn = Math.min(turn, full.turn);
      whole = Math.min(whole, full.cpu);
      half = Math.min(half, (await send(mail(0.5))).cpu);
      if (deep) {
        const figures = [full.turn, full.delay, full.cpu, half].map((figure) => figure.toFixed());
        console.log(`${name}: longest turn %s ms, delay %s ms, %s ms in all, half of it %s ms`, ...figures);
      }
    }
    expect(turn).toBeLessThan(TURN);
    expect(whole).toBeLessThan(3 * half + 15);
  });
});

function isLimited(chain: string, name: string, mail: string): boolean {
  if (LIMITED.includes(name)) return true;
  return (
    chain === 'mailsplit streams' &&
    mail.split('\r\n\r\n').some((block) => mimeBytes(block) > MAILSPLIT_BYTES)
  );
}

function mimeBytes(header: string): number {
  const fields = header.match(/^content-[^\r\n]*(?:\r\n[ \t][^\r\n]*)*/gim) ?? [];
  return fields.reduce((sum, field) => sum + field.length, 0);
}
