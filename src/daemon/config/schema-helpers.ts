import * as v from 'valibot';
import { hintFor } from '../../base/nearest-name.ts';
import { parseDuration, parseSize } from './units.ts';

/*
 * Valibot schemas whose issues read as the end of a sentence that begins with the key: `must be a string, not 5`.
 */

/** A value as an error message shows it: short, on one line, and never a whole table. */
function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return 'a date';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a table';
}

/** The message of a schema that wants `what`. */
export const mustBe = (what: string) => (issue: v.BaseIssue<unknown>) =>
  `must be ${what}, not ${show(issue.input)}`;

/** A table with these keys and no others. */
export function table<const E extends v.ObjectEntries>(entries: E) {
  return v.strictObject(entries, (issue) => {
    const key = issue.path?.at(-1)?.key;
    if (issue.expected === 'never') return `unknown key${hintFor(String(key), Object.keys(entries))}`;
    if (issue.expected === 'Object') return `must be a table, not ${show(issue.input)}`;
    return 'is missing';
  });
}

/** A table with these keys and maybe others. */
export function looseTable<const E extends v.ObjectEntries>(entries: E) {
  return v.looseObject(entries, (issue) =>
    issue.expected === 'Object' ? `must be a table, not ${show(issue.input)}` : 'is missing',
  );
}

/** A string that is one of these names. */
export function oneOf<const N extends readonly string[]>(...names: N) {
  return v.picklist(names, (issue) => {
    const wrong = `must be ${names.slice(0, -1).join(', ')} or ${names.at(-1)}, not ${show(issue.input)}`;
    if (typeof issue.input !== 'string') return wrong;
    const hint = hintFor(issue.input, names);
    return hint.includes('did you mean') ? `${wrong}${hint}` : wrong;
  });
}

/** A string that is one of many names: too many for an error message to name them all, if one is near. */
export function nameOf(what: string, names: readonly string[]) {
  return v.pipe(
    v.string(mustBe(`the name of a ${what}`)),
    v.check(
      (given) => names.includes(given),
      ({ input }) => `unknown ${what} ${show(input)}${hintFor(input, names)}`,
    ),
  );
}

/** A string that is not empty. */
export function text() {
  return v.pipe(v.string(mustBe('a string')), v.nonEmpty('must not be empty'));
}

/** An array of strings that are not empty. */
export function texts() {
  return v.array(text(), mustBe('an array of strings'));
}

/** `true` or `false`. */
export function flag() {
  return v.boolean(mustBe('true or false'));
}

/** A whole number of at least 1. */
export function count() {
  return wholeNumber('a whole number above 0');
}

function wholeNumber(what: string) {
  const message = mustBe(what);
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(1, message));
}

/** A string that `parse` turns into a value; undefined means that it is none. */
export function parsed<T>(what: string, parse: (given: string) => T | undefined) {
  return v.pipe(
    v.string(mustBe(what)),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = parse(dataset.value);
      if (value !== undefined) return value;
      addIssue({ message: `must be ${what}, not ${show(dataset.value)}` });
      return NEVER;
    }),
  );
}

/** `240s`, `5m`: milliseconds. */
export const duration = () => parsed('a duration such as "500ms", "240s", "5m" or "1h"', parseDuration);

/** `256 KB`, `2 GB`, or a whole number of bytes. */
export function size() {
  const what = 'a size such as "256 KB" or "2 GB", or a number of bytes';
  return v.union([wholeNumber(what), parsed(what, parseSize)], mustBe(what));
}

/** A string that `check` accepts; an error that it throws becomes the message. */
export function checked(check: (given: string) => void) {
  return v.pipe(
    text(),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      try {
        check(dataset.value);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        addIssue({ message: why.includes(show(dataset.value)) ? why : `${show(dataset.value)}: ${why}` });
      }
    }),
  );
}

/** The words of a kebab-case key as code writes them: `on-error` is `onError`. */
function camelCase(key: string): string {
  return key.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The inverse of {@link camelCase}. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** {@link camelCase} for every key of a value, inner tables included. */
export function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [camelCase(key), camelKeys(inner)]));
}
