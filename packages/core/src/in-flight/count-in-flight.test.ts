import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it, vi } from 'vitest';
import { deploymentArb, idleArb, phase0Arb } from '../../test/deployment-arbitraries.ts';
import type { Deployment, DeploymentClass } from '../deployment.ts';
import { createInFlightIndex } from '../serve/create-in-flight-index.ts';
import { classifyDeployment } from './classify-deployment.ts';
import { countInFlight } from './count-in-flight.ts';
import { tallyInFlight } from './tally-in-flight.ts';

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Deployments in any mix and order, and the ids of those that were put in in Phase 0. */
const mixArb = fc.tuple(fc.array(phase0Arb), fc.array(idleArb)).chain(([inFlight, idle]) =>
  fc.record({
    deployments: fc.shuffledSubarray(
      [...inFlight, ...idle].map(({ deployment }) => deployment),
      {
        minLength: inFlight.length + idle.length,
      },
    ),
    idsInFlight: fc.constant(inFlight.map(({ deployment }) => deployment.id)),
  }),
);

describe('countInFlight', () => {
  test.prop([mixArb])('counts the phase-0 deployments put in, whatever else is there', (mix) => {
    const { count, ids } = countInFlight(mix.deployments);
    expect(count).toBe(mix.idsInFlight.length);
    expect(ids).toEqual(mix.idsInFlight.toSorted(byCodeUnit));
  });

  test.prop([fc.array(deploymentArb), fc.array(deploymentArb)])(
    'of two lists together is the sum',
    (one, other) => {
      const count = (known: typeof one) => countInFlight(known.map(({ deployment }) => deployment)).count;
      expect(count([...one, ...other])).toBe(count(one) + count(other));
    },
  );

  test.prop([mixArb])('changes nothing', ({ deployments }) => {
    const frozen = Object.freeze(deployments.map((deployment) => Object.freeze({ ...deployment })));
    countInFlight(frozen);
    expect(frozen).toEqual(deployments);
  });

  it('of nothing is quiet', () => {
    expect(countInFlight([])).toEqual({ count: 0, ids: [] });
  });

  it('sorts ids by code unit, not by locale', () => {
    const deployments = ['b', 'a', 'B', 'é', '\u{1f680}', '\uffff', '10', '9'].map((id) => ({
      id,
      status: 'pending',
    }));
    expect(countInFlight(deployments).ids).toEqual(['10', '9', 'B', 'a', 'b', 'é', '\u{1f680}', '\uffff']);
  });

  it('counts a repeated id each time', () => {
    const deployment: Deployment = { id: 'a', status: 'pending' };
    expect(countInFlight([deployment, deployment])).toEqual({ count: 2, ids: ['a', 'a'] });
  });

  it('lists all ids, however many', () => {
    const deployments = Array.from({ length: 5000 }, (_, n) => ({ id: String(n), status: 'pending' }));
    expect(countInFlight(deployments).ids).toHaveLength(5000);
  });

  it('reads any iterable, once', () => {
    function* list() {
      yield { id: 'a', status: 'pending' };
      yield { id: 'b', status: 'ready' };
    }
    expect(countInFlight(list())).toEqual({ count: 1, ids: ['a'] });
    expect(countInFlight(new Set([{ id: 'c', status: 'provisioning' }]))).toEqual({ count: 1, ids: ['c'] });
  });

  it('takes a classifier for records of another shape', () => {
    const runs = [
      { id: 'a', step: 'apply' },
      { id: 'b', step: 'watch' },
    ];
    const classify = ({ step }: { step: string }) => (step === 'apply' ? 'phase-0' : 'phase-1');
    expect(countInFlight(runs, { classify })).toEqual({ count: 1, ids: ['a'] });
  });

  it.for<DeploymentClass>(['phase-1', 'terminal', 'adopted', 'stale', 'unknown'])(
    'counts nothing of class %s',
    (deploymentClass) => {
      expect(countInFlight([{ id: 'a' }], { classify: () => deploymentClass }).count).toBe(0);
    },
  );

  it('takes an undefined classifier as none', () => {
    expect(countInFlight([{ id: 'a', status: 'pending' }], { classify: undefined }).count).toBe(1);
  });

  it('passes on what the classifier throws', () => {
    const error = new Error('no such step');
    const classify = () => {
      throw error;
    };
    expect(() => countInFlight([{ id: 'a' }], { classify })).toThrow(error);
  });

  it.for<[string, unknown, string]>([
    ['a promise', Promise.resolve('phase-0'), 'object'],
    ['nothing', undefined, 'undefined'],
    ['true', true, 'boolean'],
    ['another string', 'Phase-0', '"Phase-0"'],
  ])('refuses %s from the classifier', ([, returned, got]) => {
    const classify = () => returned as DeploymentClass;
    expect(() => countInFlight([{ id: 'a' }], { classify })).toThrow(
      new TypeError(`classify must return phase-0, phase-1, terminal, adopted, stale, unknown, got ${got}`),
    );
  });

  it('reads an id once', () => {
    let reads = 0;
    const deployment = {
      status: 'pending',
      get id() {
        return `read ${++reads}`;
      },
    };
    expect(countInFlight([deployment])).toEqual({ count: 1, ids: ['read 1'] });
  });

  it.for<[string, unknown, string]>([
    ['a number for an id', [{ id: 7, status: 'pending' }], 'number'],
    ['no id', [{ status: 'ready' }], 'undefined'],
    ['no id in flight', [{ status: 'pending' }], 'undefined'],
    ['a number for an id, and no status', [{ id: 7 }], 'number'],
    ['entries of a Map', new Map([['a', { id: 'a', status: 'pending' }]]), 'undefined'],
    ['characters', 'pending', 'undefined'],
  ])('refuses %s', ([, deployments, got]) => {
    expect(() => countInFlight(deployments as Iterable<Deployment>)).toThrow(
      new TypeError(`a deployment must have a string id, got ${got}`),
    );
  });

  it.for<[string, unknown, string]>([
    ['a number for an id', [{ id: 7 }], 'number'],
    ['entries of a Map', new Map([['a', { id: 'a' }]]), 'undefined'],
  ])('refuses %s before it asks the classifier', ([, deployments, got]) => {
    const classify = vi.fn<() => DeploymentClass>();
    expect(() => countInFlight(deployments as Iterable<{ id: string }>, { classify })).toThrow(
      new TypeError(`a deployment must have a string id, got ${got}`),
    );
    expect(classify).not.toHaveBeenCalled();
  });

  it('asks a classifier that is classifyDeployment as if there were none', () => {
    const deployments = [
      { id: 'a', status: 'pending' },
      { id: 'b', status: 'ready' },
    ];
    expect(countInFlight(deployments, { classify: classifyDeployment })).toEqual(countInFlight(deployments));
  });

  it('counts all of an index, as its own classify found them, unless it is given another', () => {
    const index = createInFlightIndex({ classify: () => 'phase-0' });
    for (const id of ['b', 'a']) index.set({ id, status: 'wiping' });
    expect(countInFlight(index)).toEqual({ count: 2, ids: ['a', 'b'] });
    const exceptA = ({ id }: Deployment) => (id === 'a' ? 'terminal' : 'phase-0');
    expect(countInFlight(index, { classify: exceptA })).toEqual({ count: 1, ids: ['b'] });
    expect(countInFlight([...index])).toEqual({ count: 0, ids: [] });
  });

  it.for<[unknown, string]>([
    [7, 'number'],
    [undefined, 'undefined'],
  ])('takes the id %o beside a status that does not block, but not in the first record', ([id, got]) => {
    const deployments: unknown[] = [
      { id: 'a', status: 'ready' },
      { id, status: 'ready' },
    ];
    expect(countInFlight(deployments as Deployment[])).toEqual({ count: 0, ids: [] });
    expect(() => countInFlight(deployments.toReversed() as Deployment[])).toThrow(
      new TypeError(`a deployment must have a string id, got ${got}`),
    );
  });

  it.for<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'object'],
    [3, 'number'],
    [{ S: 'tofu-applying' }, 'object'],
    [Symbol('pending'), 'symbol'],
  ])('refuses the status %o of a record that is not adopted', ([status, got]) => {
    const idle = { id: 'a', status: 'ready' };
    const other = { id: 'b', status } as unknown as Deployment;
    const error = new TypeError(`a deployment must have a string status, got ${got}`);
    expect(() => countInFlight([idle, other])).toThrow(error);
    expect(() => tallyInFlight([idle, other], undefined, () => undefined)).toThrow(error);
    expect(() => classifyDeployment(other)).toThrow(error);
    const adopted = { ...other, adoptedAt: new Date() };
    expect(countInFlight([idle, adopted])).toEqual({ count: 0, ids: [] });
    expect(tallyInFlight([idle, adopted], undefined, () => undefined)).toEqual({ count: 0, ids: [] });
    expect(classifyDeployment(adopted)).toBe('adopted');
  });
});

describe('tallyInFlight', () => {
  const listArb = fc.array(deploymentArb);

  test.prop([listArb, fc.constantFrom(undefined, classifyDeployment)])(
    'counts the same, and reports each deployment that is unknown',
    (known, classify) => {
      const deployments = known.map(({ deployment }) => deployment);
      const onUnknown = vi.fn();
      expect(tallyInFlight(deployments, classify, onUnknown)).toEqual(countInFlight(deployments));
      expect(onUnknown.mock.calls).toEqual(
        known.filter(({ expected }) => expected === 'unknown').map(({ deployment }) => [deployment]),
      );
    },
  );

  it.for<[string, unknown, string]>([
    ['a number for an id', [{ id: 7 }], 'number'],
    ['no id', [{ status: 'ready' }], 'undefined'],
    ['entries of a Map', new Map([['a', { id: 'a', status: 'pending' }]]), 'undefined'],
  ])('refuses %s', ([, deployments, got]) => {
    expect(() => tallyInFlight(deployments as Iterable<Deployment>, undefined, () => undefined)).toThrow(
      new TypeError(`a deployment must have a string id, got ${got}`),
    );
  });
});
