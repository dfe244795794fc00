import { describe, expect, it } from 'vitest';
import { type CordonedOptions, lease, runCordoned, TOKEN } from '../../test/cordoned-endpoint.ts';
import { after, type Answer, count, fail, hang, status } from '../../test/scripted-endpoint.ts';
import { createVirtualClock } from '../testing.ts';
import { waitForQuiet } from './wait-for-quiet.ts';

const endpointPath = '/api/v1/deployments/cordon';
const cordonAt = `the cordon at https://api.example${endpointPath}`;

describe('the cordon', () => {
  it('is raised before the first poll, and renewed after the zero', async () => {
    const { result, asked, events } = await runCordoned({
      leases: [lease(600, 'a')],
      counts: [count(1), count(0)],
    });
    expect(asked).toEqual(['0 PUT', '0 GET', '20000 GET', '20000 PUT']);
    expect(events).toMatchObject([
      { type: 'cordoned', poll: 0, elapsedMs: 0, nextInMs: 0 },
      { type: 'waiting', poll: 1 },
    ]);
    expect(result).toMatchObject({
      outcome: 'quiet',
      polls: 2,
      cordon: { holder: 'deploy-42', up: true, remainingMs: 600_000 },
    });
  });

  it('goes on at once after its answer, and not after a sleep of nothing', async () => {
    const sleeps: number[] = [];
    await runCordoned((clock) => {
      const sleep = clock.sleep.bind(clock);
      clock.sleep = (ms, signal) => {
        sleeps.push(ms);
        return sleep(ms, signal);
      };
      return { leases: [lease(600, 'a')], counts: [count(0)] };
    });
    expect(sleeps.length).toBeGreaterThan(0);
    expect(sleeps).not.toContain(0);
  });

  it('is asked for at its own path, with the prefix of the URL and without its query', async () => {
    const { raises } = await runCordoned(
      { leases: [lease(600, 'a')], counts: [count(0)] },
      { url: 'https://api.example/catalyst/?tenant=a#b', cordon: { holder: 'a/b:c', leaseMs: 90_000 } },
    );
    expect(raises.map(({ url }) => url.href)).toEqual([
      `https://api.example/catalyst${endpointPath}?holder=a%2Fb%3Ac&seconds=90`,
      `https://api.example/catalyst${endpointPath}?holder=a%2Fb%3Ac&seconds=90&lease=a`,
    ]);
    expect(raises[0]?.init.redirect).toBe('manual');
    const elsewhere = await runCordoned(
      { leases: [lease(600, 'a')], counts: [count(0)] },
      { cordon: { path: '/hold' } },
    );
    expect(elsewhere.raises[0]?.url.pathname).toBe('/hold');
  });

  it('sends the token with the headers, and wins over an Authorization; the polls do not have it', async () => {
    const { requests } = await runCordoned(
      { leases: [lease(600, 'a')], counts: [count(0)] },
      { headers: { authorization: 'Basic eA==', 'x-tenant': 'a' } },
    );
    expect(
      requests.map(({ method, headers }) => [method, headers.get('authorization'), headers.get('x-tenant')]),
    ).toEqual([
      ['PUT', `Bearer ${TOKEN}`, 'a'],
      ['GET', 'Basic eA==', 'a'],
      ['PUT', `Bearer ${TOKEN}`, 'a'],
    ]);
    expect(requests[0]?.headers.has('prefer')).toBe(false);
  });

  it('is held for ten minutes, by a holder of its own, unless told otherwise', async () => {
    const run = () =>
      runCordoned({ leases: [lease(600, 'a')], counts: [count(0)] }, { cordon: { holder: undefined } });
    const [one, other] = await Promise.all([run(), run()]);
    expect(one.raises[0]?.url.searchParams.get('seconds')).toBe('600');
    const holder = one.raises[0]?.url.searchParams.get('holder');
    expect(holder).toMatch(/^[\w-]{16,128}$/);
    expect(one.result.cordon?.holder).toBe(holder);
    expect(other.result.cordon?.holder).not.toBe(holder);
  });
});

