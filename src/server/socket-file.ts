import { chmod, chown, lstat, readFile, stat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { MillraceError } from '../base/errors.ts';

/** Who may connect to a Unix socket. */
export interface SocketAccess {
  /** Permission bits; default 0o660: owner and group. */
  readonly mode?: number;
  /** Group that owns the socket, by name or number: usually the one that the MTA is in. Default: left as it is. */
  readonly group?: string | number;
}

export const DEFAULT_SOCKET_MODE = 0o660;

/** A probe of a live socket answers at once; a peer with a full backlog must not hold the start up. */
const PROBE_TIMEOUT = 2000;

/**
 * Make room for a Unix socket. A socket that nobody listens on any more (its process was killed) is removed; one that
 * answers belongs to a running process and is never taken away from it, and neither is a file of another kind.
 * @throws MillraceError `MILLRACE_LISTEN`.
 */
export async function clearStaleSocket(path: string): Promise<void> {
  let stats;
  try {
    stats = await lstat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return requireDirectory(path);
    throw refused(path, 'cannot be looked at', error);
  }
  if (!stats.isSocket()) throw refused(path, 'is there already and is no socket; it has been left alone');
  const answer = await probe(path);
  if (answer === 'ENOENT') return;
  if (answer === undefined || answer === 'EAGAIN' || answer === 'ETIMEDOUT') {
    throw refused(path, 'is in use by another process');
  }
  if (answer !== 'ECONNREFUSED') {
    throw refused(path, `is there already and may be in use (${answer}); it has been left alone`);
  }
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw refused(path, 'is a stale socket that cannot be removed', error);
  }
}

/** Binding in a directory that does not exist fails with EACCES in Node, which says something else. */
async function requireDirectory(path: string): Promise<void> {
  try {
    await stat(dirname(path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw refused(path, 'is in a directory that does not exist', error);
  }
}

/**
 * Give a socket that has just been bound its mode and group.
 * @throws MillraceError `MILLRACE_LISTEN`, when the group is unknown or the process may not hand the socket over.
 */
export async function applyAccess(path: string, access: SocketAccess): Promise<void> {
  try {
    if (access.group !== undefined) await chown(path, -1, await groupId(path, access.group));
    await chmod(path, access.mode ?? DEFAULT_SOCKET_MODE);
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw refused(path, 'cannot be given its mode and group', error);
  }
}

/** Node has no getgrnam(3), so names are looked up where a mail server's groups are: in /etc/group. */
async function groupId(path: string, group: string | number): Promise<number> {
  if (typeof group === 'number') return group;
  if (/^[0-9]{1,10}$/.test(group)) return Number(group);
  const lines = (await readFile('/etc/group', 'utf8')).split('\n');
  for (const line of lines) {
    const [name, , id] = line.split(':');
    if (name === group && id !== undefined) return Number(id);
  }
  throw refused(path, `has to belong to group ${JSON.stringify(group)}, which is not in /etc/group`);
}

/** The error code of a connection attempt; undefined when somebody answered. */
function probe(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (code: string | undefined): void => {
      socket.destroy();
      resolve(code);
    };
    socket.setTimeout(PROBE_TIMEOUT, () => done('ETIMEDOUT'));
    socket.once('connect', () => done(undefined));
    socket.once('error', (error) => done(errorCode(error)));
  });
}

function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function refused(path: string, why: string, cause?: unknown): MillraceError {
  const reason = cause === undefined ? '' : ` (${errorCode(cause)})`;
  return new MillraceError('MILLRACE_LISTEN', `unix:${path} ${why}${reason}`, { cause });
}
