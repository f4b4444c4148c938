import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Rewriter, Streamer } from 'mailsplit';
import { defineFilter } from 'millrace';
import { mailsplitTransform } from 'millrace/mailsplit';

/** Streams that look: the digest of every attachment goes into a header field. */
const hashAttachments = mailsplitTransform({
  name: 'hash-attachments',
  edits: ['headers'], // no body: signed parts are shown as well, and nothing is ever spooled
  state: () => /** @type {string[]} */ ([]),
  create(msg) {
    const streamer = new Streamer((node) => node.disposition === 'attachment');
    streamer.on('node', ({ decoder, done }) => {
      const hash = createHash('sha256');
      decoder.on('data', (chunk) => hash.update(chunk));
      decoder.on('end', () => {
        msg.state.push(hash.digest('hex'));
        done();
      });
    });
    return streamer;
  },
  onEnd: (msg) => msg.state.forEach((digest) => msg.headers.add('X-Attachment-SHA256', digest)),
});

/** Streams that change: http links in HTML become https, and a header field goes. Several run in order. */
const rewrite = mailsplitTransform({
  name: 'rewrite',
  onError: 'accept',
  create() {
    const rewriter = new Rewriter((node) => node.contentType === 'text/html');
    rewriter.on('node', ({ decoder, encoder }) => {
      text(decoder).then(
        (html) => encoder.end(html.replaceAll('http://', 'https://')),
        (error) => rewriter.destroy(error),
      );
    });
    const headers = new Transform({
      objectMode: true,
      transform(chunk, _encoding, done) {
        if (chunk.type === 'node' && chunk.root) chunk.headers.remove('X-Internal');
        done(null, chunk);
      },
    });
    return [rewriter, headers];
  },
});

export default defineFilter([hashAttachments, rewrite]);
