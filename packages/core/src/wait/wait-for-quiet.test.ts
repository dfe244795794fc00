import { describe, expect, it } from 'vitest';
import { blockableClock } from '../../test/blockable-clock.ts';
import { runGate } from '../../test/run-gate.ts';
import {
  after,
  type Answer,
  body,
  count,
  fail,
  hang,
  hangingBody,
  scriptedEndpoint,
  status,
} from '../../test/scripted-endpoint.ts';
import { watchClock } from '../../test/watched-clock.ts';
import type { GateEvent } from '../gate/outcome.ts';
import { createVirtualClock } from '../testing.ts';
import { waitForQuiet } from './wait-for-quiet.ts';

describe('200 and count = 0', () => {
  it('is the green light, at once', async () => {
    const { result, events } = await runGate([count(0)]);
    expect(result).toStrictEqual({
      outcome: 'quiet',
      polls: 1,
      elapsedMs: 0,
      lastSeen: { count: 0, ids: [] },
    });
    expect(events).toEqual([]);
  });

  it('needs no ids', async () => {
    const { result } = await runGate([body('{"count":0}')]);
    expect(result.outcome).toBe('quiet');
  });
});

describe('200 and count > 0', () => {
  it('sleeps for the interval and asks again', async () => {
    const { result, events, requestedAtMs } = await runGate([
      count(3, ['a', 'b', 'c']),
      count(1, ['c']),
      count(0),
    ]);
    expect(result).toStrictEqual({
      outcome: 'quiet',
      polls: 3,
      elapsedMs: 40_000,
      lastSeen: { count: 0, ids: [] },
    });
    expect(requestedAtMs).toEqual([0, 20_000, 40_000]);
    expect(events).toStrictEqual([
      {
        type: 'waiting',
        held: false,
        poll: 1,
        elapsedMs: 0,
        nextInMs: 20_000,
        lastSeen: { count: 3, ids: ['a', 'b', 'c'] },
      },
      {
        type: 'waiting',
        held: false,
        poll: 2,
        elapsedMs: 20_000,
        nextInMs: 20_000,
        lastSeen: { count: 1, ids: ['c'] },
      },
    ]);
  });

  it('counts the interval from the answer', async () => {
    const { requestedAtMs } = await runGate((clock) => [after(3000, clock, count(1)), count(0)]);
    expect(requestedAtMs).toEqual([0, 23_000]);
  });
});

