import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../packages/core/${file}`, import.meta.url), 'utf8');

it('has the sizes in the README of core that the check holds', () => {
  const limits = JSON.parse(read('.size-limit.json')) as { import: string; limit: string }[];
  const limitOf = (name: string) => limits.find((each) => each.import === `{ ${name} }`)?.limit;
  const [, ...stated] =
    /`countInFlight` alone takes at\s+most ([\d.]+ kB), `waitForQuiet` [^.]*? at most ([\d.]+ kB)/.exec(
      read('README.md'),
    ) ?? [];
  expect(stated).toEqual([limitOf('countInFlight'), limitOf('waitForQuiet')]);
});
