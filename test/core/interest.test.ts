import { describe, expect, it } from 'vitest';
import { interestOf } from '../../src/core/interest.ts';
import { defineTransform } from '../../src/core/transform.ts';

const EAGER = defineTransform({
  name: 'eager',
  eager: true,
  onEnvelope: () => 'skip',
  onPart: () => undefined,
});
const PICKY = defineTransform({ name: 'picky', onEnvelope: () => 'skip' });
const ALONE = defineTransform({ name: 'alone', recipients: false, onPart: () => undefined });
const QUIET = defineTransform({ name: 'quiet', onPart: () => undefined, onEnd: () => undefined });

describe('eager', () => {
  it.each([
    ['one that wants nearly every message', [EAGER], true],
    ['beside one that has nothing to say before the body', [QUIET, EAGER], true],
    ['beside one that may decide a message by its header', [EAGER, PICKY], false],
    ['one that picks messages by a condition', [{ ...EAGER, when: { from: '*' } }], false],
    ['beside another without a condition', [{ ...EAGER, when: { from: '*' } }, EAGER], true],
    ['none', [QUIET], false],
    ['no transform at all', [], false],
  ])('%s', (_, transforms, expected) => {
    expect(interestOf(transforms).eager).toBe(expected);
  });
});

describe('recipients', () => {
  it.each([
    ['one that has not said that they are of no interest', [QUIET], true],
    ['one that has', [ALONE], false],
    ['beside one that has not', [ALONE, QUIET], true],
    ['one with a condition', [{ ...ALONE, when: { to: '*' } }], true],
    ['one with a hook for them', [{ ...ALONE, onRcpt: () => undefined }], true],
    ['one that takes some away', [defineTransform({ ...ALONE, edits: ['remove-recipient'] })], true],
    ['no transform at all', [], false],
  ])('%s', (_, transforms, expected) => {
    expect(interestOf(transforms).recipients).toBe(expected);
  });
});
