import { accessSync, constants, statSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MillraceError } from '../../base/errors.ts';
import { MemoryBudget } from './memory-budget.ts';
import { DiskUsage, openUnnamed, type OpenSpoolFile, SpoolFile, spoolError } from './spool-file.ts';
import { Spool } from './spool.ts';

/** Where and how large the spools of a process may be. */
export interface SpoolStoreOptions {
  /**
   * An existing directory for the files, writable by nobody else. Without it a private one (mode 0700) is made below the
   * system's directory for temporary files when the first file is needed; {@link SpoolStore.close} removes it.
   */
  readonly directory?: string;
  /**
   * Bytes of memory for all spools, default 16 MiB; two thirds of it may hold content (the window). What was
   * once used is kept for the next messages.
   */
  readonly memory?: number;
  /** Bytes that all files may have together, default 2 GB. */
  readonly quota?: number;
}

/** What a store uses now. */
export interface SpoolStats {
  /** Bytes of memory in blocks that are in use. */
  readonly memory: number;
  /** Bytes of memory in blocks that are kept for later use. */
  readonly memoryFree: number;
  readonly bytesOnDisk: number;
  readonly filesOpen: number;
}

const DEFAULT_MEMORY = 16 * 1024 * 1024;
const DEFAULT_QUOTA = 2e9;

/** The spools of a process: one budget of memory, one directory, one quota. */
export class SpoolStore {
  readonly #budget: MemoryBudget;
  readonly #usage: DiskUsage;
  readonly #openUnnamed: OpenSpoolFile;
  readonly #givenDirectory: string | undefined;
  #ownDirectory: Promise<string> | undefined;
  readonly #opening = new Set<Promise<unknown>>();
  #closed = false;

  /**
   * Throws `MILLRACE_SPOOL` when the directory is missing or not writable. `openFile` is for tests of what a real file system
   * does only when it is full or broken.
   */
  constructor(options: SpoolStoreOptions = {}, openFile: OpenSpoolFile = openUnnamed) {
    this.#budget = new MemoryBudget(options.memory ?? DEFAULT_MEMORY);
    this.#usage = new DiskUsage(options.quota ?? DEFAULT_QUOTA);
    this.#openUnnamed = openFile;
    this.#givenDirectory = options.directory;
    if (options.directory !== undefined) checkDirectory(options.directory);
  }

  /** A new, empty spool. Costs nothing until something is written. */
  open(): Spool {
    return new Spool(this.#budget, () => this.#openFile());
  }

  get stats(): SpoolStats {
    return {
      memory: this.#budget.lent,
      memoryFree: this.#budget.free,
      bytesOnDisk: this.#usage.bytes,
      filesOpen: this.#usage.files.size,
    };
  }

  /** No more files; those that are open are closed, whatever their spools are doing, and the private directory is removed. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#opening);
    await Promise.all(Array.from(this.#usage.files, (file) => file.close()));
    const directory = this.#ownDirectory;
    this.#ownDirectory = undefined;
    await directory?.then(rmdir).catch(() => {});
  }

  #openFile(): Promise<SpoolFile> {
    const opening = this.#openUnlessClosed();
    this.#opening.add(opening);
    const forget = () => this.#opening.delete(opening);
    opening.then(forget, forget);
    return opening;
  }

  async #openUnlessClosed(): Promise<SpoolFile> {
    if (this.#closed)
      throw new MillraceError('MILLRACE_SPOOL', 'the spool store is closed', { status: '4.3.0' });
    const directory = this.#directory();
    let handle;
    try {
      handle = await this.#openUnnamed(await directory);
    } catch (error) {
      if (this.#givenDirectory !== undefined || !isMissing(error)) throw error;
      // Cleaners of temporary directories take an old empty one away: the private directory is made anew, once.
      if (this.#ownDirectory === directory) this.#ownDirectory = undefined;
      handle = await this.#openUnnamed(await this.#directory());
    }
    return new SpoolFile(handle, this.#usage);
  }

  /** The directory for files. A private one that could not be made is tried again for the next file. */
  #directory(): string | Promise<string> {
    if (this.#givenDirectory !== undefined) return this.#givenDirectory;
    if (this.#ownDirectory === undefined) {
      this.#ownDirectory = mkdtemp(join(tmpdir(), 'millrace-'));
      this.#ownDirectory.catch(() => (this.#ownDirectory = undefined));
    }
    return this.#ownDirectory;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function checkDirectory(directory: string): void {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    if (statSync(directory).isDirectory()) return;
  } catch (error) {
    throw spoolError(`use the spool directory ${directory}`, error);
  }
  throw new MillraceError('MILLRACE_SPOOL', `the spool directory ${directory} is no directory`);
}
