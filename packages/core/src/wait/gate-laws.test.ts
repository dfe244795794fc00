import { getEventListeners } from 'node:events';
import { fc, test } from '@quietgate/testkit/property';
import { describe, expect } from 'vitest';
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
import type { GateEvent, QuietResult } from '../gate/outcome.ts';
import { createVirtualClock, type VirtualClock } from '../testing.ts';
import { waitForQuiet } from './wait-for-quiet.ts';

/** An answer, whether it is a real zero, and how long it takes. */
interface Scripted {
  readonly answer: Answer;
  readonly isZero: boolean;
  readonly delayMs: number;
}

const durationArb = fc.integer({ min: 1, max: 60_000 });
/** Up to 50 minutes. As milliseconds they have digits after the point, whose sums are rounded. */
const nanosecondsArb = fc.integer({ min: 0, max: 3e12 });

const scriptedArb = (isZero: boolean, ...answers: Answer[]): fc.Arbitrary<Scripted> =>
  fc.record({
    answer: fc.constantFrom(...answers),
    isZero: fc.constant(isZero),
    delayMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, durationArb),
  });

const zeroArb = scriptedArb(true, count(0));
const otherArb = scriptedArb(
  false,
  count(1, ['a']),
  count(7, ['a', 'b']),
  status(404),
  status(503),
  status(429, { 'retry-after': '3' }),
  status(200, {}, '<html>'),
  body('{"count":-0.1}'),
  fail(undefined),
  fail(new TypeError('fetch failed')),
  hang,
  hangingBody,
);

const limitsArb = fc
  .record({
    intervalMs: durationArb,
    maxWaitMs: fc.integer({ min: 1, max: 300_000 }),
    requestTimeoutMs: durationArb,
    quietForMs: fc.oneof(fc.constant(0), durationArb),
    retries: fc.integer({ min: 0, max: 3 }),
    onUnavailable: fc.constantFrom('proceed' as const, 'wait' as const, 'wait-when-busy' as const),
  })
  .map((limits) => ({ ...limits, quietForMs: limits.quietForMs % limits.maxWaitMs }));

/** At least 5 s between polls, so that a run has a bounded number of them. */
const scheduleArb = fc.record({
  limits: limitsArb.map((limits) => ({ ...limits, intervalMs: limits.intervalMs + 5000 })),
  script: fc.array(fc.oneof({ weight: 1, arbitrary: zeroArb }, { weight: 4, arbitrary: otherArb }), {
    minLength: 1,
    maxLength: 12,
  }),
});

type Schedule = typeof scheduleArb extends fc.Arbitrary<infer T> ? T : never;

/** Plays a schedule, with an abort at `abortAtMs` if there is one, and returns all that could be seen. */
async function play({ limits, script }: Schedule, abortAtMs?: number) {
  const clock: VirtualClock = createVirtualClock({ graceMs: 0 });
  const gatesClock = watchClock(clock);
  const { signal, abort } = abortable();
  let zerosSeen = 0;
  const answers = script.map(({ answer, isZero, delayMs }) =>
    after(delayMs, clock, (requestSignal) => {
      if (isZero && !requestSignal.aborted) zerosSeen++;
      return answer(requestSignal);
    }),
  );
  const { fetch, requests } = scriptedEndpoint(clock, ...answers);
  const events: GateEvent[] = [];
  const settlements: { result?: QuietResult; error?: unknown; atMs: number }[] = [];

  const gate = waitForQuiet({
    url: 'https://api.example',
    fetch,
    clock: gatesClock,
    signal,
    onEvent: (event) => events.push(event),
    ...limits,
  }).then(
    (result) => settlements.push({ result, atMs: clock.now() }),
    (error: unknown) => settlements.push({ error, atMs: clock.now() }),
  );
  if (abortAtMs !== undefined) void clock.sleep(abortAtMs).then(abort);
  await gate;
  const atEnd = {
    sleeping: gatesClock.underWay(),
    listeners: getEventListeners(signal, 'abort').length,
    requests: requests.length,
    events: events.length,
    sleeps: gatesClock.sleeps.length,
  };
  await clock.advance(10 * 60_000);
  const late = {
    requests: requests.length - atEnd.requests,
    events: events.length - atEnd.events,
    sleeps: gatesClock.sleeps.length - atEnd.sleeps,
  };
  const { sleeping, listeners } = atEnd;
  return { settlements, events, requests, zerosSeen, leftBehind: { sleeping, listeners, late } };
}

/** No timer, no listener, and nothing that comes later. */
const NOTHING = { sleeping: 0, listeners: 0, late: { requests: 0, events: 0, sleeps: 0 } };

