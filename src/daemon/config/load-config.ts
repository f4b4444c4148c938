import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { fileError } from '../message-file.ts';
import type { Config } from './config.ts';
import { DEFAULT_SETTINGS } from './config.ts';
import { configError } from './config-error.ts';
import { DEFAULT_CONFIG, DEFAULT_CONFIG_NAME } from './default-config.ts';
import { importDefault, isFilter } from './module.ts';
import { readTomlConfig } from './toml-config.ts';

const MODULE_EXTENSIONS = ['.js', '.mjs', '.ts', '.mts'];

/**
 * Read a configuration: a `.toml` file, a module whose default export is a filter, or (no file given) the embedded
 * default. Relative paths in a file are relative to its directory.
 * @throws MillraceError `MILLRACE_CONFIG`, one line: file, line, key, what is wrong, the nearest valid name.
 */
export async function loadConfig(file: string | undefined, cwd: string): Promise<Config> {
  if (file === undefined) return readTomlConfig(DEFAULT_CONFIG_NAME, DEFAULT_CONFIG, cwd);
  const path = resolve(cwd, file);
  const extension = extname(path);
  if (extension !== '.toml' && !MODULE_EXTENSIONS.includes(extension)) {
    throw configError(file, {
      path: [],
      text: `a configuration is a .toml file or a module (${MODULE_EXTENSIONS.join(', ')})`,
    });
  }
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw configError(file, { path: [], text: fileError(error) }, undefined, error);
  }
  if (extension === '.toml') return readTomlConfig(file, text, resolve(path, '..'));
  const filter = await importDefault(file, path);
  if (!isFilter(filter)) {
    throw configError(file, { path: [], text: 'the default export is no filter (see defineFilter)' });
  }
  return { ...DEFAULT_SETTINGS, source: file, filter };
}
