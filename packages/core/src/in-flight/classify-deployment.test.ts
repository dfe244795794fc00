import { runInNewContext } from 'node:vm';
import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { adoptedAtArb, deploymentArb, notAdoptedAtArb } from '../../test/deployment-arbitraries.ts';
import { classifyDeployment } from './classify-deployment.ts';
import { IN_FLIGHT_STATUSES, STATUS_TABLE } from './status-table.ts';

describe('the status table', () => {
  it.for([
    ['pending', 'phase-0'],
    ['provisioning', 'phase-0'],
    ['tofu-applying', 'phase-0'],
    ['flux-bootstrapping', 'phase-0'],
    ['phase1-watching', 'phase-1'],
    ['ready', 'terminal'],
    ['failed', 'terminal'],
    ['partial-failure', 'terminal'],
    ['wiped', 'terminal'],
    ['adopted', 'adopted'],
    ['wiping', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', ([status, expected]) => {
    expect(classifyDeployment({ status: String(status) })).toBe(expected);
  });

  it('has no other rows, and cannot be changed', () => {
    expect(Object.keys(STATUS_TABLE)).toHaveLength(10);
    expect(Object.isFrozen(STATUS_TABLE)).toBe(true);
  });

  it('lists the phase-0 rows for stores that filter', () => {
    expect(IN_FLIGHT_STATUSES).toEqual(['pending', 'provisioning', 'tofu-applying', 'flux-bootstrapping']);
    expect(Object.isFrozen(IN_FLIGHT_STATUSES)).toBe(true);
  });
});

describe('a status is matched exactly', () => {
  it.for(['Pending', 'PENDING', ' pending', 'pending ', 'pending\n', 'pend\u0131ng', 'tofu_applying'])(
    '%j is unknown',
    (status) => {
      expect(classifyDeployment({ status })).toBe('unknown');
    },
  );
});

describe('a name that every object has is no status', () => {
  it.for([...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'length', 'size', 'get'])(
    '%s is unknown',
    (status) => {
      expect(classifyDeployment({ status })).toBe('unknown');
    },
  );
});

describe('adoption', () => {
  test.prop([fc.string(), adoptedAtArb])('wins over every status', (status, adoptedAt) => {
    expect(classifyDeployment({ status, adoptedAt })).toBe('adopted');
  });

  test.prop([notAdoptedAtArb])(
    'is proved by a time of the years 1971 to 8999, and by nothing else',
    (adoptedAt) => {
      expect(classifyDeployment({ status: 'tofu-applying', adoptedAt })).toBe('phase-0');
    },
  );

  it.for<Date | string>([
    '1971-01-01',
    '2026-05-17',
    '2024-02-29T00:00:00+02:00',
    '2026-05-17 09:00:00.000000+00',
    '2026-05-17, in the afternoon',
    '8999-12-31',
    '2000-02-29',
    '1971-02-01',
    new Date('1971-01-01T00:00:00Z'),
    new Date('2026-05-17T09:00:00Z'),
    runInNewContext('new Date(1.8e12)') as Date, // of another realm, as a test runner makes them
  ])('%j is set', (adoptedAt) => {
    expect(classifyDeployment({ status: 'pending', adoptedAt })).toBe('adopted');
  });

  it.for<[string, unknown]>([
    ['the zero time of Go and .NET', '0001-01-01T00:00:00Z'],
    ['the zero time of MySQL', '0000-00-00 00:00:00'],
    ['the end of 1970', '1970-12-31T23:59:59Z'],
    ['the end of time', '9999-12-31T23:59:59Z'],
    ['the year 9000', '9000-01-01'],
    ['the day before', '1969-12-31'],
    ['the zero time of Unix', new Date(0)],
    ['the last Date of 1970', new Date('1970-12-31T23:59:59.999Z')],
    ['the first Date of 9000', new Date('9000-01-01T00:00:00Z')],
    ['an invalid Date', new Date(NaN)],
    ['zero', 0],
    ['a number of milliseconds', 1.8e12],
    ['false', false],
    ['an empty text', ''],
    ['a space', ' '],
    ['the word null', 'null'],
    ['a Date before 1970', new Date(-1)],
    ['what only looks like a Date', { getTime: () => 1.8e12, [Symbol.toStringTag]: 'Date' }],
    ['what only inherits from Date', Object.create(Date.prototype)],
  ])('%s is none', ([, adoptedAt]) => {
    expect(classifyDeployment({ status: 'pending', adoptedAt: adoptedAt as Date })).toBe('phase-0');
  });
});

describe('classification is', () => {
  const known = new Set(Object.keys(STATUS_TABLE));

  test.prop([unicodeString().filter((status) => !known.has(status)), notAdoptedAtArb])(
    'total: any other string is unknown',
    (status, adoptedAt) => {
      expect(classifyDeployment({ status, adoptedAt })).toBe('unknown');
    },
  );

  test.prop([deploymentArb])(
    'pure: it changes nothing and says the same again',
    ({ deployment, expected }) => {
      const frozen = Object.freeze(structuredClone(deployment));
      expect(classifyDeployment(frozen)).toBe(expected);
      expect(classifyDeployment(frozen)).toBe(expected);
      expect(frozen).toEqual(deployment);
    },
  );
});
