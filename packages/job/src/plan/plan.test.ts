import { fc, test } from '@quietgate/testkit/property';
import { waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { describe, expect, it } from 'vitest';
import type { ValueOption } from './options.ts';
import { NO_SETTINGS, resolvePlan, type Settings, withEnvironment } from './plan.ts';
import { UsageError } from '../usage-error.ts';

const given = (options: Readonly<Partial<Record<ValueOption, string | string[] | undefined>>>): Settings => ({
  values: new Map(
    Object.entries(options).map(([option, values]) => [
      option as ValueOption,
      [values ?? []].flat().map((value) => ({ name: `--${option}`, value })),
    ]),
  ),
  flags: new Set(),
});

it('has the defaults of waitForQuiet', async () => {
  const asked: number[] = [];
  const clock = createVirtualClock();
  const source = () => {
    asked.push(clock.now());
    return { count: 1, ids: [] };
  };
  const byDefault = await waitForQuiet({ source, clock });
  const { gate, ...plan } = resolvePlan(NO_SETTINGS);
  const { intervalMs, maxWaitMs, ...rest } = gate;
  expect(byDefault.elapsedMs).toBe(maxWaitMs);
  expect(asked[1]).toBe(intervalMs);
  expect(rest).toEqual({
    url: 'https://console.openova.io',
    path: '/api/v1/deployments/in-flight-count',
    requestTimeoutMs: 10_000,
    quietForMs: 0,
    retries: 5,
    longPoll: true,
    onUnavailable: 'proceed',
    headers: [],
    cordon: undefined,
  });
  expect(plan).toEqual({
    host: undefined,
    failOn: [],
    uncordonsAtJobEnd: false,
    json: false,
    silent: false,
  });
});

describe('whatever is given', () => {
  const optionsArb = fc.record(
    {
      interval: fc.oneof(fc.string(), fc.stringMatching(/^\d{1,12}(\.\d)?(ms|s|m|h)$/)),
      'max-wait': fc.oneof(fc.string(), fc.stringMatching(/^\d{1,12}(\.\d)?(ms|s|m|h)$/)),
      'request-timeout': fc.stringMatching(/^\d{1,9}(ms|s)$/),
      'quiet-for': fc.stringMatching(/^\d{0,9}(ms|s)?$/),
      path: fc.oneof(fc.string(), fc.webPath()),
      'on-unavailable': fc.constantFrom('proceed', 'wait', 'wait-when-busy'),
      retries: fc.oneof(fc.string(), fc.nat(200).map(String)),
      header: fc.array(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Za-z-]{1,9}: ?[ -~]{0,9}$/)),
      ),
    },
    { requiredKeys: [] },
  );
  const urlArb = fc.oneof(fc.string(), fc.webUrl(), fc.constant(undefined));

  test.prop([optionsArb, urlArb])('the gate accepts a plan that was accepted', async (options, url) => {
    let plan;
    try {
      plan = resolvePlan(given({ ...options, url }));
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return;
    }
    // An aborted signal is looked at after the options, and before any request.
    const signal = AbortSignal.abort('accepted');
    await expect(waitForQuiet({ ...plan.gate, signal })).rejects.toBe('accepted');
  });
});

describe('withEnvironment', () => {
  it('fills in what was not given', () => {
    const env = { CATALYST_API_URL: 'https://a.example', POLL_INTERVAL_SECONDS: '5', MAX_WAIT_SECONDS: '60' };
    expect(resolvePlan(withEnvironment(NO_SETTINGS, env)).gate).toMatchObject({
      url: 'https://a.example',
      intervalMs: 5000,
      maxWaitMs: 60_000,
    });
  });

  it('leaves alone what was', () => {
    const env = {
      CATALYST_API_URL: 'nonsense',
      POLL_INTERVAL_SECONDS: 'nonsense',
      MAX_WAIT_SECONDS: 'nonsense',
    };
    const all = given({ url: 'https://b.example', interval: '1s', 'max-wait': '2s' });
    expect(resolvePlan(withEnvironment(all, env)).gate).toMatchObject({
      url: 'https://b.example',
      intervalMs: 1000,
      maxWaitMs: 2000,
    });
  });

  it.each(['', ' ', '\n'])('takes %j for unset', (value) => {
    const env = { CATALYST_API_URL: value, POLL_INTERVAL_SECONDS: value, MAX_WAIT_SECONDS: value };
    expect(resolvePlan(withEnvironment(NO_SETTINGS, env))).toEqual(resolvePlan(NO_SETTINGS));
  });
});
