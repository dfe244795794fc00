/*
 * What must work wherever there is fetch and AbortSignal. It is bundled, and run against the built packages by each
 * runtime of the matrix, so it uses nothing of Node.
 */
import {
  classifyDeployment,
  countInFlight,
  IN_FLIGHT_COUNT_PATH,
  parseInFlightCount,
  waitForQuiet,
} from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { inFlightCount } from '@quietgate/http-adapters/fetch';

const records = () => [
  { id: 'b', status: 'tofu-applying' },
  { id: 'a', status: 'pending' },
  { id: 'c', status: 'phase1-watching' },
  { id: 'd', status: 'pending', adoptedAt: '2026-05-17' },
];

export const checks: Readonly<Record<string, () => Promise<void>>> = {
  async 'statuses are classified and counted'() {
    await Promise.resolve();
    same(classifyDeployment({ status: 'constructor' }), 'unknown');
    same(countInFlight(records()), { count: 2, ids: ['a', 'b'] });
  },

  async 'an answer that is none is refused'() {
    await Promise.resolve();
    throws(TypeError, () => parseInFlightCount({ count: '0' }));
  },

  async 'half an hour passes on a virtual clock'() {
    const source = () => ({ count: 1, ids: ['a'] });
    const result = await waitForQuiet({ source, clock: createVirtualClock() });
    same([result.outcome, result.elapsedMs], ['timed-out', 1_800_000]);
  },

  async 'the fetch adapter answers a gate'() {
    const deployments = records();
    const handler = inFlightCount({ listDeployments: () => deployments });
    const counts: (number | undefined)[] = [];
    const result = await waitForQuiet({
      url: 'https://gate.test/prefix/',
      fetch: (url, init) => handler(new Request(url.replace('/prefix', ''), init)),
      intervalMs: 10,
      onEvent: ({ lastSeen }) => {
        counts.push(lastSeen?.count);
        deployments.shift();
      },
    });
    same([result.outcome, counts], ['quiet', [2, 1]]);
  },

  async 'the fetch adapter speaks the wire format'() {
    const handler = inFlightCount({ listDeployments: records });
    const response = await handler(new Request(`https://gate.test${IN_FLIGHT_COUNT_PATH}?x=1`));
    same([response.status, response.headers.get('content-type')], [200, 'application/json']);
    same(await response.text(), '{"count":2,"ids":["a","b"]}');
    same((await handler(new Request('https://gate.test/'))).status, 404);
  },

  async 'a request that hangs is given up'() {
    const hanging = () => new Promise<never>(() => undefined);
    const result = await waitForQuiet({ source: hanging, requestTimeoutMs: 20, retries: 0 });
    same('reason' in result && result.reason, 'request-timeout');
  },

  async 'a body that hangs is given up'() {
    const result = await waitForQuiet({
      url: 'https://gate.test',
      fetch: () => Promise.resolve(new Response(new ReadableStream())),
      requestTimeoutMs: 20,
      retries: 0,
    });
    same('reason' in result && result.reason, 'request-timeout');
  },

  async 'a gate can be called off'() {
    const caller = new AbortController();
    const reason = new Error('called off');
    const gate = waitForQuiet({ source: () => ({ count: 1, ids: [] }), signal: caller.signal });
    caller.abort(reason);
    same(await gate.catch((error: unknown) => error), reason);
  },

  async 'wrong options are refused'() {
    const refusal = await waitForQuiet({ url: 'ftp://gate.test' }).catch((error: unknown) => error);
    same(refusal instanceof TypeError, true);
  },
};

function same(found: unknown, expected: unknown): void {
  if (found === expected || JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`);
}

function throws(kind: new () => Error, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (error instanceof kind) return;
    throw error;
  }
  throw new Error(`expected a ${kind.name}`);
}

/** Runs the checks one after the other, and throws at the first that fails. */
export async function runAll(all: Readonly<Record<string, () => Promise<void>>>): Promise<number> {
  for (const [name, check] of Object.entries(all)) {
    try {
      await check();
    } catch (cause) {
      throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
  return Object.keys(all).length;
}
