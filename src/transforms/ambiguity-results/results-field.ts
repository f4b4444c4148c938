import type { Ambiguity } from '../../core/index.ts';
import { STRUCTURE_SPLITTING } from '../policy/ambiguity-policy.ts';

/** The field of draft-chen-email-mime-ambiguity-defense. */
export const RESULTS_HEADER = 'MIME-Ambiguity-Results';

/** Codes that are told one by one; more are counted. With the longest path the field stays below 8 KB. */
const MAX_CODES = 20;
/** Where a code, a path or an id is longer than anything can be, it is no more than bytes from a message. */
const TOKEN = /^[A-Za-z0-9._-]{1,255}$/;

/** Whether a string can be an authserv-id here: letters, digits, dots, hyphens, as in a host's name. */
export function isAuthservId(text: unknown): text is string {
  return typeof text === 'string' && TOKEN.test(text);
}

/**
 * The value of the field, folded with LF, ASCII only, in the form of Authentication-Results (RFC 8601 section 2.2):
 *
 *     mx.example.org;
 *      ambiguity=held mime.code=control-in-mime-field mime.part=1;
 *      ambiguity=note mime.code=duplicate-parameter mime.part=1.2 mime.parts=3
 *
 * A code is `held` when strip and scan hold a message for it, else `note`; held ones come first. `mime.part` is the first part that has it,
 * `mime.parts` how many have it if more than one. What is not told is counted: `ambiguity=more mime.count=5`. Nothing ambiguous is `none`.
 */
export function resultsValue(authservId: string, ambiguities: readonly Ambiguity[]): string {
  const paths = new Map<string, Set<string>>();
  for (const { code, path } of ambiguities) {
    const known = paths.get(code);
    if (known === undefined) paths.set(code, new Set([path]));
    else known.add(path);
  }
  if (paths.size === 0) return `${authservId}; none`;
  const isHeld = (code: string): boolean => STRUCTURE_SPLITTING.has(code);
  const codes = [...paths.keys()].toSorted((one, other) => Number(isHeld(other)) - Number(isHeld(one)));
  const results = codes.slice(0, MAX_CODES).map((code) => {
    const [first, ...others] = paths.get(code)!;
    const part = first !== undefined && TOKEN.test(first) ? ` mime.part=${first}` : '';
    const count = others.length > 0 ? ` mime.parts=${others.length + 1}` : '';
    return `ambiguity=${isHeld(code) ? 'held' : 'note'} mime.code=${code}${part}${count}`;
  });
  if (codes.length > MAX_CODES) results.push(`ambiguity=more mime.count=${codes.length - MAX_CODES}`);
  return [authservId, ...results].join(';\n ');
}

/**
 * Who says to have written such a field, in lower case; undefined where that cannot be told. The id is a token or a quoted string, maybe behind
 * comments (RFC 8601 section 2.2).
 */
export function authservIdOf(value: string): string | undefined {
  const rest = withoutComments(value);
  return /^"?([A-Za-z0-9._-]{1,255})"?(?:[ \t]+[0-9]+)?[ \t]*(?:;|$)/.exec(rest)?.[1]?.toLowerCase();
}

/** What stands behind the blanks and comments at the beginning. Linear. */
function withoutComments(value: string): string {
  let depth = 0;
  for (let at = 0; at < value.length; at++) {
    const char = value[at];
    if (depth > 0 && char === '\\') at++;
    else if (char === '(') depth++;
    else if (char === ')' && depth > 0) depth--;
    else if (depth === 0 && char !== ' ' && char !== '\t') return value.slice(at);
  }
  return '';
}
