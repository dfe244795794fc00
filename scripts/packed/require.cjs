const assert = require('node:assert/strict');
const { countInFlight, waitForQuiet } = require('@quietgate/core');
const { createVirtualClock } = require('@quietgate/core/testing');
const { inFlightCount } = require('@quietgate/http-adapters/node');

assert.deepEqual(countInFlight([{ id: 'a', status: 'pending' }]), { count: 1, ids: ['a'] });
assert.equal(typeof inFlightCount({ listDeployments: () => [] }), 'function');
waitForQuiet({ source: () => ({ count: 1, ids: [] }), clock: createVirtualClock() }).then((result) => {
  assert.equal(result.outcome, 'timed-out');
  console.log('require: a virtual half hour');
});
