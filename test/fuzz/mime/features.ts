import type { Passed } from './properties.ts';

/**
 * What a message has made Millrace do, as a set of short names: codes and pairs of codes, which type is in which and how
 * deep, readings, what was done to parts, and how many of each, by powers of two. It stands in for code coverage: a message
 * with a feature that none had before has reached something new.
 */
export function featuresOf({ reading, ways, codes: told, outcomes }: Passed): Set<string> {
  const features = new Set<string>();
  const counts = new Map<string, number>();
  const note = (feature: string): void => {
    features.add(feature);
    counts.set(feature, (counts.get(feature) ?? 0) + 1);
  };
  for (const part of reading.scanned.parts) {
    const kind = part.isMultipart ? 'multipart' : part.isMessage ? 'message' : 'leaf';
    const type = known(part.type);
    note(`${kind} ${type}`);
    note(
      `${type} in ${part.parent === undefined ? 'nothing' : known(part.parent.type)} at ${Math.min(part.depth, 6)}`,
    );
    note(`${kind} in ${known(part.transferEncoding)}`);
    const codes = part.ambiguities.map(({ code }) => code);
    for (const code of codes) {
      note(`${code} at ${kind}`);
      for (const other of codes) if (code < other) features.add(`${code} and ${other}`);
    }
  }
  for (const code of told) note(`told of ${code}`);
  for (const way of ways) {
    note(`read as ${way}`);
    for (const one of way.split(', ')) note(`reader ${one}`);
  }
  for (let i = 0; i < reading.others; i++) note('reading');
  for (let i = 0; i < reading.embedded; i++) note('embedded');
  for (const [index, outcome] of outcomes.entries()) {
    note(
      `${index} ${outcome.verdict.kind} ${String(outcome.bodyChanged)} ${outcome.quarantine === undefined}`,
    );
    for (const { kind } of outcome.headerEdits) note(`${index} ${kind}`);
    for (const { action, reason = '' } of outcome.parts) note(`${index} ${action} ${reason.slice(0, 24)}`);
  }
  for (const [feature, count] of counts) features.add(`${feature} x ${Math.floor(Math.log2(count))}`);
  return features;
}

const KNOWN =
  /^(?:multipart\/(?:mixed|alternative|related|digest|signed|encrypted|report)|message\/(?:rfc822|global|partial|external-body)|text\/(?:plain|html)|application\/(?:octet-stream|pdf|pgp-\w+|pkcs7-\w+)|image\/png|7bit|8bit|binary|base64|quoted-printable|x-uuencode)$/;

/** Names that mutation makes up are not worth remembering. */
function known(name: string): string {
  return KNOWN.test(name) ? name : (/^(?:multipart|message|text)\//.exec(name)?.[0] ?? 'other');
}
