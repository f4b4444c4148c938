import { describe, expect, it } from 'vitest';
import { hintFor, nearestName } from '../../src/base/nearest-name.ts';

const COMMANDS = ['serve', 'run', 'send', 'probe', 'check', 'demo'];

describe('nearestName', () => {
  it.each([
    ['footr', ['footer', 'virus-scan', 'strip-attachments'], 'footer'],
    ['strip-attachment', ['footer', 'strip-attachments'], 'strip-attachments'],
    ['virusscan', ['footer', 'virus-scan'], 'virus-scan'],
    ['Serve', COMMANDS, 'serve'],
    ['snd', COMMANDS, 'send'],
    ['chekc', COMMANDS, 'check'],
    ['--chunksize', ['--chunk-size', '--json'], '--chunk-size'],
  ])('%s', (typed, known, expected) => {
    expect(nearestName(typed, known)).toBe(expected);
  });

  it('guesses nothing when nothing is near', () => {
    expect(nearestName('antispam', ['footer', 'virus-scan'])).toBeUndefined();
    // Every name of two letters can be reached with two edits.
    expect(nearestName('xy', ['ab'])).toBeUndefined();
    expect(nearestName('', COMMANDS)).toBeUndefined();
  });
});

describe('hintFor', () => {
  it('names the nearest, or all', () => {
    expect(hintFor('footr', ['footer', 'virus-scan'])).toBe('; did you mean "footer"?');
    expect(hintFor('zzz', ['footer', 'virus-scan'])).toBe('; known are footer, virus-scan');
  });
});
