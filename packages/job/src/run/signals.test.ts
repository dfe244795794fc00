import { afterEach, expect, it, vi } from 'vitest';

const { platform } = process;

afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  vi.restoreAllMocks();
  vi.resetModules();
});

it.each([
  ['linux', ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']],
  ['win32', ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']],
])('on %s each of %j is heeded, and none once nobody hears of them', async (name, signals) => {
  const listeners = new Map<string | symbol, (...of: unknown[]) => void>();
  vi.spyOn(process, 'on').mockImplementation((event, listener) => {
    listeners.set(event, listener);
    return process;
  });
  Object.defineProperty(process, 'platform', { value: name });
  vi.resetModules();
  const { takeSignals } = await import('./signals.ts');
  const taken = takeSignals({ heedsOrphaning: false });
  expect([...listeners.keys()]).toEqual(signals);
  const heed = vi.fn();
  taken.to(heed);
  for (const listener of listeners.values()) listener();
  taken.to(undefined);
  for (const listener of listeners.values()) listener();
  expect(heed.mock.calls).toEqual(signals.map((signal) => [signal, `stopped by ${signal}`]));
});
