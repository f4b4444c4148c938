import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { MillraceError } from '../../base/errors.ts';
import { defineFilter, defineTransform } from '../../core/index.ts';
import type { AnyTransform, FilterOptions, Limits, When } from '../../core/index.ts';
import { loadTls, MIN_MAX_PACKET, parseAddress } from '../../server/index.ts';
import { hintFor } from '../../base/nearest-name.ts';
import { TRANSFORM_KINDS } from '../transforms-registry.ts';
import type { Config } from './config.ts';
import { DEFAULT_SETTINGS } from './config.ts';
import { importDefault, isTransform } from './module.ts';
import { CONFIG_SCHEMA, COMMON_TRANSFORM_KEYS } from './schema.ts';
import type { ConfigFile } from './schema.ts';
import { camelKeys, kebabCase, looseTable, table } from './schema-helpers.ts';
import { TomlDocument } from './toml-document.ts';
import { formatSize } from './units.ts';

type TransformTable = NonNullable<ConfigFile['transform']>[number];

/**
 * A configuration from TOML text.
 * @param file how error messages name it
 * @param directory what relative paths in it are relative to
 * @throws MillraceError `MILLRACE_CONFIG`
 */
export async function readTomlConfig(file: string, text: string, directory: string): Promise<Config> {
  const document = new TomlDocument(file, text);
  const content = document.check(CONFIG_SCHEMA, document.content);
  const transforms: AnyTransform[] = [];
  for (const [index, entry] of (content.transform ?? []).entries()) {
    transforms.push(await readTransform(document, entry, index, directory));
  }
  return {
    source: file,
    filter: defineFilter(transforms, filterOptions(content)),
    listen: content.listen?.map(parseAddress) ?? (content.tls === undefined ? DEFAULT_SETTINGS.listen : []),
    tls: content.tls === undefined ? undefined : await tlsListen(document, content.tls, directory),
    logLevel: content['log-level'] ?? DEFAULT_SETTINGS.logLevel,
    socket: withoutUndefined({ ...content.socket }),
    spool: {
      ...DEFAULT_SETTINGS.spool,
      ...content.spool,
      ...(await spoolDirectory(document, content, directory)),
    },
    deadlines: { ...DEFAULT_SETTINGS.deadlines, ...content.deadlines },
    connections: {
      max: content.connections?.max ?? DEFAULT_SETTINGS.connections.max,
      maxPacket: maxPacket(document, content),
    },
  };
}

function filterOptions(content: ConfigFile): FilterOptions {
  const { 'on-limit': onLimit, ...limits } = content.limits ?? {};
  return withoutUndefined({
    onError: content['on-error'],
    onLimit: content['on-limit'] ?? onLimit,
    limits: camelKeys(limits) as Partial<Limits>,
    localNetworks: content['local-networks'],
  });
}

/** The files are read to see whether they can be used; the server reads them again when it listens. */
async function tlsListen(
  document: TomlDocument,
  given: NonNullable<ConfigFile['tls']>,
  directory: string,
): Promise<NonNullable<Config['tls']>> {
  const listen = given.listen.map(parseAddress);
  const local = listen.findIndex(({ kind }) => kind === 'unix');
  if (local >= 0) {
    throw document.error({ path: ['tls', 'listen', local], text: 'TLS is for TCP, not for Unix sockets' });
  }
  const clientCa = given['client-ca'];
  const files = {
    certificate: resolve(directory, given.certificate),
    key: resolve(directory, given.key),
    ...(clientCa === undefined ? {} : { clientCa: resolve(directory, clientCa) }),
  };
  await loadTls(files, (name, text, cause) =>
    document.error({ path: ['tls', kebabCase(name)], text }, cause),
  );
  return { ...files, listen };
}

function maxPacket(document: TomlDocument, content: ConfigFile): number | undefined {
  const bytes = content.connections?.['max-packet'];
  if (bytes === undefined || bytes >= MIN_MAX_PACKET) return bytes;
  const text = `must be at least ${formatSize(MIN_MAX_PACKET)}, which is a body chunk`;
  throw document.error({ path: ['connections', 'max-packet'], text });
}

