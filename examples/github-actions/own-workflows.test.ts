import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = new URL('../../.github/workflows/', import.meta.url);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Record<
    string,
    { permissions?: Record<string, string>; steps: Step[]; 'timeout-minutes'?: number }
  >;
}

const INSTALLS = /\b(pnpm|npm (ci|install)|npx|yarn|\.ci\/run)\b/;

describe.each(readdirSync(folder))('%s', (file) => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const { permissions, jobs } = parse(text) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('may read, and a job that may do more says so itself', () => {
    expect(permissions).toEqual({ contents: 'read' });
  });

  it('pins each action by its commit, and names the version', () => {
    const lines = text.split('\n').filter((line) => line.includes('uses:'));
    expect(lines).not.toEqual([]);
    expect(lines.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it('keeps no credential in the clone', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false));
  });

  it('installs and builds nothing where there is a credential', () => {
    const trusted = Object.values(jobs).filter((job) =>
      Object.values(job.permissions ?? {}).includes('write'),
    );
    const commands = trusted.flatMap((job) => job.steps.map(({ run }) => run ?? ''));
    expect(commands.filter((run) => INSTALLS.test(run))).toEqual([]);
  });

  it('ends by itself', () => {
    expect(Object.values(jobs).filter((job) => job['timeout-minutes'] === undefined)).toEqual([]);
  });
});

it('tries each Node that is supported', () => {
  const ci = readFileSync(new URL('ci.yml', folder), 'utf8');
  expect(ci).toContain('node-version: 20.19');
  expect(ci).toContain('node: [22, 24, 26]');
});
