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
    ['a loop of causes', looped, 'loop: loop: loop: loop: loop: loop'],
  ])('tells %s', ([, error, expected]) => {
    expect(errorMessage(error)).toBe(expected);
  });

  it('does not follow an error into itself for ever', () => {
    const looping = new AggregateError([], '');
    looping.errors.push(looping, new Error('refused'));
    expect(errorMessage(looping)).toBe(', refused'.repeat(5));
  });

  it('is bounded', () => {
    expect(errorMessage(new Error('x'.repeat(10_000)))).toHaveLength(500);
  });
});
