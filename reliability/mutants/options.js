/**
 * For one part of the product. It runs from the root, because the tests of a package borrow tools from others.
 *
 * @param {{ vitest: string, mutate: string[] }} package
 * @returns {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export const mutants = ({ vitest, mutate }) => ({
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: vitest },
  mutate: [...mutate, '!**/*.test.ts', '!**/*.test-d.ts'],
  ignorePatterns: ['dist', 'examples', '.readme', '.changeset', '.github'],
  coverageAnalysis: 'perTest',
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { break: 100, high: 100, low: 99 },
  timeoutMS: 5000,
});
