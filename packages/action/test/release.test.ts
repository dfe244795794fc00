import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

const file = new URL('../../../.github/workflows/release-action.yml', import.meta.url);
const workflow = parse(readFileSync(file, 'utf8')) as {
  readonly jobs: { readonly release: { readonly steps: { readonly run?: string }[] } };
};
const publish = workflow.jobs.release.steps.at(-1)?.run ?? 'exit 1';

it('puts the bundle into the commit of a version, and moves its major there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-release-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const [origin, clone] = [join(folder, 'origin'), join(folder, 'clone')];
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: clone, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

  mkdirSync(clone);
  execFileSync('git', ['init', '--quiet', '--bare', origin]);
  git('init', '--quiet');
  git('remote', 'add', 'origin', origin);
  writeFileSync(join(clone, '.gitignore'), 'dist/\n');
  git('add', '.');
  git(...author, 'commit', '-m', 'A source');
  mkdirSync(join(clone, 'packages/action/dist'), { recursive: true });
  for (const version of ['v1.0.0', 'v1.2.3']) {
    writeFileSync(join(clone, 'packages/action/dist/index.cjs'), version);
    execFileSync('bash', ['-e', '-c', publish], {
      cwd: clone,
      stdio: 'ignore',
      env: { ...process.env, GITHUB_REF_NAME: `action-${version}` },
    });
  }

  const published = (tag: string) =>
    execFileSync('git', ['--git-dir', origin, 'show', `${tag}:packages/action/dist/index.cjs`], {
      encoding: 'utf8',
    });
  expect([published('v1.0.0'), published('v1.2.3'), published('v1')]).toEqual(['v1.0.0', 'v1.2.3', 'v1.2.3']);
});
