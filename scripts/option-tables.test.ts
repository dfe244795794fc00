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

// Of a limit of ours a generated mark says it, and it stays true; the benchmarks' page is generated as a whole.
it.each(documentsWithOptions().filter((path) => path !== 'docs/benchmarks.md'))(
  '%s has durations in digits, or generated',
  (path) => {
    const written = readDocument(path).replace(/<!--([a-z-]+)-->[^<]*<!--\/-->/g, '');
    const inWords =
      /\b(an?|one|two|three|four|five|six|ten|fifteen|twenty|thirty|sixty|half an?|quarter of an?)\s(milliseconds?|seconds?|minutes?|hours?|days?)\b.*/i;
    expect(inWords.exec(written)?.[0]).toBeUndefined();
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
