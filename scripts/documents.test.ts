import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tableRows } from '@quietgate/testkit/readme';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const union = (file: string, name: string) =>
  [...(new RegExp(`type ${name} =([^;]*);`).exec(read(file))?.[1] ?? '').matchAll(/'([^']+)'/g)].map(
    ([, each]) => each,
  );

it('says of each outcome and reason what to do about it', () => {
  const reasons = union('packages/core/src/gate/outcome.ts', 'FailOpenReason');
  expect(reasons).not.toEqual([]);
  const outcomes = ['`quiet`', ...reasons.map((reason) => `\`failed-open (${reason})\``)];
  const rows = tableRows(new URL('../docs/on-call.md', import.meta.url), 'Outcomes').map(([first]) => first);
  expect(rows).toEqual(expect.arrayContaining(outcomes));
  expect(rows.filter((row) => row?.startsWith('`timed-out'))).not.toEqual([]);
});

it('names the runtimes on which the packages are tried out', () => {
  const tried = [...read('reliability/matrix/run.ts').matchAll(/node\('(.*)'\)|name: '(\w+ [\d.]+)'/g)].map(
    ([, node, other]) => node ?? other,
  );
  const [[nodes = ''] = [], [others = ''] = []] = tableRows(
    new URL('../docs/reliability.md', import.meta.url),
    'It runs where it says',
  );
  expect([...nodes.replace('Node ', '').split(', '), ...others.split(', ')]).toEqual(tried);
  expect(tried).not.toEqual([]);
});
