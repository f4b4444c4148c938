/** Millrace: change mail on its way, with a pipeline of transforms. */
export { type ErrorCode, MillraceError } from './base/errors.ts';
export * from './core/index.ts';
