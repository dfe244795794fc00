import { expect, it } from 'vitest';
import { LIMITS } from './limits.ts';
import { documentsWithOptions, readDocument, withOptions } from './option-tables.ts';

it.each(documentsWithOptions())(
  '%s has the options as they are read (else run pnpm docs:options)',
  async (path) => {
    const text = readDocument(path);
    expect(await withOptions(path, text)).toBe(text);
  },
);

it.each(['packages/cli/README.md', 'packages/action/README.md'])('%s has a table of them', (path) => {
  expect(readDocument(path)).toMatch(/<!-- options: \w+ -->/);
});

it.each([...LIMITS.keys()])('some document names the limit %s', (name) => {
  expect(documentsWithOptions().filter((path) => readDocument(path).includes(`<!--${name}-->`))).not.toEqual(
    [],
  );
});