describe('the maximum wait', () => {
  it('lets the deploy go after 30 minutes by default', async () => {
    const { result, requestedAtMs } = await runGate([count(1, ['a'])]);
    expect(result).toStrictEqual({
      outcome: 'timed-out',
      polls: 90,
      elapsedMs: 1_800_000,
      lastSeen: { count: 1, ids: ['a'] },
    });
    expect(requestedAtMs.at(-1)).toBe(1_780_000);
  });

  it.each([
    [1_387_684.218_835_255_4, 1_800_000],
    [0.7, 2_097_151.9],
    [0, 1000.000_4],
    [1.7e12 + 0.3, 1_800_000],
  ])('is reached on a clock that stands at %d when it is %d ms away', async (startMs, maxWaitMs) => {
    const clock = createVirtualClock();
    await clock.advance(startMs);
    let asked = 0;
    const source = () => {
      if (++asked > 1000) throw new Error('asked without end');
      return { count: 1, ids: [] };
    };
    const { outcome, elapsedMs, polls } = await waitForQuiet({ source, clock, maxWaitMs });
    expect({ outcome, elapsedMs }).toEqual({ outcome: 'timed-out', elapsedMs: Number(maxWaitMs.toFixed(3)) });
    expect(polls).toBe(Math.ceil(maxWaitMs / 20_000));
  });

  it('cuts a sleep short', async () => {
    const { result, events } = await runGate([count(1)], { maxWaitMs: 50_000 });
    expect(result).toMatchObject({ outcome: 'timed-out', elapsedMs: 50_000, polls: 3 });
    expect(events.map(({ nextInMs }) => nextInMs)).toEqual([20_000, 20_000, 10_000]);
  });

  it('cuts a request short', async () => {
    const { result, requests } = await runGate([count(1), hang], { maxWaitMs: 25_000 });
    expect(result).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: 25_000,
      polls: 2,
      lastSeen: { count: 1 },
    });
    expect(requests.at(-1)?.init.signal?.aborted).toBe(true);
  });

  it('cuts a body short', async () => {
    const { result } = await runGate([hangingBody], { maxWaitMs: 4000 });
    expect(result).toStrictEqual({ outcome: 'timed-out', elapsedMs: 4000, polls: 1 });
  });

  it('cuts a retry short', async () => {
    const { result, events, requestedAtMs } = await runGate([status(503)], { maxWaitMs: 2500, retries: 9 });
    expect(result).toStrictEqual({ outcome: 'timed-out', elapsedMs: 2500, polls: 1 });
    expect(events.map(({ nextInMs }) => nextInMs)).toEqual([1000, 1500]);
    expect(requestedAtMs).toEqual([0, 1000]);
  });

  it('wins over a zero that comes with it', async () => {
    const { result } = await runGate((clock) => [after(5000, clock, count(0))], { maxWaitMs: 5000 });
    expect(result.outcome).toBe('timed-out');
  });

  it('wins over a zero that blocked the event loop until after it', async () => {
    const clock = blockableClock();
    const source = () => {
      clock.block(6000);
      return { count: 0, ids: [] };
    };
    expect(await waitForQuiet({ source, clock, maxWaitMs: 5000 })).toMatchObject({
      outcome: 'timed-out',
      polls: 1,
    });
  });

  it('holds for a source that blocks before it hangs', async () => {
    const clock = blockableClock();
    const source = () => {
      clock.block(900);
      return new Promise<never>(() => undefined);
    };
    expect(await waitForQuiet({ source, clock, maxWaitMs: 1000 })).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: 1000,
    });
  });

  it.for([undefined, new AbortController().signal])(
    'holds for a listener that blocks, with the signal %s',
    async (signal) => {
      const clock = blockableClock();
      const onEvent = () => {
        clock.block(700);
      };
      const options = { source: () => ({ count: 1, ids: [] }), clock, signal, onEvent, intervalMs: 2000 };
      const cutShort = await waitForQuiet({ ...options, maxWaitMs: 1000 });
      expect(cutShort).toMatchObject({ outcome: 'timed-out', elapsedMs: 1000, polls: 1 });
      const overrun = await waitForQuiet({ ...options, maxWaitMs: 600 });
      expect(overrun).toMatchObject({ outcome: 'timed-out', elapsedMs: 700, polls: 1 });
    },
  );
});

describe('404', () => {
  it('fails open at once', async () => {
    const { result, types } = await runGate([status(404)]);
    expect(result).toStrictEqual({
      outcome: 'failed-open',
      reason: 'not-found',
      message:
        'https://api.example/api/v1/deployments/in-flight-count answered 404: there is no such endpoint',
      status: 404,
      polls: 1,
      elapsedMs: 0,
    });
    expect(types).toEqual([]);
  });
});

describe('a transient status', () => {
  it.for([408, 425, 429, 500, 502, 503, 504, 507, 520, 522, 599])(
    '%i is retried for half a minute, then fails open',
    async (code) => {
      const { result, types, requestedAtMs } = await runGate([status(code)]);
      expect(result).toMatchObject({ outcome: 'failed-open', reason: 'http-status', status: code, polls: 1 });
      expect(requestedAtMs).toEqual([0, 1000, 3000, 7000, 15_000, 31_000]);
      expect(types).toEqual(Array.from({ length: 5 }, () => 'retrying'));
    },
  );

  it('does not open the gate when it passes', async () => {
    const { result, requestedAtMs } = await runGate([count(1), status(503), status(502), count(1), count(0)]);
    expect(result).toMatchObject({ outcome: 'quiet', polls: 3, elapsedMs: 43_000 });
    expect(requestedAtMs).toEqual([0, 20_000, 21_000, 23_000, 43_000]);
  });

  it('opens at the first failure without retries', async () => {
    const { result, types } = await runGate([status(500)], { retries: 0 });
    expect(result).toMatchObject({
      outcome: 'failed-open',
      reason: 'http-status',
      status: 500,
      elapsedMs: 0,
    });
    expect(types).toEqual([]);
  });

  it('keeps what was seen before', async () => {
    const { result, events } = await runGate([count(2, ['a', 'b']), status(500)], { retries: 1 });
    expect(result).toMatchObject({ outcome: 'failed-open', lastSeen: { count: 2, ids: ['a', 'b'] } });
    expect(events.at(-1)).toStrictEqual({
      type: 'retrying',
      about: 'count',
      failedTries: 1,
      reason: 'http-status',
      message: 'https://api.example/api/v1/deployments/in-flight-count answered 500',
      status: 500,
      poll: 2,
      elapsedMs: 20_000,
      nextInMs: 1000,
      lastSeen: { count: 2, ids: ['a', 'b'] },
    });
  });

  it('doubles the pause from retry to retry', async () => {
    const { requestedAtMs } = await runGate([status(500)], { retries: 7 });
    expect(requestedAtMs).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 63_000, 127_000]);
  });
});

