import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import {
  decideOnReport,
  type GateReport,
  type Hold,
  type HoldStep,
  initialHold,
  type Phase,
} from './hold.ts';

const QUIET: GateReport = { type: 'quiet' };
const OTHER: GateReport = { type: 'other' };
const voidAt = (nowMs: number): GateReport => ({ type: 'void', nowMs, intervalMs: 20_000 });

const NONE: HoldStep = { type: 'none' };
const ROLL: HoldStep = { type: 'roll' };
const prove = (...gates: number[]): HoldStep => ({ type: 'prove', gates });
const waitAgain = (pauseMs: number): HoldStep => ({ type: 'wait again', pauseMs });

/** Reports one after the other; returns what followed from each, and where the gates are then. */
function play(gates: number, ...reports: readonly (readonly [gate: number, report: GateReport])[]) {
  let hold = initialHold(gates);
  const steps = reports.map(([gate, report]) => {
    const decision = decideOnReport(hold, gate, report);
    hold = decision.hold;
    return decision.step;
  });
  return { steps, phases: hold.map(({ phase }) => phase) };
}

describe('a single gate', () => {
  it.for([QUIET, OTHER])('rolls as soon as it has ended: $type', (report) => {
    expect(play(1, [0, report]).steps).toEqual([ROLL]);
  });
});

describe('several gates', () => {
  it('prove their zeros once the last one has ended, and roll once the last one is proved', () => {
    const { steps, phases } = play(2, [1, QUIET], [0, QUIET], [0, QUIET], [1, QUIET]);
    expect(steps).toEqual([NONE, prove(0, 1), NONE, ROLL]);
    expect(phases).toEqual(['proved', 'proved']);
  });

  it('roll without a proof where no zero was seen', () => {
    expect(play(2, [0, OTHER], [1, OTHER]).steps).toEqual([NONE, ROLL]);
  });

  it('prove only those that are quiet', () => {
    expect(play(3, [0, QUIET], [1, OTHER], [2, QUIET], [2, QUIET], [0, QUIET]).steps).toEqual([
      NONE,
      NONE,
      prove(0, 2),
      NONE,
      ROLL,
    ]);
  });

  it('roll with a gate whose proof got no answer, without asking it again', () => {
    expect(play(2, [0, QUIET], [1, QUIET], [1, OTHER], [0, QUIET]).steps).toEqual([
      NONE,
      prove(0, 1),
      NONE,
      ROLL,
    ]);
  });

  it('hold while one whose proof failed waits again, and are all proved anew', () => {
    const { steps, phases } = play(2, [0, QUIET], [1, QUIET], [0, QUIET], [1, voidAt(30_000)], [1, QUIET]);
    expect(steps).toEqual([NONE, prove(0, 1), NONE, waitAgain(0), prove(0, 1)]);
    expect(phases).toEqual(['proving', 'proving']);
  });

  it('are proved anew after one that went back to waiting, even if that one does not end quiet', () => {
    const { steps } = play(
      2,
      [0, QUIET],
      [1, QUIET],
      [0, QUIET],
      [1, voidAt(30_000)],
      [1, OTHER],
      [0, QUIET],
    );
    expect(steps).toEqual([NONE, prove(0, 1), NONE, waitAgain(0), prove(0), ROLL]);
  });

  it('do not count a proof that was begun before another one went back to waiting', () => {
    const { steps } = play(
      2,
      [0, QUIET],
      [1, QUIET],
      [1, voidAt(30_000)],
      [1, OTHER],
      [0, QUIET],
      [0, QUIET],
    );
    expect(steps).toEqual([NONE, prove(0, 1), waitAgain(0), NONE, prove(0), ROLL]);
  });

  it('go back to waiting when another lease voids their zero, also before all have ended', () => {
    expect(play(2, [0, QUIET], [0, voidAt(30_000)], [1, QUIET], [0, QUIET]).steps).toEqual([
      NONE,
      waitAgain(0),
      NONE,
      prove(0, 1),
    ]);
  });

  it('stay done whatever becomes of their lease, and go on waiting when they wait', () => {
    expect(play(2, [0, OTHER], [0, voidAt(0)], [1, voidAt(0)])).toEqual({
      steps: [NONE, NONE, NONE],
      phases: ['done', 'waiting'],
    });
  });

  it('go back to waiting no sooner than an interval after they last did so', () => {
    const back = (...times: readonly number[]) =>
      play(
        2,
        [0, QUIET],
        ...times.flatMap((at) => [[0, voidAt(at)] as const, [0, QUIET] as const]),
      ).steps.filter(({ type }) => type === 'wait again');
    expect(back(30_000, 31_000, 51_000, 90_000)).toEqual([0, 19_000, 19_000, 0].map(waitAgain));
  });
});

