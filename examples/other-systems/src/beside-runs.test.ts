import { createServer } from 'node:http';
import type { Deployment } from '@quietgate/core';
import { inFlightCount } from '@quietgate/http-adapters/node';
import { listen } from '@quietgate/testkit/endpoint';
import { expect, it } from 'vitest';
import { allWork, classifyWork, type Operation } from './beside-runs.ts';

it('counts work that no status names beside the runs, at one endpoint', async () => {
  const runs: Deployment[] = [
    { id: 't13', status: 'tofu-applying' },
    { id: 't17', status: 'ready' },
  ];
  const operations: Operation[] = [
    { id: 't17-cutover', kind: 'cutover' },
    { id: 't21-wipe', kind: 'wipe', endedAt: new Date('2026-05-17T13:00:00Z') },
  ];
  const listDeployments = () => allWork(runs, operations);
  const server = createServer(inFlightCount({ listDeployments, classify: classifyWork }));
  const url = `http://127.0.0.1:${await listen(server)}/api/v1/deployments/in-flight-count`;
  const count = async () => (await (await fetch(url)).json()) as unknown;
  expect(await count()).toEqual({ count: 2, ids: ['t13', 't17-cutover'] });
  operations[0] = { id: 't17-cutover', kind: 'cutover', endedAt: new Date() };
  expect(await count()).toEqual({ count: 1, ids: ['t13'] });
});
