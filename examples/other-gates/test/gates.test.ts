import { readdirSync, readFileSync } from 'node:fs';
import { IN_FLIGHT_COUNT_PATH, QUIET_PATH } from '@quietgate/core';
import { codeBlocks, tableRows } from '@quietgate/testkit/readme';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { byModel, bySchema, type Problems } from './problems.ts';

const folder = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

interface Gate {
  readonly file: string;
  readonly problems: Problems;
  readonly asks: string;
  /** Changes after which the file is no longer valid: a misspelt field, and a value of the wrong kind. */
  readonly faults: readonly (readonly [right: string, wrong: string])[];
}

const GATES: Gate[] = [
  {
    file: 'argo-cd.yaml',
    problems: byModel,
    asks: 'npx',
    faults: [
      ['backoffLimit', 'backOffLimit'],
      ['2100', 'half an hour'],
    ],
  },
  {
    file: 'argo-rollouts.yaml',
    problems: bySchema('argo-rollouts'),
    asks: IN_FLIGHT_COUNT_PATH,
    faults: [
      ['consecutiveSuccessLimit', 'consecutiveSuccesses'],
      ['interval: 20s', 'interval: 20'],
    ],
  },
  {
    file: 'azure-devops.yaml',
    problems: bySchema('azure-devops'),
    asks: IN_FLIGHT_COUNT_PATH,
    faults: [
      ['successCriteria', 'successCriterion'],
      ["'false'", 'never'],
    ],
  },
  {
    file: 'flagger.yaml',
    problems: bySchema('flagger'),
    asks: QUIET_PATH,
    faults: [
      ['muteAlert', 'mute'],
      ['confirm-promotion', 'confirm'],
    ],
  },
  {
    file: 'flux.yaml',
    problems: byModel,
    asks: 'npx',
    faults: [
      ['dependsOn', 'dependOn'],
      ['35m', '35 minutes'],
    ],
  },
  {
    file: 'kargo.yaml',
    problems: bySchema('kargo'),
    asks: IN_FLIGHT_COUNT_PATH,
    faults: [
      ['pollInterval', 'interval'],
      ['30m', 'half an hour'],
    ],
  },
  {
    file: 'pre-stop.yaml',
    problems: byModel,
    asks: QUIET_PATH,
    faults: [
      ['preStop', 'prestop'],
      ['1860', 'half an hour'],
    ],
  },
  {
    file: 'spinnaker.json',
    problems: bySchema('spinnaker'),
    asks: QUIET_PATH,
    faults: [
      ['monitorOnly', 'monitor'],
      ['getMethod', 'get'],
    ],
  },
];

/** JSON is YAML. */
function problemsOf(text: string, problems: Problems): string[] {
  return parseAllDocuments(text).flatMap((document) => [
    ...document.errors.map(({ message }) => message),
    ...problems(document.toJS() as object),
  ]);
}

describe.each(GATES)('$file', ({ file, problems, asks, faults }) => {
  it('is what the tool takes', () => {
    expect(problemsOf(read(file), problems)).toEqual([]);
  });

  it.each(faults)('would not be with another word for %j', (right, wrong) => {
    expect(read(file)).toContain(right);
    expect(problemsOf(read(file).replace(right, wrong), problems)).not.toEqual([]);
  });

  it('asks where the server answers', () => {
    expect(read(file)).toContain(asks);
  });
});

const scripts = ['curl.sh', 'wait-on.sh'];

it.each(scripts)('%s asks for the status', (file) => {
  expect(read(file)).toContain(QUIET_PATH);
});

it('reads the count, as each tool spells it', () => {
  const spelt = [
    /jsonPath: '\{\$\.(\w+)\}'/.exec(read('argo-rollouts.yaml')),
    /eq\(root\['(\w+)'\], 0\)/.exec(read('azure-devops.yaml')),
    /response\.body\.(\w+) == 0/.exec(read('kargo.yaml')),
  ].map((match) => match?.[1]);
  expect(spelt).toEqual(['count', 'count', 'count']);
});

it('runs the quietgate that is released', () => {
  const { version } = JSON.parse(read('../../packages/cli/package.json')) as { version: string };
  const majors = ['argo-cd.yaml', 'flux.yaml'].map((file) => /quietgate@(\d+)/.exec(read(file))?.[1]);
  expect(majors).toEqual(Array(2).fill(version.split('.')[0]));
});

it('has a file for each tool, and no other', () => {
  const files = readdirSync(folder).filter(
    (file) => /\.(yaml|json|sh)$/.test(file) && file !== 'package.json',
  );
  expect(files.sort()).toEqual([...GATES.map(({ file }) => file), ...scripts].sort());
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
      const files = [...GATES.map(({ file }) => file), ...scripts];
      expect(files.filter((file) => holds(file, code))).not.toEqual([]);
    },
  );

  it('has one for each tool', () => {
    expect(blocks).toHaveLength(GATES.length + scripts.length);
  });
});
