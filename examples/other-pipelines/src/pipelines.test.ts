import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { start } from '@quietgate/testkit/processes';
import { expect, it } from 'vitest';

const hasShell = spawnSync('sh', ['-c', 'true']).status === 0;

it.skipIf(!hasShell)('rehearses both jobs, where a shell is installed', async () => {
  const entry = fileURLToPath(new URL('main.ts', import.meta.url));
  const rehearsal = start(process.execPath, ['--import', import.meta.resolve('tsx'), entry], {
    TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
  });
  const { status, stdout } = await rehearsal.ended;
  const [, ...outputs] = stdout.split(/^(?:gitlab-ci\.yml|Jenkinsfile)$/m);
  expect(outputs).toHaveLength(2);
  for (const output of outputs) {
    const order = [
      /^server: lease of (\S+) raised$/m,
      /^kubectl set image deployment\/catalyst-api catalyst-api=ghcr\.io\/openova\/catalyst-api:1f0c9e2$/m,
      /^kubectl rollout status deployment\/catalyst-api --timeout=5m$/m,
      /^server: lease of (\S+) lifted$/m,
    ].map((line) => output.search(line));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
  expect(status).toBe(0);
});
