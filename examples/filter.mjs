import { defineFilter, defineTransform } from 'millrace';
import { footer } from 'millrace/transforms';

const markExternal = defineTransform({
  name: 'mark-external',
  when: { authenticated: false },
  onEnd: (msg) => msg.headers.set('Subject', `[external] ${msg.headers.get('Subject') ?? ''}`),
});

export default defineFilter([markExternal, footer({ text: '-- \nSent via example.org' })]);
