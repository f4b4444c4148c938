import { defineFilter, defineTransform, reject } from 'millrace';

/** Refuse mail whose sender has guessed: more recipients that do not exist than recipients that do. */
const guessedRecipients = defineTransform({
  name: 'guessed-recipients',
  edits: [],
  state: () => ({ unknown: 0 }),
  macros: { connect: ['client_ptr'] },
  onRejectedRcpt(recipient, msg) {
    // Only Postfix says why it has refused a recipient; Sendmail tells of unknown users and nobody else.
    if (recipient.status === undefined || recipient.status === '5.1.1') msg.state.unknown++;
  },
  onData(msg) {
    if (msg.state.unknown <= msg.envelope.recipients.length) return;
    msg.note(`${msg.state.unknown} recipients guessed by ${msg.macros.client_ptr ?? 'somebody'}`);
    return reject('too many unknown recipients', { status: '5.7.1' });
  },
});

export default defineFilter([guessedRecipients]);