function abortable() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort('called off');
    },
  };
}

describe('for any schedule of answers, delays and hangs the gate', () => {
  test.prop([scheduleArb])('ends by its cap, to the millisecond, and settles once', async (schedule) => {
    const { settlements } = await play(schedule);
    expect(settlements).toHaveLength(1);
    expect(settlements[0]?.result?.elapsedMs).toBe(settlements[0]?.atMs);
    expect(settlements[0]?.atMs).toBeLessThanOrEqual(schedule.limits.maxWaitMs);
  });

  test.prop([scheduleArb])('times out exactly at its cap', async (schedule) => {
    const { settlements } = await play(schedule);
    fc.pre(settlements[0]?.result?.outcome === 'timed-out');
    expect(settlements[0].atMs).toBe(schedule.limits.maxWaitMs);
  });

  test.prop([scheduleArb])('is green only after a real zero', async (schedule) => {
    const { settlements, zerosSeen } = await play(schedule);
    fc.pre(settlements[0]?.result?.outcome === 'quiet');
    expect(zerosSeen).toBeGreaterThan(0);
    expect(settlements[0].result.lastSeen?.count).toBe(0);
  });

  test.prop([scheduleArb])('starts no request at its cap or later', async (schedule) => {
    const { requests } = await play(schedule);
    expect(requests.filter(({ atMs }) => atMs >= schedule.limits.maxWaitMs)).toEqual([]);
  });

  test.prop([scheduleArb])('leaves nothing behind', async (schedule) => {
    expect((await play(schedule)).leftBehind).toEqual(NOTHING);
  });

  test.prop([scheduleArb])('keeps each pause that it tells', async (schedule) => {
    const { events, requests, settlements } = await play(schedule);
    const moments = [...requests.map(({ atMs }) => atMs), ...settlements.map(({ atMs }) => atMs)];
    expect(moments).toEqual(
      expect.arrayContaining(events.map(({ elapsedMs, nextInMs }) => elapsedMs + nextInMs)),
    );
  });
});

test.prop([nanosecondsArb, durationArb, fc.integer({ min: 1, max: 60 })], { examples: [[34, 1, 4]] })(
  'wherever its clock stands, the gate polls once an interval and ends at its cap',
  async (nanoseconds, intervalMs, polls) => {
    const clock = createVirtualClock();
    await clock.advance(nanoseconds / 1e6);
    let asked = 0;
    const source = () => {
      if (++asked > polls) throw new Error('asked too often');
      return { count: 1, ids: [] };
    };
    const maxWaitMs = intervalMs * polls;
    expect(await waitForQuiet({ source, clock, intervalMs, maxWaitMs, retries: 0 })).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: maxWaitMs,
      polls,
    });
  },
);

test.prop([fc.integer({ min: 1000, max: 9000 }), fc.integer({ min: 1, max: 50_000 })], {
  examples: [[1032, 1]],
})(
  'the light turns green as soon as the count has stayed at zero, to the microsecond',
  async (intervalUs, quietForUs) => {
    let asked = 0;
    const polls = 2 + Math.ceil(quietForUs / intervalUs);
    const source = () => {
      if (++asked > polls) throw new Error('asked too often');
      return { count: asked === 1 ? 1 : 0, ids: [] };
    };
    const durations = { intervalMs: intervalUs / 1000, quietForMs: quietForUs / 1000 };
    const clock = createVirtualClock();
    expect(await waitForQuiet({ source, clock, retries: 0, ...durations })).toMatchObject({
      outcome: 'quiet',
      elapsedMs: (intervalUs + quietForUs) / 1000,
      polls,
    });
  },
);

describe('for any schedule with an abort in it the gate', () => {
  const abortArb = fc.integer({ min: 0, max: 200_000 });

  test.prop([scheduleArb, abortArb])('ends by the abort, and settles once', async (schedule, abortAtMs) => {
    const { settlements } = await play(schedule, abortAtMs);
    expect(settlements).toHaveLength(1);
    expect(settlements[0]?.atMs).toBeLessThanOrEqual(Math.min(abortAtMs, schedule.limits.maxWaitMs));
  });

  test.prop([scheduleArb, abortArb])(
    'rejects with the reason and nothing else',
    async (schedule, abortAtMs) => {
      const { settlements } = await play(schedule, abortAtMs);
      fc.pre(settlements[0]?.result === undefined);
      expect(settlements).toEqual([{ error: 'called off', atMs: abortAtMs }]);
    },
  );

  test.prop([scheduleArb, abortArb])('leaves nothing behind', async (schedule, abortAtMs) => {
    expect((await play(schedule, abortAtMs)).leftBehind).toEqual(NOTHING);
  });
});
