import { fc, test } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { renewalDueAtMs } from './renewal-due.ts';

const leaseMsArb = fc.integer({ min: 1, max: 3600 }).map((seconds) => seconds * 1000);
const timeArb = fc.integer({ min: 0, max: 10_000_000 });
const intervalMsArb = fc.integer({ min: 1, max: 2_147_483_647 });

it.for([
  ['each interval', { sentAtMs: 7000, leaseMs: 600_000 }, 27_000],
  ['just before half of it is over', { sentAtMs: 7000, leaseMs: 30_000 }, 21_999],
  ['5 s after a renewal that failed', { failedAtMs: 28_000 }, 33_000],
] as const)('a lease is renewed %s', ([, lease, expected]) => {
  expect(renewalDueAtMs(lease, 20_000)).toBe(expected);
});

test.prop([timeArb, leaseMsArb, intervalMsArb])(
  'a renewal is due after it was sent, within an interval, and before half of the lease is over',
  (sentAtMs, leaseMs, intervalMs) => {
    const due = renewalDueAtMs({ sentAtMs, leaseMs }, intervalMs);
    expect(due).toBeGreaterThan(sentAtMs);
    expect(due - sentAtMs).toBeLessThanOrEqual(intervalMs);
    expect(due - sentAtMs).toBeLessThan(leaseMs / 2);
  },
);
