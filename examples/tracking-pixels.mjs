import { defineFilter, defineTransform, reject } from 'millrace';
import { rewriteTags } from 'millrace/transforms';

/** Take invisible images out of HTML, count them in a header field, and refuse mail that has too many. */
const trackingPixels = (limit = 3) =>
  defineTransform({
    name: 'tracking-pixels',
    state: () => ({ images: 0 }),
    onEnvelope: (msg) => (msg.macros.auth_authen ? 'skip' : undefined),
    onPart(part, msg) {
      if (part.type !== 'text/html') return; // not claimed: its bytes go on as they came, never decoded
      return rewriteTags('img', (tag) => {
        if (tag.attributes.width !== '1') return tag.source;
        msg.state.images++;
        return '';
      });
    },
    onEnd(msg) {
      msg.headers.set('X-Tracking-Pixels', String(msg.state.images));
      if (msg.state.images > limit) return reject('too many tracking pixels', { status: '5.7.1' });
    },
  });

export default defineFilter([trackingPixels()]);
