import { preload } from '@quietgate/testkit/processes';
import { transform } from 'esbuild';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BIN, runCli } from './support/run-cli.ts';

it.each(['14.0.0', '18.20.4', '20.10.0', '20.18.3'])(
  'Node %s is told which one is needed',
  async (version) => {
    const old = preload(`Object.defineProperty(process.versions, 'node', { value: '${version}' })`);
    expect(await runCli(['https://console.invalid'], old)).toEqual({
      status: 2,
      stdout: '',
      stderr: `quietgate: needs Node 20.19 or newer, and this is ${version}\n`,
    });
  },
);

it('by a file of a syntax that any Node since 14 can read', async () => {
  const source = readFileSync(BIN, 'utf8');
  const readBy = async (target: string) => (await transform(source, { target })).code;
  expect(await readBy('node14')).toBe(await readBy('esnext'));
});