describe('Retry-After', () => {
  it.for([429, 503])('on a %i sets the pause', async (code) => {
    const { requestedAtMs } = await runGate([status(code, { 'retry-after': '7' }), status(code), count(0)]);
    expect(requestedAtMs).toEqual([0, 7000, 9000]);
  });

  it('never shortens the pause', async () => {
    const soon = status(503, { 'retry-after': '0' });
    const { requestedAtMs } = await runGate([soon, soon, status(429, { 'retry-after': '3' }), count(0)]);
    expect(requestedAtMs).toEqual([0, 1000, 3000, 7000]);
  });

  it('is never later than one interval', async () => {
    const { requestedAtMs } = await runGate([status(503, { 'retry-after': '3600' }), count(0)], {
      intervalMs: 9000,
    });
    expect(requestedAtMs).toEqual([0, 9000]);
  });

  it('is never past the maximum wait', async () => {
    const { result } = await runGate([status(503, { 'retry-after': '15' })], { maxWaitMs: 10_000 });
    expect(result).toMatchObject({ outcome: 'timed-out', elapsedMs: 10_000 });
  });

  it.for(['Wed, 21 Oct 2026 07:28:00 GMT', '1.5', '-1', 'soon'])('%s is ignored', async (value) => {
    const { requestedAtMs } = await runGate([status(503, { 'retry-after': value }), count(0)]);
    expect(requestedAtMs).toEqual([0, 1000]);
  });

  it('on another status is ignored', async () => {
    const { requestedAtMs } = await runGate([status(500, { 'retry-after': '7' }), count(0)]);
    expect(requestedAtMs).toEqual([0, 1000]);
  });
});

describe('any other status', () => {
  it.for([201, 202, 203, 204, 205, 206, 300, 304, 400, 401, 403, 405, 410, 418, 451, 499, 501, 505])(
    '%i fails open at once',
    async (code) => {
      const { result, requests } = await runGate([
        code === 205 ? () => Promise.resolve(new Response(null, { status: 205 })) : status(code),
      ]);
      expect(result).toMatchObject({
        outcome: 'failed-open',
        reason: 'http-status',
        status: code,
        elapsedMs: 0,
      });
      expect(requests).toHaveLength(1);
    },
  );

  it('is let go of with its body', async () => {
    let cancelled = false;
    const stream = () => new ReadableStream({ cancel: () => void (cancelled = true) });
    await runGate([() => Promise.resolve(new Response(stream(), { status: 500 }))], { retries: 0 });
    expect(cancelled).toBe(true);
  });

  it('is not read, even with a zero', async () => {
    const { result } = await runGate([status(206, {}, '{"count":0,"ids":[]}')]);
    expect(result).toMatchObject({ outcome: 'failed-open', reason: 'http-status' });
  });
});

