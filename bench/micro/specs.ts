import { CODER_SPECS } from './coder-specs.ts';
import { PIPELINE_SPECS } from './pipeline-specs.ts';
import { PROTOCOL_SPECS } from './protocol-specs.ts';
import type { MicroSpec } from './subject.ts';

/** All micro benches. */
export const MICRO_SPECS: readonly MicroSpec[] = [...PROTOCOL_SPECS, ...CODER_SPECS, ...PIPELINE_SPECS];
