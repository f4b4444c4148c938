import type { RawEditor, RawOutput } from '../../core/verbs.ts';

/** Bytes between two places at which a limit is looked at. */
const BLOCK = 16 * 1024;

/** An editor that decides about its limits at fixed places, so that it does not matter how the input was cut. */
export interface BlockEditor extends RawEditor {
  /** A block of the part's encoded text is complete. */
  boundary(output: RawOutput): void;
}

/** Cuts a part's encoded text into blocks. */
export function inBlocks(editor: BlockEditor): RawEditor {
  let room = BLOCK;
  return {
    write(slice, output) {
      for (let at = 0; at < slice.length;) {
        const piece = at === 0 && slice.length <= room ? slice : slice.subarray(at, at + room);
        editor.write(piece, output);
        at += piece.length;
        room -= piece.length;
        if (room > 0) return;
        room = BLOCK;
        editor.boundary(output);
      }
    },
    end: (output) => editor.end(output),
  };
}
