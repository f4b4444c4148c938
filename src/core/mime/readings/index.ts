export { EncodedBody } from './encoded-body.ts';
export { readingsOf, type Readings } from './readings.ts';
