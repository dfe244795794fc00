import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { tableRows } from '@quietgate/testkit/readme';
import { outputsOf } from '../src/outputs.ts';

const folder = new URL('../', import.meta.url);
const metadata = parse(readFileSync(new URL('action.yml', folder), 'utf8')) as {
  readonly inputs: Record<string, Record<string, unknown>>;
  readonly outputs: Record<string, Record<string, unknown>>;
  readonly runs: Record<string, string>;
};

it('lists the outputs that are written', () => {
  const written = outputsOf([{ outcome: 'quiet', polls: 1, elapsedMs: 0 }]);
  expect(Object.keys(metadata.outputs)).toEqual(Object.keys(written));
});

it('describes each, and gives none a default, so that the environment can', () => {
  for (const [name, each] of [...Object.entries(metadata.inputs), ...Object.entries(metadata.outputs)]) {
    expect({ name, keys: Object.keys(each) }).toEqual({ name, keys: ['description'] });
    expect(each['description']).toEqual(expect.stringMatching(/\S/));
  }
});

it('runs the bundle on the newest runtime that Actions offers', () => {
  expect(metadata.runs).toEqual({ using: 'node24', main: 'dist/index.cjs', post: 'dist/post.cjs' });
  expect(readFileSync(new URL('dist/index.cjs', folder), 'utf8')).toContain('quietgate');
});

it('has the same outputs in the README', () => {
  const listed = tableRows(new URL('README.md', folder), 'Outputs').map(([name]) => name);
  expect(listed).toEqual(Object.keys(metadata.outputs).map((name) => `\`${name}\``));
});
