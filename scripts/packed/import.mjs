import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { IN_FLIGHT_COUNT_PATH, waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { inFlightCount } from '@quietgate/http-adapters/node';

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
server.close();

const virtual = await waitForQuiet({ source: () => ({ count: 1, ids: [] }), clock: createVirtualClock() });
assert.equal(virtual.elapsedMs, 1_800_000);
console.log('import: a green light through the endpoint, and a virtual half hour');