describe('a request that fails', () => {
  it.for<[string, unknown, string]>([
    ['an Error', new Error('ECONNRESET'), 'ECONNRESET'],
    [
      'a TypeError as of fetch',
      new TypeError('fetch failed', { cause: new Error('refused') }),
      'fetch failed: refused',
    ],
    ['a TypeError of another kind', new TypeError('x is not a function'), 'x is not a function'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a string', 'boom', 'boom'],
    ['a symbol', Symbol('boom'), 'Symbol(boom)'],
    ['an object without a prototype', Object.create(null), 'an error that cannot be read'],
    ['an AbortError', new DOMException('gone', 'AbortError'), 'gone'],
  ])('with %s is retried, then unreachable', async ([, error, said]) => {
    const { result, requestedAtMs } = await runGate([fail(error)]);
    expect(result).toMatchObject({
      outcome: 'failed-open',
      reason: 'unreachable',
      message: `https://api.example/api/v1/deployments/in-flight-count could not be reached: ${said}`,
      polls: 1,
    });
    expect(requestedAtMs).toEqual([0, 1000, 3000, 7000, 15_000, 31_000]);
  });

  it('keeps the error as the cause', async () => {
    const cause = new Error('refused');
    const { result } = await runGate([fail(cause)]);
    expect(result).toHaveProperty('cause', cause);
  });

  it('by throwing is no different', async () => {
    const { result, requestedAtMs } = await runGate([
      () => {
        throw new Error('refused');
      },
      count(0),
    ]);
    expect(result.outcome).toBe('quiet');
    expect(requestedAtMs).toEqual([0, 1000]);
  });

  it('in the middle of the body is retried', async () => {
    const cut: Answer = () =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            pull(controller) {
              controller.error(new TypeError('terminated'));
            },
          }),
        ),
      );
    const { result, requestedAtMs } = await runGate([cut], { retries: 2 });
    expect(result).toMatchObject({ outcome: 'failed-open', reason: 'unreachable' });
    expect(requestedAtMs).toEqual([0, 1000, 3000]);
  });
});

describe('no complete answer within the time of a request', () => {
  it.for([
    ['no headers', hang],
    ['a body that hangs', hangingBody],
  ] as const)('%s: retried, then request-timeout', async ([, answer]) => {
    const { result, requests, requestedAtMs } = await runGate([answer], { retries: 2 });
    expect(result).toMatchObject({
      outcome: 'failed-open',
      reason: 'request-timeout',
      message:
        'https://api.example/api/v1/deployments/in-flight-count gave no complete answer within 10000 ms',
      elapsedMs: 33_000,
    });
    expect(requestedAtMs).toEqual([0, 11_000, 23_000]);
    expect(requests.map(({ init }) => init.signal?.aborted)).toEqual([true, true, true]);
  });

  it('tells the request why it is given up', async () => {
    const { requests } = await runGate([hang], { retries: 0, requestTimeoutMs: 500 });
    expect(requests[0]?.init.signal?.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('cancels a body that hangs', async () => {
    let cancelled = false;
    const answer: Answer = () =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            cancel() {
              cancelled = true;
            },
          }),
        ),
      );
    await runGate([answer], { retries: 0 });
    expect(cancelled).toBe(true);
  });

  it('does not abort a request that was answered', async () => {
    const { requests } = await runGate([count(1), count(0)]);
    expect(requests.map(({ init }) => init.signal?.aborted)).toEqual([false, false]);
  });
});

describe('200 with anything that is not the wire format', () => {
  const overOneMiB = `{"count":0,"ids":[],"padding":"${'x'.repeat(1024 * 1024)}"}`;
  it.for<[string, BodyInit | null, string]>([
    [
      'HTML',
      '<!doctype html><title>Log in</title>',
      'the body is not JSON: "<!doctype html><title>Log in</title>"',
    ],
    ['nothing', '', 'the body is empty'],
    ['no body', null, 'the body is empty'],
    ['null', 'null', 'expected an object with a count, got null'],
    ['bad JSON', '{"count":0', 'the body is not JSON: "{\\"count\\":0"'],
    [
      'what quotes the request',
      'No route for in-flight-count?token=t0k3n&nonce=abc',
      'the body is not JSON: "No route for in-flight-count"',
    ],
    ['a bare zero', '0', 'expected an object with a count, got 0'],
    ['no count', '{"ids":[]}', 'count must be an integer of 0 or more, got nothing'],
    ['a negative count', '{"count":-1}', 'count must be an integer of 0 or more, got -1'],
    ['a fractional count', '{"count":0.5}', 'count must be an integer of 0 or more, got 0.5'],
    [
      'a count that is no number',
      '{"count":"0"}',
      'count must be an integer of 0 or more, got a value of type string',
    ],
    [
      'ids that are no array',
      '{"count":0,"ids":"a"}',
      'ids must be an array of strings, got a value of type string',
    ],
    ['ids that are no strings', '{"count":0,"ids":[1]}', 'ids[0] must be a string, got 1'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'the body is not UTF-8'],
    ['a body over 1 MiB', overOneMiB, 'the body is over 1048576 bytes'],
  ])('%s fails open at once', async ([, text, said]) => {
    const { result, requests } = await runGate([body(text)]);
    expect(result).toMatchObject({
      outcome: 'failed-open',
      reason: 'invalid-response',
      message: `https://api.example/api/v1/deployments/in-flight-count answered 200, but not with an in-flight count: ${said}`,
    });
    expect(requests).toHaveLength(1);
  });

  it('keeps what is wrong with it as the cause', async () => {
    const { result } = await runGate([body('{"ids":[]}')]);
    expect(result).toHaveProperty(
      'cause',
      new TypeError('count must be an integer of 0 or more, got nothing'),
    );
  });

  it('takes a body of exactly 1 MiB', async () => {
    const { result } = await runGate([body('{"count":0}'.padEnd(1024 * 1024))]);
    expect(result.outcome).toBe('quiet');
  });

  it('stops reading a body without an end, and cancels it', async () => {
    let cancelled = false;
    let sent = 0;
    const endless: Answer = () =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            pull(controller) {
              sent += 65_536;
              controller.enqueue(new Uint8Array(65_536));
            },
            cancel() {
              cancelled = true;
            },
          }),
        ),
      );
    const { result } = await runGate([endless]);
    expect(result).toMatchObject({ reason: 'invalid-response' });
    expect(cancelled).toBe(true);
    expect(sent).toBeLessThan(2 * 1024 * 1024);
  });

  it('quotes a short body whole', async () => {
    const { result } = await runGate([body('x'.repeat(60))]);
    expect(result).toHaveProperty('message', expect.stringMatching(/not JSON: "x{60}"$/));
  });

  it('quotes a long body in part, on one line', async () => {
    const { result } = await runGate([body(`<html>\n${'x'.repeat(10_000)}`)]);
    expect(result).toHaveProperty('message', expect.stringMatching(/not JSON: "<html>\\nx{53}…"$/));
  });
});

