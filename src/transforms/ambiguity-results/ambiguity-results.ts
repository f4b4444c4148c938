import { defineTransform, type TransformDefinition } from '../../core/transform.ts';
import { tap } from '../../core/verbs.ts';
import {
  COMMON_OPTIONS,
  type CommonOptions,
  checkKeys,
  commonOptions,
  strings,
  wrongOption,
} from '../policy/options.ts';
import { authservIdOf, isAuthservId, RESULTS_HEADER, resultsValue } from './results-field.ts';

/** Options of {@link ambiguityResults}. */
export interface AmbiguityResultsOptions extends CommonOptions {
  /** Who says so: the name that those who read the field trust, usually a host name of the administrative domain (RFC 8601 section 2.5). */
  readonly authservId: string;
  /**
   * Whose fields a message may come with: other filters of the same domain. All others are removed, one with the own `authservId`
   * above all, since nobody outside can have written it. Default none.
   */
  readonly trusted?: readonly string[];
}

const NAME = 'ambiguityResults';

/**
 * Tell those behind this filter what is ambiguous about a message, in a `MIME-Ambiguity-Results` field on top of its header, and remove
 * such fields that come from outside. The field says what this place of the pipeline sees: behind `canonicalize`, the rewritten message.
 * @throws MillraceError `MILLRACE_DEFINITION` naming the wrong option.
 */
export function ambiguityResults(options: AmbiguityResultsOptions): TransformDefinition {
  checkKeys(NAME, options, ['authservId', 'trusted', ...COMMON_OPTIONS]);
  const { authservId } = options;
  if (!isAuthservId(authservId))
    throw wrongOption(NAME, 'authservId must be a name such as "mx.example.org"');
  const trusted = new Set<string>();
  for (const id of strings(NAME, 'trusted', options.trusted)) {
    if (!isAuthservId(id))
      throw wrongOption(NAME, `${JSON.stringify(id)} in trusted is no name such as "mx.example.org"`);
    if (id.toLowerCase() === authservId.toLowerCase())
      throw wrongOption(NAME, 'trusted must not name the own authservId: such a field is a forgery');
    trusted.add(id.toLowerCase());
  }
  return defineTransform({
    name: 'ambiguity-results',
    ...commonOptions(options),
    edits: ['headers'],
    onEnvelope(msg) {
      const { headers } = msg;
      const values = headers.getAll(RESULTS_HEADER);
      for (let n = values.length; n > 0; n--) {
        const id = authservIdOf(values[n - 1]);
        if (id === undefined || !trusted.has(id)) headers.delete(RESULTS_HEADER, n);
      }
    },
    // Parts are asked about so that there is somebody who wants the body; the content of a message without parts matters where its header is odd.
    onPart: (part) =>
      part.parent === undefined && part.isLeaf && part.ambiguities.length > 0
        ? tap(() => undefined)
        : undefined,
    onEnd: (msg) => msg.headers.insert(0, RESULTS_HEADER, resultsValue(authservId, msg.ambiguities)),
  });
}
