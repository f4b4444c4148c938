import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { createRootPart, MessagePart, type Part, Scanner, Serializer } from '../../../src/core/mime/index.ts';
import type { Stage } from '../../../src/core/stage.ts';
import { Collector } from '../../support/scan.ts';
import { splitMessage } from '../../support/corpus.ts';

/** A stage that passes everything on; tests change one thing. */
class Passing implements Stage {
  readonly next: Stage;

  constructor(next: Stage) {
    this.next = next;
  }

  open(part: Part): void {
    this.next.open(part);
  }

  body(part: Part, slice: Buffer): void {
    this.next.body(part, slice);
  }

  frame(part: Part, slice: Buffer): void {
    this.next.frame(part, slice);
  }

  close(part: Part): void {
    this.next.close(part);
  }

  end(): void {
    this.next.end();
  }

  pending(): undefined {}
}

/** The body that comes out when a stage stands between scanner and serializer. */
function through(message: string, stage: (next: Stage) => Stage): string {
  const { header, body } = splitMessage(Buffer.from(message, 'latin1'));
  const sink = new Collector();
  const root = createRootPart(HeaderList.parse(header));
  const scanner = new Scanner(root, stage(new Serializer(sink)), DEFAULT_LIMITS);
  scanner.write(body);
  scanner.end();
  return sink.bytes.toString('latin1');
}

/** Leaves out one part. */
function dropping(path: string): (next: Stage) => Stage {
  return (next) =>
    new (class extends Passing {
      override open(part: Part): void {
        if (part.path !== path) super.open(part);
      }
      override body(part: Part, slice: Buffer): void {
        if (part.path !== path) super.body(part, slice);
      }
      override close(part: Part): void {
        if (part.path !== path) super.close(part);
      }
    })(next);
}

/** Edits the header of one part. */
function editing(path: string): (next: Stage) => Stage {
  return (next) =>
    new (class extends Passing {
      override open(part: Part): void {
        if (part.path === path) part.headers.set('X-New', 'yes');
        super.open(part);
      }
    })(next);
}

/** Adds content at the end of one part. */
function appending(path: string, text: string): (next: Stage) => Stage {
  return (next) =>
    new (class extends Passing {
      override close(part: Part): void {
        if (part.path === path) super.body(part, Buffer.from(text));
        super.close(part);
      }
    })(next);
}

const MIXED = 'Content-Type: multipart/mixed; boundary=B\r\n\r\n';

describe('the serializer', () => {
  it('writes an edited header and leaves the rest as it was', () => {
    const body = 'pre\r\n--B \r\nX-Old : a\r\n\tb\r\n\r\none\r\n--B--\r\nend';
    expect(through(MIXED + body, editing('1.1'))).toBe(
      'pre\r\n--B \r\nX-Old : a\r\n\tb\r\nX-New: yes\r\n\r\none\r\n--B--\r\nend',
    );
  });

  it('writes nothing of the root header, which is not in the body', () => {
    expect(through('Subject: x\r\n\r\ntext', editing('1'))).toBe('text');
  });

  it('takes a dropped part out with its delimiter', () => {
    const body = '--B\r\n\r\none\r\n--B\r\n\r\ntwo\r\n--B\r\n\r\nthree\r\n--B--\r\n';
    expect(through(MIXED + body, dropping('1.2'))).toBe('--B\r\n\r\none\r\n--B\r\n\r\nthree\r\n--B--\r\n');
  });

  it('begins a line for a delimiter whose line break went with what was in front of it', () => {
    // The second delimiter has no line break of its own: it cut off the header of the first part.
    const body = 'pre\r\n--B\r\nX: y\r\n--B\r\n\r\ntwo\r\n--B--';
    expect(through(MIXED + body, dropping('1.1'))).toBe('pre\r\n--B\r\n\r\ntwo\r\n--B--');
  });

  it('begins a line for a closing delimiter, too', () => {
    const body = '--B\r\n\r\n--B--\r\n';
    expect(through(MIXED + body, appending('1.1', 'text'))).toBe('--B\r\n\r\ntext\r\n--B--\r\n');
    const cutOff = '--B\r\n\r\none\r\n--B\r\nX: y\r\n--B--';
    expect(through(MIXED + cutOff, dropping('1.2'))).toBe('--B\r\n\r\none\r\n--B--');
  });

  it('puts a blank line between a cut-off header and what is added to the part', () => {
    const body = '--B\r\nX: y\r\n--B\r\n\r\ntwo\r\n--B--';
    expect(through(MIXED + body, appending('1.1', 'text\r\n'))).toBe(
      '--B\r\nX: y\r\n\r\ntext\r\n--B\r\n\r\ntwo\r\n--B--',
    );
    expect(through(`${MIXED}--B\r\nX: y`, appending('1.1', 'text'))).toBe('--B\r\nX: y\r\n\r\ntext');
  });

  it('puts a blank line behind an edited header that had none', () => {
    expect(through(`${MIXED}--B\r\nX: y\r\n--B--`, editing('1.1'))).toBe(
      '--B\r\nX: y\r\nX-New: yes\r\n\r\n--B--',
    );
  });

  it('writes parts that were made anew', () => {
    const sink = new Collector();
    const serializer = new Serializer(sink);
    const root = createRootPart(
      HeaderList.parse(Buffer.from('Content-Type: multipart/mixed; boundary=B\r\n')),
    );
    const part = new MessagePart({
      parent: root,
      delimiter: Buffer.from('--B\r\n'),
      headers: HeaderList.parse(Buffer.from('Content-Type: text/plain\r\n')),
      separator: Buffer.from('\r\n'),
    });
    serializer.open(root);
    serializer.frame(root, Buffer.from('preamble'));
    serializer.open(part);
    serializer.body(part, Buffer.from('text'));
    serializer.close(part);
    serializer.frame(root, Buffer.from('--B--\r\n'));
    serializer.close(root);
    serializer.end();
    expect(sink.bytes.toString()).toBe(
      'preamble\r\n--B\r\nContent-Type: text/plain\r\n\r\ntext\r\n--B--\r\n',
    );
  });

  it('waits when the sink does', () => {
    const waiting = Promise.resolve();
    const serializer = new Serializer({ write: () => {}, pending: () => waiting });
    expect(serializer.pending()).toBe(waiting);
  });
});
