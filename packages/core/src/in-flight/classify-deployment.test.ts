import { fc, test } from '@quietgate/testkit/property';
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
    ['wiped', 'terminal'],
    ['adopted', 'adopted'],
    ['wiping', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', ([status, expected]) => {
    expect(classifyDeployment({ status: String(status) })).toBe(expected);
  });

  it('has no other rows, and cannot be changed', () => {
    expect(Object.keys(STATUS_TABLE)).toHaveLength(9);
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
  it.for([undefined, null, ''])('%j is not set', (adoptedAt) => {
    expect(classifyDeployment({ status: 'pending', adoptedAt })).toBe('phase-0');
  });

  it.for([new Date(0), new Date(NaN), '2026-05-16T08:00:00Z', ' ', '0001-01-01T00:00:00Z'])(
    '%j is set',
    (adoptedAt) => {
      expect(classifyDeployment({ status: 'pending', adoptedAt })).toBe('adopted');
    },
  );

  test.prop([fc.string(), adoptedAtArb])('wins over every status', (status, adoptedAt) => {
    expect(classifyDeployment({ status, adoptedAt })).toBe('adopted');
  });
});

describe('classification is', () => {
  const known = new Set(Object.keys(STATUS_TABLE));

  test.prop([fc.string({ unit: 'binary' }).filter((status) => !known.has(status)), notAdoptedAtArb])(
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
