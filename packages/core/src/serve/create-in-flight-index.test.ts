import { fc, test } from '@quietgate/testkit/property';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deploymentArb } from '../../test/deployment-arbitraries.ts';
import type { Deployment, DeploymentClass } from '../deployment.ts';
import { countInFlight } from '../in-flight/count-in-flight.ts';
import { createInFlightIndex, type CreateInFlightIndexOptions } from './create-in-flight-index.ts';

const pending = (id: string): Deployment => ({ id, status: 'pending' });
const ready = (id: string): Deployment => ({ id, status: 'ready' });

/** Few ids, so that they meet again. */
const idArb = fc.constantFrom('a', 'b', 'c', 'd');
const changeArb = fc.oneof(
  fc.tuple(idArb, deploymentArb).map(([id, { deployment, expected }]) => ({
    deployment: { ...deployment, id },
    isInFlight: expected === 'phase-0',
  })),
  idArb.map((id) => ({ deployment: { id }, isInFlight: false })),
);

const quiet = { onUnknown: () => undefined };

const throws = () => {
  throw new Error('in the listener');
};
const rejects = (): unknown => Promise.reject(new Error('in the listener'));

/** After it, the rejection of a promise that nobody took has failed the run of the tests. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an index', () => {
  test.prop([fc.array(changeArb)])(
    'holds what is in flight by its newest version, and says when that changes and only then',
    (changes) => {
      const index = createInFlightIndex(quiet);
      const expected = new Map<string, unknown>();
      const seen: unknown[] = [];
      const known: unknown[] = [];
      index.subscribe(() => {
        seen.push([...index]);
      });
      for (const { deployment, isInFlight } of changes) {
        const was = expected.has(deployment.id);
        if (isInFlight) expected.set(deployment.id, deployment);
        else expected.delete(deployment.id);
        if (was !== isInFlight) known.push([...expected.values()]);
        if ('status' in deployment) index.set(deployment);
        else index.delete(deployment.id);
        expect([...index]).toEqual([...expected.values()]);
        expect(index.size).toBe(expected.size);
      }
      expect(seen).toEqual(known);
    },
  );

  it('is a list of deployments as it is, as often as it is asked', () => {
    const index = createInFlightIndex();
    for (const deployment of [pending('b'), ready('c'), pending('a')]) index.set(deployment);
    expect(countInFlight(index)).toEqual({ count: 2, ids: ['a', 'b'] });
    expect(countInFlight(index)).toEqual({ count: 2, ids: ['a', 'b'] });
  });

  it('takes a classifier for records of another shape', () => {
    const classify = ({ step }: { id: string; step: number }): DeploymentClass =>
      step < 3 ? 'phase-0' : 'stale';
    const index = createInFlightIndex({ classify });
    index.set({ id: 'a', step: 2 });
    index.set({ id: 'b', step: 3 });
    expect([...index]).toEqual([{ id: 'a', step: 2 }]);
    index.set({ id: 'a', step: 3 });
    expect(index.size).toBe(0);
  });

  it('keeps what it has when a new version cannot be read', () => {
    const index = createInFlightIndex({
      classify: ({ status }: Deployment) => {
        if (status === 'lost') throw new Error('no such status');
        return (status === 'odd' ? 'Phase-0' : 'phase-0') as DeploymentClass;
      },
    });
    const onChange = vi.fn();
    index.set(pending('a'));
    index.subscribe(onChange);
    expect(() => {
      index.set({ id: 'a', status: 'lost' });
    }).toThrow('no such status');
    expect(() => {
      index.set({ id: 'a', status: 'odd' });
    }).toThrow(TypeError);
    expect(() => {
      index.set({ status: 'pending' } as Deployment);
    }).toThrow(new TypeError('a deployment must have a string id, got undefined'));
    expect([...index]).toEqual([pending('a')]);
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe('subscribe', () => {
  it('works unbound, and until it is ended', () => {
    const index = createInFlightIndex();
    const { subscribe } = index;
    const onChange = vi.fn();
    const end = subscribe(onChange);
    index.set(pending('a'));
    expect(onChange.mock.calls).toEqual([[]]);
    end();
    end();
    index.delete('a');
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('calls a function as often as it has been subscribed', () => {
    const index = createInFlightIndex();
    const onChange = vi.fn();
    const end = index.subscribe(onChange);
    index.subscribe(onChange);
    index.set(pending('a'));
    expect(onChange).toHaveBeenCalledTimes(2);
    end();
    index.delete('a');
    expect(onChange).toHaveBeenCalledTimes(3);
  });

  it('lets one that fails disturb neither the change nor the others', async () => {
    const index = createInFlightIndex();
    const onChange = vi.fn();
    index.subscribe(throws);
    index.subscribe(rejects);
    index.subscribe(onChange);
    index.set(pending('a'));
    index.delete('a');
    await turn();
    expect(onChange).toHaveBeenCalledTimes(2);
    expect(index.size).toBe(0);
  });

  it('leaves out whose subscription has just been ended, and who subscribes meanwhile', () => {
    const index = createInFlightIndex();
    const later = vi.fn();
    const other = vi.fn();
    index.subscribe(() => {
      endOther();
      index.subscribe(later);
    });
    const endOther = index.subscribe(other);
    index.set(pending('a'));
    expect([other, later].map((listener) => listener.mock.calls.length)).toEqual([0, 0]);
    index.delete('a');
    expect(later).toHaveBeenCalledTimes(1);
  });

  it('lets a subscriber change the index', () => {
    const index = createInFlightIndex();
    index.subscribe(() => {
      index.delete('a');
    });
    index.set(pending('a'));
    expect(index.size).toBe(0);
  });

  it('needs a function', () => {
    const { subscribe } = createInFlightIndex() as unknown as { subscribe: (onChange?: unknown) => void };
    expect(() => {
      subscribe();
    }).toThrow(new TypeError('onChange must be a function, got undefined'));
  });
});

describe('a record of class unknown', () => {
  it('is dropped, and reported once for each status', () => {
    const onUnknown = vi.fn();
    const index = createInFlightIndex({ onUnknown });
    const wiping = { id: 'a', status: 'wiping' };
    index.set(pending('a'));
    index.set(wiping);
    expect(index.size).toBe(0);
    index.set({ id: 'b', status: 'wiping' });
    index.set({ id: 'b', status: 'handover' });
    expect(onUnknown.mock.calls).toEqual([[wiping], [{ id: 'b', status: 'handover' }]]);
  });

  it('is reported for a hundred statuses at most', () => {
    const onUnknown = vi.fn();
    const index = createInFlightIndex({ onUnknown });
    for (let n = 0; n < 250; n++) index.set({ id: 'a', status: `status ${n}` });
    expect(onUnknown).toHaveBeenCalledTimes(100);
  });

  it('is dropped also where onUnknown fails', async () => {
    for (const onUnknown of [throws, rejects]) {
      const index = createInFlightIndex({ onUnknown });
      index.set(pending('a'));
      index.set({ id: 'a', status: 'wiping' });
      expect(index.size).toBe(0);
    }
    await turn();
  });

  it('is a warning on the console where there is no onUnknown', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    createInFlightIndex().set({ id: 'a\n::error::', status: `wiping\u001b${'x'.repeat(1000)}` });
    createInFlightIndex<{ id: string }>({ classify: () => 'unknown' }).set({ id: 'a' });
    expect(warn.mock.calls).toEqual([
      [
        `quietgate: run "a\\n::error::" is not counted: unknown status "wiping\\u001b${'x'.repeat(93)}"; ` +
          'pass classify if a restart would destroy it',
      ],
      [
        'quietgate: run "a" is not counted: unknown status undefined; pass classify if a restart would destroy it',
      ],
    ]);
  });
});

describe('wrong usage', () => {
  it.for<[unknown, string]>([
    [null, 'options must be an object, got null'],
    [{ clasify: 5 }, '"clasify" is not an option: did you mean "classify"?'],
    [{ classify: 5 }, 'classify must be a function, got number'],
    [{ onUnknown: 'log' }, 'onUnknown must be a function, got string'],
  ])('%j is a TypeError', ([options, message]) => {
    expect(() => createInFlightIndex(options as CreateInFlightIndexOptions<Deployment>)).toThrow(
      new TypeError(message),
    );
  });

  it('takes undefined for every default', () => {
    expect(createInFlightIndex({ classify: undefined, onUnknown: undefined }).size).toBe(0);
  });
});