describe('quietForMs', () => {
  it('needs the zero to last', async () => {
    const { result, types, requestedAtMs } = await runGate([count(0)], { quietForMs: 50_000 });
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 50_000 });
    expect(requestedAtMs).toEqual([0, 20_000, 40_000, 50_000]);
    expect(types).toEqual(['settling', 'settling', 'settling']);
  });

  it('starts again after a count above zero', async () => {
    const { result, types } = await runGate([count(0), count(1), count(0)], { quietForMs: 20_000 });
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 60_000 });
    expect(types).toEqual(['settling', 'waiting', 'settling']);
  });

  it('ends by the maximum wait all the same', async () => {
    const { result } = await runGate([count(1), count(0)], { quietForMs: 49_999, maxWaitMs: 50_000 });
    expect(result).toMatchObject({ outcome: 'timed-out', elapsedMs: 50_000, lastSeen: { count: 0 } });
  });
});

describe("onUnavailable: 'wait'", () => {
  it.for([
    ['not-found', status(404), 404],
    ['http-status', status(401), 401],
    ['invalid-response', body('<html>'), 200],
  ] as const)('keeps polling through %s', async ([reason, answer, code]) => {
    const { result, events } = await runGate([answer, answer, count(0)], { onUnavailable: 'wait' });
    expect(result).toMatchObject({ outcome: 'quiet', polls: 3, elapsedMs: 40_000 });
    expect(events).toMatchObject([
      { type: 'unavailable', reason, status: code, poll: 1, elapsedMs: 0, nextInMs: 20_000 },
      { type: 'unavailable', reason, status: code, poll: 2, elapsedMs: 20_000, nextInMs: 20_000 },
    ]);
  });

  it('retries first', async () => {
    const { types, requestedAtMs } = await runGate([status(503), status(503), status(503), count(0)], {
      onUnavailable: 'wait',
      retries: 2,
    });
    expect(types).toEqual(['retrying', 'retrying', 'unavailable']);
    expect(requestedAtMs).toEqual([0, 1000, 3000, 23_000]);
  });

  it('waits no longer than the maximum wait', async () => {
    const { result } = await runGate([fail(new Error('refused'))], { onUnavailable: 'wait' });
    expect(result).toMatchObject({ outcome: 'timed-out', elapsedMs: 1_800_000 });
  });

  it('treats an unavailable endpoint as a busy one, so that quiet starts again', async () => {
    const { result } = await runGate([count(0), status(404), count(0)], {
      onUnavailable: 'wait',
      retries: 0,
      quietForMs: 20_000,
    });
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 60_000 });
  });
});

