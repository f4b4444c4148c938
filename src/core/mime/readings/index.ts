export { readingsOf, type Readings } from './readings.ts';
