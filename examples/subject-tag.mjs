import { defineTransform } from 'millrace';

/**
 * A transform for a configuration file: the default export is a function of the other keys of its [[transform]] table,
 * in camelCase.
 */
export default function subjectTag({ tag = '[list]' } = {}) {
  return defineTransform({
    name: 'subject-tag',
    edits: ['headers'],
    onEnd(msg) {
      const subject = msg.headers.get('Subject') ?? '';
      if (!subject.includes(tag)) msg.headers.set('Subject', `${tag} ${subject}`);
    },
  });
}
