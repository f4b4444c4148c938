import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineFilter } from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { footer } from '../../src/transforms/footer.ts';
import {
  adversarialGenerator,
  adversarialMissing,
  corpusMessages,
  corpusMissing,
  readAsMta,
  titled,
} from '../support/corpus.ts';
import { isHeld, throughChain } from '../support/scan-chain.ts';

const FOOTER = 'Footer of the adversarial test.';
const footers = defineFilter([footer({ text: FOOTER })]);

interface Case {
  readonly name: string;
  readonly file: string;
  readonly isInfected: boolean;
  readonly footer: string;
  readonly scan: string;
}

/** Clean, and held all the same. */
const HELD_CLEAN: Readonly<Record<string, string>> = {
  'hdr-1mb-one-field': 'above the limit for headers',
  'hdr-1mb-folded': 'above the limit for headers',
  'hdr-10k-fields': 'above the limit for header fields',
  'hdr-10k-same': 'above the limit for header fields',
  'hdr-encoded-word-bomb': 'above the limit for headers',
  'hdr-2231-10k-segments': 'above the limit for parameters: a boundary or name may be behind it',
  'hdr-10k-params': 'above the limit for parameters: a boundary or name may be behind it',
  'rfc822-60-deep': 'deeper than the limit: what is inside has not been looked at',
};

/** Suspicious without a payload, and let through. */
const PASSED_SUSPICIOUS: Readonly<Record<string, string>> = {
  'nul-in-header': 'in a field that is not about MIME',
  'smime-opaque-signed': 'encrypted and opaque mail is no ambiguity; the scanner is handed it as it is',
  'smime-enveloped': 'as above',
  'encrypted-pgp': 'as above',
  'pgp-inline-encrypted': 'as above',
};

/** Messages of the corpus that are held: by which code, and why that is right. */
const HELD_CORPUS: Readonly<Record<string, string>> = {
  'mimekit/UnitTests_TestData_partial_message-partial.0.eml':
    'partial-message: a piece, nobody on the way sees the whole',
  'mimekit/UnitTests_TestData_partial_message-partial.1.eml': 'partial-message: as above',
  'mimekit/UnitTests_TestData_partial_message-partial.2.eml': 'partial-message: as above',
  'mimekit/UnitTests_TestData_partial_rfc2046.0.eml': 'partial-message: as above',
  'mimekit/UnitTests_TestData_partial_rfc2046.1.eml': 'partial-message: as above',
  'stalwart-mail-parser/resources_eml_malformed_019.eml':
    'header-starts-folded: damaged; for some readers the first line of a header is a field',
  'eml-codec/resources_rfc_003.eml':
    'too-many-readings: every line ends in CR CR LF, and there are two Content-Type fields with different boundaries',
  'eml-codec/resources_thirdparty_000.eml':
    'too-many-readings: every line ends in CR CR LF, fields stand twice, and a multipart is base64',
  'cpython/Lib_test_test_email_data_msg_38.txt':
    'header-in-content: attachments behind delimiters of outer multiparts that stand in a text',
  'james-project/mpt_impl_imap-mailbox_core_src_main_resources_org_apache_james_imap_samples_multipart-binary.mail':
    'header-in-content: three attachments behind a boundary in backslashes',
  'horde-mime/test_Unnamespaced_fixtures_deeply_nested.txt':
    'too-deep: what is inside has not been looked at',
  'james-project/mailbox_store_src_test_resources_eml_emailWithOnlyAttachment.eml':
    'unscanned unsupported: a zip with the middle cut out, which cannot be unpacked',
  'james-project/server_protocols_webadmin-integration-test_distributed-webadmin-integration-test_src_test_resources_eml_emailWithOnlyAttachment.eml':
    'unscanned unsupported: as above',
  // The test file itself.
  'rspamd/test_functional_messages_broken_richtext.eml': 'infected',
  'james-project/third-party_clamav_src_test_resources_attachment_inlineVirusTextAttachment.eml': 'infected',
};