describe('a renewal before a poll', () => {
  const counts = [...Array.from({ length: 40 }, () => count(1)), count(0)];

  it('comes when less than half of the lease is left', async () => {
    const { asked } = await runCordoned({ leases: [lease(600, 'a')], counts }, { longPoll: false });
    expect(asked.filter((each) => each.endsWith('PUT'))).toEqual([
      '0 PUT',
      '320000 PUT',
      '640000 PUT',
      '800000 PUT',
    ]);
  });

  it('comes when less than a request, its wait and an interval is left, but not right after a raise', async () => {
    const { asked } = await runCordoned({
      leases: [lease(50, 'a')],
      counts: [count(1), count(1), count(1), count(0)],
    });
    // 50 s - 20 s = 30 s are enough for 10 s and 20 s; 50 s - 40 s are not.
    expect(asked).toEqual([
      '0 PUT',
      '0 GET',
      '20000 GET',
      '40000 PUT',
      '40000 GET',
      '60000 GET',
      '60000 PUT',
    ]);
    const short = await runCordoned({ leases: [lease(1, 'a')], counts: [count(1), count(0)] });
    expect(short.asked).toEqual(['0 PUT', '0 GET', '20000 PUT', '20000 GET', '20000 PUT']);
  });

  it('counts the wait of a long poll in', async () => {
    const held = (inFlight: number) =>
      status(200, { 'preference-applied': 'wait=20' }, JSON.stringify({ count: inFlight }));
    const { asked } = await runCordoned((clock) => ({
      leases: [lease(65, 'a')],
      counts: [held(1), after(20_000, clock, held(1)), held(0)],
    }));
    // 65 s - 20 s = 45 s are not enough for 10 s, a wait of 20 s and 20 s.
    expect(asked).toEqual(['0 PUT', '0 GET', '0 GET', '20000 PUT', '20000 GET', '20000 PUT']);
  });

  it('goes by what was granted, and never by more than was asked', async () => {
    const granted = await runCordoned(
      { leases: [lease(100, 'a')], counts: [count(1), count(1), count(1), count(1), count(0)] },
      { longPoll: false },
    );
    expect(granted.asked.filter((each) => each.endsWith('PUT'))).toEqual(['0 PUT', '60000 PUT', '80000 PUT']);
    const lied = await runCordoned(
      { leases: [lease(9999, 'a')], counts: [count(0)] },
      { cordon: { leaseMs: 60_000 } },
    );
    expect(lied.result.cordon).toMatchObject({ up: true, remainingMs: 60_000 });
  });

  it('that returns another id reports that the lease was lost, and lets a zero settle anew', async () => {
    const { result, types, asked } = await runCordoned(
      { leases: [lease(60, 'a'), lease(60, 'b')], counts: [count(0)] },
      { quietForMs: 50_000 },
    );
    expect(types).toEqual([
      'cordoned',
      'settling',
      'settling',
      'uncordoned',
      'cordoned',
      'settling',
      'settling',
      'settling',
    ]);
    expect(asked.at(-1)).toBe('90000 PUT');
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 90_000 });
  });

  it('that fails is reported once, and tried again before the next poll', async () => {
    const { result, types, asked } = await runCordoned({
      leases: [lease(60, 'a'), status(500), status(500), status(403), lease(60, 'a')],
      counts: [count(1), count(1), count(1), count(1), count(0)],
    });
    expect(asked.filter((each) => each.endsWith('PUT'))).toEqual([
      ...['0 PUT', '40000 PUT', '41000 PUT'],
      ...['61000 PUT', '81000 PUT', '81000 PUT'],
    ]);
    expect(types.filter((type) => type !== 'waiting')).toEqual([
      'cordoned',
      'retrying',
      'uncordoned',
      'cordoned',
    ]);
    expect(result).toMatchObject({ outcome: 'quiet', cordon: { up: true } });
  });
});

