import * as fc from 'fast-check';

/*
 * Set up before each file of tests: properties start from a fixed seed, so that a run on one machine tells what it
 * tells on any other. `pnpm test:deep` sets the two variables, for another seed and many more runs.
 */
const seed = Number(process.env['PROPERTY_SEED'] ?? 20260517);
const factor = Number(process.env['PROPERTY_RUNS_FACTOR'] ?? 1);

fc.configureGlobal({ seed, numRuns: runs(100) });

/** How many runs a property gets that usually gets `usual`. */
export function runs(usual: number): number {
  return usual * factor;
}
