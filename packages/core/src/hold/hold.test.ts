import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { type GateReport, type Hold, holdAfter, initialHold } from './hold.ts';

/** The holds after each of these reports. */
function holdsAfter(gates: number, ...reports: readonly (readonly [gate: number, report: GateReport])[]) {
  let hold = initialHold(gates);
  return reports.map(([gate, report]) => (hold = holdAfter(hold, gate, report)));
}

const stagesOf = (...play: Parameters<typeof holdsAfter>) => holdsAfter(...play).map(({ stage }) => stage);

describe('a single gate', () => {
  it.for(['quiet', 'other'] as const)('rolls as soon as it has ended: %s', (report) => {
    expect(stagesOf(1, [0, report])).toEqual(['rolling']);
  });
});

describe('several gates', () => {
  it('prove their zeros once the last one has ended, and roll once the last one is proved', () => {
    expect(holdsAfter(2, [1, 'quiet'], [0, 'quiet'], [0, 'quiet'], [1, 'quiet'])).toEqual([
      { stage: 'waiting', gates: ['waiting', 'quiet'] },
      { stage: 'proving', gates: ['waiting', 'waiting'] },
      { stage: 'proving', gates: ['quiet', 'waiting'] },
      { stage: 'rolling', gates: ['quiet', 'quiet'] },
    ]);
  });

  it('roll without a proof where no zero was seen', () => {
    expect(stagesOf(2, [0, 'other'], [1, 'other'])).toEqual(['waiting', 'rolling']);
  });

  it('prove only those that are quiet', () => {
    const holds = holdsAfter(3, [0, 'quiet'], [1, 'other'], [2, 'quiet']);
    expect(holds.at(-1)).toEqual({ stage: 'proving', gates: ['waiting', 'other', 'waiting'] });
  });

  it('prove the only one that is quiet', () => {
    expect(stagesOf(2, [0, 'quiet'], [1, 'other'], [0, 'quiet'])).toEqual(['waiting', 'proving', 'rolling']);
  });

  it('roll with a gate whose proof got no answer, without asking it again', () => {
    const stages = stagesOf(2, [0, 'quiet'], [1, 'quiet'], [1, 'other'], [0, 'quiet']);
    expect(stages).toEqual(['waiting', 'proving', 'proving', 'rolling']);
  });

  it('hold while one whose proof failed waits again, and are all proved anew', () => {
    const play = [
      [0, 'quiet'],
      [1, 'quiet'],
      [0, 'quiet'],
      [1, 'waiting'],
      [1, 'quiet'],
    ] as const;
    expect(holdsAfter(2, ...play).slice(3)).toEqual([
      { stage: 'waiting', gates: ['quiet', 'waiting'] },
      { stage: 'proving', gates: ['waiting', 'waiting'] },
    ]);
  });

  it('are proved anew after one that went back to waiting, even if that one does not end quiet', () => {
    const play = [
      [0, 'quiet'],
      [1, 'quiet'],
      [0, 'quiet'],
      [1, 'waiting'],
      [1, 'other'],
      [0, 'quiet'],
    ] as const;
    expect(stagesOf(2, ...play).slice(3)).toEqual(['waiting', 'proving', 'rolling']);
  });

  it('do not count a proof that was begun before another one went back to waiting', () => {
    const play = [
      [0, 'quiet'],
      [1, 'quiet'],
      [1, 'waiting'],
      [1, 'other'],
      [0, 'quiet'],
      [0, 'quiet'],
    ] as const;
    expect(stagesOf(2, ...play).slice(2)).toEqual(['waiting', 'waiting', 'proving', 'rolling']);
  });

  it('go back to waiting when another lease voids their zero, also before all have ended', () => {
    const stages = stagesOf(2, [0, 'quiet'], [0, 'waiting'], [1, 'quiet'], [0, 'quiet']);
    expect(stages).toEqual(['waiting', 'waiting', 'waiting', 'proving']);
  });
});

/** A report of one of the gates, as long as the hold goes on. */
interface Move {
  readonly gate: number;
  readonly report: GateReport;
}

const moveArb: fc.Arbitrary<Move> = fc.record({
  gate: fc.nat(3),
  report: fc.constantFrom('quiet', 'quiet', 'quiet', 'other', 'waiting'),
});

/** Whether a gate can make this report: a wait ends, and a proof may fail as well, as may a lease that is kept. */
function mayReport({ stage, gates }: Hold, gate: number, report: GateReport): boolean {
  if (stage === 'rolling' || gates[gate] === 'other') return false;
  const isEnd = report !== 'waiting';
  if (gates[gate] === 'quiet') return !isEnd;
  return isEnd || stage === 'proving';
}

/** All that happens until the roll: after the moves, every gate that still waits or proves ends `quiet`. */
function replay(gates: number, moves: readonly Move[]) {
  const log: (Move & { before: Hold; hold: Hold })[] = [];
  let hold = initialHold(gates);
  const move = (gate: number, report: GateReport) => {
    if (!mayReport(hold, gate, report)) return;
    const before = hold;
    hold = holdAfter(before, gate, report);
    log.push({ gate, report, before, hold });
  };
  for (const { gate, report } of moves) move(gate % gates, report);
  for (let round = 0; round < 2; round++) for (let gate = 0; gate < gates; gate++) move(gate, 'quiet');
  return log;
}

const schedule = [fc.integer({ min: 1, max: 4 }), fc.array(moveArb, { maxLength: 60 })] as const;

test.prop([...schedule])('in every order of reports the roll comes, and once', (gates, moves) => {
  const stages = replay(gates, moves).map(({ hold }) => hold.stage);
  expect(stages.indexOf('rolling')).toBe(stages.length - 1);
});

test.prop([...schedule])('no roll while a gate waits or proves', (gates, moves) => {
  expect(replay(gates, moves).at(-1)?.hold.gates).not.toContain('waiting');
});

test.prop([...schedule])('proofs begin from waiting, once all gates have ended', (gates, moves) => {
  const begun = replay(gates, moves).filter(
    ({ before, hold }) => hold.stage === 'proving' && before.stage === 'waiting',
  );
  for (const { before, gate } of begun) expect(before.gates.with(gate, 'quiet')).not.toContain('waiting');
});

test.prop([...schedule])(
  'every zero that is rolled on was proved after the last wait had ended',
  (gates, moves) => {
    fc.pre(gates > 1);
    const log = replay(gates, moves);
    const since = log.slice(log.findLastIndex(({ before }) => before.stage === 'waiting') + 1);
    const quiet = log.at(-1)?.hold.gates.flatMap((last, gate) => (last === 'quiet' ? [gate] : [])) ?? [];
    expect(since.map(({ report }) => report)).not.toContain('waiting');
    for (const proved of quiet) {
      expect(since.filter(({ gate }) => gate === proved).map(({ report }) => report)).toEqual(['quiet']);
    }
  },
);