/**
 * The generator wants these left as they are, since readers differ about their structure. The footer transform leaves
 * parts alone whose content is open, but adds to the first text that it finds all the same.
 */
const FOOTER_ALL_THE_SAME = new Set([
  'boundary-trailing-junk',
  'boundary-close-junk',
  'boundary-nested-same',
  'boundary-part-after-close',
  'boundary-trailing-space-quoted',
  'boundary-cr-before-dashes',
  'hdr-no-colon',
  'message-zero-bytes',
  'eicar-closed-parent-early',
]);

/** Every line end CR LF, as an MTA hands it on. */
function asMta(eml: Buffer): Buffer {
  return Buffer.from(eml.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

let directory = '';

beforeAll(() => {
  if (adversarialMissing !== undefined) return;
  directory = mkdtempSync(join(tmpdir(), 'adversarial-'));
  execFileSync('python3', [adversarialGenerator(), directory], { stdio: 'ignore' });
});

afterAll(() => {
  if (directory !== '') rmSync(directory, { recursive: true, force: true });
});

function cases(): Case[] {
  const [head = '', ...lines] = readFileSync(join(directory, 'expectations.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  const columns = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    const cell = (column: string) => cells[columns.indexOf(column)] ?? '';
    return {
      name: cell('case'),
      file: join(directory, cell('file')),
      isInfected: cell('eicar') === 'y',
      footer: cell('footer'),
      scan: cell('scan'),
    };
  });
}

describe.skipIf(adversarialMissing)(titled('hostile messages', adversarialMissing), () => {
  it(
    'pass the chain of scan and strip only when there is nothing in them',
    { timeout: 300_000 },
    async () => {
      const all = cases();
      expect(all).toHaveLength(249);
      const wrong: string[] = [];
      const heldClean: string[] = [];
      const passedSuspicious: string[] = [];
      for (const { name, file, isInfected, scan } of all) {
        const result = await throughChain(readFileSync(file));
        const held = isHeld(result);
        if (isInfected && !held) wrong.push(name);
        if (scan === 'clean' && held) heldClean.push(name);
        if (scan === 'suspicious' && !held) passedSuspicious.push(name);
      }
      expect(wrong).toEqual([]);
      expect(heldClean.toSorted()).toEqual(Object.keys(HELD_CLEAN).toSorted());
      expect(passedSuspicious.toSorted()).toEqual(Object.keys(PASSED_SUSPICIOUS).toSorted());
    },
  );

  it('leave a footer pipeline whole: what must stay stays', { timeout: 300_000 }, async () => {
    const changed: string[] = [];
    for (const { name, file, footer: expected } of cases()) {
      const eml = readFileSync(file);
      const result = await runFilter(footers, { eml });
      if (result.verdict.kind !== 'accept') {
        // Only a limit may refuse.
        expect(`${name} ${expected}`).toBe(`${name} reject`);
      } else if (expected === 'leave' && result.bodyChanged) changed.push(name);
      else if (!result.bodyChanged && !result.message.equals(asMta(eml)))
        changed.push(`${name} has other bytes`);
    }
    expect(changed.toSorted()).toEqual([...FOOTER_ALL_THE_SAME].toSorted());
  });
});

describe.skipIf(corpusMissing)(titled('the whole corpus', corpusMissing), () => {
  it(
    'passes the same chain, save a few messages that are held for a reason',
    { timeout: 300_000 },
    async () => {
      const held: string[] = [];
      const messages = corpusMessages();
      for (const message of messages) {
        const result = await throughChain(readAsMta(message));
        if (!isHeld(result)) continue;
        const codes = `${result.quarantine ?? ''} ${result.notes.join(' ')}`;
        const name = message.name.replace(/^dev\//, '');
        const [code = ''] = (HELD_CORPUS[name] ?? '').split(':');
        held.push(codes.includes(code) ? name : `${name} for ${codes}`);
      }
      expect(held.toSorted()).toEqual(Object.keys(HELD_CORPUS).toSorted());
      expect(held.length / messages.length).toBeLessThan(0.01);
    },
  );
});
