export { LARGE_BLOCK, MemoryBudget, SMALL_BLOCK } from './memory-budget.ts';
export type { SpoolReader } from './spool-reader.ts';
export { Spool } from './spool.ts';
export { SpoolStore, type SpoolStoreOptions } from './spool-store.ts';
