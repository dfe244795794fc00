import { describe, expect, it } from 'vitest';
import { lease, TOKEN } from '../../test/cordoned-endpoint.ts';
import { after, type Answer, fail, hang, status } from '../../test/scripted-endpoint.ts';
import { createVirtualClock, type VirtualClock } from '../testing.ts';
import { readGateOptions } from './gate-options.ts';
import { liftableGate } from './liftable-gate.ts';
import { askInTime } from './with-time-limit.ts';

const gone = status(200, {}, '{}');

/** Raises once, with the answer that the server gives, and lifts `waitMs` later. */
async function raiseAndLift(
  answersOf: (clock: VirtualClock) => { raise: Answer; lifts: readonly Answer[] },
  {
    withinMs = 10_000,
    waitMs = 0,
    token = TOKEN,
  }: { withinMs?: number; waitMs?: number; token?: string | (() => string) } = {},
) {
  const clock = createVirtualClock();
  const { raise, lifts } = answersOf(clock);
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  const fetch = (_: string, { method = 'GET', signal }: RequestInit) => {
    asked.push(`${clock.now()} ${method}`);
    const own = signal ?? new AbortController().signal;
    signals.push(own);
    const lifted = asked.filter((each) => each.endsWith('DELETE')).length;
    const answer = method === 'PUT' ? raise : lifts[Math.min(lifted, lifts.length) - 1];
    return (answer ?? hang)(own);
  };
  const options = { url: 'https://api.example', cordon: { token, holder: 'deploy-42' }, fetch, clock };
  const liftable = liftableGate(readGateOptions(options));
  const { gate } = liftable;
  const wanted = { holder: 'deploy-42', leaseMs: 60_000, renews: undefined };
  const raised = askInTime(gate, 'it', 10_000, (signal) => gate.leases.raise(wanted, signal)).catch(
    () => undefined,
  );
  await clock.sleep(waitMs);
  liftable.stop(undefined);
  await raised;
  const hadLease = liftable.mayHaveLease();
  const startedAt = clock.now();
  const lifted = await liftable.lift(withinMs);
  return {
    lifted,
    asked,
    hadLease,
    tookMs: clock.now() - startedAt,
    signals,
  };
}

describe('a liftable gate', () => {
  it('lifts a lease that was granted, at once', async () => {
    const { lifted, asked, hadLease } = await raiseAndLift(() => ({ raise: lease(60, 'a'), lifts: [gone] }), {
      waitMs: 5,
    });
    expect(lifted).toEqual({ type: 'lifted' });
    expect(asked).toEqual(['0 PUT', '5 DELETE']);
    expect(hadLease).toBe(true);
  });

  it.for<[string, Answer]>([
    ['503', status(503)],
    ['408', status(408)],
    ['a reset', fail(new Error('reset'))],
    ['HTML', status(200, {}, '<html>')],
  ])('lifts a lease that may have been granted: %s', async ([, raise]) => {
    const { lifted, asked } = await raiseAndLift(() => ({ raise, lifts: [gone] }), { waitMs: 5 });
    expect(lifted).toEqual({ type: 'lifted' });
    expect(asked).toEqual(['0 PUT', '5 DELETE']);
  });

  it.for<[string, Answer]>([
    ...[400, 401, 403, 404, 405, 409, 302].map((code): [string, Answer] => [String(code), status(code)]),
  ])('has nothing to lift after a raise that was surely refused: %s', async ([, raise]) => {
    const { lifted, asked, hadLease } = await raiseAndLift(() => ({ raise, lifts: [gone] }), { waitMs: 5 });
    expect(lifted).toBeUndefined();
    expect(asked).toEqual(['0 PUT']);
    expect(hadLease).toBe(false);
  });

  it('has nothing to lift after a raise that was never sent', async () => {
    const token = () => {
      throw new Error('no token');
    };
    const { lifted, asked } = await raiseAndLift(() => ({ raise: hang, lifts: [] }), { waitMs: 5, token });
    expect(lifted).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('leaves a raise on its way when it is stopped, and lifts at once and once more after its answer', async () => {
    const { lifted, asked, signals } = await raiseAndLift((clock) => ({
      raise: after(700, clock, lease(60, 'a')),
      lifts: [gone],
    }));
    expect(lifted).toEqual({ type: 'lifted' });
    expect(asked).toEqual(['0 PUT', '0 DELETE', '700 DELETE']);
    expect(signals[0]?.aborted).toBe(false);
  });

  it('waits for it no longer than half of the time, and leaves nothing behind', async () => {
    const { lifted, asked, signals, tookMs } = await raiseAndLift(() => ({ raise: hang, lifts: [gone] }), {
      withinMs: 2000,
    });
    expect(lifted).toEqual({ type: 'lifted' });
    expect(asked).toEqual(['0 PUT', '0 DELETE', '1000 DELETE']);
    expect(tookMs).toBe(1000);
    expect(signals[0]?.aborted).toBe(true);
  });

  it('gives up the first release after half of the time too, so that one is left for after the raise', async () => {
    const { lifted, asked, tookMs } = await raiseAndLift(() => ({ raise: hang, lifts: [hang, gone] }), {
      withinMs: 2000,
    });
    expect(lifted).toEqual({ type: 'lifted' });
    expect(asked).toEqual(['0 PUT', '0 DELETE', '1000 DELETE']);
    expect(tookMs).toBe(1000);
  });

  it('aborts a raise whose own time is over, and lifts what it may have begun', async () => {
    const untilAborted: Answer = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason);
        });
      });
    const { asked, signals } = await raiseAndLift(() => ({ raise: untilAborted, lifts: [gone] }), {
      waitMs: 11_000,
    });
    expect(asked).toEqual(['0 PUT', '11000 DELETE']);
    expect(signals[0]?.aborted).toBe(true);
  });

  it('tries again within the time', async () => {
    const { lifted, asked } = await raiseAndLift(
      () => ({ raise: lease(60, 'a'), lifts: [status(503), status(404), fail(new Error('reset')), gone] }),
      { waitMs: 1 },
    );
    expect(lifted).toEqual({ type: 'lifted' });
    expect(asked).toEqual(['0 PUT', '1 DELETE', '1001 DELETE', '3001 DELETE', '7001 DELETE']);
  });

  it('tries no more in the very moment in which the time is over', async () => {
    const { asked } = await raiseAndLift(() => ({ raise: lease(60, 'a'), lifts: [status(503), gone] }), {
      waitMs: 1,
      withinMs: 1000,
    });
    expect(asked).toEqual(['0 PUT', '1 DELETE']);
  });

  it.for<[string, Answer, number, string]>([
    ['503 to the end', status(503), 1000, 'answered 503'],
    ['401', status(401), 0, 'answered 401: the token is wrong'],
    ['silence', hang, 2000, 'gave no complete answer within 2000 ms'],
  ])('says what is left behind: %s', async ([, answer, tookMs, why]) => {
    const seen = await raiseAndLift(() => ({ raise: lease(60, 'a'), lifts: [answer] }), {
      waitMs: 1,
      withinMs: 2000,
    });
    const message = `the cordon at https://api.example/api/v1/deployments/cordon ${why}`;
    expect(seen.lifted).toEqual({ type: 'left', message });
    expect(seen.tookMs).toBe(tookMs);
  });
});