describe('the renewal after the zero', () => {
  it('that returns another id needs a new poll, at once', async () => {
    const { result, asked, types } = await runCordoned({
      leases: [lease(600, 'a'), lease(600, 'b')],
      counts: [count(1), count(0)],
    });
    expect(asked).toEqual(['0 PUT', '0 GET', '20000 GET', '20000 PUT', '20000 GET', '20000 PUT']);
    expect(types).toEqual(['cordoned', 'waiting', 'uncordoned', 'cordoned']);
    expect(result).toMatchObject({ outcome: 'quiet', polls: 3, cordon: { up: true } });
  });

  it('says what another id means', async () => {
    const { events } = await runCordoned({ leases: [lease(600, 'a'), lease(600, 'b')], counts: [count(0)] });
    expect(events).toMatchObject([
      { type: 'cordoned' },
      {
        type: 'uncordoned',
        message: 'the lease has ended and another one has begun: runs may have started in between',
        nextInMs: 0,
      },
      { type: 'cordoned' },
    ]);
  });

  it('polls again at once also when a renewal before the poll, or the first lease, returned another id', async () => {
    const renewed = await runCordoned({
      leases: [lease(60, 'a'), lease(60, 'b'), lease(60, 'c')],
      counts: [count(1), count(1), count(0)],
    });
    expect(renewed.asked.slice(3)).toEqual([
      ...['40000 PUT', '40000 GET', '40000 PUT'],
      ...['40000 GET', '40000 PUT'],
    ]);
    const first = await runCordoned({
      leases: [status(409), lease(600, 'a'), lease(600, 'b')],
      counts: [count(0)],
    });
    expect(first.result).toMatchObject({ outcome: 'quiet', elapsedMs: 0, polls: 3 });
  });

  it('that returns another id is followed by a renewal before the poll only after a pause', async () => {
    let id = 0;
    const another: Answer = (signal) => lease(20, `id-${++id}`)(signal);
    const { asked } = await runCordoned({ leases: [another], counts: [count(0)] }, { maxWaitMs: 30_000 });
    expect(asked).toEqual([
      ...['0 PUT', '0 GET', '0 PUT', '0 GET', '0 PUT'],
      ...['20000 PUT', '20000 GET', '20000 PUT'],
    ]);
  });

  it('that returns another id each time polls once an interval, and ends at the maximum wait', async () => {
    let id = 0;
    const another: Answer = (signal) => lease(600, `id-${++id}`)(signal);
    const { result, asked, types } = await runCordoned(
      { leases: [another], counts: [count(0)] },
      { maxWaitMs: 50_000 },
    );
    expect(asked).toEqual([
      ...['0 PUT', '0 GET', '0 PUT', '0 GET', '0 PUT'],
      ...['20000 GET', '20000 PUT', '40000 GET', '40000 PUT'],
    ]);
    expect(types).toEqual([
      ...['cordoned', 'uncordoned', 'cordoned'],
      ...[
        'uncordoned',
        'cordoned',
        'settling',
        'uncordoned',
        'cordoned',
        'settling',
        'uncordoned',
        'cordoned',
        'settling',
      ],
    ]);
    expect(result).toMatchObject({ outcome: 'timed-out', elapsedMs: 50_000 });
  });

  it('that returns another id when the maximum wait is long over, as after a sleep of the machine, goes on in no time', async () => {
    let sleptMs = 0;
    let raises = 0;
    const { result, events } = await runCordoned(
      (clock) => {
        const now = clock.now.bind(clock);
        clock.now = () => now() + sleptMs;
        const another: Answer = (signal) => {
          if (++raises === 3) sleptMs = 5000;
          return lease(600, `id-${raises}`)(signal);
        };
        return { leases: [another], counts: [count(0)] };
      },
      { maxWaitMs: 3000 },
    );
    expect(events.at(-1)).toMatchObject({ type: 'settling', elapsedMs: 5000, nextInMs: 0 });
    expect(result).toMatchObject({ outcome: 'timed-out', elapsedMs: 5000 });
  });

  it.for<[string, Answer]>([
    ['a 503', status(503)],
    ['a 401', status(401)],
    ['a 409', status(409)],
    ['a reset', fail(new Error('reset'))],
    ['silence', hang],
    ['HTML', status(200, {}, '<html>')],
    ['no lease', status(200, {}, '{}')],
  ])('that fails with %s leaves the light green, and says so', async ([, failure]) => {
    const { result, types } = await runCordoned({ leases: [lease(600, 'a'), failure], counts: [count(0)] });
    expect(result).toMatchObject({ outcome: 'quiet', cordon: { holder: 'deploy-42', up: false } });
    expect(types.at(-1)).toBe('uncordoned');
  });

  it('that fails says that the lease may still last, unless it was lifted', async () => {
    const failed = await runCordoned({ leases: [lease(600, 'a'), status(500)], counts: [count(0)] });
    expect(failed.result.cordon).toEqual({
      holder: 'deploy-42',
      up: false,
      message: `${cordonAt} answered 500; the lease may still last`,
    });
    const lifted = await runCordoned({ leases: [lease(600, 'a'), status(409)], counts: [count(0)] });
    expect(lifted.result.cordon).toMatchObject({
      up: false,
      message: expect.not.stringContaining('may still last') as unknown,
    });
  });

  it('that the maximum wait cuts short leaves the light green', async () => {
    const { result } = await runCordoned(
      (clock) => ({ leases: [lease(600, 'a'), hang], counts: [after(4000, clock, count(0))] }),
      { maxWaitMs: 9000 },
    );
    expect(result).toMatchObject({
      outcome: 'quiet',
      elapsedMs: 9000,
      cordon: {
        up: false,
        message: `${cordonAt} gave no complete answer within 5000 ms; the lease may still last`,
      },
    });
  });

  it('that succeeds with the old id after a failed one lets the zero stand', async () => {
    const { result, types, asked } = await runCordoned({
      leases: [lease(60, 'a'), status(403), lease(60, 'a')],
      counts: [count(1), count(1), count(0)],
    });
    expect(types).toEqual(['cordoned', 'waiting', 'waiting', 'uncordoned', 'cordoned']);
    expect(asked.slice(-3)).toEqual(['40000 PUT', '40000 GET', '40000 PUT']);
    expect(result).toMatchObject({ outcome: 'quiet', polls: 3, cordon: { up: true } });
  });

  it('that is the first to succeed needs a new poll', async () => {
    const { result, types, asked } = await runCordoned({
      leases: [status(409), lease(600, 'a')],
      counts: [count(0)],
    });
    expect(types).toEqual(['uncordoned', 'cordoned']);
    expect(asked).toEqual(['0 PUT', '0 GET', '0 PUT', '0 GET', '0 PUT']);
    expect(result).toMatchObject({ outcome: 'quiet', polls: 2, cordon: { up: true } });
  });
});

