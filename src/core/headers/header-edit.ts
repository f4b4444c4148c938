/**
 * A header change in MTA-neutral form; the server lowers it to the commands of the MTA it talks to.
 *
 * Every index counts in the list **as the filter received it**, whatever other edits there are. Names are compared
 * without regard to case. Values are latin1 "binary" strings: one char is one byte, folds are LF + blank, with the
 * blank after the colon where there is one. A value of blanks alone is an empty field, never a deletion.
 *
 * A list of edits has a fixed order: changes from the top down, deletions from the bottom up, insertions from the
 * top down, additions. So a change or a deletion can be sent with its index as it stands: nothing sent before it has
 * moved a field of its name, neither where a deletion renumbers (Postfix) nor where the deleted field keeps its place
 * (Sendmail). To apply the list to the received one: change and delete by index, put the insertions of each index, in
 * their order, in front of the received field at that index (deleted or not), and the additions, in their order, at the end.
 *
 * What is exact on a real MTA: changes, deletions, insertions at index 0 (above everything, also above what the MTA does
 * not show), additions. An insertion at a higher index is inexact: the MTA counts in a list that also has fields that
 * the filter never saw (the MTA's own `Received`) and, on Sendmail, deleted ones; the lowering can only correct what
 * it knows of.
 */
export type HeaderEdit =
  /** Append behind all fields. */
  | { kind: 'add'; name: string; value: string }
  /** Insert in front of the field that is at `index`; 0 is the top. Of two insertions at one index the first stands first. */
  | { kind: 'insert'; index: number; name: string; value: string }
  /** Change the `index`-th (1-based) field of this name; the place stays. */
  | { kind: 'change'; name: string; index: number; value: string }
  /** Delete the `index`-th (1-based) field of this name. */
  | { kind: 'delete'; name: string; index: number };