it('no such gate is an error', () => {
  expect(() => decideOnReport(initialHold(2), 2, QUIET)).toThrow(RangeError);
});

/** A report of one of the gates, as long as the hold goes on. */
interface Move {
  readonly gate: number;
  readonly report: GateReport['type'];
  readonly afterMs: number;
}

const moveArb: fc.Arbitrary<Move> = fc.record({
  gate: fc.nat(3),
  report: fc.constantFrom('quiet', 'quiet', 'quiet', 'other', 'void'),
  afterMs: fc.nat(10_000),
});

/** Which reports a gate can make: a proof may fail, and a lease may be lost while it is held. */
const MAY_REPORT: Readonly<Record<Phase, readonly GateReport['type'][]>> = {
  waiting: ['quiet', 'other'],
  holding: ['void'],
  proving: ['quiet', 'other', 'void'],
  overtaken: ['quiet', 'other', 'void'],
  proved: ['void'],
  done: [],
};

/** All that happens until the roll: after the moves, every gate that still waits or proves ends `quiet`. */
function replay(gates: number, moves: readonly Move[]) {
  const log: { hold: Hold; gate: number; report: GateReport; step: HoldStep; nowMs: number }[] = [];
  let hold = initialHold(gates);
  let nowMs = 0;
  const mayReport = (gate: number, type: GateReport['type']) =>
    log.at(-1)?.step.type !== 'roll' && MAY_REPORT[hold[gate]?.phase ?? 'done'].includes(type);
  const move = (gate: number, report: GateReport) => {
    const decision = decideOnReport(hold, gate, report);
    log.push({ ...decision, gate, report, nowMs });
    hold = decision.hold;
  };

  for (const { gate, report: type, afterMs } of moves) {
    nowMs += afterMs;
    if (mayReport(gate % gates, type)) {
      move(gate % gates, type === 'void' ? { type, nowMs, intervalMs: 20_000 } : { type });
    }
  }
  const isGoingOn = (_: unknown, gate: number) => mayReport(gate, 'quiet');
  for (let gate = hold.findIndex(isGoingOn); gate >= 0; gate = hold.findIndex(isGoingOn)) move(gate, QUIET);
  return log;
}

const schedule = [fc.integer({ min: 1, max: 4 }), fc.array(moveArb, { maxLength: 60 })] as const;

test.prop([...schedule])('in every order of reports the roll comes, and once', (gates, moves) => {
  const steps = replay(gates, moves).map(({ step }) => step.type);
  expect(steps.indexOf('roll')).toBe(steps.length - 1);
});

test.prop([...schedule])('no roll while a gate waits or proves', (gates, moves) => {
  const last = replay(gates, moves).at(-1);
  expect(last?.hold.filter(({ phase }) => MAY_REPORT[phase].includes('quiet'))).toEqual([]);
});

test.prop([...schedule])(
  'every zero that is rolled on was proved after the last wait had ended',
  (gates, moves) => {
    const log = replay(gates, moves);
    const since = log.slice(log.findLastIndex(({ step }) => step.type === 'prove') + 1);
    const proved = log.at(-1)?.hold.flatMap(({ phase }, gate) => (phase === 'proved' ? [gate] : [])) ?? [];
    for (const gate of proved) {
      expect(since.filter((each) => each.gate === gate).map(({ report }) => report.type)).toEqual(['quiet']);
      expect(since.filter(({ report }) => report.type === 'void')).toEqual([]);
    }
  },
);

test.prop([...schedule])('no gate goes back to waiting twice within an interval', (gates, moves) => {
  const log = replay(gates, moves);
  for (let gate = 0; gate < gates; gate++) {
    const backAt = log.flatMap(({ gate: which, step, nowMs }) =>
      which === gate && step.type === 'wait again' ? [nowMs + step.pauseMs] : [],
    );
    const gaps = backAt.slice(1).map((at, index) => at - (backAt[index] ?? NaN));
    expect(gaps.filter((gapMs) => gapMs < 20_000)).toEqual([]);
  }
});
