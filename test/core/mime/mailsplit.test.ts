import { Splitter, type SplitterChunk } from 'mailsplit';
import { describe, expect, it } from 'vitest';
import {
  corpusMessages,
  corpusMissing,
  isPlain,
  readAsMta,
  splitMessage,
  titled,
} from '../../support/corpus.ts';
import { scan } from '../../support/scan.ts';

/** A part as `depth type`. */
type Tree = string[];

/** What mailsplit makes of a message. */
async function splitTree(message: Buffer): Promise<Tree> {
  const splitter = new Splitter({ defaultInlineEmbedded: true });
  const tree: Tree = [];
  const depths = new Map<object, number>();
  splitter.end(message);
  for await (const chunk of splitter as AsyncIterable<SplitterChunk>) {
    if (chunk.type !== 'node') continue;
    const depth = chunk.parentNode === false ? 1 : depths.get(chunk.parentNode)! + 1;
    depths.set(chunk, depth);
    tree.push(`${depth} ${chunk.contentType || 'text/plain'}`);
  }
  return tree;
}

/**
 * Where mailsplit's tree differs from ours in messages that are plain to whoever put the corpus together, or have no code, by
 * reason: all of the corpus, so that a new difference is a failure and one that is gone is, too. In each of them ours is what
 * the RFC says. Of all other messages with different trees each has a code.
 */
const DIFFERENCES: Record<string, string[]> = {
  'parts of a digest are messages unless they say otherwise (RFC 2046 section 5.1.5); mailsplit takes them for text':
    [
      'dev/stalwart-mail-parser/resources_eml_rfc_004.eml',
      'dev/stalwart-mail-parser/resources_eml_thirdparty_007.eml',
      'dev/eml-codec/resources_rfc_004.eml',
      'dev/eml-codec/resources_thirdparty_007.eml',
      'dev/cpython/Lib_test_test_email_data_msg_02.txt',
      'dev/cpython/Lib_test_test_email_data_msg_30.txt',
      'dev/cpython/Lib_test_test_email_data_msg_34.txt',
    ],
  'a message attached with a disposition of `attachment` is a message (rule A6); mailsplit leaves it whole': [
    'dev/sisimai/set-of-emails_maildir_bsd_lhost-sendmail-38.eml',
    'dev/webklex-php-imap/tests_messages_embedded_email.eml',
    'dev/webklex-php-imap/tests_messages_four_nested_emails.eml',
    'dev/webklex-php-imap/tests_messages_nestes_embedded_with_attachment.eml',
    'dev/ddeboer-imap/tests_fixtures_four_nested_emails.eml',
    'dev/chatmail-core/test-data_message_attached-eml.eml',
    'dev/james-project/mailbox_store_src_test_resources_eml_embeddedAttachmentWithAttachment.eml',
    'dev/james-project/mailbox_store_src_test_resources_eml_embeddedAttachmentWithInline.eml',
    'dev/james-project/mailbox_store_src_test_resources_eml_recursiveMail.eml',
    'dev/james-project/server_protocols_jmap-rfc-8621-integration-tests_jmap-rfc-8621-integration-tests-common_src_main_resources_eml_nested.eml',
    'dev/james-project/server_protocols_jmap-rfc-8621-integration-tests_jmap-rfc-8621-integration-tests-common_src_main_resources_eml_nested2.eml',
    'dev/rt-mail/t_data_emails_email-file-attachment-2.eml',
    'dev/rt-mail/t_data_emails_email-file-attachment.eml',
    'dev/rt-mail/t_data_emails_outlook-rfc822',
  ],
  'message/global is a message (RFC 6532 section 3.7); mailsplit leaves it whole': [
    'dev/chatmail-core/test-data_message_testrun_ndn.eml',
  ],
  'a boundary at a type that is no multipart means nothing (RFC 2045 section 5); mailsplit splits (our code: boundary-without-multipart)':
    ['dev/nodemailer-mailparser/test_fixtures_spam.eml', 'dev/cpython/Lib_test_test_email_data_msg_40.txt'],
  'a part without a type is text (RFC 2045 section 5.2); mailsplit takes a named attachment for octets': [
    'dev/webklex-php-imap/tests_messages_issue-410.eml',
  ],
};

describe.skipIf(corpusMissing)(titled('mailsplit on the corpus', corpusMissing), () => {
  it('finds the same tree, save where it is known why not', async () => {
    const differing: string[] = [];
    let compared = 0;
    for (const message of corpusMessages()) {
      const bytes = readAsMta(message);
      const { header, body } = splitMessage(bytes);
      const { parts, ambiguities } = scan(header, [Buffer.from(body)]);
      const own = parts.map(({ depth, type }) => `${depth} ${type}`);
      const isSame = (await splitTree(bytes)).join('\n') === own.join('\n');
      if (!isSame && (ambiguities.length === 0 || isPlain(message))) differing.push(message.name);
      compared++;
    }
    expect(compared).toBe(1714);
    expect(differing.toSorted()).toEqual(Object.values(DIFFERENCES).flat().toSorted());
  });
});
