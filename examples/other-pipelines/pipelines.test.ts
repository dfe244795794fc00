import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cordonedServer, TOKEN } from '@quietgate/testkit/cordoned-server';
import { inFlight } from '@quietgate/testkit/endpoint';
import { type Env, start } from '@quietgate/testkit/processes';
import { Ajv, type AnySchema } from 'ajv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readJenkinsfile } from './jenkinsfile.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const read = (file: string) => readFileSync(path(file), 'utf8');

const gitlab = parse(read('gitlab-ci.yml')) as { deploy: { script: string[]; after_script: string[] } };
const jenkins = readJenkinsfile(read('Jenkinsfile')).commands;

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

const JOBS = [
  {
    file: 'gitlab-ci.yml',
    script: gitlab.deploy.script,
    after: gitlab.deploy.after_script,
    env: { CI_JOB_ID: '42', CI_COMMIT_SHA: '1f0c9e2' },
    holder: 'gitlab-42',
  },
  {
    file: 'Jenkinsfile',
    script: jenkins.get('steps') ?? [],
    after: jenkins.get('always') ?? [],
    env: { BUILD_NUMBER: '42', GIT_COMMIT: '1f0c9e2' },
    holder: 'jenkins-42',
  },
];
const hasShell = spawnSync('sh', ['-c', 'true']).status === 0;

describe.skipIf(!hasShell).each(JOBS)('the job of $file, where a shell is installed', (job) => {
  it('rolls under its lease, and ends that whatever became of the job', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const env = { ...commands(), ...job.env, CATALYST_API_URL: server.url, CORDON_TOKEN: TOKEN };

    const rolled = await runScript(job.script, env);
    expect(rolled.stdout).toMatch(
      /green light .*[^]*kubectl set image deployment\/catalyst-api catalyst-api=\S+:1f0c9e2\nkubectl rollout status /,
    );
    expect(rolled.status).toBe(0);
    expect(server.holders()).toEqual([job.holder]);

    expect(await runScript(job.after, env)).toMatchObject({ status: 0 });
    expect(server.holders()).toEqual([]);
  });
});

/** Runs the lines as a runner does: one after the other, until one fails. */
const runScript = (lines: readonly string[], env: Env) => start('sh', ['-ec', lines.join('\n')], env).ended;

/** Puts commands where the job finds them: the `npx` that runs quietgate from here, and a `kubectl` that only says so. */
function commands(): Env {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-pipelines-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const bin = fileURLToPath(new URL('src/bin.ts', import.meta.resolve('quietgate/package.json')));
  const scripts = {
    npx: `shift 2; exec '${process.execPath}' --import '${import.meta.resolve('tsx')}' '${bin}' "$@"`,
    kubectl: 'echo kubectl "$@"',
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    TSX_TSCONFIG_PATH: path('../../tsconfig.json'),
  };
}