async function spoolDirectory(document: TomlDocument, content: ConfigFile, directory: string) {
  if (content.spool?.directory === undefined) return {};
  const path = resolve(directory, content.spool.directory);
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory() === true) return { directory: path };
  const what = stats === undefined ? 'there is no such directory' : 'is not a directory';
  throw document.error({ path: ['spool', 'directory'], text: `${JSON.stringify(path)}: ${what}` });
}

async function readTransform(
  document: TomlDocument,
  entry: TransformTable,
  index: number,
  directory: string,
): Promise<AnyTransform> {
  const path = ['transform', index];
  const transform = isModulePath(entry.use)
    ? await transformFromModule(document, entry, index, directory)
    : transformOfKind(document, entry, index, directory);
  const common = document.check(looseTable(COMMON_TRANSFORM_KEYS), entry, path);
  const everywhere = withoutUndefined({
    when: camelKeys(common.when) as When | undefined,
    onError: common['on-error'],
    eager: common.eager,
  });
  return attempt(document, path, () => defineTransform({ ...transform, ...everywhere }));
}

function transformOfKind(
  document: TomlDocument,
  entry: TransformTable,
  index: number,
  directory: string,
): AnyTransform {
  const path = ['transform', index];
  const names = Object.keys(TRANSFORM_KINDS);
  if (!Object.hasOwn(TRANSFORM_KINDS, entry.use)) {
    const text = `unknown transform ${JSON.stringify(entry.use)}${hintFor(entry.use, names)}`;
    throw document.error({ path: [...path, 'use'], text });
  }
  const kind = TRANSFORM_KINDS[entry.use];
  const checked = document.check(table({ ...COMMON_TRANSFORM_KEYS, ...kind.keys }), entry, path);
  return attempt(document, path, () => kind.create(ownOptions(checked), directory));
}

/** `use = "./file.mjs"`: the default export is a transform, or a function that makes one from the other keys. */
async function transformFromModule(
  document: TomlDocument,
  entry: TransformTable,
  index: number,
  directory: string,
): Promise<AnyTransform> {
  const path = ['transform', index];
  const exported = await importDefault(entry.use, resolve(directory, entry.use)).catch((error: unknown) => {
    throw document.error({ path: [...path, 'use'], text: (error as Error).message }, error);
  });
  const options = ownOptions(entry);
  if (isTransform(exported)) {
    const [extra] = Object.keys(options);
    if (extra === undefined) return exported;
    throw document.error({ path: [...path, extra], text: `${entry.use} takes no options` });
  }
  const made =
    typeof exported === 'function'
      ? attempt(document, path, () => (exported as Factory)(options))
      : undefined;
  if (isTransform(made)) return made;
  const text = `the default export of ${JSON.stringify(entry.use)} must be a transform or a function that returns one`;
  throw document.error({ path: [...path, 'use'], text });
}

type Factory = (options: Readonly<Record<string, unknown>>) => unknown;

/** A table's keys as a factory takes them, without those that are the same for every transform. */
function ownOptions(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const own = Object.entries(entry).filter(([key]) => !Object.hasOwn(COMMON_TRANSFORM_KEYS, key));
  return camelKeys(Object.fromEntries(own)) as Readonly<Record<string, unknown>>;
}

/** What a factory finds wrong with its options is a problem of the table that they are from. */
function attempt<T>(document: TomlDocument, path: (string | number)[], make: () => T): T {
  try {
    return make();
  } catch (error) {
    const text = error instanceof MillraceError ? error.message : `cannot be set up: ${String(error)}`;
    throw document.error({ path, text }, error);
  }
}

function isModulePath(use: string): boolean {
  return use.startsWith('./') || use.startsWith('../') || isAbsolute(use);
}

/** Without the keys that are undefined, which for options means the same as not given. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as never;
}