describe("onUnavailable: 'wait-when-busy'", () => {
  const whenBusy = { onUnavailable: 'wait-when-busy', retries: 1 } as const;

  it('opens at once where no count has been read', async () => {
    const { result } = await runGate([status(404)], whenBusy);
    expect(result).toMatchObject({ outcome: 'failed-open', reason: 'not-found', elapsedMs: 0 });
  });

  it('keeps polling while the last count is above zero', async () => {
    const { result, types } = await runGate([count(1), status(404), status(404), count(0)], whenBusy);
    expect(result).toMatchObject({ outcome: 'quiet', polls: 3, elapsedMs: 41_000 });
    expect(types).toEqual(['waiting', 'retrying', 'unavailable']);
  });

  it('opens when the last count is zero', async () => {
    const { result } = await runGate([count(1), count(0), status(404)], { ...whenBusy, quietForMs: 30_000 });
    expect(result).toMatchObject({ outcome: 'failed-open', reason: 'not-found', lastSeen: { count: 0 } });
  });
});

describe('once a count has been read', () => {
  it.for<[string, Answer]>([
    ['a 404', status(404)],
    ['a 401', status(401)],
    ['a 403', status(403)],
    ['a 204', status(204)],
    ['a 501', status(501)],
    ['HTML', body('<html>')],
    ['bad JSON', body('{"count"')],
  ])('%s opens the gate only if it stays', async ([, odd]) => {
    const passing = await runGate([count(1), odd, odd, odd, odd, odd, count(1), count(0)]);
    expect(passing.result).toMatchObject({ outcome: 'quiet', polls: 3, elapsedMs: 71_000 });
    const staying = await runGate([count(0), odd], { quietForMs: 60_000 });
    expect(staying.result).toMatchObject({ outcome: 'failed-open', elapsedMs: 51_000 });
    expect(staying.types).toEqual(['settling', ...Array.from({ length: 5 }, () => 'retrying')]);
  });
});

describe('an answer out of a cache', () => {
  const cached = (inFlight: number, age: string) =>
    status(200, { age }, JSON.stringify({ count: inFlight, ids: [] }));

  it('is no zero, but asked for again', async () => {
    const { result, events } = await runGate([cached(0, '7'), count(0)]);
    expect(result).toMatchObject({ outcome: 'quiet', polls: 1, elapsedMs: 1000 });
    expect(events).toMatchObject([
      {
        type: 'retrying',
        reason: 'invalid-response',
        message:
          'https://api.example/api/v1/deployments/in-flight-count answered 200, but out of a cache, with a zero that is 7 s old',
        status: 200,
      },
    ]);
  });

  it.for(['7, 0', '0, 7', 'soon, 7'])(
    'is no zero with an age from each of several caches: %s',
    async (age) => {
      const { result, requests } = await runGate([cached(0, age), count(0)]);
      expect(result.outcome).toBe('quiet');
      expect(requests).toHaveLength(2);
    },
  );

  it('is a count above zero', async () => {
    const { types } = await runGate([cached(1, '7'), count(0)]);
    expect(types).toEqual(['waiting']);
  });

  it.for(['0', '', 'soon', '-1', '0, 0'])('is none with the age %j', async (age) => {
    const { result, requests } = await runGate([cached(0, age)]);
    expect(result.outcome).toBe('quiet');
    expect(requests).toHaveLength(1);
  });
});

describe('a redirect', () => {
  const redirected =
    (answer: Response): Answer =>
    () =>
      Promise.resolve(
        Object.defineProperties(answer, {
          redirected: { value: true },
          url: { value: 'https://user:s3cret@other.example/in-flight?s3cret#s3cret' },
        }),
      );

  it('is named by the green light', async () => {
    const { result } = await runGate([redirected(Response.json({ count: 0, ids: [] }))]);
    expect(result).toMatchObject({ outcome: 'quiet', redirectedTo: 'https://other.example/in-flight' });
  });

  it('is named for the last count alone', async () => {
    const { result } = await runGate([redirected(Response.json({ count: 1 })), count(0)]);
    expect(result).not.toHaveProperty('redirectedTo');
    const timedOut = await runGate([redirected(Response.json({ count: 1 })), hang], { maxWaitMs: 25_000 });
    expect(timedOut.result).toHaveProperty('redirectedTo', 'https://other.example/in-flight');
  });
});

