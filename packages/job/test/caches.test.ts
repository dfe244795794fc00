import { IN_FLIGHT_COUNT_PATH, waitForQuiet, type WaitForQuietOptions } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { inFlightCount } from '@quietgate/http-adapters/node';
import { endpoint, inFlight, listen, text } from '@quietgate/testkit/endpoint';
import { nginx, noNginx } from '@quietgate/testkit/nginx';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createNetwork } from '../src/network/create-network.ts';

type Fetch = NonNullable<WaitForQuietOptions['fetch']>;

const FETCHES: readonly [whose: string, fetch: Fetch][] = [
  ['the command line', createNetwork({}).fetch],
  ['Node’s fetch', fetch],
];

/** Keeps each answer for ten minutes, though it says `no-store`. */
const KEEPING = 'proxy_cache kept; proxy_ignore_headers Cache-Control; proxy_cache_valid 200 10m;';

describe.each(FETCHES)('behind a cache that ignores no-store, %s', (_, ask) => {
  it.skipIf(noNginx !== undefined)(
    `sees the run that began after a zero was kept${noNginx ? ` (${noNginx})` : ''}`,
    async () => {
      const runs = new Map<string, { id: string; status: string }>();
      const server = createServer(inFlightCount({ listDeployments: () => runs.values() }));
      const url = await nginx(await listen(server), KEEPING, 'proxy_cache_path kept keys_zone=kept:1m;');
      const clock = createVirtualClock({ graceMs: 1 }); // requests hold it
      const fetch: Fetch = (input, init) => clock.hold(ask(input, init));
      const curl = async () => (await globalThis.fetch(url + IN_FLIGHT_COUNT_PATH)).text();

      expect(await waitForQuiet({ url, clock, fetch })).toMatchObject({ outcome: 'quiet', polls: 1 });
      const kept = await curl();
      runs.set('t13', { id: 't13', status: 'tofu-applying' });
      expect(await curl()).toBe(kept); // who brings no query of its own is told of no run
      const onEvent = () => {
        runs.clear();
      };
      expect(await waitForQuiet({ url, clock, fetch, onEvent })).toMatchObject({
        outcome: 'quiet',
        polls: 2,
      });
    },
  );

  it('takes no zero from one that looks at no query, but says how old its answer is', async () => {
    const kept = text(200, '{"count":0,"ids":[]}', { age: '600' });
    const { url, requests } = await endpoint(kept, inFlight(1), kept, kept, inFlight(0));
    const clock = createVirtualClock({ graceMs: 1 });
    const fetch: Fetch = (input, init) => clock.hold(ask(input, init));
    expect(await waitForQuiet({ url, clock, fetch })).toMatchObject({ outcome: 'quiet', polls: 2 });
    expect(requests).toHaveLength(5);
  });
});
