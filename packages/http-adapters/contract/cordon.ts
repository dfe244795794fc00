import { type Cordon, CORDON_PATH as PATH, CordonRefused, createCordon } from '@quietgate/core';
import { METHODS } from 'node:http';
import { expect, vi } from 'vitest';
import type { CordonEvent, DeployCordonOptions } from '../src/endpoint/cordon-options.ts';
import type { Ask, Question, Reply } from './client.ts';
import { type Check, withHost } from './host.ts';
import { expectReply } from './replies.ts';

const TOKEN = 'a-token-of-the-deploy-job';
const OTHER_TOKEN = 'another-token, for rotation';

const OTHER_METHODS = METHODS.filter((method) => !['GET', 'PUT', 'DELETE', 'CONNECT'].includes(method));

const headers = { Authorization: `Bearer ${TOKEN}` };

/** Asks with the token. */
const authorized =
  (ask: Ask) =>
  (method: string, query = '', question: Question = {}): Promise<Reply> =>
    ask(PATH + query, { method, ...question, headers: { ...headers, ...question.headers } });

/** A cordon that notes what it is asked, and answers as it is told. */
function fakeCordon(answers: Partial<Record<keyof Cordon, unknown>> = {}) {
  const answer = (name: keyof Cordon, otherwise: unknown) =>
    vi.fn((): unknown => {
      const given = name in answers ? answers[name] : otherwise;
      return typeof given === 'function' ? (given as () => unknown)() : given;
    });
  const cordon = {
    raise: answer('raise', { id: 'lease-1', leaseMs: 1000 }),
    lift: answer('lift', undefined),
    remainingMs: answer('remainingMs', 0),
    holders: answer('holders', []),
  };
  return cordon as typeof cordon & Cordon;
}

const expectUnauthorized = (reply: Reply, body = '{"error":"unauthorized"}') => {
  expect(reply.status).toBe(401);
  expect(reply.headers['www-authenticate']).toBe('Bearer');
  expect(reply.headers['content-type']).toBe('application/json');
  expect(reply.headers['cache-control']).toBe('no-store');
  expect(reply.body).toBe(body);
};

const expectUnavailable = (reply: Reply) => {
  expectReply(reply, 503, '{"error":"cordon unavailable"}');
};

const fail = () => {
  throw new Error(`the database is gone, and so is ${TOKEN}`);
};

