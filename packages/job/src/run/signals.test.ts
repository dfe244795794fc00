import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { takeSignals } from './signals.ts';

it.each([
  ['linux', ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']],
  ['win32', ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']],
] as const)('on %s each of %j is heeded, and none once nobody hears of them', (platform, signals) => {
  const process = Object.assign(new EventEmitter(), { platform });
  const taken = takeSignals(process as object as NodeJS.Process, { heedsOrphaning: false });
  expect(process.eventNames()).toEqual(signals);
  const heed = vi.fn();
  taken.to(heed);
  for (const signal of signals) process.emit(signal);
  taken.to(undefined);
  for (const signal of signals) process.emit(signal);
  expect(heed.mock.calls).toEqual(signals.map((signal) => [signal, `stopped by ${signal}`]));
});