describe('a source', () => {
  it('is asked instead of a URL', async () => {
    const clock = createVirtualClock();
    const answers = [
      { count: 1, ids: ['a'] },
      { count: 0, ids: [] },
    ];
    const result = await waitForQuiet({
      source: () => Promise.resolve(answers.shift() ?? { count: 9, ids: [] }),
      clock,
    });
    expect(result).toStrictEqual({
      outcome: 'quiet',
      polls: 2,
      elapsedMs: 20_000,
      lastSeen: { count: 0, ids: [] },
    });
  });

  it('that throws is unreachable', async () => {
    const cause = new TypeError('no database');
    let asked = 0;
    const source = () => {
      asked++;
      throw cause;
    };
    expect(await waitForQuiet({ source, clock: createVirtualClock() })).toStrictEqual({
      outcome: 'failed-open',
      reason: 'unreachable',
      message: 'the source failed: no database',
      cause,
      polls: 1,
      elapsedMs: 31_000,
    });
    expect(asked).toBe(6);
  });

  it('that returns something else is an invalid response', async () => {
    const source = () => ({ count: '0' }) as never;
    expect(await waitForQuiet({ source, clock: createVirtualClock() })).toMatchObject({
      reason: 'invalid-response',
      message:
        'the source returned no in-flight count: count must be an integer of 0 or more, got a value of type string',
      cause: new TypeError('count must be an integer of 0 or more, got a value of type string'),
      elapsedMs: 0,
    });
  });

  it('is given up when its time is over', async () => {
    const signals: AbortSignal[] = [];
    const source = ({ signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    };
    expect(await waitForQuiet({ source, clock: createVirtualClock(), retries: 2 })).toMatchObject({
      reason: 'request-timeout',
      message: 'the source gave no complete answer within 10000 ms',
      elapsedMs: 33_000,
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  it('has spent of its time what it blocked', async () => {
    const clock = blockableClock();
    const source = () => {
      clock.block(3000);
      return new Promise<never>(() => undefined);
    };
    expect(await waitForQuiet({ source, clock, retries: 0 })).toMatchObject({
      reason: 'request-timeout',
      elapsedMs: 10_000,
    });
  });
});

describe('the request', () => {
  it.for([
    ['https://api.example', 'https://api.example/api/v1/deployments/in-flight-count?'],
    ['https://api.example/', 'https://api.example/api/v1/deployments/in-flight-count?'],
    ['https://api.example/?', 'https://api.example/api/v1/deployments/in-flight-count?'],
    [
      'http://api.example:8080/catalyst',
      'http://api.example:8080/catalyst/api/v1/deployments/in-flight-count?',
    ],
    ['https://api.example/a/b//', 'https://api.example/a/b/api/v1/deployments/in-flight-count?'],
    [
      'https://api.example/?tenant=a%20b#top',
      'https://api.example/api/v1/deployments/in-flight-count?tenant=a%20b&',
    ],
  ] as const)('to %s goes to %s and a nonce', async ([url, expected]) => {
    for (const given of [url, new URL(url)]) {
      const { requests } = await runGate([count(0)], { url: given });
      const [before, nonce] = requests[0]?.input.split('nonce=') ?? [];
      expect(before).toBe(expected);
      expect(nonce).toMatch(/^\w+$/);
    }
  });

  it('carries a nonce of its own each time, in a retry too', async () => {
    const { requests } = await runGate([count(1), status(503), count(0)]);
    expect(new Set(requests.map(({ input }) => input)).size).toBe(3);
  });

  it('goes to the path that the server was given', async () => {
    const { requests } = await runGate([count(0)], { path: '/busy' });
    expect(requests[0]?.input).toMatch(/^https:\/\/api\.example\/busy\?nonce=\w+$/);
  });

  it('does not change a URL that it is given', async () => {
    const url = new URL('https://api.example/prefix/');
    await runGate([count(0)], { url });
    expect(url.href).toBe('https://api.example/prefix/');
  });

  it('carries the headers', async () => {
    const { requests } = await runGate([count(0)], { headers: { authorization: 'Bearer t0ken' } });
    expect(Object.fromEntries(new Headers(requests[0]?.init.headers))).toEqual({
      authorization: 'Bearer t0ken',
      accept: 'application/json',
      'cache-control': 'no-cache',
      prefer: 'wait=0',
    });
  });

  it('lets the caller override the headers that the gate adds', async () => {
    const headers = new Headers({ accept: '*/*', 'cache-control': 'max-age=1' });
    const { requests } = await runGate([count(0)], { headers });
    expect(Object.fromEntries(new Headers(requests[0]?.init.headers))).toEqual({
      ...Object.fromEntries(headers),
      prefer: 'wait=0',
    });
  });

  it('names where redirects ended, without a query or a password', async () => {
    const answer: Answer = () => {
      const response = new Response('<html>');
      Object.defineProperties(response, {
        redirected: { value: true },
        url: { value: 'https://user:secret@login.example/sso?token=secret' },
      });
      return Promise.resolve(response);
    };
    const { result } = await runGate([answer]);
    expect(result).toHaveProperty(
      'message',
      expect.stringContaining('200 (redirected to https://login.example/sso), but'),
    );
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('names no redirect where there was none', async () => {
    const answer: Answer = () =>
      Promise.resolve(
        Object.defineProperty(new Response('<html>'), 'url', { value: 'https://api.example/x' }),
      );
    const { result } = await runGate([answer]);
    expect(result).toHaveProperty('message', expect.stringContaining('answered 200, but'));
  });

  it('keeps a query out of the messages', async () => {
    const { result } = await runGate([status(500)], { url: 'https://api.example/?token=secret', retries: 0 });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});

describe('onEvent', () => {
  it('may throw', async () => {
    const onEvent = () => {
      throw new Error('a bad listener');
    };
    expect((await runGate([count(1), count(0)], { onEvent })).result.outcome).toBe('quiet');
  });

  it('may reject', async () => {
    const onEvent = () => Promise.reject(new Error('a bad listener')) as unknown as undefined;
    expect((await runGate([count(1), status(500), count(0)], { onEvent })).result.outcome).toBe('quiet');
  });

  it('may do with its event what it likes', async () => {
    const onEvent = (event: GateEvent) => {
      event.nextInMs = 0;
      event.elapsedMs = 1e9;
      Object.assign(event.lastSeen ?? {}, { count: 99 });
      (event.lastSeen?.ids as string[]).push('b');
      delete event.lastSeen;
    };
    const { result } = await runGate([count(1, ['a']), status(404)], { onEvent, retries: 0 });
    expect(result).toMatchObject({ elapsedMs: 20_000, lastSeen: { count: 1, ids: ['a'] } });
  });
});

it('takes a clock that starts anywhere', async () => {
  const virtual = createVirtualClock();
  const clock = { now: () => virtual.now() - 1e12, sleep: (ms: number) => virtual.sleep(ms) };
  const { fetch } = scriptedEndpoint(clock, count(1), count(0));
  expect(await waitForQuiet({ url: 'https://api.example', fetch, clock })).toMatchObject({
    elapsedMs: 20_000,
  });
});

it('does not hide the failure of a clock', async () => {
  const error = new Error('no time');
  const clock = { now: () => 0, sleep: () => Promise.reject(error) };
  const { fetch } = scriptedEndpoint(clock, hang);
  await expect(waitForQuiet({ url: 'https://api.example', fetch, clock })).rejects.toBe(error);
});

it('hands a pause no signal when no caller can call the gate off', async () => {
  const clock = watchClock(createVirtualClock());
  const { fetch } = scriptedEndpoint(clock, count(1), count(0), count(1), count(0));
  await waitForQuiet({ url: 'https://api.example', fetch, clock });
  await waitForQuiet({ url: 'https://api.example', fetch, clock, signal: new AbortController().signal });
  const pauses = clock.sleeps.filter(({ askedMs }) => askedMs === 20_000);
  expect(pauses.map(({ signal }) => signal)).toEqual([undefined, expect.any(AbortSignal)]);
});

it('starts no request at its cap, even on a clock that ticks each time it is read', async () => {
  let now = 0;
  const clock = {
    now: () => now++,
    sleep: async (ms: number) => {
      await new Promise(setImmediate);
      now += ms;
    },
  };
  const startedAt: number[] = [];
  const source = () => {
    startedAt.push(now);
    return { count: 1, ids: [] };
  };
  for (let maxWaitMs = 15; maxWaitMs < 80; maxWaitMs++) {
    startedAt.length = 0;
    const begun = now;
    await waitForQuiet({ source, clock, maxWaitMs, intervalMs: 10, requestTimeoutMs: 5 });
    expect(startedAt.filter((at) => at - begun > maxWaitMs)).toEqual([]);
  }
});