/** What the cordon's endpoint must hold to, row by row of its table. */
export const cordonContract: readonly Check<DeployCordonOptions>[] = [
  {
    name: 'raises the cordon for one holder, and says for how long and under which id',
    async check(host) {
      const cordon = fakeCordon({ raise: { id: 'lease-1', leaseMs: 59_999 } });
      const onEvent = vi.fn();
      await withHost(host, { cordon, authorize: TOKEN, onEvent }, async ({ ask }) => {
        const put = await authorized(ask)('PUT', '?holder=repo/run:1.2_3-4&seconds=60');
        expectReply(put, 200, '{"seconds":59,"lease":"lease-1"}');
      });
      expect(cordon.raise.mock.calls).toEqual([['repo/run:1.2_3-4', 60_000, undefined]]);
      expect(onEvent.mock.calls).toEqual([[{ type: 'raised', holder: 'repo/run:1.2_3-4', seconds: 59 }]]);
    },
  },
  {
    name: 'renews a lease under its id, and tells it from one that began anew',
    isLaw: true,
    async check(host) {
      const cordon = fakeCordon({ raise: { id: 'lease-2', leaseMs: 60_000 } });
      const onEvent = vi.fn<(event: CordonEvent) => void>();
      await withHost(host, { cordon, authorize: TOKEN, onEvent }, async ({ ask }) => {
        const put = authorized(ask);
        await put('PUT', '?holder=a&seconds=60&lease=lease-1');
        expectReply(
          await put('PUT', '?lease=lease-2&seconds=60&holder=a'),
          200,
          '{"seconds":60,"lease":"lease-2"}',
        );
      });
      expect(cordon.raise.mock.calls).toEqual([
        ['a', 60_000, 'lease-1'],
        ['a', 60_000, 'lease-2'],
      ]);
      expect(onEvent.mock.calls.map(([{ type }]) => type)).toEqual(['raised', 'renewed']);
    },
  },
  {
    name: 'asks for maxLeaseMs at most, an hour by default',
    isLaw: true,
    async check(host) {
      const seconds = ['4000', '99999999999999999999', '9'.repeat(400)];
      for (const [maxLeaseMs, mostMs] of [
        [90_000, 90_000],
        [undefined, 3_600_000],
      ] as const) {
        const cordon = fakeCordon();
        const options = { cordon, authorize: TOKEN, maxLeaseMs, onEvent: () => undefined };
        await withHost(host, options, async ({ ask }) => {
          for (const each of seconds) await authorized(ask)('PUT', `?holder=a&seconds=${each}`);
        });
        expect(cordon.raise.mock.calls).toEqual(seconds.map(() => ['a', mostMs, undefined]));
      }
    },
  },
  {
    name: 'lifts one lease, or all of them, also when there was none',
    async check(host) {
      const cordon = fakeCordon();
      const onEvent = vi.fn();
      await withHost(host, { cordon, authorize: TOKEN, onEvent }, async ({ ask }) => {
        expectReply(await authorized(ask)('DELETE', '?holder=a'), 200, '{}');
        expectReply(await authorized(ask)('DELETE', '?holder=*'), 200, '{}');
      });
      expect(cordon.lift.mock.calls).toEqual([['a'], ['*']]);
      expect(onEvent.mock.calls).toEqual([
        [{ type: 'lifted', holder: 'a' }],
        [{ type: 'lifted', holder: '*' }],
      ]);
    },
  },
  {
    name: 'says who holds the cordon, and until when',
    async check(host) {
      const answers = { remainingMs: 286_001 as unknown, holders: Promise.resolve(['a', 'b']) as unknown };
      const cordon = fakeCordon({ remainingMs: () => answers.remainingMs, holders: () => answers.holders });
      const onEvent = vi.fn();
      await withHost(host, { cordon, authorize: TOKEN, onEvent }, async ({ ask }) => {
        expectReply(await authorized(ask)('GET'), 200, '{"seconds":287,"holders":["a","b"]}');
        answers.remainingMs = Promise.resolve(0);
        expectReply(await authorized(ask)('GET', '?'), 200, '{"seconds":0,"holders":[]}');
      });
      expect(onEvent).not.toHaveBeenCalled();
    },
  },
  {
    name: 'works with the cordon in memory',
    isLaw: true,
    async check(host) {
      const cordon = createCordon();
      await withHost(host, { cordon, authorize: TOKEN, onEvent: () => undefined }, async ({ ask }) => {
        const asked = authorized(ask);
        const raised = JSON.parse((await asked('PUT', '?holder=b&seconds=60')).body) as { lease: string };
        expect(cordon.isUp()).toBe(true);
        const renewed = await asked('PUT', `?holder=b&seconds=60&lease=${raised.lease}`);
        expect(JSON.parse(renewed.body)).toEqual({ ...raised, seconds: 60 });
        await asked('PUT', '?holder=a&seconds=1');
        expect(JSON.parse((await asked('GET')).body)).toMatchObject({ seconds: 60 });
        expectReply(await asked('DELETE', '?holder=*'), 200, '{}');
        expect(cordon.isUp()).toBe(false);
        const again = await asked('PUT', `?holder=b&seconds=60&lease=${raised.lease}`);
        expect(again.status).toBe(409);
      });
    },
  },
  {
    name: 'answers 401 on any method without a token or with a wrong one, before anything else',
    async check(host) {
      const cordon = fakeCordon();
      await withHost(host, { cordon, authorize: TOKEN }, async ({ askInTurn }) => {
        for (const authorization of [
          undefined,
          '',
          'Bearer',
          'Bearer ',
          `Bearer ${TOKEN}x`,
          `Bearer ${TOKEN.slice(1)}`,
          `Bearer ${TOKEN.toUpperCase()}`,
          `Basic ${TOKEN}`,
          TOKEN,
          `Bearer${TOKEN}`,
          `Bearer ${' '.repeat(4000)}x`,
        ]) {
          const sent = authorization === undefined ? {} : { Authorization: authorization };
          for (const method of ['GET', 'PUT', 'DELETE', 'POST', 'OPTIONS', 'PROPFIND'])
            expectUnauthorized(await askInTurn(`${PATH}?holder=*`, { method, headers: sent }));
          expectUnauthorized(await askInTurn(PATH, { method: 'HEAD', headers: sent }), '');
        }
      });
      for (const asked of Object.values(cordon)) expect(asked).not.toHaveBeenCalled();
    },
  },
  {
    name: 'takes any of several tokens, and Bearer in any case',
    isLaw: true,
    async check(host) {
      const options = { cordon: fakeCordon(), authorize: [TOKEN, OTHER_TOKEN] };
      await withHost(host, options, async ({ ask }) => {
        for (const token of [TOKEN, OTHER_TOKEN]) {
          for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer ']) {
            const reply = await ask(PATH, { headers: { Authorization: `${scheme} ${token}` } });
            expectReply(reply, 200, '{"seconds":0,"holders":[]}');
          }
        }
        expectUnauthorized(
          await ask(PATH, { headers: { Authorization: `Bearer ${TOKEN}, ${OTHER_TOKEN}` } }),
        );
      });
    },
  },
  {
    name: 'leaves the token to a check of the server’s own',
    isLaw: true,
    async check(host) {
      for (const authorize of [
        vi.fn((token: string) => token === TOKEN),
        vi.fn((token: string) => Promise.resolve(token === TOKEN)),
      ]) {
        await withHost(host, { cordon: fakeCordon(), authorize }, async ({ ask }) => {
          expectReply(await authorized(ask)('GET'), 200, '{"seconds":0,"holders":[]}');
          expectUnauthorized(await ask(PATH, { headers: { Authorization: 'bearer short' } }));
          expectUnauthorized(await ask(PATH));
        });
        expect(authorize.mock.calls).toEqual([[TOKEN], ['short']]);
      }
    },
  },
  {
    name: 'answers 400 to a query that is not the method’s, and says what it takes',
    isLaw: true,
    async check(host) {
      const cordon = fakeCordon();
      const long = 'x'.repeat(129);
      const wrong: [method: string, query: string, message: RegExp][] = [
        ...['', '?seconds=60', '?holder=a&holder=a&seconds=60', '?holder=a&seconds=60&seconds=60'].map(
          (query): [string, string, RegExp] => ['PUT', query, /PUT takes holder and seconds, and lease/],
        ),
        ...['?holder=a&seconds=60&lease=b&lease=c', '?holder=a&seconds=60&ttl=5'].map(
          (query): [string, string, RegExp] => ['PUT', query, /PUT takes holder and seconds, and lease/],
        ),
        ...['', '*', 'a b', 'a+b', 'ä', long, 'a%00', '%zz'].map((holder): [string, string, RegExp] => [
          'PUT',
          `?holder=${encodeURI(holder)}&seconds=60`,
          /holder is 1 to 128 of/,
        ]),
        ...['', '0', '-1', '1.5', '1e3', '+60', '0x3c', '60s', ' 60', '６０', 'NaN'].map(
          (seconds): [string, string, RegExp] => [
            'PUT',
            `?holder=a&seconds=${encodeURIComponent(seconds)}`,
            /seconds is a whole number of 1 or more/,
          ],
        ),
        ['PUT', '?holder=a', /seconds is a whole number of 1 or more/],
        ...['', '?holder=a&holder=b', '?holder=a&seconds=1', '?all=true'].map(
          (query): [string, string, RegExp] => ['DELETE', query, /DELETE takes holder, once/],
        ),
        ...['', '**', long].map((holder): [string, string, RegExp] => [
          'DELETE',
          `?holder=${holder}`,
          /holder is 1 to 128 of .*, or \* for all/,
        ]),
        ...['?holder=a', '?a', '?nonce=1'].map((query): [string, string, RegExp] => [
          'GET',
          query,
          /GET takes no parameter/,
        ]),
      ];
      await withHost(host, { cordon, authorize: TOKEN }, async ({ ask }) => {
        for (const [method, query, message] of wrong) {
          const reply = await authorized(ask)(method, query);
          const { error } = JSON.parse(reply.body) as { error: string };
          expect(error, `${method} ${query}`).toMatch(message);
          expectReply(reply, 400, JSON.stringify({ error }));
        }
      });
      for (const asked of Object.values(cordon)) expect(asked).not.toHaveBeenCalled();
    },
  },
  {
    name: 'answers 409, with its reason, when the cordon refuses',
    async check(host) {
      const onEvent = vi.fn();
      const onError = vi.fn();
      for (const raise of [
        () => {
          throw new CordonRefused('it was lifted by an operator');
        },
        () => Promise.reject(new CordonRefused('it was lifted by an operator')),
      ]) {
        const options = { cordon: fakeCordon({ raise }), authorize: TOKEN, onEvent, onError };
        await withHost(host, options, async ({ ask }) => {
          const reply = await authorized(ask)('PUT', '?holder=a&seconds=60');
          expectReply(reply, 409, '{"error":"it was lifted by an operator"}');
        });
      }
      expect(onEvent.mock.calls).toEqual([
        [{ type: 'refused', holder: 'a' }],
        [{ type: 'refused', holder: 'a' }],
      ]);
      expect(onError).not.toHaveBeenCalled();
    },
  },
  {
    name: 'answers 405 to any other method, HEAD among them',
    async check(host) {
      await withHost(host, { cordon: fakeCordon(), authorize: TOKEN }, async ({ ask }) => {
        for (const method of OTHER_METHODS.filter((each) => each !== 'HEAD')) {
          const reply = await authorized(ask)(method, '?holder=a');
          expectReply(reply, 405, '{"error":"method not allowed"}', { allow: 'GET, PUT, DELETE' });
        }
        const head = await authorized(ask)('HEAD');
        expect([head.status, head.headers['allow'], head.body]).toEqual([405, 'GET, PUT, DELETE', '']);
      });
    },
  },
  {
    name: 'answers 503 when the cordon fails or answers nonsense, and tells why to onError alone',
    isLaw: true,
    async check(host) {
      const reject = () => Promise.reject(new Error(`the database is gone, and so is ${TOKEN}`));
      const defects: [method: string, query: string, answers: Parameters<typeof fakeCordon>[0]][] = [
        ...[
          fail,
          reject,
          undefined,
          null,
          'lease-1',
          {},
          { id: 'a' },
          { leaseMs: 1000 },
          { id: '', leaseMs: 1000 },
          { id: 1, leaseMs: 1000 },
          { id: 'a', leaseMs: '1000' },
          { id: 'a', leaseMs: NaN },
          { id: 'a', leaseMs: -1 },
          { id: 'a', leaseMs: 0 },
          { id: 'a', leaseMs: Infinity },
          { id: 'a', leaseMs: 60_001 },
        ].map((raise): (typeof defects)[0] => ['PUT', '?holder=a&seconds=60', { raise }]),
        ...[fail, reject].map((lift): (typeof defects)[0] => ['DELETE', '?holder=a', { lift }]),
        ...[fail, reject, undefined, -1, NaN, Infinity, '5'].map((remainingMs): (typeof defects)[0] => [
          'GET',
          '',
          { remainingMs },
        ]),
        ...[fail, reject, undefined, 'a', { a: 1 }, [1]].map((holders): (typeof defects)[0] => [
          'GET',
          '',
          { remainingMs: 1, holders },
        ]),
      ];
      const onError = vi.fn();
      const onEvent = vi.fn();
      for (const [index, [method, query, answers]] of defects.entries()) {
        const options = { cordon: fakeCordon(answers), authorize: TOKEN, onError, onEvent };
        await withHost(host, options, async ({ ask }) => {
          expectUnavailable(await authorized(ask)(method, query));
        });
        expect(onError).toHaveBeenCalledTimes(index + 1);
      }
      expect(onEvent).not.toHaveBeenCalled();
    },
  },
  {
    name: 'answers 503 when the check fails or answers nonsense, and asks the cordon nothing',
    isLaw: true,
    async check(host) {
      const onError = vi.fn();
      const cordon = fakeCordon();
      for (const authorize of [
        fail,
        () => Promise.reject(new Error('no keys')),
        () => undefined,
        () => 1,
        () => 'true',
        () => Promise.resolve(null),
      ] as unknown as (() => boolean)[]) {
        await withHost(host, { cordon, authorize, onError }, async ({ ask }) => {
          expectUnavailable(await authorized(ask)('PUT', '?holder=a&seconds=60'));
        });
      }
      expect(onError).toHaveBeenCalledTimes(6);
      expect(cordon.raise.mock.calls).toEqual([]);
    },
  },
  {
    name: 'ignores a body, whatever it is',
    async check(host) {
      const cordon = fakeCordon();
      await withHost(host, { cordon, authorize: TOKEN, onEvent: () => undefined }, async ({ ask }) => {
        for (const [type, body] of [
          ['application/json', '{"holder":"b"}'],
          ['application/json', '{'],
          ['text/xml', '<a/>'],
          ['not a media type', 'x'.repeat(100_000)],
        ] as const) {
          const sent = { body, headers: { 'Content-Type': type, 'Content-Length': String(body.length) } };
          expectReply(await authorized(ask)('DELETE', '?holder=a', sent), 200, '{}');
          const put = await authorized(ask)('PUT', '?holder=a&seconds=60', sent);
          expectReply(put, 200, '{"seconds":1,"lease":"lease-1"}');
        }
      });
      expect(cordon.lift.mock.calls).toEqual([['a'], ['a'], ['a'], ['a']]);
    },
  },
  {
    name: 'answers on a path of its own',
    async check(host) {
      const path = '/hold';
      await withHost(host, { cordon: fakeCordon(), authorize: TOKEN, path }, async ({ ask }) => {
        expectReply(await ask(path, { headers }), 200, '{"seconds":0,"holders":[]}');
        expect(await ask(PATH, { headers })).toMatchObject({ status: 404 });
      });
    },
  },
  {
    name: 'leaves the neighbours of its path alone',
    async check(host) {
      const options = { cordon: fakeCordon(), authorize: TOKEN };
      await withHost(host, options, async ({ ask }) => {
        for (const path of [`${PATH}/`, `${PATH}/x`, `${PATH}s`, `/x${PATH}`, PATH.toUpperCase(), '/'])
          expect(await ask(path, { headers }), path).toMatchObject({ status: 404 });
      });
    },
  },
  {
    name: 'is not set up with a token that is too short, or none, and repeats it nowhere',
    isLaw: true,
    async check(host) {
      const create = async (authorize: DeployCordonOptions['authorize']) => {
        await host.createServer({ cordon: fakeCordon(), authorize });
      };
      const tooShort = 'a token in authorize must have at least 16 characters';
      await expect(create('fifteen-letters')).rejects.toThrow(new RangeError(tooShort));
      await expect(create([TOKEN, 'fifteen-letters'])).rejects.toThrow(new RangeError(tooShort));
      await expect(create([])).rejects.toThrow(
        'authorize must be a token, a list of tokens or a function, got an empty list',
      );
    },
  },
  {
    name: 'gives a cordon that hangs five seconds',
    isLaw: true,
    async check(host) {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      try {
        const onError = vi.fn();
        let asked: () => void = () => undefined;
        const isAsked = new Promise<void>((resolve) => (asked = resolve));
        const raise = () => {
          asked();
          return new Promise<never>(() => undefined);
        };
        const options = { cordon: fakeCordon({ raise }), authorize: TOKEN, onError };
        await withHost(host, options, async ({ ask }) => {
          const put = authorized(ask)('PUT', '?holder=a&seconds=60');
          await isAsked;
          await vi.advanceTimersByTimeAsync(5000);
          expectUnavailable(await put);
        });
        expect(onError.mock.calls).toEqual([
          [new Error('the cordon and its check took longer than 5000 ms')],
        ]);
      } finally {
        vi.useRealTimers();
      }
    },
  },
];
