import { Socket } from 'node:net';
import type { OnReadOpts } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Bytes that one read can bring. 256 KiB would cost a tenth less CPU over a Unix socket and two fifths less over TCP; but while the
 * memory for spools is spent, each connection then writes so much more in small blocks: 16 messages of 50 MB at once over TCP peaked at
 * 122 MiB resident with 64 KiB, at 145 with 256, when spools had 40 MiB.
 */
const READ_BYTES = 64 * 1024;

/** What there is of a connection below Node's Socket; not documented. */
interface StreamHandle {
  useUserBuffer(buffer: Uint8Array): void;
}

/** One buffer for all reads of the process: whoever is given bytes consumes them before the call returns. */
let shared: Buffer | undefined;

/**
 * Have a socket's bytes read into one buffer that all connections share. Measured on Node 20, 'data' events cost three
 * times the CPU of this, for a fresh 64 KiB buffer per read, and leave the garbage to be collected.
 *
 * Node gives this way of reading (`onread`) only to sockets that connect, not to those that a server accepts. So the
 * accepted socket's handle moves into a new Socket. Where Node's insides are not as expected, and with TLS, whose handle
 * belongs to its socket, the socket stays as it is and 'data' events serve.
 *
 * The new socket is paused.
 *
 * @param socket accepted with `pauseOnConnect`: nothing has been read of it
 * @param onBytes gets borrowed bytes
 * @returns the socket to use from now on
 */
export function readShared(socket: Socket, onBytes: (bytes: Buffer) => void): Socket {
  const handle = socket instanceof TLSSocket ? undefined : takeHandle(socket);
  if (handle === undefined) return readEvents(socket, onBytes);
  const buffer = (shared ??= Buffer.allocUnsafeSlow(READ_BYTES));
  const onread: OnReadOpts = {
    buffer,
    callback: (length) => {
      onBytes(buffer.subarray(0, length));
      return true;
    },
  };
  const options = { handle, onread, pauseOnCreate: true };
  return new Socket(options as ConstructorParameters<typeof Socket>[0]);
}

/** Have a socket's bytes come as 'data' events; they are borrowed all the same. */
export function readEvents(socket: Socket, onBytes: (bytes: Buffer) => void): Socket {
  return socket.on('data', onBytes);
}

/** The handle, taken out of its socket; undefined where it cannot be moved. */
function takeHandle(socket: Socket): StreamHandle | undefined {
  const handle = Reflect.get(socket, '_handle') as Partial<StreamHandle> | null | undefined;
  if (handle === undefined || handle === null || typeof handle.useUserBuffer !== 'function') return undefined;
  Reflect.set(socket, '_handle', null);
  return handle as StreamHandle;
}
