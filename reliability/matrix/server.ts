/* For the runtimes that have Node's API: the smoke checks, and the endpoint asked over a real socket. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { waitForQuiet } from '@quietgate/core';
import { inFlightCount } from '@quietgate/http-adapters/node';
import { checks, runAll } from './smoke.ts';

const passed = await runAll({
  ...checks,
  ...('Bun' in globalThis || 'Deno' in globalThis ? {} : { 'quietgate runs by npx': npxQuietgate }),

  async 'a gate asks over a socket'() {
    const deployments = [{ id: 'a', status: 'pending' }];
    const server = createServer(inFlightCount({ listDeployments: () => deployments }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const onEvent = () => void deployments.pop();
    const { outcome, polls } = await waitForQuiet({ url, intervalMs: 10, onEvent });
    server.close();
    server.closeAllConnections();
    if (outcome !== 'quiet' || polls !== 2) throw new Error(`${outcome} after ${polls} polls`);
  },

  async 'the package can be required'() {
    await Promise.resolve();
    const required = createRequire(import.meta.url)('@quietgate/core') as { waitForQuiet?: unknown };
    if (typeof required.waitForQuiet !== 'function') throw new Error('waitForQuiet is missing');
  },
});
console.log(`${passed} checks passed`);

/** npx and what it starts run on the node that is first in the path: this one. */
async function npxQuietgate() {
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const npx = (...args: string[]) =>
    promisify(execFile)('npx', ['quietgate', ...args], { env: { ...process.env, PATH } });

  const { stdout: version } = await npx('--version');
  if (!/^\d+\.\d+\.\d+\n$/.test(version)) throw new Error(`no version: ${version}`);

  const server = createServer(inFlightCount({ listDeployments: () => [] }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { stdout } = await npx(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--json');
  server.close();
  server.closeAllConnections();
  const { outcome } = JSON.parse(stdout) as { outcome: string };
  if (outcome !== 'quiet') throw new Error(`npx quietgate ended ${outcome}`);
}
