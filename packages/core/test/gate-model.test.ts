import { getEventListeners } from 'node:events';
import { fc, test } from '@quietgate/testkit/property';
import { type Clock, type GateEvent, type QuietResult, waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { describe, expect, it } from 'vitest';
import { type Course, type Limits, type ModelRequest, possibleCourses, type Reply } from './gate-model.ts';
import { runs } from '@quietgate/testkit/property-runs';
import { createRacingClock } from './racing-clock.ts';
import { playReplies, type Way } from './scripted-replies.ts';
import { watchClock } from './watched-clock.ts';

/** A gate's whole life: how it is set up, what it is answered, and when its caller loses patience. */
interface Case {
  readonly limits: Limits;
  readonly replies: readonly Reply[];
  readonly way: Way;
  readonly obeysSignal: boolean;
  readonly abortAtMs?: number | undefined;
}

/** What a gate did, in the model's terms. */
interface Observed {
  readonly result: object | 'aborted';
  readonly requests: readonly ModelRequest[];
  readonly events: readonly object[];
}

const OTHER_STATUSES = [
  ...[201, 202, 203, 204, 205, 206, 300, 304, 400, 401, 403, 405, 408, 410, 418, 422, 425, 451],
  ...[500, 501, 502, 504, 505, 511, 522, 599],
];
const MALFORMED = [
  '',
  '<html>',
  'null',
  '[]',
  '{}',
  '{"count":-1}',
  '{"count":0.5}',
  '{"count":"0"}',
  '{"count":0,"ids":{}}',
  '{"count":0,"ids":["t13"]}',
  '{"count":1e-400,"ids":[]}',
  '{"count":1,"count":0}',
  '{"count":0,"ids":[1]}',
];

/** Milliseconds at which hardly anything falls together. */
const fineMs = (min: number, max: number) => fc.integer({ min, max });
/** Milliseconds at which nearly everything does. */
const coarseMs = (min: number, max: number) =>
  fc.integer({ min: Math.ceil(min / 1000), max: Math.max(1, Math.floor(max / 1000)) }).map((s) => s * 1000);

type Ms = typeof fineMs;

function limitsArb(ms: Ms, mostPolls: number): fc.Arbitrary<Limits> {
  return ms(1, 120_000).chain((maxWaitMs) =>
    fc.record({
      maxWaitMs: fc.constant(maxWaitMs),
      intervalMs: ms(Math.ceil(maxWaitMs / mostPolls), 60_000),
      requestTimeoutMs: ms(1, 30_000),
      quietForMs: fc.oneof(fc.constant(0), ms(0, 60_000)).map((quietForMs) => quietForMs % maxWaitMs),
      retries: fc.integer({ min: 0, max: 6 }),
      onUnavailable: fc.constantFrom('proceed', 'wait', 'wait-when-busy'),
      longPoll: fc.boolean(),
    }),
  );
}

function replyArb(ms: Ms): fc.Arbitrary<Reply> {
  // Most answers come soon, or hardly anything would happen before the maximum wait.
  const afterMs = fc.oneof({ weight: 3, arbitrary: ms(0, 1000) }, { weight: 1, arbitrary: ms(0, 40_000) });
  const kind = <K extends Reply['kind']>(name: K) => fc.constant(name);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record(
        {
          kind: kind('count'),
          afterMs,
          count: fc.constantFrom(0, 1, 2, 2),
          ageS: fc.integer({ min: 0, max: 2 }),
          applied: fc.boolean(),
          unknown: fc.nat(2),
        },
        { requiredKeys: ['kind', 'afterMs', 'count'] },
      ),
    },
    {
      weight: 3,
      arbitrary: fc.record(
        {
          kind: kind('status'),
          afterMs,
          status: fc.oneof(fc.constantFrom(404, 404, 429, 503), fc.constantFrom(...OTHER_STATUSES)),
          retryAfterS: fc.integer({ min: 0, max: 90 }),
        },
        { requiredKeys: ['kind', 'afterMs', 'status'] },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: kind('malformed'), afterMs, body: fc.constantFrom(...MALFORMED) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: kind('failure'), afterMs }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('drip'), afterMs }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('hang') }) },
  );
}