describe('a raise or renewal', () => {
  it.for<[string, Answer]>([
    ['a 503', status(503, { 'retry-after': '7' })],
    ['a reset', fail(new Error('reset'))],
  ])('is retried once after %s, 1 s later', async ([, failure]) => {
    const { asked, events, result } = await runCordoned(
      { leases: [failure, lease(600, 'a')], counts: [count(0)] },
      { retries: 0 },
    );
    expect(asked).toEqual(['0 PUT', '1000 PUT', '1000 GET', '1000 PUT']);
    expect(events).toMatchObject([
      { type: 'retrying', poll: 0, nextInMs: 1000, message: expect.stringContaining(cordonAt) as unknown },
      { type: 'cordoned', poll: 0, elapsedMs: 1000 },
    ]);
    expect(result.outcome).toBe('quiet');
  });

  it('has the time of one request in all', async () => {
    const { asked } = await runCordoned((clock) => ({
      leases: [after(4000, clock, status(503)), hang, lease(600, 'a')],
      counts: [count(0)],
    }));
    expect(asked.slice(0, 3)).toEqual(['0 PUT', '5000 PUT', '10000 GET']);
    const slow = await runCordoned(
      (clock) => ({
        leases: [after(9000, clock, status(503)), lease(600, 'a')],
        counts: [count(1), count(0)],
      }),
      { longPoll: false },
    );
    expect(slow.asked.slice(0, 2)).toEqual(['0 PUT', '9000 GET']);
  });

  it('is given up for good after a 401, where no lease was ever granted', async () => {
    const { result, types, asked } = await runCordoned({
      leases: [status(401), lease(600, 'a')],
      counts: [count(1), count(1), count(0)],
    });
    expect(asked).toEqual(['0 PUT', '0 GET', '20000 GET', '40000 GET']);
    expect(types).toEqual(['uncordoned', 'waiting', 'waiting']);
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 40_000, cordon: { up: false } });
  });

  const rejections: [string, Answer][] = [
    ['403', status(403)],
    ['404', status(404)],
    ['405', status(405)],
    ['a redirect', status(302, { location: 'https://other.example/' })],
    [
      'a hidden redirect',
      () => Promise.resolve(Object.defineProperty(new Response(''), 'status', { value: 0 })),
    ],
    [
      'a redirect that was followed',
      () =>
        Promise.resolve(
          Object.defineProperty(new Response('{"seconds":9,"lease":"a"}'), 'redirected', { value: true }),
        ),
    ],
  ];

  it.for(rejections)('is given up for good after two answers of %s in a row', async ([, rejection]) => {
    const { result, types, asked } = await runCordoned({
      leases: [rejection, status(404), lease(600, 'a')],
      counts: [count(1), count(1), count(0)],
    });
    expect(asked).toEqual(['0 PUT', '0 GET', '20000 PUT', '20000 GET', '40000 GET']);
    expect(types).toEqual(['uncordoned', 'waiting', 'waiting']);
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 40_000, cordon: { up: false } });
  });

  it.for(rejections)('is tried again after one answer of %s', async ([, rejection]) => {
    const { result, types } = await runCordoned({
      leases: [rejection, lease(600, 'a')],
      counts: [count(1), count(0)],
    });
    expect(types).toEqual(['uncordoned', 'waiting', 'cordoned']);
    expect(result.cordon).toMatchObject({ up: true });
  });

  it.for<[string, Answer]>([
    ['a failed request', fail(new TypeError('fetch failed'))],
    ['silence', hang],
  ])('counts two rejections with %s in between as two in a row', async ([, noAnswer]) => {
    const { raises } = await runCordoned({
      leases: [status(404), noAnswer, noAnswer, status(404), lease(600, 'a')],
      counts: [...Array.from({ length: 9 }, () => count(1)), count(0)],
    });
    expect(raises.length).toBeLessThanOrEqual(5);
    expect(raises.at(-1)?.atMs).toBeLessThanOrEqual(80_000);
  });

  it.for([503, 409, 500])('counts two rejections with a %i in between as one', async (other) => {
    const { result } = await runCordoned({
      leases: [status(404), status(other), status(404), lease(600, 'a')],
      counts: [count(1), count(1), count(1), count(0)],
    });
    expect(result.cordon).toMatchObject({ up: true });
  });

  it.for<[string, Answer]>([
    ['409', status(409)],
    ['400', status(400)],
    ['HTML', status(200, {}, '<html>')],
    ['an endless body', status(200, {}, `"${'x'.repeat(1024 * 1024)}"`)],
  ])('is tried again before the next poll after %s', async ([, refusal]) => {
    const { asked, types } = await runCordoned({
      leases: [refusal, lease(600, 'a')],
      counts: [count(1), count(0)],
    });
    expect(asked).toEqual(['0 PUT', '0 GET', '20000 PUT', '20000 GET', '20000 PUT']);
    expect(types).toEqual(['uncordoned', 'waiting', 'cordoned']);
  });

  it('is never tried again after a 409 to a renewal, which an operator caused', async () => {
    const { asked, result } = await runCordoned({
      leases: [lease(60, 'a'), status(409), lease(60, 'b')],
      counts: [...Array.from({ length: 10 }, () => count(1)), count(0)],
    });
    expect(asked.filter((each) => each.endsWith('PUT'))).toEqual(['0 PUT', '40000 PUT']);
    expect(result).toMatchObject({ outcome: 'quiet', cordon: { up: false } });
  });

  it('goes on naming the lease that it had, also when that has run out', async () => {
    const { raises } = await runCordoned({
      leases: [lease(10, 'a'), status(500), status(500), status(409)],
      counts: [count(1), count(1), count(1), count(0)],
    });
    expect(raises.map(({ url }) => url.searchParams.get('lease'))).toEqual([null, 'a', 'a', 'a']);
  });
});

