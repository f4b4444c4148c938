import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Joiner, Rewriter, Splitter } from 'mailsplit';
import type { MimeNode } from 'mailsplit';
import PostalMime from 'postal-mime';
import { defineFilter, HeaderList, SpoolStore } from '../../src/core/index.ts';
import type { Filter } from '../../src/core/index.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { createRootPart, Scanner, Serializer } from '../../src/core/mime/index.ts';
import { footer, stripAttachments, virusScan } from '../../src/transforms/index.ts';
import { ALTERNATIVE, withAttachment } from '../load/messages.ts';
import { inChunks, pump, randomBytes } from './streams.ts';
import type { MicroSpec, Subject } from './subject.ts';

const MIB = 1024 * 1024;
const attached = Buffer.from(withAttachment(randomBytes(720 * 1024)), 'latin1');
const alternative = Buffer.from(ALTERNATIVE, 'latin1');

/** Splitting a message into parts and putting it together again, unchanged. */
function scanner(name: string, what: string, message: Buffer): MicroSpec {
  return {
    name,
    title: `MIME scanner, ${what}`,
    sizes: `${message.length} bytes in pieces of 64 KiB, split and put together unchanged (postal-mime: parsed); an event is a message`,
    bytes: message.length,
    events: 1,
    subjects: ['millrace', 'mailsplit', 'postal-mime'],
    create(subject): Subject {
      const chunks = inChunks(message);
      if (subject === 'mailsplit')
        return {
          name: subject,
          title: 'mailsplit Splitter and Joiner',
          async run() {
            const [splitter, joiner] = [new Splitter(), new Joiner()];
            splitter.pipe(joiner);
            await pump(splitter, joiner, chunks);
          },
        };
      if (subject === 'postal-mime')
        return {
          name: subject,
          title: 'postal-mime, the whole message in memory and decoded',
          async run() {
            const mail = await PostalMime.parse(message);
            if (mail.subject === undefined) throw new Error('no subject');
          },
        };
      const end = message.indexOf('\r\n\r\n') + 4;
      const body = inChunks(message.subarray(end));
      return {
        name: subject,
        title: 'Millrace Scanner and Serializer',
        run() {
          let bytes = 0;
          const serializer = new Serializer({
            write: (slice) => void (bytes += slice.length),
            pending: () => undefined,
          });
          const root = createRootPart(HeaderList.parse(message.subarray(0, end - 2)));
          const scan = new Scanner(root, serializer, DEFAULT_LIMITS);
          for (const chunk of body) scan.write(chunk);
          scan.end();
          if (bytes !== message.length - end) throw new Error(`${bytes} bytes came out`);
        },
      };
    },
  };
}

/** Writing a body into a spool and reading it again, against a file of Node streams. */
function spool(name: string, what: string, size: number, memory: number): MicroSpec {
  return {
    name,
    title: `spool, ${what}`,
    sizes: `${size / MIB} MiB written in slices of 64 KiB and read again; an event is a slice`,
    bytes: size,
    events: size / 65_536,
    subjects: ['millrace', 'node-streams'],
    create(subject): Subject {
      const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-spool-'));
      process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
      const slice = randomBytes(65_536);
      if (subject === 'node-streams') {
        const path = join(directory, 'file');
        return {
          name: subject,
          title: 'a file by createWriteStream and createReadStream',
          async run() {
            const file = createWriteStream(path);
            for (let at = 0; at < size; at += slice.length) if (!file.write(slice)) await once(file, 'drain');
            file.end();
            await once(file, 'close');
            let bytes = 0;
            for await (const block of createReadStream(path)) bytes += (block as Buffer).length;
            if (bytes !== size) throw new Error(`${bytes} bytes came back`);
          },
        };
      }
      const store = new SpoolStore({ directory, memory });
      return {
        name: subject,
        title: 'Millrace Spool',
        async run() {
          const one = store.open();
          for (let at = 0; at < size; at += slice.length) {
            one.write(slice);
            const busy = one.pending();
            if (busy !== undefined) await busy;
          }
          await one.finish();
          let bytes = 0;
          for await (const block of one.read()) bytes += block.length;
          one.discard();
          if (bytes !== size) throw new Error(`${bytes} bytes came back`);
        },
      };
    },
  };
}

/** A whole message through a filter, in and out. */
async function processed(filter: Filter, message: Buffer): Promise<void> {
  async function* source(): AsyncGenerator<Buffer> {
    yield* inChunks(message);
  }
  const done = await filter.process(source());
  let bytes = 0;
  for await (const block of done.message()) bytes += block.length;
  const { kind } = done.outcome.verdict;
  done.dispose();
  if (kind !== 'accept' || bytes < message.length / 2) throw new Error(`${kind}, ${bytes} bytes came out`);
}

/** A footer by mailsplit: Rewriter decodes and encodes the texts, which it holds in memory. */
function mailsplitFooter(message: Buffer): Subject {
  const chunks = inChunks(message);
  return {
    name: 'mailsplit',
    title: 'mailsplit Splitter, Rewriter, Joiner',
    async run() {
      const isText = (node: MimeNode): boolean =>
        node.contentType === 'text/plain' || node.contentType === 'text/html';
      const [splitter, rewriter, joiner] = [new Splitter(), new Rewriter(isText), new Joiner()];
      rewriter.on('node', ({ decoder, encoder }) => {
        decoder.on('data', (chunk: Buffer) => encoder.write(chunk));
        decoder.on('end', () => encoder.end('-- \r\nSent via example.org\r\n'));
      });
      splitter.pipe(rewriter).pipe(joiner);
      await pump(splitter, joiner, chunks);
    },
  };
}

function transform(
  name: string,
  title: string,
  message: Buffer,
  filter: () => Filter,
  peer?: (message: Buffer) => Subject,
): MicroSpec {
  return {
    name,
    title,
    sizes: `${message.length} bytes, a whole message in and out in one process; an event is a message`,
    bytes: message.length,
    events: 1,
    subjects: peer === undefined ? ['millrace'] : ['millrace', 'mailsplit'],
    create(subject) {
      if (subject === 'mailsplit') return peer!(message);
      const made = filter();
      return { name: subject, title: 'Millrace', run: () => processed(made, message) };
    },
  };
}

const footerFilter = (): Filter => defineFilter([footer({ text: '-- \nSent via example.org' })]);
const strip = () => stripAttachments({ extensions: ['exe'] });

export const PIPELINE_SPECS: readonly MicroSpec[] = [
  scanner('scanner-30k', 'text and HTML', alternative),
  scanner('scanner-1m', 'with an attachment', attached),
  spool('spool-memory', 'in memory', MIB, 16 * MIB),
  spool('spool-file', 'in a file', 32 * MIB, MIB),
  transform('transform-none', 'no transform, 30 KB', alternative, () => defineFilter([])),
  transform('transform-footer', 'footer, 30 KB', alternative, footerFilter, mailsplitFooter),
  transform('transform-footer-1m', 'footer, with an attachment', attached, footerFilter, mailsplitFooter),
  transform('transform-strip', 'strip-attachments, with an attachment', attached, () =>
    defineFilter([strip()]),
  ),
  transform('transform-scan', 'virus-scan (built in), with an attachment', attached, () =>
    defineFilter([virusScan({ engine: 'builtin' })]),
  ),
];
