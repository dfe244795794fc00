import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { errorMessage } from './error-message.ts';

const looped = new Error('loop');
looped.cause = looped;

describe('errorMessage', () => {
  it.for<[string, unknown, string]>([
    ['an error', new Error('refused'), 'refused'],
    ['its causes', new Error('a', { cause: new Error('b', { cause: 'c' }) }), 'a: b: c'],
    ['an error without a message', new Error(''), 'an error without a message'],
    ['a cause alone', new Error('', { cause: new Error('b') }), 'b'],
    [
      'one error for each address',
      new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]),
      '::1 refused, 127.0.0.1 refused',
    ],
    [
      'the causes of each',
      new AggregateError([new Error('::1', { cause: new Error('refused') })]),
      '::1: refused',
    ],
    ['an AggregateError with a message', new AggregateError([new Error('x')], 'all refused'), 'all refused'],
    [
      'errors of another realm',
      runInNewContext(`
        const refused = new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]);
        new TypeError('fetch failed', { cause: refused })`),
      'fetch failed: ::1 refused, 127.0.0.1 refused',
    ],
    ['a string', 'boom', 'boom'],
    ['an empty string', '', 'an error without a message'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['what has no string form', Object.create(null), 'an error that cannot be read'],
    [
      'what throws when it is read',
      new Proxy(new Error('x'), {
        get: () => {
          throw new Error('trap');
        },
      }),
      'an error that cannot be read',
    ],
    ['a loop of causes', looped, 'loop'],
  ])('reports %s', ([, error, expected]) => {
    expect(errorMessage(error)).toBe(expected);
  });

  it.for([1, 2, 5])('does not follow an error into itself, nor %i of them into each other', (count) => {
    const looping = Array.from({ length: count }, () => new AggregateError([], ''));
    for (const each of looping) {
      each.errors.push(...looping, new Error('refused'), ...looping);
      each.cause = looping[0];
    }
    expect(errorMessage(looping[0])).toMatch(/^(refused(, |: )?)+$/);
  });

  it('reads ten errors, of however many', () => {
    let reads = 0;
    const error = () =>
      new Proxy(new Error(''), {
        get: (target, name) => {
          if (name === 'message') reads++;
          return Reflect.get(target, name) as unknown;
        },
      });
    errorMessage(new AggregateError(Array.from({ length: 1000 }, error), ''));
    expect(reads).toBe(9);
  });

  it.for([
    ['GET https://api.example/a?token=t0k3n failed', 'GET https://api.example/a failed'],
    ['GET "https://api.example/a#t0k3n" failed', 'GET "https://api.example/a" failed'],
    ['GET http://user:t0k3n@api.example:81/ failed', 'GET http://api.example:81/ failed'],
    ['HTTPS://api.example?t0k3n, http://t0k3n@b/c?d', 'HTTPS://api.example http://b/c'],
    ["GET http://u:t0k'3n@host/x failed", 'GET http://host/x failed'],
    ['GET https://user:t0@k3n@host/x failed', 'GET https://host/x failed'],
    ['no route for in-flight-count?token=t0k3n&nonce=a', 'no route for in-flight-count'],
    ['no route for "/a?token=t0k3n#b"', 'no route for "/a"'],
    ['/a?token=t0k3n', '/a'],
    [`${'x'.repeat(489)} https://user:t0k3n@api.example`, `${'x'.repeat(489)} https://ap`],
  ] as const)('shows no query, fragment or password of a URL in %s', ([message, expected]) => {
    expect(errorMessage(new Error(message))).toBe(expected);
  });

  it.for([
    'what? error #5 in <?xml version="1.0"?>',
    "near '?, ?)' at line 1",
    'near "?1": syntax error in "id=?1 AND x=?2"',
    '(is the database up?)',
    'x?.y is undefined',
    'a ?? b = c',
  ])('leaves %s as it is', (message) => {
    expect(errorMessage(new Error(message))).toBe(message);
  });

  it('leaves out a secret, as it is and encoded for a URL', () => {
    const secret = 'abc/def+ghi=jkl?x';
    const error = new Error(`Bearer ${secret} of`, { cause: new Error(`a=${encodeURIComponent(secret)};`) });
    expect(errorMessage(error, secret)).toBe('Bearer … of: a=…;');
  });

  it('explains a port that fetch refuses', () => {
    const error = new TypeError('fetch failed', { cause: new Error('bad port') });
    expect(errorMessage(error)).toMatch(/^fetch failed: bad port: fetch refuses to ask some ports/);
  });

  it('looks at ten members of an error, of however many', () => {
    let reads = 0;
    const error = new AggregateError([], '');
    error.errors = new Proxy(Array.from({ length: 1000 }, String), {
      get: (target, name) => {
        if (/^\d+$/.test(String(name))) reads++;
        return Reflect.get(target, name) as unknown;
      },
    });
    errorMessage(error);
    expect(reads).toBe(10);
  });

  it('is bounded, and so is what is looked at', () => {
    expect(errorMessage(new Error(`https://api.example/?${'x'.repeat(2000)} failed`))).toBe(
      'https://api.example/',
    );
    expect(errorMessage(new Error('x'.repeat(10_000)))).toHaveLength(500);
  });
});
