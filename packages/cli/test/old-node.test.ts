import { preload } from '@quietgate/testkit/processes';
import { transform } from 'esbuild';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeOldNode } from '../src/old-node.ts';
import { BIN, runCli } from './support/run-cli.ts';

it.each(['14.0.0', '18.20.4', '20.10.0', '20.18.3'])('Node %s is too old', (version) => {
  expect(describeOldNode(version)).toBe(`needs Node 20.19 or newer, and this is ${version}`);
});

it.each(['20.19.0', '21.0.0', '24.1.0'])('Node %s is new enough', (version) => {
  expect(describeOldNode(version)).toBeUndefined();
});

it('an old Node is told which one is needed', async () => {
  const old = preload(`Object.defineProperty(process.versions, 'node', { value: '20.18.3' })`);
  expect(await runCli(['https://console.invalid'], old)).toEqual({
    status: 2,
    stdout: '',
    stderr: 'quietgate: needs Node 20.19 or newer, and this is 20.18.3\n',
  });
});

it('by a file of a syntax that any Node since 14 can read', async () => {
  const source = readFileSync(BIN, 'utf8');
  const readBy = async (target: string) => (await transform(source, { target })).code;
  expect(await readBy('node14')).toBe(await readBy('esnext'));
});
