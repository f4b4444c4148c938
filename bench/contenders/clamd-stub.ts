/* A clamd that only reads: INSTREAM on the Unix socket that is named in the argument, and every content is clean. */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';

const path = process.argv[2].replace(/^unix:/, '');
createServer(serve).listen(path);

const STREAM = 'zINSTREAM\0';

function serve(socket: Socket): void {
  let head = '';
  /** Bytes of the present chunk that are still to come. */
  let left = 0;
  /** The length of the next chunk, and how many of its four bytes are there. */
  let length = 0;
  let lengthBytes = 0;
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    let at = 0;
    while (head.length < STREAM.length && at < bytes.length) {
      head += String.fromCharCode(bytes[at++]);
      if (head === 'zPING\0') return void socket.end('PONG\0');
    }
    while (at < bytes.length) {
      if (left > 0) {
        const taken = Math.min(left, bytes.length - at);
        left -= taken;
        at += taken;
        continue;
      }
      length = length * 256 + bytes[at++];
      if (++lengthBytes < 4) continue;
      if (length === 0) return void socket.end('stream: OK\0');
      left = length;
      length = 0;
      lengthBytes = 0;
    }
  });
}
