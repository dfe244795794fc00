/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutants.config.ts' },
  mutate: ['src/**/*.ts', '!src/**/*.test.ts', '!src/**/*.test-d.ts'],
  coverageAnalysis: 'perTest',
  ignoreStatic: false,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { break: 100, high: 100, low: 99 },
  timeoutMS: 10_000,
  concurrency: 2,
  tempDirName: '.stryker-tmp',
};
