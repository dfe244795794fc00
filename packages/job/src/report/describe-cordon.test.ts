import type { QuietResult } from '@quietgate/core';
import { expect, it } from 'vitest';
import { NO_SETTINGS, makePlan } from '../plan/plan.ts';
import { describeCordon, describeCordonNews } from './describe-cordon.ts';
import type { CordonNews } from './progress.ts';
import { termsOf, withCordon } from './terms.ts';

const plan = makePlan(NO_SETTINGS, {});
const [server] = plan.servers;
const cordon = { token: 's3cret-token-of-the-cordon', holder: 'deploy-42', leaseMs: 90_000 };
const terms = withCordon(termsOf(plan, { ...server, gate: { ...server.gate, cordon } }));

const when = { poll: 1, elapsedMs: 500, nextInMs: 0 };
const message = 'the cordon at https://a.example/cordon answered 503\n::error::\u001b[2J';
const shown = String.raw`the cordon at https://a.example/cordon answered 503\u{a}::error::\u{1b}[2J`;

it.each<[CordonNews, string]>([
  [
    { type: 'cordoned', ...when },
    'cordon up: new runs are blocked by a lease of 1m 30s at most, held by deploy-42',
  ],
  [{ type: 'uncordoned', ...when, message }, `cordon not up: new runs are NOT blocked: ${shown}`],
  [
    {
      type: 'retrying',
      about: 'cordon',
      failedTries: 1,
      ...when,
      reason: 'http-status',
      status: 503,
      message,
    },
    `cordon not up yet: ${shown}`,
  ],
  [{ type: 'lifted', ...when }, 'lease of deploy-42 released'],
  [
    { type: 'left', ...when, message },
    `lease of deploy-42 not released, and may last until expiry: ${shown}`,
  ],
])('%j', (event, text) => {
  expect(describeCordonNews(event, terms)).toBe(text);
});

it.each<[CordonNews, string]>([
  [
    { type: 'uncordoned', ...when, message: 'answered 405' },
    'cordon not up: new runs are NOT blocked: answered 405',
  ],
  [
    { type: 'left', ...when, message: 'answered 403' },
    'lease of deploy-42 not released, and may last until expiry: answered 403',
  ],
])('names the proxy that may have answered in the place of the server: %j', (event, text) => {
  const behindProxy = { ...terms, httpProxy: 'http_proxy' };
  expect(describeCordonNews(event, behindProxy)).toBe(`${text} (through the proxy in http_proxy)`);
  const named = { ...event, message: 'the proxy in http_proxy (a:1) refused the connection' };
  expect(describeCordonNews(named, behindProxy)).toBe(describeCordonNews(named, terms));
});

const quiet = { outcome: 'quiet', polls: 1, elapsedMs: 85 } as const;
const timeIn = (ms: number) => `now + ${ms} ms`;

it.each<[QuietResult['cordon'], string | undefined]>([
  [undefined, undefined],
  [
    { holder: 'deploy-42', up: true, remainingMs: 287_900 },
    'cordon up: new runs are blocked until now + 287900 ms (4m 47s), held by deploy-42',
  ],
  [{ holder: 'deploy-42', up: false, message }, `cordon not up: new runs are NOT blocked: ${shown}`],
])('after the gate: %j', (state, text) => {
  const result: QuietResult = { ...quiet, ...(state && { cordon: state }) };
  expect(describeCordon(result, terms, timeIn)).toBe(text);
});

it('says no more than 500 characters of a message', () => {
  const result: QuietResult = {
    ...quiet,
    cordon: { holder: 'deploy-42', up: false, message: 'x'.repeat(501) },
  };
  expect(describeCordon(result, terms, timeIn)).toBe(
    `cordon not up: new runs are NOT blocked: ${'x'.repeat(499)}…`,
  );
});
