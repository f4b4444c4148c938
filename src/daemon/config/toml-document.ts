import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { configError } from './config-error.ts';
import type { Problem } from './config-error.ts';
import { KeyPositions } from './key-positions.ts';
import type { KeyPath } from './key-positions.ts';

/** A TOML text with its name: checks that can say where what they find stands. */
export class TomlDocument {
  readonly file: string;
  readonly content: unknown;
  readonly #text: string;

  /** @throws MillraceError `MILLRACE_CONFIG` for a syntax error. */
  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
    try {
      this.content = parse(text);
    } catch (error) {
      throw syntaxError(file, error);
    }
  }

  /**
   * The value at `path` in the form of a schema.
   * @throws MillraceError `MILLRACE_CONFIG` for the first thing in the file that does not fit.
   */
  check<const S extends v.GenericSchema>(schema: S, value: unknown, path: KeyPath = []): v.InferOutput<S> {
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    const positions = new KeyPositions(this.#text);
    const problems = result.issues.map((issue) => {
      const inner = (issue.path ?? []).map((item) => item.key as string | number);
      return { path: [...path, ...inner], text: issue.message };
    });
    const placed = problems.map((problem) => ({ problem, position: positions.find(problem.path) }));
    placed.sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
    throw configError(this.file, placed[0].problem, placed[0].position);
  }

  /** The error for something that is wrong with a key. */
  error(problem: Problem, cause?: unknown): Error {
    return configError(this.file, problem, new KeyPositions(this.#text).find(problem.path), cause);
  }
}

/** The parser's message is `Invalid TOML document: WHAT`, then a picture of the line. */
function syntaxError(file: string, error: unknown): Error {
  if (!(error instanceof TomlError))
    return configError(file, { path: [], text: String(error) }, undefined, error);
  const what = error.message.split('\n')[0].replace('Invalid TOML document: ', '');
  const line = error.codeblock.split('\n').find((row) => row.startsWith(`${error.line}: `));
  const shown =
    line === undefined ? '' : ` in ${JSON.stringify(line.slice(String(error.line).length + 1).trim())}`;
  return configError(file, { path: [], text: `TOML syntax: ${what}${shown}` }, error, error);
}
