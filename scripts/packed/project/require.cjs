const assert = require('node:assert/strict');
const { CordonRefused, countInFlight, createCordon, waitForQuiet } = require('@quietgate/core');
const { createVirtualClock } = require('@quietgate/core/testing');
const { inFlightCount } = require('@quietgate/http-adapters/node');
const { RUNS_SCHEMA } = require('@quietgate/postgres');

assert.deepEqual(countInFlight([{ id: 'a', status: 'pending' }]), { count: 1, ids: ['a'] });
assert.equal(typeof inFlightCount({ listDeployments: () => [] }), 'function');
assert.match(RUNS_SCHEMA, /create table if not exists quietgate_runs/);

// One class, however it is loaded: an endpoint knows by it what its caller may be told.
assert.throws(() => createCordon({ maxUpMs: 1 }).raise('a', 1000), CordonRefused);
import('@quietgate/core').then((imported) => assert.equal(imported.CordonRefused, CordonRefused));

waitForQuiet({ source: () => ({ count: 1, ids: [] }), clock: createVirtualClock() }).then((result) => {
  assert.equal(result.outcome, 'timed-out');
  console.log('require: a virtual half hour');
});
