import { describe, expect, test } from 'vitest';
import { FAULTS } from './cordon-search/faults.ts';
import { PRODUCT } from './cordon-search/rules.ts';
import { NO_TROUBLE, ONE_DEPLOY, type Scenario, TICK_MS, TWO_DEPLOYS } from './cordon-search/scenario.ts';
import { search } from './cordon-search/search.ts';
import { asPrinted, printed } from './how-it-works.ts';

const WITH_OPERATOR: Scenario = { ...NO_TROUBLE, operatorLifts: 1 };
const WITH_LOSS: Scenario = { ...NO_TROUBLE, losses: 1 };
const SHORT_ROW: Scenario = {
  ...NO_TROUBLE,
  cordonLimits: { maxUpMs: 4 * TICK_MS, restMs: 2 * TICK_MS },
};
const ONE_AFTER_THE_OTHER: Scenario = { ...TWO_DEPLOYS, isSerialised: true, delays: Infinity };
const IN_A_STORE: Scenario = { ...TWO_DEPLOYS, outlastsRestart: true };

const KILLS = 'no rollout that follows a green light kills a run';
const KILL = /the rollout.* restarts the server and kills a run$/;
const STAYS_DOWN = 'what an operator lifts stays down';

describe('in every order of events', () => {
  test.each([
    ['one deploy, with a crash and a raise that comes late', ONE_DEPLOY, 40_000],
    ['one deploy, with a request or an answer that is lost', WITH_LOSS, 15_000],
    ['one deploy, with an operator who lifts the cordon', WITH_OPERATOR, 30_000],
    ['one deploy, with a cordon that is soon up for too long', SHORT_ROW, 5_000],
    ['two deploys, one after the other', ONE_AFTER_THE_OTHER, 8_000],
    ['two deploys at once, with a cordon that outlasts a restart', IN_A_STORE, 20_000],
  ])('%s: every invariant holds, and every gate ends', (_, scenario, leastStates) => {
    const { states, violation, ends } = search(scenario);
    expect(violation).toBeUndefined();
    expect(states).toBeGreaterThan(leastStates);
    expect([...ends].join()).toMatch(/^((ended|rolled|ahead),?)+$/);
  });

  const everyRunEnds = { ...NO_TROUBLE, delays: 0, longestRunMs: 2 * TICK_MS };

  test('if runs end, green comes', () => {
    const { violation, outcomes, ends } = search(everyRunEnds);
    expect(violation).toBeUndefined();
    expect([...outcomes]).toEqual(['quiet under a lease']);
    expect([...ends].sort()).toEqual(['ended', 'rolled']);
  });

  test('without the cordon, runs that follow each other may keep it away until the maximum wait', () => {
    const { outcomes } = search({ ...everyRunEnds, hasCordon: false }, PRODUCT, {});
    expect([...outcomes].sort()).toEqual(['quiet', 'timed-out']);
  });
});

const [withoutCordon = '', twoDeploys = ''] = printed('text');

describe('what is not promised is found', () => {
  test.each([
    [
      'a run that starts after the green light, without the cordon',
      { ...NO_TROUBLE, hasCordon: false },
      withoutCordon,
    ],
    [
      'a run that starts once the first of two rollouts has ended the lease of the second',
      TWO_DEPLOYS,
      twoDeploys,
    ],
  ])('%s, as docs/how-it-works.md prints it', (_, scenario, trace) => {
    const { violation } = search(scenario);
    expect(violation?.broken).toBe(KILLS);
    expect(violation?.trace.at(-1)).toMatch(KILL);
    expect(asPrinted(violation)).toBe(trace);
  });

  test.each([
    ['a run that starts after the lease, before a late rollout', { ...NO_TROUBLE, rollsWithinLease: false }],
    ['a run that starts after a crash behind the green light', { ...ONE_DEPLOY, sparesProof: false }],
    ['a run that starts when an operator lifts the lease', { ...WITH_OPERATOR, sparesProof: false }],
  ])('%s', (_, scenario) => {
    const { violation } = search(scenario);
    expect(violation?.broken).toBe(KILLS);
    expect(violation?.trace.at(-1)).toMatch(KILL);
  });

  test('a first raise that comes after an operator has lifted the lease of its retry', () => {
    const { violation } = search({ ...WITH_OPERATOR, lateRaises: 1 });
    expect(violation?.broken).toBe(STAYS_DOWN);
    expect(violation?.trace.at(-1)).toMatch(/the server grants A lease 2, .* on a late request$/);
  });
});

describe('a planted fault is found', () => {
  test.each([
    ['check and registration in different turns', NO_TROUBLE, KILLS],
    ['a zero from before the lease accepted', WITH_LOSS, KILLS],
    ['another lease id ignored', ONE_DEPLOY, KILLS],
    ['a lease counted from the answer', NO_TROUBLE, 'the belief of a holder ends no later than its lease'],
    ['a lease lifted before the rollout', NO_TROUBLE, KILLS],
    ['a lifted lease raised again', WITH_OPERATOR, STAYS_DOWN],
    ['a lease of another lifted', IN_A_STORE, 'no holder ends or shortens the lease of another'],
    ['a lease for longer than asked', NO_TROUBLE, 'the cordon is down when the last lease has ended'],
    ['a cap that is not hard', NO_TROUBLE, 'the gate ends by its cap'],
  ] as const)('%s', (fault, scenario, broken) => {
    const { violation } = search(scenario, FAULTS[fault]);
    expect(violation?.broken).toBe(broken);
    expect(violation?.trace.length).toBeGreaterThan(2);
  });
});
