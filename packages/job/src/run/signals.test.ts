import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { endBy, signalStatus, takeSignals } from './signals.ts';

it.each([
  ['linux', ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']],
  ['win32', ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']],
] as const)(
  'on %s each of %j is heeded; of the last that nobody heard of, the next one hears',
  (platform, signals) => {
    const process = Object.assign(new EventEmitter(), { platform });
    const taken = takeSignals(process as object as NodeJS.Process, { heedsOrphaning: false });
    expect(process.eventNames()).toEqual(signals);
    const heed = vi.fn();
    taken.to(heed);
    for (const signal of signals) process.emit(signal);
    taken.to(undefined);
    for (const signal of signals) process.emit(signal);
    const calls = signals.map((signal) => [signal, `stopped by ${signal}`]);
    expect(heed.mock.calls).toEqual(calls);
    const next = vi.fn();
    taken.to(next);
    expect([heed.mock.calls, next.mock.calls]).toEqual([calls, calls.slice(-1)]);
  },
);

describe('the end of the process that started this one', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('counts as SIGTERM, once, where somebody hears of it', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let parent = process.ppid;
    vi.spyOn(process, 'ppid', 'get').mockImplementation(() => parent);
    const [heard, unheard] = [new EventEmitter(), new EventEmitter()].map((each) =>
      takeSignals(each as NodeJS.Process, { heedsOrphaning: true }),
    );
    const heed = vi.fn();
    heard?.to(heed);
    unheard?.to(undefined);
    vi.advanceTimersByTime(1000);
    expect(heed).not.toHaveBeenCalled();
    parent = 1;
    vi.advanceTimersByTime(5000);
    expect(heed.mock.calls).toEqual([
      ['SIGTERM', 'stopped, since the process that started quietgate is gone'],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGQUIT', 131],
  ['SIGTERM', 143],
] as const)('%s gives the status %i', (signal, status) => {
  expect(signalStatus(signal)).toBe(status);
});

describe('a process', () => {
  /** What is done to a process that is at these. */
  const endOf = (resources: readonly string[]) => {
    const done: unknown[][] = [];
    const note =
      (what: string) =>
      (...of: unknown[]) =>
        done.push([what, ...of]);
    const process: object = {
      pid: 42,
      getActiveResourcesInfo: () => resources,
      removeAllListeners: note('removeAllListeners'),
      kill: note('kill'),
      exit: note('exit'),
    };
    endBy(process as NodeJS.Process, 'SIGTERM');
    return done;
  };

  it('exits with the status of the signal', () => {
    expect(endOf(['TCPSocketWrap'])).toEqual([['exit', 143]]);
  });

  it('is ended by the signal itself while a name is looked up, for which an exit would wait', () => {
    expect(endOf(['GetAddrInfoReqWrap'])).toEqual([
      ['removeAllListeners', 'SIGTERM'],
      ['kill', 42, 'SIGTERM'],
      ['exit', 143],
    ]);
  });
});
