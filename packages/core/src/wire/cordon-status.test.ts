import { expect, it } from 'vitest';
import { parseCordonStatus } from './cordon-status.ts';

it.for([
  { seconds: 0, holders: [] },
  { seconds: 287, holders: ['a', 'b'] },
])('reads %j', (status) => {
  expect(parseCordonStatus({ ...status, more: 's3cret' })).toEqual(status);
});

it.for<[unknown, string]>([
  [null, 'seconds must be an integer of 0 or more, got nothing'],
  ['s3cret', 'seconds must be an integer of 0 or more, got nothing'],
  [{ holders: [] }, 'seconds must be an integer of 0 or more, got nothing'],
  [{ seconds: -1, holders: [] }, 'seconds must be an integer of 0 or more, got -1'],
  [{ seconds: 1.5, holders: [] }, 'seconds must be an integer of 0 or more, got 1.5'],
  [{ seconds: '5', holders: [] }, 'seconds must be an integer of 0 or more, got a value of type string'],
  [{ seconds: 5 }, 'holders must be an array of strings, got nothing'],
  [{ seconds: 5, holders: ['a', 7] }, 'holders must be an array of strings, got an array'],
])('refuses %j', ([body, message]) => {
  expect(() => parseCordonStatus(body)).toThrow(new TypeError(message));
});
