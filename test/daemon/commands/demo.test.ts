import { describe, expect, it } from 'vitest';
import { millrace } from '../memory-io.ts';

describe('demo', () => {
  it('shows two messages before and after, and what to write into the MTA', async () => {
    const { status, stdout, stderr } = await millrace('/', 'demo');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const inOrder = [
      'listens on inet:',
      'Messages pass virus-scan, strip-attachments, footer.',
      'Negotiated over the milter protocol, version 6:',
      'before:\n  multipart/mixed\n',
      'application/octet-stream, base64 "figures.exe"',
      'answer: accept at endOfMessage, body replaced',
      'what the transforms did:',
      'part 1.3 application/octet-stream "figures.exe": replaced',
      'after, where it differs:',
      '+X-Attachment-Removed: ',
      '-  application/octet-stream, base64 "figures.exe"',
      '+This message was processed by Millrace.',
      '+<hr><p>This message was processed by Millrace.</p>',
      'answer: reject 550 5.7.1 message contains a virus (Eicar-Test-Signature)',
      'note: virus-scan: infected Eicar-Test-Signature',
      'smtpd_milters = inet:127.0.0.1:8890',
      'milter_default_action = tempfail',
      "INPUT_MAIL_FILTER(`millrace', `S=inet:8890@127.0.0.1, F=T",
    ];
    let at = 0;
    for (const text of inOrder) {
      const found = stdout.indexOf(text, at);
      expect(found, `${text} in\n${stdout.slice(at)}`).toBeGreaterThanOrEqual(0);
      at = found;
    }
    expect(stdout).not.toContain('\u001b');
  });
});
