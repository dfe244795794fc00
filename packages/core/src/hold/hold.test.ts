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

/** Reports one after the other; returns what followed from each, and where the gates are then. */
function play(gates: number, ...reports: readonly (readonly [gate: number, report: GateReport])[]) {
  let hold = initialHold(gates);
  const steps = reports.map(([gate, report]) => {
    const decision = decideOnReport(hold, gate, report);
    hold = decision.hold;
    return decision.step;
  });
  return { steps, hold };
}

describe('a single gate', () => {
  it.for(['quiet', 'other'] as const)('rolls as soon as it has ended: %s', (report) => {
    expect(play(1, [0, report]).steps).toEqual(['roll']);
  });
});

describe('several gates', () => {
  it('prove their zeros once the last one has ended, and roll once the last one is proved', () => {
    const { steps, hold } = play(2, [1, 'quiet'], [0, 'quiet'], [0, 'quiet'], [1, 'quiet']);
    expect(steps).toEqual(['none', 'prove', 'none', 'roll']);
    expect(hold).toEqual(['proved', 'proved']);
  });

  it('roll without a proof where no zero was seen', () => {
    expect(play(2, [0, 'other'], [1, 'other']).steps).toEqual(['none', 'roll']);
  });

  it('prove only those that are quiet', () => {
    expect(play(3, [0, 'quiet'], [1, 'other'], [2, 'quiet'], [2, 'quiet'], [0, 'quiet']).steps).toEqual([
      'none',
      'none',
      'prove',
      'none',
      'roll',
    ]);
  });

  it('roll with a gate whose proof got no answer, without asking it again', () => {
    expect(play(2, [0, 'quiet'], [1, 'quiet'], [1, 'other'], [0, 'quiet']).steps).toEqual([
      'none',
      'prove',
      'none',
      'roll',
    ]);
  });

  it('hold while one whose proof failed waits again, and are all proved anew', () => {
    const { steps, hold } = play(2, [0, 'quiet'], [1, 'quiet'], [0, 'quiet'], [1, 'void'], [1, 'quiet']);
    expect(steps).toEqual(['none', 'prove', 'none', 'wait again', 'prove']);
    expect(hold).toEqual(['proving', 'proving']);
  });

  it('are proved anew after one that went back to waiting, even if that one does not end quiet', () => {
    const { steps } = play(
      2,
      [0, 'quiet'],
      [1, 'quiet'],
      [0, 'quiet'],
      [1, 'void'],
      [1, 'other'],
      [0, 'quiet'],
    );
    expect(steps).toEqual(['none', 'prove', 'none', 'wait again', 'prove', 'roll']);
  });

  it('do not count a proof that was begun before another one went back to waiting', () => {
    const { steps } = play(
      2,
      [0, 'quiet'],
      [1, 'quiet'],
      [1, 'void'],
      [1, 'other'],
      [0, 'quiet'],
      [0, 'quiet'],
    );
    expect(steps).toEqual(['none', 'prove', 'wait again', 'none', 'prove', 'roll']);
  });

  it('stay as they are when another one goes back to waiting, but for their proofs', () => {
    const first = [
      [0, 'quiet'],
      [1, 'other'],
      [0, 'void'],
    ] as const;
    expect(play(4, [3, 'quiet'], ...first).hold).toEqual(['waiting', 'done', 'waiting', 'holding']);
    expect(play(3, ...first, [2, 'quiet'], [0, 'quiet']).steps.at(-1)).toBe('prove');
  });

  it('go back to waiting when another lease voids their zero, also before all have ended', () => {
    expect(play(2, [0, 'quiet'], [0, 'void'], [1, 'quiet'], [0, 'quiet']).steps).toEqual([
      'none',
      'wait again',
      'none',
      'prove',
    ]);
  });

  it('stay done whatever becomes of their lease, and go on waiting when they wait', () => {
    expect(play(2, [0, 'other'], [0, 'void'], [1, 'void'])).toEqual({
      steps: ['none', 'none', 'none'],
      hold: ['done', 'waiting'],
    });
  });
});

/** A report of one of the gates, as long as the hold goes on. */
interface Move {
  readonly gate: number;
  readonly report: GateReport;
}

const moveArb: fc.Arbitrary<Move> = fc.record({
  gate: fc.nat(3),
  report: fc.constantFrom('quiet', 'quiet', 'quiet', 'other', 'void'),
});

/** Which reports a gate can make: a proof may fail, and a lease may be lost while it is held. */
const MAY_REPORT: Readonly<Record<Phase, readonly GateReport[]>> = {
  waiting: ['quiet', 'other'],
  holding: ['void'],
  proving: ['quiet', 'other', 'void'],
  overtaken: ['quiet', 'other', 'void'],
  proved: ['void'],
  done: [],
};

/** All that happens until the roll: after the moves, every gate that still waits or proves ends `quiet`. */
function replay(gates: number, moves: readonly Move[]) {
  const log: { hold: Hold; gate: number; report: GateReport; step: HoldStep }[] = [];
  let hold = initialHold(gates);
  const mayReport = (gate: number, report: GateReport) =>
    log.at(-1)?.step !== 'roll' && MAY_REPORT[hold[gate] ?? 'done'].includes(report);
  const move = (gate: number, report: GateReport) => {
    const decision = decideOnReport(hold, gate, report);
    log.push({ ...decision, gate, report });
    hold = decision.hold;
  };

  for (const { gate, report } of moves) if (mayReport(gate % gates, report)) move(gate % gates, report);
  const isGoingOn = (_: unknown, gate: number) => mayReport(gate, 'quiet');
  for (let gate = hold.findIndex(isGoingOn); gate >= 0; gate = hold.findIndex(isGoingOn)) move(gate, 'quiet');
  return log;
}

const schedule = [fc.integer({ min: 1, max: 4 }), fc.array(moveArb, { maxLength: 60 })] as const;

test.prop([...schedule])('in every order of reports the roll comes, and once', (gates, moves) => {
  const steps = replay(gates, moves).map(({ step }) => step);
  expect(steps.indexOf('roll')).toBe(steps.length - 1);
});

test.prop([...schedule])('no roll while a gate waits or proves', (gates, moves) => {
  const last = replay(gates, moves).at(-1);
  expect(last?.hold.filter((phase) => MAY_REPORT[phase].includes('quiet'))).toEqual([]);
});

test.prop([...schedule])(
  'every zero that is rolled on was proved after the last wait had ended',
  (gates, moves) => {
    const log = replay(gates, moves);
    const since = log.slice(log.findLastIndex(({ step }) => step === 'prove') + 1);
    const proved = log.at(-1)?.hold.flatMap((phase, gate) => (phase === 'proved' ? [gate] : [])) ?? [];
    for (const gate of proved) {
      expect(since.filter((each) => each.gate === gate).map(({ report }) => report)).toEqual(['quiet']);
      expect(since.filter(({ report }) => report === 'void')).toEqual([]);
    }
  },
);