/** What a count says in headers. */
const HEADERS = ['ageS', 'applied', 'unknown'];

function caseArb(ms: Ms, mostPolls: number, mostReplies: number): fc.Arbitrary<Case> {
  const casesOf = (way: Way, reply: fc.Arbitrary<Reply>): fc.Arbitrary<Case> =>
    fc.record({
      limits: limitsArb(ms, mostPolls),
      replies: fc.array(reply, { minLength: 1, maxLength: mostReplies }),
      way: fc.constant(way),
      obeysSignal: fc.boolean(),
      abortAtMs: fc.option(ms(0, 120_000), { nil: undefined, freq: 3 }),
    });
  const reply = replyArb(ms);
  // A source has neither a status nor headers.
  const ofSource = reply.filter((each) => each.kind !== 'status' && !HEADERS.some((name) => name in each));
  return fc.oneof(casesOf('fetch', reply), casesOf('source', ofSource));
}

/** Which rules of the gate a case meets, of those that turn on more than one answer. */
function rulesIn({ limits, replies }: Case): string[] {
  const [course] = possibleCourses(limits, replies);
  const { events = [], result } = course ?? {};
  const busy = ({ lastSeen }: { lastSeen?: number }) => (lastSeen ?? 0) > 0;
  const opened = result?.outcome === 'failed-open';
  return [
    events.some(({ type, reason }) => type === 'retrying' && reason === 'not-found') && 'a 404 after a count',
    events.some(({ type, reason, lastSeen }) => {
      return type === 'retrying' && reason === 'invalid-response' && lastSeen === undefined;
    }) && 'a zero out of a cache',
    events.some((event) => event.type === 'unavailable' && busy(event)) &&
      limits.onUnavailable === 'wait-when-busy' &&
      'waits when busy',
    opened && limits.onUnavailable === 'proceed' && busy(result) && 'opens on a run, after retries',
  ].filter((rule) => rule !== false);
}

describe('the gate and its model', () => {
  it('meets every rule that turns on more than one answer in the generated cases', () => {
    const met = new Set(fc.sample(caseArb(fineMs, 30, 12), 3000).flatMap(rulesIn));
    expect([...met].sort()).toEqual([
      'a 404 after a count',
      'a zero out of a cache',
      'opens on a run, after retries',
      'waits when busy',
    ]);
  });

  it('meets every outcome, every reason and every event in the generated cases', () => {
    const told = fc.sample(caseArb(fineMs, 30, 12), 1000).flatMap(({ limits, replies }) => {
      const [course] = possibleCourses(limits, replies);
      const outcomes = course && 'reason' in course.result ? course.result.reason : course?.result.outcome;
      const waits = (course?.requests ?? []).map(({ waitS }) => waitS ?? 'none');
      const kinds = waits.map((waitS, index) =>
        waitS === 'none' && waits[index - 1] !== waitS ? 'cut' : waitS,
      );
      return [
        outcomes,
        ...(course?.events ?? []).map(({ type }) => type),
        ...(kinds.some((kind) => Number(kind) > 0) ? ['held'] : []),
        ...(kinds.slice(1).includes('cut') ? ['held no longer'] : []),
      ];
    });
    expect([...new Set(told)].sort()).toEqual([
      'held',
      'held no longer',
      'http-status',
      'invalid-response',
      'not-found',
      'quiet',
      'request-timeout',
      'retrying',
      'settling',
      'timed-out',
      'unavailable',
      'unreachable',
      'waiting',
    ]);
  });

  test.prop([fc.oneof(caseArb(fineMs, 30, 12), caseArb(coarseMs, 30, 12))], { numRuns: runs(2000) })(
    'take the same course, whatever is answered and however late',
    async (known) => {
      expect(allowed(known)).toContainEqual(await run(known, createVirtualClock({ graceMs: 0 })));
    },
  );

  test.prop([caseArb(coarseMs, 5, 6), fc.scheduler(), fc.boolean()], { numRuns: runs(2000) })(
    'take the same course, in whatever order an answer, its time limit, the maximum wait and an abort come in one moment',
    async (known, scheduler, apart) => {
      const clock = createRacingClock(scheduler, { apart });
      expect(allowed(known)).toContainEqual(await clock.run(run(known, clock)));
    },
  );
});

