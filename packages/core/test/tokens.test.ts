import { fetchCordon, type GateEvent, uncordon, waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { fc, test } from '@quietgate/testkit/property';
import { echoArb, hostileTokenArb, showsSecret, tokenArb } from '@quietgate/testkit/secrets';
import { describe, expect } from 'vitest';

/** What a promise settles with, whichever way. */
const settled = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

const neverAsked = () => Promise.reject(new Error('asked'));

/** Where a token may be written by mistake, in the base URL. */
const urlArb = fc.constantFrom<(token: string) => string>(
  () => 'https://a.example',
  (token) => `https://${token}@a.example`,
  (token) => `https://me:${token}@a.example`,
  (token) => `https://a.example/?token=${token}`,
  (token) => `https://a.example/#${token}`,
  (token) => `ftp://a.example/?token=${token}`,
  (token) => `a.example?${token}`,
);

describe('a token', () => {
  test.prop([hostileTokenArb, urlArb])(
    'that is wrong, or in the URL, is in no error of the options',
    async (token, urlOf) => {
      const url = urlOf(typeof token === 'string' ? token.replace(/[@/\\:]/g, '') : 's3cr3t');
      const wrong = token as string;
      const thrown = [
        await settled(
          waitForQuiet({
            url,
            cordon: { token: wrong, holder: ' ' },
            fetch: neverAsked,
            clock: createVirtualClock(),
          }),
        ),
        await settled(waitForQuiet({ url, cordon: { token: wrong, leaseMs: 1 }, fetch: neverAsked })),
        await settled(waitForQuiet({ url, cordon: wrong as never, fetch: neverAsked })),
        await settled(uncordon({ url, token: wrong, holder: '*', fetch: neverAsked })),
        await settled(uncordon({ url, token: wrong, fetch: neverAsked } as never)),
      ];
      expect(thrown.filter((each) => !(each instanceof Error))).toEqual([]);
      expect(thrown.filter(showsSecret)).toEqual([]);
    },
  );

  test.prop([
    tokenArb,
    fc.array(echoArb, { minLength: 1, maxLength: 4 }),
    fc.array(fc.nat(1), { minLength: 1 }),
  ])('is in no event and no result, whatever a server does with it', async (token, echoes, counts) => {
    let raises = 0;
    let polls = 0;
    const events: GateEvent[] = [];
    const result = await settled(
      waitForQuiet({
        url: 'https://a.example',
        cordon: { token },
        maxWaitMs: 100_000,
        clock: createVirtualClock({ graceMs: 1 }),
        onEvent: (event) => events.push(event),
        fetch: (_, { method }) => {
          if (method === 'PUT') return echoes[raises++ % echoes.length]?.(token) ?? neverAsked();
          return Promise.resolve(Response.json({ count: counts[polls++ % counts.length] }));
        },
      }),
    );
    expect(showsSecret([events, result])).toBe(false);
  });

  test.prop([hostileTokenArb, fc.boolean()])(
    'that a function gives, or throws, is in no event and no error, right or wrong',
    async (given, isThrown) => {
      const token = () => {
        if (isThrown) throw new Error(String(given));
        return given as string;
      };
      const events: GateEvent[] = [];
      const asked = {
        url: 'https://a.example',
        fetch: neverAsked,
        clock: createVirtualClock({ graceMs: 1 }),
      };
      const onEvent = (event: GateEvent) => events.push(event);
      const ended = [
        await settled(waitForQuiet({ ...asked, cordon: { token }, maxWaitMs: 60_000, onEvent })),
        await settled(
          waitForQuiet({ ...asked, headers: () => ({ 'x-token': token() }), retries: 1, onEvent }),
        ),
        await settled(uncordon({ ...asked, token, holder: 'deploy-42', retries: 1 })),
        await settled(fetchCordon({ ...asked, token })),
      ];
      expect(showsSecret([events, ended])).toBe(false);
    },
  );

  test.prop([tokenArb, echoArb])(
    'is in no error of uncordon, whatever a server does with it',
    async (token, echo) => {
      const asked = {
        url: 'https://a.example',
        token,
        retries: 1,
        clock: createVirtualClock({ graceMs: 1 }),
      };
      const ended = [
        await settled(uncordon({ ...asked, holder: 'deploy-42', fetch: () => echo(token) })),
        await settled(uncordon({ ...asked, all: true, fetch: () => echo(token) })),
      ];
      expect(showsSecret(ended)).toBe(false);
    },
  );
});