describe('the result', () => {
  it('counts the rest of the lease from when the request was sent', async () => {
    const { result } = await runCordoned((clock) => ({
      leases: [lease(600, 'a'), after(3000, clock, lease(600, 'a'))],
      counts: [count(0)],
    }));
    expect(result.cordon).toMatchObject({ up: true, remainingMs: 597_000 });
  });

  it('of a gate that times out says for how long the cordon is up', async () => {
    const { result } = await runCordoned(
      { leases: [lease(600, 'a')], counts: [count(1)] },
      { maxWaitMs: 100_000 },
    );
    expect(result).toMatchObject({ outcome: 'timed-out', cordon: { up: true, remainingMs: 500_000 } });
  });

  it('of a gate that fails open, too', async () => {
    const { result } = await runCordoned({ leases: [lease(600, 'a')], counts: [status(404)] });
    expect(result).toMatchObject({ outcome: 'failed-open', cordon: { up: true, remainingMs: 600_000 } });
  });

  it('says when the lease has run out', async () => {
    const { result } = await runCordoned({ leases: [lease(5, 'a')], counts: [hang] }, { maxWaitMs: 8000 });
    expect(result.cordon).toEqual({ holder: 'deploy-42', up: false, message: 'the lease has run out' });
  });

  it('says when the maximum wait came before the cordon', async () => {
    const { result, types } = await runCordoned({ leases: [hang], counts: [] }, { maxWaitMs: 5000 });
    expect(result).toMatchObject({
      outcome: 'timed-out',
      polls: 0,
      cordon: { up: false, message: `${cordonAt} gave no complete answer within 5000 ms` },
    });
    expect(types).toEqual(['uncordoned']);
  });

  it('has no cordon when none was asked for', async () => {
    const source = () => ({ count: 0, ids: [] });
    expect(await waitForQuiet({ source, clock: createVirtualClock() })).not.toHaveProperty('cordon');
  });
});

