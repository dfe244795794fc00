import { echoArb, hostileTokenArb, showsSecret, tokenArb } from '@quietgate/testkit/secrets';
import { fc, test } from '@quietgate/testkit/property';
import { describe, expect } from 'vitest';
import {
  COMMANDS,
  makePlan,
  makeStatusPlan,
  makeUncordonPlan,
  type Settings,
  termsOf,
} from '../src/index.ts';
import { fetchCordon } from '@quietgate/core';

/** What a function returns, or throws. */
function outcomeOf(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}

/** An option, and what reads it. */
const optionArb = fc.constantFrom(
  ...Object.keys(COMMANDS.wait).map((option) => [makePlan, option] as const),
  ...Object.keys(COMMANDS.uncordon).map((option) => [makeUncordonPlan, option] as const),
  ...Object.keys(COMMANDS.status).map((option) => [makeStatusPlan, option] as const),
);

describe('a token', () => {
  test.prop([
    hostileTokenArb.filter((token) => typeof token === 'string' && !token.includes('\0')),
    fc.constantFrom(
      'https://a.example',
      'https://s3cr3t@a.example',
      'https://a.example?s3cr3t',
      's3cr3t:a@b',
    ),
  ])(
    'that is wrong, or in the URL, is in no message, and in nothing that is said of a plan',
    (token, url) => {
      const env = { CORDON_TOKEN: token as string, CATALYST_API_URL: url };
      const given: Settings = new Map(['cordon', 'all'].map((name) => [name, [{ name, value: 'true' }]]));
      const said = [makePlan, makeUncordonPlan, makeStatusPlan].map((make) =>
        outcomeOf(() => void make(given, env)),
      );
      const terms = outcomeOf(() => {
        const plan = makePlan(given, env);
        return termsOf(plan, plan.servers[0]);
      });
      expect(showsSecret([said, terms])).toBe(false);
    },
  );

  test.prop([tokenArb, optionArb])(
    'in the place of another option is in no message',
    (token, [make, option]) => {
      const env = { CORDON_TOKEN: token, CATALYST_API_URL: 'https://a.example' };
      const given: Settings = new Map([
        ['cordon', [{ name: '--cordon', value: 'true' }]],
        [option, [{ name: `--${option}`, value: token }]],
      ]);
      expect(showsSecret(outcomeOf(() => void make(given, env)))).toBe(false);
    },
  );

  test.prop([tokenArb, echoArb])(
    'is in nothing that is said of the cordon, whatever a server does',
    async (token, echo) => {
      const asked = { url: 'https://a.example', headers: [], token, requestTimeoutMs: 10_000 };
      expect(showsSecret(await fetchCordon({ ...asked, fetch: () => echo(token) }).catch(String))).toBe(
        false,
      );
    },
  );
});
