import type { Stage } from '../../src/core/stage.ts';

/** Takes a message and tells nobody. */
export const IGNORED: Stage = {
  open() {},
  body() {},
  frame() {},
  close() {},
  end() {},
  pending: () => undefined,
};
