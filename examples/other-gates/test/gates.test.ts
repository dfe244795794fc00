import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { IN_FLIGHT_COUNT_PATH, QUIET_PATH } from '@quietgate/core';
import { codeBlocks, tableRows } from '@quietgate/testkit/readme';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { problemsOf } from './problems.ts';

const folder = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

/** The command line, as the Dockerfile makes it. */
const IMAGE = 'image: registry.example/quietgate:';

/** What each file has to ask: a path of the server, or the command line. */
const GATES: Readonly<Record<string, string>> = {
  'argo-cd.yaml': IMAGE,
  'argo-rollouts.yaml': IN_FLIGHT_COUNT_PATH,
  'azure-devops.yaml': IN_FLIGHT_COUNT_PATH,
  'flagger.yaml': QUIET_PATH,
  'flux.yaml': IMAGE,
  'kargo.yaml': IN_FLIGHT_COUNT_PATH,
  'pre-stop.yaml': QUIET_PATH,
  'spinnaker.json': QUIET_PATH,
  'tekton.yaml': IMAGE,
};

/** JSON is YAML. */
const documentsOf = (text: string) => parseAllDocuments(text, { strict: true });

describe.each(Object.entries(GATES))('%s', (file, asks) => {
  it('is read as it stands', () => {
    expect(documentsOf(read(file)).flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('asks where the server answers', () => {
    expect(read(file)).toContain(asks);
  });
});

/** Those of which a package has the schema, each with changes after which the file is no longer valid. */
const BY_SCHEMA: Readonly<Record<string, readonly (readonly [right: string, wrong: string])[]>> = {
  'argo-cd.yaml': [
    ['backoffLimit', 'backOffLimit'],
    ['2100', 'half an hour'],
  ],
  'flux.yaml': [
    ['dependsOn', 'dependOn'],
    ['35m', '35 minutes'],
  ],
  'pre-stop.yaml': [
    ['preStop', 'prestop'],
    ['1860', 'half an hour'],
  ],
};

describe.each(Object.entries(BY_SCHEMA))('%s, by its schema', (file, faults) => {
  const problems = (text: string) =>
    documentsOf(text).flatMap((document) => problemsOf(document.toJS() as object));

  it('is what the tool takes', () => {
    expect(problems(read(file))).toEqual([]);
  });

  it.each(faults)('would not be with another word for %j', (right, wrong) => {
    expect(read(file)).toContain(right);
    expect(problems(read(file).replace(right, wrong))).not.toEqual([]);
  });
});

const scripts = ['curl.sh', 'wait-on.sh'];

it.each(scripts)('%s asks for the status', (file) => {
  expect(read(file)).toContain(QUIET_PATH);
});

it('runs the quietgate that is released, where its tarball has it', () => {
  const { version, bin } = JSON.parse(read('../../packages/cli/package.json')) as {
    version: string;
    bin: { quietgate: string };
  };
  const images = ['argo-cd.yaml', 'flux.yaml', 'tekton.yaml'].map(
    (file) => /quietgate:(\d+)/.exec(read(file))?.[1],
  );
  expect(images).toEqual(Array(3).fill(version.split('.')[0]));
  expect(read('Dockerfile')).toContain(`["node", "/opt/${posix.join('package', bin.quietgate)}"]`);
});

it('has a file for each tool, and no other', () => {
  const files = readdirSync(folder).filter(
    (file) => /\.(yaml|json|sh)$/.test(file) && file !== 'package.json',
  );
  expect(files.sort()).toEqual([...Object.keys(GATES), ...scripts].sort());
  const rows = tableRows(new URL('README.md', folder), 'The gates of other tools');
  expect(rows.map(([, file = '']) => file.slice(1, -1)).sort()).toEqual(files);
});

describe('docs/other-gates.md', () => {
  const blocks = codeBlocks(new URL('../../docs/other-gates.md', folder));
  const lines = (text: string) => text.trimEnd().split('\n');

  /** Whether the lines stand in a file one after another, further in by the same number of spaces. */
  function holds(file: string, block: string): boolean {
    const [first = '', ...rest] = lines(block);
    const all = lines(read(file));
    return all.some((line, at) => {
      const indent = line.slice(0, line.length - line.trimStart().length);
      return (
        line === indent + first.trimStart() &&
        rest.every((other, index) => all[at + 1 + index] === indent + other)
      );
    });
  }

  it.each(blocks.map(({ heading, code }) => [heading, code]))(
    'has its snippet of %s from here',
    (_, code) => {
      const files = [...Object.keys(GATES), ...scripts];
      expect(files.filter((file) => holds(file, code))).not.toEqual([]);
    },
  );

  it('has one for each tool', () => {
    expect(blocks).toHaveLength(Object.keys(GATES).length + scripts.length);
  });
});
