import { describe, expect, test } from 'vitest';
import { FAULTS } from './hold-search/faults.ts';
import { ONE_SERVER, type Scenario, TWO_SERVERS } from './hold-search/scenario.ts';
import { search } from './hold-search/search.ts';
import { asPrinted, printed } from './how-it-works.ts';

const IN_A_STORE: Scenario = { ...ONE_SERVER, outlastsRestart: true, restarts: 2 };
const TWO_IN_STORES: Scenario = { ...TWO_SERVERS, outlastsRestart: true, restarts: 2 };
const WITH_LOSSES: Scenario = { ...ONE_SERVER, crashes: 0, losses: 2 };

const KILLS =
  'no rollout kills a run after results that are all quiet with the cordon up, unless uncordoned was reported since';
const WAITS = 'no gate waits, or proves its zero, once the roll has begun';

describe('in every order of events, with a roll of any length', () => {
  test.each([
    ['one server, which crashes, and a request that is lost or late', ONE_SERVER, 20_000],
    ['one server, whose leases are in a store, and which the roll restarts twice', IN_A_STORE, 5000],
    ['two servers, one of which crashes', TWO_SERVERS, 40_000],
    ['two servers, whose leases are in stores, and which the roll restarts twice', TWO_IN_STORES, 10_000],
  ])('%s: every invariant holds, and every roll ends', (_, scenario, leastStates) => {
    const { states, violation, ends, isPromised } = search(scenario);
    expect(violation).toBeUndefined();
    expect(states).toBeGreaterThan(leastStates);
    expect([...ends]).toEqual(['over']);
    expect(isPromised).toBe(true);
  });
});

const [, , printedHold = ''] = printed('text');

describe('what is not promised is found', () => {
  test.each([
    [
      'a run that starts after a crash behind the last proof',
      { ...ONE_SERVER, sparesProof: false },
      'the server crashes and restarts',
    ],
    [
      'a run that starts when an operator releases the lease',
      { ...ONE_SERVER, crashes: 0, sparesProof: false, operatorLifts: 1 },
      'an operator releases every lease of the server',
    ],
    [
      'a run that starts between two restarts, where leases end with the process',
      { ...ONE_SERVER, restarts: 2 },
      'the rollout restarts the server',
    ],
  ])('%s, as docs/how-it-works.md prints it', (_, scenario, what) => {
    const { violation } = search(scenario);
    expect(violation?.broken).toBe(KILLS);
    expect(violation?.trace.at(-2)).toMatch(/a run starts on the server$/);
    expect(violation?.trace.at(-1)).toMatch(/the rollout restarts the server and kills a run$/);
    expect(asPrinted(violation)).toBe(printedHold.replace('the rollout restarts the server\n', `${what}\n`));
  });
});

describe('a planted fault is found', () => {
  test.each([
    ['a lease that is not renewed', ONE_SERVER, KILLS],
    ['a lease that is renewed too late', ONE_SERVER, KILLS],
    ['a lease that is released too early', ONE_SERVER, KILLS],
    ['a roll without proofs', TWO_SERVERS, KILLS],
    ['a roll while a gate still waits', TWO_SERVERS, WAITS],
    ['an uncordoned that is not reported', WITH_LOSSES, KILLS],
    ['another lease id ignored', TWO_SERVERS, KILLS],
  ] as const)('%s', (fault, scenario, broken) => {
    const { violation } = search(scenario, FAULTS[fault]);
    expect(violation?.broken).toBe(broken);
    expect(violation?.trace.length).toBeGreaterThan(2);
  });
});
