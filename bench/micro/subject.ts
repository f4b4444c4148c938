/** One way to do the work of a micro bench. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  /** Does the work once. */
  run(): void | Promise<void>;
}

/** A piece of work that several ways do, each in a process of its own. */
export interface MicroSpec {
  readonly name: string;
  readonly title: string;
  readonly sizes: string;
  /** Bytes and events of one run. */
  readonly bytes: number;
  readonly events: number;
  /** The names of the subjects; the first one is Millrace's. */
  readonly subjects: readonly string[];
  /** Make a subject, with whatever it needs. */
  create(name: string): Subject;
}
