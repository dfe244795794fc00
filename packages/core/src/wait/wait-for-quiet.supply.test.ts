import { describe, expect, it } from 'vitest';
import { lease, runCordoned } from '../../test/cordoned-endpoint.ts';
import { runGate } from '../../test/run-gate.ts';
import { count, fail, status } from '../../test/scripted-endpoint.ts';

const COUNT = 'https://api.example/api/v1/deployments/in-flight-count';
const CORDON = 'the cordon at https://api.example/api/v1/deployments/cordon';

const sent = (name: string, requests: readonly { init: RequestInit }[]) =>
  requests.map(({ init }) => new Headers(init.headers).get(name));

const failing: [string, () => never][] = [
  [
    'throws',
    () => {
      throw new Error('s3cret');
    },
  ],
  ['rejects', () => Promise.reject(new Error('s3cret')) as never],
];

describe('headers that are a function', () => {
  it('are asked for anew for each request, retries included', async () => {
    let calls = 0;
    const { requests, result } = await runGate([count(1), status(503), count(0)], {
      headers: () => ({ 'x-call': String(++calls) }),
    });
    expect(result.outcome).toBe('quiet');
    expect(sent('x-call', requests)).toEqual(['1', '2', '3']);
    expect(sent('accept', requests)).toEqual(Array(3).fill('application/json'));
  });

  it('go to the cordon, too', async () => {
    let calls = 0;
    const { requests } = await runCordoned(
      { leases: [lease(600, 'a')], counts: [count(0)] },
      { headers: () => Promise.resolve([['x-call', String(++calls)]]) },
    );
    expect(requests.map(({ method, headers }) => [method, headers.get('x-call')])).toEqual([
      ['PUT', '1'],
      ['GET', '2'],
      ['PUT', '3'],
    ]);
  });

  it.for<[string, () => never, string]>([
    ...failing.map(([how, headers]): [string, () => never, string] => [how, headers, 'headers() failed']),
    ['gives what cannot be sent', () => ({ host: 's3cret' }) as never, 'headers() gave what cannot be sent'],
  ])('fail the request like one that was not answered: one that %s', async ([, headers, why]) => {
    const { result, events, requests } = await runGate([count(0)], { headers, retries: 1 });
    const message = `${COUNT} was not asked: ${why}`;
    expect(events).toMatchObject([
      { type: 'retrying', about: 'count', reason: 'unreachable', message, nextInMs: 1000 },
    ]);
    expect(result).toMatchObject({ outcome: 'failed-open', reason: 'unreachable', message, elapsedMs: 1000 });
    expect(requests).toEqual([]);
    expect(JSON.stringify([result, events])).not.toContain('s3cret');
  });

  it('may recover', async () => {
    const answers = [new Error('no'), { 'x-a': '1' }];
    const headers = () => {
      const answer = answers.shift() ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    };
    expect((await runGate([count(0)], { headers })).result).toMatchObject({
      outcome: 'quiet',
      elapsedMs: 1000,
    });
  });

  it('take the time of the request, and are not called while a call is pending', async () => {
    const calls: number[] = [];
    let give = () => Promise.resolve<HeadersInit>({});
    const { result, requestedAtMs } = await runGate(
      (clock) => {
        give = async () => {
          calls.push(clock.now());
          await clock.sleep(calls.length === 1 ? 15_000 : 1000);
          return {};
        };
        return [count(0)];
      },
      { headers: () => give() },
    );
    // Given up after 10 s, tried again after 1 s: the new try waits for the old call, and then calls anew.
    expect(calls).toEqual([0, 15_000]);
    expect(requestedAtMs).toEqual([16_000]);
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 16_000 });
  });
});

describe('a token that is a function', () => {
  it('is asked for anew for each request of the cordon, and for no other', async () => {
    let calls = 0;
    const { requests } = await runCordoned(
      { leases: [lease(30, 'a')], counts: [count(1), count(0)] },
      { cordon: { token: () => `token-of-sixteen-${++calls}` } },
    );
    expect(requests.map(({ method, headers }) => [method, headers.get('authorization')])).toEqual([
      ['PUT', 'Bearer token-of-sixteen-1'],
      ['GET', null],
      ['PUT', 'Bearer token-of-sixteen-2'],
      ['GET', null],
      ['PUT', 'Bearer token-of-sixteen-3'],
    ]);
  });

  it.for<[string, () => never, string]>([
    ...failing.map(([how, token]): [string, () => never, string] => [how, token, 'cordon.token() failed']),
    ['is too short', () => 's3cret' as never, 'cordon.token() gave what cannot be sent'],
    ['is none', () => 7 as never, 'cordon.token() gave what cannot be sent'],
  ])('leaves the gate without a cordon when it %s', async ([, token, why]) => {
    const { result, events, asked } = await runCordoned(
      { leases: [lease(600, 'a')], counts: [count(0)] },
      { cordon: { token } },
    );
    const message = `${CORDON} was not asked: ${why}`;
    expect(events).toMatchObject([
      { type: 'retrying', about: 'cordon', reason: 'unreachable', message },
      { type: 'uncordoned', message },
      { type: 'retrying', about: 'cordon', message },
    ]);
    expect(result).toMatchObject({ outcome: 'quiet', cordon: { up: false, message } });
    expect(asked).toEqual(['1000 GET']);
    expect(JSON.stringify([result, events])).not.toContain('s3cret');
  });

  it('is in no message of a request that fails', async () => {
    const token = 'another-token-of-16';
    const { events } = await runCordoned(
      { leases: [fail(new Error(`Bearer ${token}`))], counts: [count(0)] },
      { cordon: { token: () => token } },
    );
    expect(events.length).toBeGreaterThan(0);
    expect(JSON.stringify(events)).not.toContain(token);
  });
});

it('a result says how many records nobody can judge, where the server says that there are any', async () => {
  const counted = (header: string, inFlight: number) =>
    status(200, { 'quietgate-unknown': header }, JSON.stringify({ count: inFlight }));
  expect((await runGate([counted('3', 0)])).result).toHaveProperty('unknown', 3);
  expect((await runGate([counted('0', 0)])).result).not.toHaveProperty('unknown');
  expect((await runGate([counted('3', 1), count(0)])).result).not.toHaveProperty('unknown');
  expect((await runGate([counted('3', 1)], { maxWaitMs: 5 })).result).toMatchObject({
    outcome: 'timed-out',
    unknown: 3,
  });
});
