import { expect, it } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { checked } from './setting.ts';

it.each([new TypeError('--url must be …'), new RangeError('--lease must be …')])(
  'what a check of core says of a setting is wrong usage: %s',
  (error) => {
    const check = () => {
      throw error;
    };
    expect(() => {
      checked(check);
    }).toThrow(new UsageError(error.message));
  },
);

it('what a check of core does not expect is a defect, and no wrong usage', () => {
  const defect = new Error('unexpected');
  expect(() => {
    checked(() => {
      throw defect;
    });
  }).toThrow(defect);
});
