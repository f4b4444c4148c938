import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { defineFilter } from 'millrace';
import { footer } from 'millrace/transforms';

const filter = defineFilter([footer({ text: '-- \nSent via example.org' })]);

/** A whole message, from a file to a file. Nothing is written unless the verdict is accept. */
export async function filterFile(input, output) {
  const processed = await filter.process(createReadStream(input), {
    sender: { address: 'anna@example.org', parameters: [] },
    recipients: [{ address: 'ben@example.net', parameters: [] }],
  });
  try {
    if (processed.outcome.verdict.kind === 'accept') await writeFile(output, processed.message());
    return processed.outcome;
  } finally {
    processed.dispose();
  }
}

/** Only a body, as a Transform in any pipeline. What comes out is provisional until the outcome is there. */
export async function filterBody(headers, input, output) {
  const { body, outcome } = filter.open({ headers, sender: { address: 'anna@example.org', parameters: [] } });
  await pipeline(createReadStream(input), body, createWriteStream(output));
  return outcome;
}
