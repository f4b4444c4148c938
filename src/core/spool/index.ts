export { LARGE_BLOCK, MemoryBudget, SMALL_BLOCK } from './memory-budget.ts';
export { SpoolReader } from './spool-reader.ts';
export { Spool } from './spool.ts';
export { type SpoolStats, SpoolStore, type SpoolStoreOptions } from './spool-store.ts';
