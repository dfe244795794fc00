import { echoArb, hostileTokenArb, showsSecret, tokenArb } from '@quietgate/testkit/secrets';
import { fc, test } from '@quietgate/testkit/property';
import { describe, expect } from 'vitest';
import {
  makePlan,
  makeStatusPlan,
  makeUncordonPlan,
  termsOf,
  VALUE_OPTIONS,
  type ValueOption,
} from '../src/index.ts';
import { readCordonState } from '../src/run/read-cordon-state.ts';

/** What a function returns, or throws. */
function outcomeOf(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}

const optionArb = fc.constantFrom(...(Object.keys(VALUE_OPTIONS) as ValueOption[]));

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
      const given = { values: new Map(), flags: new Set(['cordon', 'all'] as const) };
      const said = [makePlan, makeUncordonPlan, makeStatusPlan].map((make) =>
        outcomeOf(() => void make(given, env)),
      );
      const terms = outcomeOf(() => termsOf(makePlan(given, env)));
      expect(showsSecret([said, terms])).toBe(false);
    },
  );

  test.prop([tokenArb, optionArb])('in the place of another option is in no message', (token, option) => {
    const env = { CORDON_TOKEN: token, CATALYST_API_URL: 'https://a.example' };
    const values = new Map([[option, [{ name: `--${option}`, value: token }]]]);
    const said = [makePlan, makeUncordonPlan, makeStatusPlan].map((make) =>
      outcomeOf(() => void make({ values, flags: new Set(['cordon'] as const) }, env)),
    );
    expect(showsSecret(said)).toBe(false);
  });

  test.prop([tokenArb, echoArb])(
    'is in nothing that is said of the cordon, whatever a server does',
    async (token, echo) => {
      const asked = { url: 'https://a.example', headers: [], token, requestTimeoutMs: 10_000 };
      expect(showsSecret(await readCordonState({ ...asked, fetch: () => echo(token) }))).toBe(false);
    },
  );
});
