import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { FLAGS, namesFor, type Option, VALUE_OPTIONS } from '@quietgate/job';
import { tableRows } from '@quietgate/testkit/readme';
import { outputsOf } from '../src/outputs.ts';

const folder = new URL('../', import.meta.url);
const metadata = parse(readFileSync(new URL('action.yml', folder), 'utf8')) as {
  readonly inputs: Record<string, Record<string, unknown>>;
  readonly outputs: Record<string, Record<string, unknown>>;
  readonly runs: Record<string, string>;
};

const inputs: [name: string, option: Option][] = [
  ...namesFor('action', VALUE_OPTIONS).map((name): [string, Option] => [name, VALUE_OPTIONS[name]]),
  ...namesFor('action', FLAGS).map((name): [string, Option] => [name, { default: 'false', ...FLAGS[name] }]),
];

it('lists the inputs that are read, as the table of options has them', () => {
  const described = inputs.map(([name, option]) => {
    const text = (option.meaning + (option.details ?? '')).replaceAll('`', '');
    const otherwise = [option.variable && `${option.variable} of the environment`, option.default];
    const byDefault = otherwise.filter(Boolean).join(', or ');
    return [name, { description: text + (byDefault === '' ? '' : `. Default ${byDefault}`) }];
  });
  expect(Object.entries(metadata.inputs)).toEqual(described);
});

it('has the same inputs in the README', () => {
  const rows = inputs.map(([name, option]) => {
    const text = option.meaning + (option.details ?? '');
    const otherwise = [
      option.variable && `\`${option.variable}\` of the environment`,
      option.default && `\`${option.default}\``,
    ];
    return [`\`${name}\``, otherwise.filter(Boolean).join(', or '), text];
  });
  expect(tableRows(new URL('README.md', folder), 'Inputs')).toEqual(rows);
});

it('lists the outputs that are written', () => {
  const written = outputsOf({ outcome: 'quiet', polls: 1, elapsedMs: 0 });
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
