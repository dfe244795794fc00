import { describe, expect, it, vi } from 'vitest';
import type { DeploymentClass } from '../deployment.ts';
import { createInFlightIndex } from '../serve/create-in-flight-index.ts';
import { countInFlight } from './count-in-flight.ts';
import { IN_FLIGHT_STATUSES, STATUS_TABLE } from './status-table.ts';
import { tallyInFlight } from './tally-in-flight.ts';

interface Row {
  readonly id: string;
  readonly status: string;
}

const withId = (id: unknown, status: string) => ({ id, status }) as Row;
const numbered = (status: string) => withId(5, status);
const refusal = (kind: string) => new TypeError(`a deployment must have a string id, got ${kind}`);
const ignore = () => undefined;

describe('tallyInFlight', () => {
  it('counts what is in flight, and calls back for each unknown status', () => {
    const onUnknown = vi.fn();
    const rows = [...Object.keys(STATUS_TABLE), 'wiping', 'wiping'].map((status, n) =>
      withId(`${n}`, status),
    );
    expect(tallyInFlight(rows, undefined, onUnknown)).toEqual({ count: 4, ids: ['0', '1', '2', '3'] });
    expect(onUnknown.mock.calls).toEqual([[rows.at(-2)], [rows.at(-1)]]);
  });

  it('goes by the classify that it is given', () => {
    const onUnknown = vi.fn();
    const classes: Record<string, DeploymentClass> = { ready: 'phase-0', pending: 'terminal' };
    const classify = ({ status }: Row) => classes[status] ?? 'unknown';
    const rows = [withId('a', 'ready'), withId('b', 'pending'), withId('c', 'adopted')];
    expect(tallyInFlight(rows, classify, onUnknown)).toEqual({ count: 1, ids: ['a'] });
    expect(onUnknown.mock.calls).toEqual([[rows[2]]]);
  });

  it('counts all of an index, but for what its own classify turns down', () => {
    const index = createInFlightIndex<Row>({ classify: () => 'phase-0' });
    const onUnknown = vi.fn();
    for (const id of ['b', 'a']) index.set(withId(id, 'wiping'));
    expect(tallyInFlight(index, undefined, onUnknown)).toEqual({ count: 2, ids: ['a', 'b'] });
    expect(onUnknown).not.toHaveBeenCalled();
    const staleA = ({ id }: Row) => (id === 'a' ? 'stale' : 'phase-0');
    expect(tallyInFlight(index, staleA, onUnknown)).toEqual({ count: 1, ids: ['b'] });
  });

  it('counts all of an index of another copy of core, and goes by the mark', () => {
    const MARK = Symbol.for('quietgate.all-in-flight');
    const marked = (mark: boolean) => Object.assign([withId('a', 'wiping')], { [MARK]: mark });
    expect(tallyInFlight(marked(true), undefined, ignore)).toEqual({ count: 1, ids: ['a'] });
    expect(tallyInFlight(marked(false), undefined, ignore)).toEqual({ count: 0, ids: [] });
    const exceptStale = Object.assign(() => 'unknown' as const, {
      [Symbol.for('quietgate.for-all-in-flight')]: () => 'phase-0',
    });
    expect(tallyInFlight(marked(true), exceptStale, ignore)).toEqual({ count: 1, ids: ['a'] });
  });

  it.for([
    ['a number', 5],
    ['none', undefined],
  ])('takes for an id %s beside what is not in flight', ([, id]) => {
    const rows = ['ready', ...Object.keys(STATUS_TABLE), 'wiping']
      .filter((status) => !IN_FLIGHT_STATUSES.includes(status))
      .map((status, n) => withId(n === 0 ? 'a' : id, status));
    expect(tallyInFlight(rows, undefined, ignore)).toEqual({ count: 0, ids: [] });
    expect(tallyInFlight(rows, () => 'terminal', ignore)).toEqual({ count: 0, ids: [] });
    expect(countInFlight(rows, { classify: () => 'terminal' })).toEqual({ count: 0, ids: [] });
  });

  it('takes no id but a text beside what a classify finds in flight', () => {
    const rows = [withId('a', 'ready'), numbered('wiping')];
    const count = (classify: (row: Row) => DeploymentClass) => () => tallyInFlight(rows, classify, ignore);
    expect(count(({ status }) => (status === 'wiping' ? 'phase-0' : 'terminal'))).toThrow(refusal('number'));
  });

  it('takes no id but a text in the first record, whatever its class', () => {
    expect(() => tallyInFlight([numbered('ready')], undefined, ignore)).toThrow(refusal('number'));
  });

  it.for(['pending', 'tofu-applying'])('takes no id but a text beside %s', (status) => {
    const rows = [withId('a', 'ready'), numbered(status)];
    expect(() => tallyInFlight(rows, undefined, ignore)).toThrow(refusal('number'));
  });
});
