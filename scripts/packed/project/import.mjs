import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { IN_FLIGHT_COUNT_PATH, waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { inFlightCount as expressInFlightCount } from '@quietgate/http-adapters/express';
import { inFlightCount as fastifyInFlightCount } from '@quietgate/http-adapters/fastify';
import { inFlightCount as fetchInFlightCount } from '@quietgate/http-adapters/fetch';
import { inFlightCount } from '@quietgate/http-adapters/node';
import { createPostgresRuns } from '@quietgate/postgres';

const deployments = [{ id: 'a', status: 'tofu-applying' }];
const server = createServer(inFlightCount({ listDeployments: () => deployments }));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;

const answer = await fetch(url + IN_FLIGHT_COUNT_PATH);
assert.equal(await answer.text(), '{"count":1,"ids":["a"]}');

const seen = [];
const result = await waitForQuiet({
  url,
  intervalMs: 1,
  onEvent: ({ lastSeen }) => {
    seen.push(lastSeen);
    deployments.length = 0;
  },
});
assert.equal(result.outcome, 'quiet');
assert.deepEqual(seen, [{ count: 1, ids: ['a'] }]);

const [runner, ...exec] = process.argv.slice(2); // how this package manager runs a command
const { stdout } = await promisify(execFile)(runner, [...exec, 'quietgate', url, '--json']);
assert.equal(JSON.parse(stdout).outcome, 'quiet');
server.close();

const response = await fetchInFlightCount({ listDeployments: () => deployments })(
  new Request(url + IN_FLIGHT_COUNT_PATH),
);
assert.deepEqual(await response.json(), { count: 0, ids: [] });
// With pnpm and Yarn neither framework is installed, and neither is needed to load its adapter.
assert.equal(typeof expressInFlightCount, typeof fastifyInFlightCount);
// Nor is a driver of PostgreSQL's needed to load what takes either.
assert.throws(() => createPostgresRuns({}), /db must be a Pool of pg or a client of postgres, got object/);

const virtual = await waitForQuiet({ source: () => ({ count: 1, ids: [] }), clock: createVirtualClock() });
assert.equal(virtual.elapsedMs, 1_800_000);
console.log('import: a green light for the library and for its command, and a virtual half hour');
