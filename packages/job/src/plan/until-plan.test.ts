import { expect, it } from 'vitest';
import type { Settings } from './table.ts';
import { makeUntilPlan } from './until-plan.ts';

const given = (options: Readonly<Record<string, string>>): Settings =>
  new Map(Object.entries(options).map(([name, value]) => [name, [{ name, value }]]));

it('asks every 5 s, for half an hour at most, whatever the variables of a gate say', () => {
  const settings = given({ url: 'https://a.example/version', text: 'v2' });
  const env = {
    CATALYST_API_URL: 'https://b.example',
    POLL_INTERVAL_SECONDS: '1',
    MAX_WAIT_SECONDS: '60',
  };
  expect(makeUntilPlan(settings, env)).toEqual({
    url: 'https://a.example/version',
    text: 'v2',
    intervalMs: 5000,
    maxWaitMs: 1_800_000,
    requestTimeoutMs: 10_000,
    headers: [],
  });
});
