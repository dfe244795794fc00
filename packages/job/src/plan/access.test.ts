import { isHolder } from '@quietgate/core/internal';
import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { makeHolder } from './access.ts';

const JOB = { GITHUB_REPOSITORY: 'openova/console', GITHUB_RUN_ID: '123456789', GITHUB_RUN_ATTEMPT: '1' };

it('says which job it is', () => {
  expect(makeHolder(JOB, '7f3a9c51')).toBe('openova/console:123456789:1:7f3a9c51');
  expect(makeHolder({}, '7f3a9c51')).toBe('7f3a9c51');
  expect(makeHolder({ GITHUB_REPOSITORY: 'a b/c' }, '7f3a9c51')).toBe('a-b/c:7f3a9c51');
});

const partArb = fc.option(fc.oneof(unicodeString(), fc.string({ minLength: 130 })), {
  nil: undefined,
});

test.prop([partArb, partArb, partArb, fc.uuid()])(
  'is a holder, and another one with each random end',
  (GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, random) => {
    const holder = makeHolder({ GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT }, random);
    expect(isHolder(holder)).toBe(true);
    expect(holder.endsWith(random)).toBe(true);
  },
);