describe('an unavailable cordon costs the gate nothing', () => {
  it.for<[string, Answer]>([
    ['an older server', status(404)],
    ['a wrong token', status(401)],
    ['a server that refuses', status(409)],
  ])('%s: polls, outcome and time are those of a gate without', async ([, refusal]) => {
    const counts = [count(2), count(1), status(503), count(0)];
    const cordoned = await runCordoned({ leases: [refusal], counts });
    expect(cordoned.result).toMatchObject({ outcome: 'quiet', polls: 3, elapsedMs: 41_000 });
    expect(cordoned.asked.filter((each) => each.endsWith('GET'))).toEqual([
      '0 GET',
      '20000 GET',
      '40000 GET',
      '41000 GET',
    ]);
  });
});

describe('the token', () => {
  const wrongTokens = ['short-t0k3n', `${TOKEN}\n`, `${TOKEN} blank`, `${TOKEN}é`, 7, null];

  it.for(wrongTokens)('%j is refused before any request, and not repeated', async (token) => {
    const error = await waitForQuiet({
      url: 'https://api.example',
      fetch: () => {
        throw new Error('asked');
      },
      cordon: { token: token as string },
    }).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/^(TypeError|RangeError): cordon\.token must (be|have) /);
    expect(String(error)).not.toContain('t0k3n');
  });

  it.for<[string, Answer]>([
    ['echoes it in a body', status(200, {}, `{"seconds":"Bearer ${TOKEN}","lease":"${TOKEN}"}`)],
    ['echoes it in a refusal', status(401, {}, `{"error":"${TOKEN}"}`)],
    ['echoes it in a redirect', status(302, { location: `https://other.example/?token=${TOKEN}` })],
    ['fails with it', fail(new Error(`invalid header: Bearer ${TOKEN}`))],
  ])('is in no event and no result when the server %s', async ([, answer]) => {
    const { events, result } = await runCordoned({ leases: [answer], counts: [count(1), count(0)] });
    expect(JSON.stringify([events, result])).not.toContain(TOKEN);
  });
});