async function run({ limits, replies, way, obeysSignal, abortAtMs }: Case, clock: Clock): Promise<Observed> {
  const caller = new AbortController();
  const reason = new Error('called off');
  const events: GateEvent[] = [];
  const gatesClock = watchClock(clock);
  const script = playReplies(replies, { way, clock, obeysSignal });
  if (abortAtMs !== undefined) {
    void clock.sleep(abortAtMs).then(() => {
      caller.abort(reason);
    });
  }
  const result = await waitForQuiet({
    ...limits,
    ...script.target,
    clock: gatesClock,
    signal: caller.signal,
    onEvent: (event) => events.push(event),
  }).catch((error: unknown) => {
    expect(error).toBe(reason);
    return 'aborted' as const;
  });
  expect({
    now: clock.now(),
    requests: script.underWay(),
    sleeps: gatesClock.underWay(),
    listeners: getEventListeners(caller.signal, 'abort'),
  }).toEqual({
    now: result === 'aborted' ? abortAtMs : result.elapsedMs,
    requests: 0,
    sleeps: 0,
    listeners: [],
  });
  return {
    result: result === 'aborted' ? result : comparable(result),
    requests: script.requests,
    events: events.map(comparable),
  };
}

/** The model knows neither texts nor ids. */
function comparable(told: QuietResult | GateEvent): object {
  return { ...told, message: undefined, cause: undefined, lastSeen: told.lastSeen?.count };
}

/** What the gate may do in a case; more than one thing where it may choose between events of one moment. */
function allowed(known: Case): Observed[] {
  const courses = Array.from(possibleCourses(known.limits, known.replies), (course) =>
    asToldBy(known.way, course),
  );
  const { abortAtMs = Infinity } = known;
  return courses.flatMap((course) => {
    const endsAt = course.result.elapsedMs;
    return [
      ...(endsAt <= abortAtMs ? [course] : []),
      ...(abortAtMs <= endsAt ? calledOff(course, abortAtMs) : []),
    ];
  });
}

/** What is left of a course that is called off: of the things that happen in that moment, any number may come first. */
function calledOff({ requests, events }: Course, atMs: number): Observed[] {
  return beginnings(requests, (request) => request.atMs, atMs).flatMap((requestsBefore) =>
    beginnings(events, ({ elapsedMs }) => elapsedMs, atMs).map((eventsBefore) => ({
      result: 'aborted' as const,
      requests: requestsBefore,
      events: eventsBefore,
    })),
  );
}

function beginnings<T>(happenings: readonly T[], timeOf: (happening: T) => number, untilMs: number): T[][] {
  const before = happenings.filter((happening) => timeOf(happening) < untilMs);
  const inThatMoment = happenings.filter((happening) => timeOf(happening) === untilMs);
  return Array.from({ length: inThatMoment.length + 1 }, (_, length) => [
    ...before,
    ...inThatMoment.slice(0, length),
  ]);
}

/** A source has no status, and is not asked to wait. */
function asToldBy(way: Way, { result, requests, events }: Course): Course {
  if (way === 'fetch') return { result, requests, events };
  return {
    result: withoutStatus(result),
    requests: requests.map(({ atMs }) => ({ atMs, waitS: undefined })),
    events: events.map(withoutStatus),
  };
}

function withoutStatus<T extends object>(told: T): T {
  return { ...told, status: undefined };
}
