import type { Connection } from './envelope.ts';

/** The client of a message that comes from no MTA. */
export const LOCAL_CONNECTION: Omit<Connection, 'data'> = Object.freeze({
  host: 'localhost',
  family: 'unknown',
});