describe('wrong options of the cordon', () => {
  it.for<[string, CordonedOptions['cordon'] | string | null, string]>([
    ['no object', 'token', 'TypeError: cordon must be an object with a token, got string'],
    ['null', null, 'TypeError: cordon must be an object with a token, got null'],
    [
      'a misspelt option',
      { tokens: 'x' } as object,
      'TypeError: "tokens" is not an option: did you mean "token"?',
    ],
    ['a holder of other characters', { holder: 'a b' }, 'TypeError: cordon.holder must be 1 to 128'],
    ['the operator’s holder', { holder: '*' }, 'TypeError: cordon.holder must be 1 to 128'],
    ['a lease below a second', { leaseMs: 999 }, 'RangeError: cordon.leaseMs must be whole seconds'],
    ['a lease of a fraction', { leaseMs: 1500 }, 'RangeError: cordon.leaseMs must be whole seconds'],
    ['an endless lease', { leaseMs: Infinity }, 'RangeError: cordon.leaseMs must be whole seconds'],
    [
      'a lease of another kind',
      { leaseMs: '10' as unknown as number },
      'TypeError: cordon.leaseMs must be a number',
    ],
    ['a path that is none', { path: 'cordon' }, 'TypeError: path must begin with a slash'],
  ])('%s', async ([, cordon, expected]) => {
    const given = typeof cordon === 'object' && cordon !== null ? { token: TOKEN, ...cordon } : cordon;
    const gate = waitForQuiet({
      url: 'https://api.example',
      cordon: given as never,
      fetch: () => Promise.reject(new Error('asked')),
    });
    expect(String(await gate.catch((error: unknown) => error))).toContain(expected);
  });

  it('a cordon beside a source', async () => {
    const options = { source: () => ({ count: 0, ids: [] }), cordon: { token: TOKEN } };
    await expect(waitForQuiet(options as never)).rejects.toThrow(
      new TypeError('cordon needs a url: a source has none'),
    );
  });
});

describe('an abort', () => {
  it.for<[string, Answer[], Answer[]]>([
    ['a raise', [hang], [count(0)]],
    ['the pause before its retry', [status(503)], [count(0)]],
    ['the renewal after the zero', [lease(600, 'a'), hang], [count(0)]],
  ])('ends %s at once', async ([, leases, counts]) => {
    const controller = new AbortController();
    const reason = new Error('called off');
    let abortedAtMs: number | undefined;
    const gate = runCordoned(
      (clock) => {
        void clock.sleep(500).then(() => {
          abortedAtMs = clock.now();
          controller.abort(reason);
        });
        return { leases, counts };
      },
      { signal: controller.signal },
    );
    await expect(gate).rejects.toBe(reason);
    expect(abortedAtMs).toBe(500);
  });
});
