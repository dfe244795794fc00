/* For the runtimes that have Node's API: the smoke checks, and the endpoint asked over a real socket. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { waitForQuiet } from '@quietgate/core';
import { inFlightCount } from '@quietgate/http-adapters/node';
import { checks, runAll } from './smoke.ts';

const passed = await runAll({
  ...checks,

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
