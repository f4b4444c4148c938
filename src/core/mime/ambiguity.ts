/** A construct that mail readers are known to read in different ways. */
export interface Ambiguity {
  /** Which construct, e.g. `duplicate-content-type`; docs/ambiguities.md lists them. */
  readonly code: string;
  /** The part where it stands. */
  readonly path: string;
}
