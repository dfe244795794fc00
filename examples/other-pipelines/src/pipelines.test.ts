import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { start } from '@quietgate/testkit/processes';
import { Ajv, type AnySchema } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readJenkinsfile } from './read-jenkinsfile.ts';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** GitLab's own schema, as it comes with a runner of jobs on one's own machine. */
const { schema } = (await import(import.meta.resolve('gitlab-ci-local/src/schema/schema.js'))) as {
  schema: AnySchema;
};
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

const problemsOf = (text: string) => (validate(parse(text)) === true ? [] : validate.errors);

describe('gitlab-ci.yml', () => {
  it('is valid by the schema of GitLab', () => {
    expect(problemsOf(read('gitlab-ci.yml'))).toEqual([]);
  });

  it.each([
    ['script:', 'scrip:'],
    ['resource_group:', 'resource_groups:'],
    ['[services', 'services'],
  ])('would not be with another word for %j', (right, wrong) => {
    expect(read('gitlab-ci.yml')).toContain(right);
    expect(problemsOf(read('gitlab-ci.yml').replace(right, wrong))).not.toEqual([]);
  });
});

describe('Jenkinsfile', () => {
  it('is a Declarative Pipeline', () => {
    expect(readJenkinsfile(read('Jenkinsfile')).problems).toEqual([]);
  });

  it.each([
    ['stages {', 'stages '],
    ['stages {', 'stage {'],
    ['always', 'ever'],
    ['disableConcurrentBuilds', 'disableConcurrentBuild'],
  ])('would not be with %j for %j', (right, wrong) => {
    expect(read('Jenkinsfile')).toContain(right);
    expect(readJenkinsfile(read('Jenkinsfile').replace(right, wrong)).problems).not.toEqual([]);
  });
});

it('runs the quietgate that is released', () => {
  const { version } = JSON.parse(read('../../packages/cli/package.json')) as { version: string };
  const majors = [...(read('gitlab-ci.yml') + read('Jenkinsfile')).matchAll(/quietgate@(\d+)/g)];
  expect(majors.map(([, major]) => major)).toEqual(Array(4).fill(version.split('.')[0]));
});

const hasShell = spawnSync('sh', ['-c', 'true']).status === 0;

it.skipIf(!hasShell)('rehearses both jobs, where a shell is installed', async () => {
  const entry = fileURLToPath(new URL('main.ts', import.meta.url));
  const rehearsal = start(process.execPath, ['--import', import.meta.resolve('tsx'), entry], {
    TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
  });
  const { status, stdout } = await rehearsal.ended;
  const [, gitlab = '', jenkins = ''] = stdout.split(/^(?:gitlab-ci\.yml|Jenkinsfile)$/m);
  for (const [output, holder] of [
    [gitlab, 'gitlab-42'],
    [jenkins, 'jenkins-42'],
  ] as const) {
    const order = [
      `lease of ${holder} raised`,
      'green light',
      'kubectl set image deployment/catalyst-api catalyst-api=ghcr.io/openova/catalyst-api:1f0c9e2\n',
      'kubectl rollout status deployment/catalyst-api --timeout=5m\n',
      `lease of ${holder} lifted`,
    ].map((text) => output.indexOf(text));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
  expect(status).toBe(0);
});
