import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { start } from '@quietgate/testkit/processes';
import { expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

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
