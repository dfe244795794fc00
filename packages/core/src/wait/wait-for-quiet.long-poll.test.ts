import type { Clock } from '@quietgate/core';
import { describe, expect, it } from 'vitest';
import { runGate, type UrlGateOptions } from '../../test/run-gate.ts';
import { after, type Answer, fail, hang, status } from '../../test/scripted-endpoint.ts';

/** A count from a server that says that it applied the wait. */
const applied = (inFlight: number): Answer =>
  status(200, { 'preference-applied': 'wait=20' }, JSON.stringify({ count: inFlight, ids: [] }));
const plain = (inFlight: number): Answer => status(200, {}, JSON.stringify({ count: inFlight, ids: [] }));

/** Runs a gate, and returns when it asked with which preference beside the rest. */
async function runLongPolls(answers: (clock: Clock) => readonly Answer[], options: UrlGateOptions = {}) {
  const run = await runGate(answers, options);
  return {
    ...run,
    asked: run.requests.map(({ atMs, init }) => [atMs, new Headers(init.headers).get('prefer')]),
  };
}

describe('a long poll', () => {
  it('turns green in the millisecond in which the server turns quiet', async () => {
    const { result, asked, events } = await runLongPolls((clock) => [
      applied(1),
      after(7321, clock, applied(0)),
    ]);
    expect(result).toMatchObject({ outcome: 'quiet', polls: 2, elapsedMs: 7321 });
    expect(asked).toEqual([
      [0, 'wait=0'],
      [0, 'wait=20'],
    ]);
    expect(events).toMatchObject([{ type: 'waiting', poll: 1, elapsedMs: 0, nextInMs: 0 }]);
  });

  it('follows the one before at once, when that was held for the interval', async () => {
    const { asked } = await runLongPolls((clock) => [
      applied(1),
      after(20_000, clock, applied(1)),
      after(20_004, clock, applied(1)),
      applied(0),
    ]);
    expect(asked.map(([atMs]) => atMs)).toEqual([0, 0, 20_000, 40_004]);
  });

  it('that is answered early is followed an interval after it began', async () => {
    const { asked, events } = await runLongPolls((clock) => [
      applied(1),
      after(3000, clock, applied(1)),
      applied(0),
    ]);
    expect(asked.map(([atMs]) => atMs)).toEqual([0, 0, 20_000]);
    expect(events.at(-1)).toMatchObject({ type: 'waiting', elapsedMs: 3000, nextInMs: 17_000 });
  });

  it('gets its wait beside the time of a request, and no more', async () => {
    const { result, requests } = await runLongPolls((clock) => [
      applied(1),
      after(29_999, clock, applied(0)),
    ]);
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 29_999 });
    const late = await runLongPolls(() => [applied(1), hang, plain(0)]);
    expect(late.asked).toEqual([
      [0, 'wait=0'],
      [0, 'wait=20'],
      [30_000, null],
    ]);
    expect(requests).toHaveLength(2);
  });

  it('asks for no more than is left to the maximum wait', async () => {
    const { result, asked } = await runLongPolls(
      (clock) => [applied(1), after(20_000, clock, applied(1)), hang],
      { maxWaitMs: 25_500 },
    );
    expect(asked.at(-1)).toEqual([20_000, 'wait=5']);
    expect(result).toMatchObject({ outcome: 'timed-out', elapsedMs: 25_500 });
  });

  it('is not asked for below one second', async () => {
    const { asked } = await runLongPolls(() => [applied(1), applied(1), applied(0)], { intervalMs: 900 });
    expect(asked).toEqual([
      [0, 'wait=0'],
      [900, 'wait=0'],
      [1800, 'wait=0'],
    ]);
  });

  it('is not asked for again after an answer that did not apply it, until one does', async () => {
    const { asked } = await runLongPolls(() => [applied(1), plain(1), applied(1), applied(0)]);
    expect(asked).toEqual([
      [0, 'wait=0'],
      [0, 'wait=20'],
      [20_000, 'wait=0'],
      [20_000, 'wait=20'],
    ]);
  });

  it('is not asked for after a failed answer, which applied nothing', async () => {
    const { asked } = await runLongPolls(
      () => [applied(1), applied(0), status(503, { 'preference-applied': 'wait=20' }), applied(0)],
      { quietForMs: 5000 },
    );
    expect(asked.map(([, prefer]) => prefer)).toEqual(['wait=0', 'wait=20', 'wait=0', 'wait=0']);
  });

  it('is not asked for while a zero settles', async () => {
    const { asked } = await runLongPolls(() => [applied(1), applied(0)], { quietForMs: 25_000 });
    expect(asked).toEqual([
      [0, 'wait=0'],
      [0, 'wait=20'],
      [20_000, 'wait=0'],
      [25_000, 'wait=0'],
    ]);
  });

  it.for<[string, Answer]>([
    ['a 504', status(504)],
    ['a 404', status(404)],
    ['HTML', status(200, {}, '<html>')],
    ['a reset', fail(new Error('socket hang up'))],
  ])('that ends in %s is no failed try, and the last one', async ([, cut]) => {
    const { result, asked, types } = await runLongPolls(
      (clock) => [applied(1), after(15_000, clock, cut), plain(1), applied(1), plain(0)],
      { retries: 0 },
    );
    expect(result).toMatchObject({ outcome: 'quiet', polls: 4 });
    expect(asked).toEqual([
      [0, 'wait=0'],
      [0, 'wait=20'],
      [15_000, null],
      [35_000, null],
      [55_000, null],
    ]);
    expect(types).toEqual(['waiting', 'waiting', 'waiting']);
  });

  it('never opens the gate: only what fails without a wait does', async () => {
    const { result, asked } = await runLongPolls(() => [applied(1), status(504)], { retries: 1 });
    expect(result).toMatchObject({ outcome: 'failed-open', status: 504, elapsedMs: 1000 });
    expect(asked).toEqual([
      [0, 'wait=0'],
      [0, 'wait=20'],
      [0, null],
      [1000, null],
    ]);
  });

  it.for([
    ['7', 7000],
    ['3600', 20_000],
  ] as const)(
    'that is answered by a 503 with Retry-After: %s asks again %i ms later',
    async ([seconds, pauseMs]) => {
      const { asked, events } = await runLongPolls(() => [
        applied(1),
        status(503, { 'retry-after': seconds }),
        plain(0),
      ]);
      expect(asked.at(-1)).toEqual([pauseMs, null]);
      expect(events.at(-1)).toMatchObject({ type: 'retrying', status: 503, poll: 2, nextInMs: pauseMs });
    },
  );

  it('that is answered by a 503 with Retry-After: 0 asks again at once', async () => {
    const busy = status(503, { 'retry-after': '0' });
    const { asked, types } = await runLongPolls(() => [applied(1), busy, plain(0)]);
    expect(asked.at(-1)).toEqual([0, null]);
    expect(types).toEqual(['waiting']);
  });

  it('is never asked for with longPoll: false', async () => {
    const { asked } = await runLongPolls(() => [applied(1), applied(0)], { longPoll: false });
    expect(asked).toEqual([
      [0, null],
      [20_000, null],
    ]);
  });
});

it('asks no more than twice in an interval, whatever the server says', async () => {
  const { requests } = await runGate([applied(1), plain(1), applied(1)], { maxWaitMs: 200_000 });
  const lies = requests.map(({ atMs }) => atMs);
  expect(lies.filter((atMs, index) => lies.slice(index + 2).some((later) => later - atMs < 20_000))).toEqual(
    [],
  );
});
