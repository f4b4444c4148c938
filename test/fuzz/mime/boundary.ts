import type { Random } from './random.ts';

/** A boundary as delimiters have it; now and then one that is odd, or has to do with those outside. */
export function makeBoundary(random: Random, outer: readonly string[]): string {
  const fresh = `b${outer.length}${random.pick(['', '', '_x', 'A'])}`;
  if (random.chance(55)) return random.pick([fresh, `----=_Part_${outer.length}_0012.${random.below(99)}`]);
  const near = outer.length > 0 ? random.pick(outer) : fresh;
  return random.pick([
    near,
    near,
    `${near}${random.pick(['x', '-', '--', ' x'])}`,
    near.slice(0, -1) || 'b',
    `--${near}`,
    '--',
    '-',
    'a--',
    '=_-',
    "'()+_,-./:=?",
    'with blanks in it',
    'a blank behind ',
    'back\\slash',
    'quo"te',
    'semi;colon',
    'comment (no)',
    'b\xfc',
    'x'.repeat(71),
    'y'.repeat(250),
    'z'.repeat(257),
    '',
    fresh.toUpperCase(),
  ]);
}

/** The parameter that says it, with what is in front of it; well or oddly written. */
export function boundaryParameter(random: Random, boundary: string): string {
  const quoted = `"${boundary.replace(/["\\]/g, '\\$&')}"`;
  if (random.chance(65)) return `;${random.pick([' ', '', '\r\n\t', '\r\n '])}boundary=${quoted}`;
  const half = boundary.length >> 1;
  const [first, second] = [boundary.slice(0, half), boundary.slice(half)];
  return random.pick([
    `; boundary=${boundary}`,
    `; BOUNDARY = ${quoted}`,
    `; boundary*=utf-8''${percent(boundary)}`,
    `; boundary*0="${first}"; boundary*1="${second}"`,
    `; boundary*1="${second}"; boundary*0="${first}"`,
    `; boundary*0*=us-ascii''${percent(first)}; boundary*1=${second}`,
    `; boundary*0="${first}"; boundary*2="${second}"`,
    `; boundary="${boundary.replace(/[^]/g, '\\$&')}"`,
    `; boundary=${quoted}; boundary=other`,
    `; boundary=other; boundary=${quoted}`,
    `; boundary=other; boundary*=''${percent(boundary)}`,
    `; (comment) boundary=${quoted} (comment)`,
    `; charset=x boundary=${quoted}`,
    `, boundary=${quoted}`,
    ` boundary=${quoted}`,
    `; boundary="${boundary}`,
    `; boundary=${quoted} junk`,
    `; boundary=${quoted};;; =; x`,
    `; boundary="=?utf-8?Q?${boundary}?="`,
    `; boundary=\r\n ${quoted}`,
    '; boundary=""',
    '',
  ]);
}

function percent(text: string): string {
  return text.replace(/[^a-zA-Z0-9]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
